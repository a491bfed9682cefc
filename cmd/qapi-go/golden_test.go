package main

import (
	"bytes"
	"flag"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

var update = flag.Bool("update", false, "write the golden trees again")

// TestGolden compares everything that is made from the schemas in
// testdata/schemas with the trees in golden/. Its Go packages are part of the
// module, so that they are compiled and vetted with it.
func TestGolden(t *testing.T) {
	root := corpus.Root(t)
	schemas, err := os.ReadDir(filepath.Join(root, "testdata", "schemas"))
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas) < 14 {
		t.Errorf("only %d schemas", len(schemas))
	}
	for _, entry := range schemas {
		name := entry.Name()
		schema := filepath.Join(root, "testdata", "schemas", name, name+".json")
		for _, command := range []struct {
			name, folder string
		}{
			{"generate", "go"},
			{"docs", "docs"},
		} {
			args := []string{command.name, "--schema", schema}
			if command.name == "docs" && name != "vm" && name != "doc" { // two web sites are enough
				args = append(args, "--format", "markdown,text")
			}
			t.Run(name+"/"+command.folder, func(t *testing.T) {
				golden := filepath.Join(root, "golden", name, command.folder)
				if *update {
					if command.folder == "docs" { // without a manifest, pages are nobody's to overwrite
						if err := os.RemoveAll(golden); err != nil {
							t.Fatal(err)
						}
					}
					if got := runArgs(append(args, "--out", golden)...); got.status != 0 {
						t.Fatalf("status %d\n%s", got.status, got.stderr)
					}
					// The manifest holds the program's version.
					if err := os.Remove(filepath.Join(golden, outdir.ManifestName)); err != nil {
						t.Fatal(err)
					}
				}
				out := filepath.Join(t.TempDir(), "out")
				if got := runArgs(append(args, "--out", out)...); got.status != 0 {
					t.Fatalf("status %d\n%s", got.status, got.stderr)
				}
				if err := os.Remove(filepath.Join(out, outdir.ManifestName)); err != nil {
					t.Fatal(err)
				}
				compareTrees(t, golden, out)
			})
		}
	}
	if len(schemas) < 14 {
		t.Errorf("%d schemas only", len(schemas))
	}
}

// TestGoDoc compares what go doc prints of the golden packages with golden/.
func TestGoDoc(t *testing.T) {
	root := corpus.Root(t)
	cmd := exec.Command("go", "doc", "-all", "./golden/vm/go")
	cmd.Dir = root
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join(root, "golden", "vm", "godoc.txt")
	if *update {
		if err := os.WriteFile(golden, got, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("go doc prints something else than %s; run go test ./cmd/qapi-go -run 'Golden|GoDoc' -update and look at the difference", golden)
	}
}

// compareTrees checks that two folders hold the same files. Tests and examples
// are written by hand.
func compareTrees(t *testing.T, golden, out string) {
	t.Helper()
	want, got := tree(t, golden), tree(t, out)
	for name, data := range want {
		other, ok := got[name]
		switch {
		case !ok:
			t.Errorf("%s is in the golden tree, but is not generated", name)
		case !bytes.Equal(data, other):
			t.Errorf("%s differs from the golden tree; run go test ./cmd/qapi-go -run Golden -update and look at the difference", name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is not in the golden tree", name)
		}
	}
}

// tree returns the files below dir by their relative paths.
func tree(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := make(map[string][]byte)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = data
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestEmbeddedExample checks that the embedded example is the schema in
// testdata/schemas/vm.
func TestEmbeddedExample(t *testing.T) {
	out := t.TempDir()
	if got := runArgs("generate", "--out", out); got.status != 0 {
		t.Fatalf("status %d\n%s", got.status, got.stderr)
	}
	if err := os.Remove(filepath.Join(out, outdir.ManifestName)); err != nil {
		t.Fatal(err)
	}
	compareTrees(t, filepath.Join(corpus.Root(t), "golden", "vm", "go"), out)
}

// TestGenerateTwice checks that a second run rewrites nothing, and what --check
// says before and after something changed.
func TestGenerateTwice(t *testing.T) {
	write(t, map[string]string{"a.json": "{ 'command': 'go' }\n", "b.json": "{ 'include': 'a.json' }\n{ 'command': 'stop' }\n"})
	args := []string{"generate", "--schema", "b.json", "--out", "out"}
	check := append(args, "--check")

	if got := runArgs(check...); got.status != 1 || got.stdout != "out/a.go: missing\nout/b.go: missing\nout/qapi-go.manifest.json: missing\n" {
		t.Errorf("check of nothing: status %d, %q", got.status, got.stdout)
	}
	if got := runArgs(args...); got.status != 0 || got.stderr != "qapi-go: out: 2 files written, 0 unchanged\n" {
		t.Fatalf("first: status %d, %q", got.status, got.stderr)
	}
	before := stat(t, "out")
	if got := runArgs(args...); got.status != 0 || got.stderr != "qapi-go: out: 0 files written, 2 unchanged\n" {
		t.Errorf("second: status %d, %q", got.status, got.stderr)
	}
	if got := runArgs(check...); got.status != 0 || got.stderr != "qapi-go: out: compared 2 files, all up to date\n" {
		t.Errorf("check: status %d, %q", got.status, got.stderr)
	}
	for name, info := range stat(t, "out") {
		if !info.ModTime().Equal(before[name].ModTime()) {
			t.Errorf("%s was written again", name)
		}
	}

	for name, text := range map[string]string{
		"b.json":   "{ 'command': 'stop' }\n{ 'command': 'cont' }\n",
		"out/a.go": "package edited\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if got := runArgs(check...); got.status != 1 || got.stdout != "out/a.go: orphaned\nout/b.go: changed\n" {
		t.Errorf("check after a change: status %d, %q", got.status, got.stdout)
	}
}

func stat(t *testing.T, dir string) map[string]fs.FileInfo {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	infos := make(map[string]fs.FileInfo)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		infos[e.Name()] = info
	}
	return infos
}
