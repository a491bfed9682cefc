package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// TestFolders runs every command that reads a schema on the folder of a release.
func TestFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, release := range []string{"1.0", "2.0"} {
		for _, name := range []string{"qapi", "qga"} {
			dir := filepath.Join("s", release, name)
			if err := os.MkdirAll(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			text := "##\n# @" + name + "-stop:\n#\n# Stop.\n##\n{ 'command': '" + name + "-stop' }\n"
			if err := os.WriteFile(filepath.Join(dir, "qapi-schema.json"), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	root := filepath.Join("s", "1.0", "qapi", "qapi-schema.json")
	for _, args := range [][]string{
		{"check"}, {"inspect"}, {"lint", "--use", "RETURN_OBJECT"}, {"diff", "s/2.0"}, {"generate", "--out", "g", "--schema"}, {"docs", "--out", "d", "--schema"},
		{"vendor", "--into", "v", "--from"},
	} {
		got := runArgs(append(args, filepath.Join("s", "1.0"))...)
		if got.status != 0 || !strings.Contains(got.stderr, "qapi-go: taking "+root+"\n") {
			t.Errorf("%q of a folder: status %d\n%s", args, got.status, got.stderr)
		}
		if got := runArgs(append(args, "s")...); (got.status == 0) != slices.Contains([]string{"check", "inspect", "lint", "diff", "generate", "docs"}, args[0]) || strings.Contains(got.stderr, "directory") {
			t.Errorf("%q of a folder of releases: status %d\n%s", args, got.status, got.stderr)
		}
		if args[0] == "diff" {
			continue
		}
		got = runArgs(append(args, filepath.Join("s", "1.0", "qga"))...)
		if want := filepath.Join("s", "1.0", "qga", "qapi-schema.json"); !strings.Contains(got.stderr, "qapi-go: taking "+want+"\n") {
			t.Errorf("%q of a folder that has the file itself: status %d\n%s", args, got.status, got.stderr)
		}
	}
	if got := runArgs("check", "--error-format", "json", "s/1.0"); got.stderr != "" {
		t.Errorf("JSON has lines for people:\n%s", got.stderr)
	}
	got := runArgs("vendor", "--into", "v", "--from", "s")
	if want := "qapi-go: s: which schema? This folder has 2:\n  s/1.0\n  s/2.0\n"; got.status != 2 || got.stderr != want {
		t.Errorf("status %d\n%swant\n%s", got.status, got.stderr, want)
	}
}
