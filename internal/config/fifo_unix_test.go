//go:build unix

package config

import (
	"strings"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestFindFIFO checks that a named pipe is refused: reading it would block.
func TestFindFIFO(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := syscall.Mkfifo(FileName, 0o666); err != nil {
		live.Missing(t, "no named pipes: %v", err)
	}
	if _, err := Find("."); err == nil || !strings.Contains(err.Error(), FileName+" is not a regular file") {
		t.Errorf("Find: %v", err)
	}
}
