package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// TestArchiveOfQEMU checks QEMU's own schemas in an archive, and finds what it
// finds in the folder it was made of.
func TestArchiveOfQEMU(t *testing.T) {
	shared := corpus.Dir(t)
	archive := filepath.Join(t.TempDir(), "qemu.tar.gz")
	cmd := exec.Command("tar", "-czf", archive, "--transform", "s,^10.0.0,qemu-10.0.0,", "10.0.0")
	cmd.Dir = filepath.Join(shared, "corpus")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, schema := range corpus.Schemas(t, shared, "10.0.0") {
		rel, err := filepath.Rel(filepath.Join(shared, "corpus", "10.0.0"), schema.Root)
		if err != nil {
			t.Fatal(err)
		}
		got := runArgs("inspect", "--format", "facts", archive+":"+filepath.ToSlash(rel))
		want := runArgs("inspect", "--format", "facts", schema.Root)
		if got.status != 0 || got.stdout != want.stdout {
			t.Errorf("%s: status %d, %s; facts equal: %v", schema.Name, got.status, got.stderr, got.stdout == want.stdout)
		}
	}
	got := runArgs("check", archive+":qapi/none.json")
	if got.status != 2 || !strings.Contains(got.stderr, "no qapi/none.json in it") {
		t.Errorf("a file that is not in the archive: status %d, %s", got.status, got.stderr)
	}
}
