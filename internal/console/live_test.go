package console

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// shortPath returns a path for a socket, whose length is limited to some 100 bytes.
func shortPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "console")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// startQEMU starts a machine without anything and returns its monitor's address.
func startQEMU(t *testing.T, program string, more ...string) string {
	t.Helper()
	socket := shortPath(t)
	args := []string{"-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", "unix:" + socket + ",server=on,wait=off"}
	vm := exec.Command(program, append(args, more...)...)
	var errs strings.Builder
	vm.Stderr = &errs
	if err := live.Start(vm); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		vm.Process.Kill()
		vm.Wait()
	})
	return socket
}

// TestLiveScript runs a script on QEMU, typed by its introspection.
func TestLiveScript(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			addr := startQEMU(t, live.Release(t, release, "qemu-system-x86_64"))
			schema := func(ctx context.Context, m *Machine) (*Schema, error) { return AskSchema(ctx, m, nil) }
			run := func(script string) (string, string, error) {
				var out, errs strings.Builder
				s := Shell{Target: Target{Addr: addr}, Schema: schema, In: strings.NewReader(script), Out: &out, Err: &errs}
				err := s.Run(t.Context())
				return out.String(), errs.String(), err
			}
			out, errs, err := run(`# typed by introspection
blockdev-add driver=null-co node-name=n0 size=64M read-zeroes=on
blockdev-add driver=raw node-name=r0 file=n0
object-add qom-type=secret id=s0 data=1234
qom-get path=/objects/s0 property=type
!info status
{'execute':
 'query-name'}
query-status
`)
			if err != nil || !strings.HasPrefix(out, "{}\n{}\n{}\n\"secret\"\nVM status: paused") || !strings.Contains(out, `"status":"prelaunch"`) {
				t.Errorf("%v\n%s%s", err, out, errs)
			}
			for script, want := range map[string]string{
				"blockdev-add driver=null-co node-nam=x":    "did you mean 'node-name'?",
				"blockdev-add driver=null-co size=x":        "argument 'size': want an integer",
				"query-statuss":                             "did you mean 'query-status'?",
				"query-name\nblockdev-del node-name=nope\n": "line 2: blockdev-del: GenericError: ",
			} {
				if _, errs, err := run(script); !errors.Is(err, ErrAnswered) || !strings.Contains(errs, want) {
					t.Errorf("%s: %v, %s", script, err, errs)
				}
			}
			m, err := (&Target{Addr: addr}).Dial(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			for _, test := range []struct{ command, argument, typed, want string }{
				{"blockdev-del", "node-name", "", "n0 r0"},
				{"object-del", "id", "", "s0"},
				{"qom-list", "path", "/objects/", "/objects/s0"},
				{"job-cancel", "id", "", ""},
			} {
				got := strings.Join(liveValues(t.Context(), m, test.command, test.argument, test.typed, newObject()), " ")
				if !strings.HasSuffix(got, test.want) { // 11.1 has its monitor among the objects, too
					t.Errorf("%s %s=: %q, want %q", test.command, test.argument, got, test.want)
				}
			}
		})
	}
}
