package outdir

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// TestLinks checks that links in an output folder lead neither out of it nor to
// another folder in it: nothing there is written, replaced or removed.
func TestLinks(t *testing.T) {
	old := []gen.File{{Path: "a.go", Data: []byte(mark + "a")}, {Path: "module/b.go", Data: []byte(mark + "b")}, {Path: "module/c.go", Data: []byte(mark + "c")}}
	now := []gen.File{{Path: "a.go", Data: []byte(mark + "a2")}, {Path: "module/b.go", Data: []byte(mark + "b2")}}
	// swap replaces a folder or file of the output by a link to that of the
	// same content elsewhere.
	swap := func(t *testing.T, dir, name, to string) {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			live.Missing(t, "no symbolic links here: %v", err)
		}
	}
	tests := []struct {
		name  string
		links func(t *testing.T, dir, elsewhere string)
		want  string // in the error of Write; "" means that it works
	}{
		{"folder of the moment", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, workName, elsewhere)
		}, "symbolic link"},
		{"folder of the moment, inside", func(t *testing.T, dir, elsewhere string) {
			put(t, dir, "mine/x", "x")
			swap(t, dir, workName, "mine")
		}, "symbolic link"},
		{"module", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, "module", elsewhere)
		}, "symbolic link"},
		{"module, inside", func(t *testing.T, dir, elsewhere string) {
			put(t, dir, "mine/b.go", mark+"b")
			put(t, dir, "mine/c.go", mark+"c")
			swap(t, dir, "module", "mine")
		}, "symbolic link"},
		{"module, dangling", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, "module", filepath.Join(elsewhere, "none"))
		}, "symbolic link"},
		{"file, outside", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, "a.go", filepath.Join(elsewhere, "b.go"))
		}, "escapes"},
		{"file, inside", func(t *testing.T, dir, elsewhere string) {
			put(t, dir, "mine.go", mark+"mine")
			swap(t, dir, "a.go", "mine.go")
		}, ""},
		{"manifest", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, ManifestName, filepath.Join(elsewhere, "manifest"))
		}, "escapes"},
		{"lock", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, lockName, filepath.Join(elsewhere, "lock"))
		}, "not a regular file"},
		{"lock of a file", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, lockName, filepath.Join(elsewhere, "b.go"))
		}, "not a regular file"},
		{"journal step", func(t *testing.T, dir, elsewhere string) {
			swap(t, dir, "module", elsewhere)
			text, err := json.Marshal(journal{Format: 1, Folders: []string{"module/empty"}, Steps: []step{
				{Path: "module/b.go", New: hash([]byte(mark + "b"))}, {Path: "module/c.go", New: hash([]byte(mark + "c")), Had: true}}})
			if err != nil {
				t.Fatal(err)
			}
			put(t, dir, journalName, string(text))
			put(t, dir, oldName(1), "overwritten")
		}, "symbolic link"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			elsewhere, dir := t.TempDir(), t.TempDir()
			put(t, elsewhere, "b.go", mark+"b")
			put(t, elsewhere, "c.go", mark+"c")
			put(t, elsewhere, "journal.json", "{")
			put(t, elsewhere, "manifest", "{}")
			if err := os.Mkdir(filepath.Join(elsewhere, "empty"), 0o777); err != nil {
				t.Fatal(err)
			}
			write(t, dir, old...)
			test.links(t, dir, elsewhere)
			outside := tree(t, elsewhere)
			mine := map[string]string{}
			maps.Copy(mine, inMine(t, dir))

			_, err := Write(dir, now, meta)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("Write: %v", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("Write: %v, want %q", err, test.want)
			}
			if _, err := WriteClean(dir, now[:1], meta); (err == nil) != (test.want == "") {
				t.Errorf("WriteClean: %v", err)
			}
			if rep, err := Check(dir, now[:1], "go"); test.want != "" && err == nil && rep.Clean() {
				t.Error("Check finds nothing wrong")
			}
			sameTree(t, tree(t, elsewhere), outside)
			sameTree(t, inMine(t, dir), mine)
		})
	}
}

// inMine returns the files that the test treats as edited by hand.
func inMine(t *testing.T, dir string) map[string]string {
	files := map[string]string{}
	for _, name := range []string{"mine.go", "mine/x", "mine/b.go", "mine/c.go"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
			files[name] = string(data)
		}
	}
	return files
}

// TestLinkedFolder checks that the output folder itself may be a link.
func TestLinkedFolder(t *testing.T) {
	parent := t.TempDir()
	if err := os.Mkdir(filepath.Join(parent, "real"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real", filepath.Join(parent, "out")); err != nil {
		live.Missing(t, "no symbolic links here: %v", err)
	}
	files := []gen.File{{Path: "x/a.go", Data: []byte(mark)}}
	write(t, filepath.Join(parent, "out"), files...)
	if rep, err := Check(filepath.Join(parent, "real"), files, "go"); err != nil || !rep.Clean() {
		t.Errorf("%+v, %v", rep, err)
	}
}
