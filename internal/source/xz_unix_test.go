//go:build unix

package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestXZInterrupted checks that an archive is not called damaged if a signal ends the program xz,
// as an interrupt from a terminal does.
func TestXZInterrupted(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "xz"), []byte("#!/bin/sh\nkill -INT $$\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir)
	archive := pack(t, "q.tar", []member{{name: "x.json", text: "x"}})
	data, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	archive += ".xz"
	if err := os.WriteFile(archive, append([]byte("\xfd7zXZ\x00"), data...), 0o666); err != nil {
		t.Fatal(err)
	}
	_, err = Open(archive + ":x.json")
	if err == nil || strings.Contains(err.Error(), "damaged") || strings.Contains(err.Error(), "cut off") || !strings.Contains(err.Error(), "signal: interrupt") {
		t.Errorf("%v", err)
	}
}
