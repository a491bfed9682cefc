package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// newModule makes a module in a new folder, as that of a user of this one. It
// needs no network: generated code needs the runtime only, which needs the
// standard library only.
func newModule(t *testing.T, path string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(corpus.GoMod(t, path)), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// inModule runs the go command in a module's folder.
func inModule(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
