//go:build unix

package source

import (
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestFIFO checks that a FIFO is not opened, which would block until there is a writer. The
// compiler refuses it by its type.
func TestFIFO(t *testing.T) {
	name := filepath.Join(t.TempDir(), "schema.json")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		live.Missing(t, "no FIFO: %v", err)
	}
	src, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if info, err := fs.Stat(src.FS, src.Root); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		t.Errorf("the root file is %v (%v), want a FIFO", info, err)
	}
}

// TestArchiveFIFO checks that an archive that is a FIFO is refused.
func TestArchiveFIFO(t *testing.T) {
	name := filepath.Join(t.TempDir(), "qemu.tar")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		live.Missing(t, "no FIFO: %v", err)
	}
	if src, err := Open(name + ":qapi/qapi-schema.json"); err == nil || !strings.Contains(err.Error(), "qemu.tar is not a regular file") {
		t.Errorf("Open: %v, %v", src, err)
	}
}
