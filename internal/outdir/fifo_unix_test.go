//go:build unix

package outdir

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestFIFO checks that a named pipe in place of a file is reported. Opening one would block until
// somebody writes to it.
func TestFIFO(t *testing.T) {
	old := []gen.File{{Path: "a.go", Data: []byte(mark + "a")}, {Path: "module/b.go", Data: []byte(mark + "b")}}
	for _, name := range []string{"a.go", "module/b.go", ManifestName, lockName, journalName} {
		for kind, now := range map[string][]gen.File{"same": old, "fewer": {{Path: "c.go", Data: []byte(mark)}}} {
			t.Run(filepath.Base(name)+"/"+kind, func(t *testing.T) {
				dir := t.TempDir()
				write(t, dir, old...)
				native := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.Remove(native); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				if err := os.MkdirAll(filepath.Dir(native), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Mkfifo(native, 0o600); err != nil {
					live.Missing(t, "no named pipes here: %v", err)
				}
				if _, err := Write(dir, now, meta); err == nil || !strings.Contains(err.Error(), "not a regular file") {
					t.Errorf("Write: %v", err)
				}
				if rep, err := Check(dir, now, "go"); name != lockName && err == nil && rep.Clean() {
					t.Error("Check finds nothing wrong")
				}
				if info, err := os.Lstat(native); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
					t.Errorf("the named pipe is %v, %v", info, err)
				}
			})
		}
	}
}
