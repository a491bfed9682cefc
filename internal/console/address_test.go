package console

import (
	"net"
	"testing"
)

// TestBarePaths checks that the path of a socket needs no slash, neither to listen nor to connect.
func TestBarePaths(t *testing.T) {
	t.Chdir(t.TempDir())
	l, err := Listen("vm.qmp")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	target := Target{Addr: "vm.qmp"}
	if err := target.Check(); err != nil {
		t.Error(err)
	}
	c, err := target.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if _, err := net.Dial("unix", "vm.qmp"); err != nil {
		t.Error(err)
	}
	for _, addr := range []string{"", "4444", "fd:3", "host:4444"} {
		if err := CheckListen(addr); err == nil {
			t.Errorf("Listen takes %q", addr)
		}
	}
	if err := (&Target{Addr: "other.qmp"}).Check(); err == nil {
		t.Error("Check takes a name that is not that of a socket")
	}
}
