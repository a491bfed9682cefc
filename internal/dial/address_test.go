package dial

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	tests := []struct {
		addr, network, address string
		err                    string
	}{
		{addr: "unix:/run/vm.qmp", network: "unix", address: "/run/vm.qmp"},
		{addr: "unix:vm.qmp", network: "unix", address: "vm.qmp"},
		{addr: "/run/vm.qmp", network: "unix", address: "/run/vm.qmp"},
		{addr: "./a,b:c", network: "unix", address: "./a,b:c"},
		{addr: "unix:/run/vm.qmp,server=on,wait=off", network: "unix", address: "/run/vm.qmp"},
		{addr: "unix:/run/vm.qmp,server,nowait", network: "unix", address: "/run/vm.qmp"},
		{addr: "unix:path=/run/vm.qmp,server=on", network: "unix", address: "/run/vm.qmp"},
		{addr: "unix:/a,,b,server", network: "unix", address: "/a,b"},
		{addr: "unix:vm,abstract=on", network: "unix", address: "@vm"},
		{addr: "unix:vm,abstract,tight=off", network: "unix", address: "@vm" + strings.Repeat("\x00", 105)},
		{addr: "tcp:localhost:4444", network: "tcp", address: "localhost:4444"},
		{addr: "tcp:[::1]:4444,server=on,wait=off,nodelay=on", network: "tcp", address: "[::1]:4444"},
		{addr: "tcp::4444,server,nowait,nodelay", network: "tcp", address: ":4444"},
		{addr: "tcp:h:1,telnet=off", network: "tcp", address: "h:1"},
		{addr: `pipe:vm`, network: "pipe", address: "vm"},
		{addr: "pipe:", err: "want unix:PATH"},
		{addr: "telnet:localhost:4444,server=on", err: "telnet is not supported"},
		{addr: "chardev:mon0", err: "give its address instead"},
		{addr: "fd:3", err: "use NewClient"},
		{addr: "unix:fd=14,server=on", err: "use NewClient"},
		{addr: "unix:./fd=14", network: "unix", address: "./fd=14"},
		{addr: "vsock:3:5555", err: "use WithDialer"},
		{addr: "tcp:h:1,telnet=on", err: "telnet is not supported"},
		{addr: "tcp:h:1,tls-creds=tls0", err: "tls-creds is not supported"},
		{addr: "unix:/a,b", err: `unknown option "b"`},
		{addr: "tcp:h", err: "want tcp:HOST:PORT"},
		{addr: "tcp:h:", err: "want tcp:HOST:PORT"},
		{addr: "unix:", err: "has no path"},
		{addr: "vm.qmp", err: "want unix:PATH"},
		{addr: "", err: "want unix:PATH"},
	}
	for _, test := range tests {
		network, address, err := Parse(test.addr, false)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%q: error %v, want one with %q", test.addr, err, test.err)
			}
			continue
		}
		if err != nil || network != test.network || address != test.address {
			t.Errorf("%q: got %q %q, %v; want %q %q", test.addr, network, address, err, test.network, test.address)
		}
	}
}

// A dialer of the user's own may know other networks.
func TestParseCustom(t *testing.T) {
	network, address, err := Parse("vsock:3:5555", true)
	if err != nil || network != "vsock" || address != "3:5555" {
		t.Errorf("%q %q, %v", network, address, err)
	}
	for _, addr := range []string{"unix:", "tcp:h", "vm.qmp", "unix:fd=3"} {
		if network, address, err := Parse(addr, true); err == nil {
			t.Errorf("%q: %q %q", addr, network, address)
		}
	}
}
