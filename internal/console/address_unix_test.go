//go:build unix

package console

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestCertificatePipe checks that waiting for a certificate from a pipe can be interrupted.
func TestCertificatePipe(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ca.pem")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		live.Missing(t, "no FIFO: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	target := Target{Addr: "tls:localhost:1", CA: name}
	if _, err := target.Connect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Connect: %v", err)
	}
	if f, err := os.OpenFile(name, os.O_RDWR, 0); err == nil { // ends the reader
		f.Close()
	}
}
