package gen

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	write(t, dir,
		File{"same.go", []byte(mark)}, File{"changed.go", []byte(mark + "1")}, File{"edited.go", []byte(mark + "1")},
		File{"missing.go", []byte(mark)}, File{"orphan.go", []byte(mark)}, File{"gone.go", []byte(mark)}, File{"taken.go", []byte(mark)})
	put(t, dir, "edited.go", mark+"by hand")
	put(t, dir, "foreign.go", "package mine")
	put(t, dir, "taken.go", "package mine")
	for _, name := range []string{"missing.go", "gone.go"} {
		if err := (osFS{}).Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, dir)
	rep, err := Check(dir, []File{
		{"same.go", []byte(mark)}, {"changed.go", []byte(mark + "2")}, {"edited.go", []byte(mark + "1")},
		{"missing.go", []byte(mark)}, {"foreign.go", []byte(mark)},
	}, "go")
	if err != nil {
		t.Fatal(err)
	}
	want := []Finding{
		{"changed.go", Changed, []byte(mark + "1"), []byte(mark + "2")},
		{"edited.go", Edited, []byte(mark + "by hand"), []byte(mark + "1")},
		{"foreign.go", Changed, []byte("package mine"), []byte(mark)},
		{"missing.go", Missing, nil, []byte(mark)},
		{"orphan.go", Orphaned, []byte(mark), nil},
		{"taken.go", Orphaned, []byte("package mine"), []byte("package mine")},
	}
	if !reflect.DeepEqual(rep.Findings, want) || rep.Compared != 5 || rep.Clean() {
		t.Errorf("got %+v", rep)
	}
	sameTree(t, tree(t, dir), before)
}

func TestCheckWithoutFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	rep, err := Check(dir, []File{{"a.go", nil}}, "go")
	want := []Finding{{"a.go", Missing, nil, []byte{}}, {Path: ManifestName, State: Missing}}
	if err != nil || !reflect.DeepEqual(rep.Findings, want) {
		t.Errorf("%+v, %v, want %v", rep, err, want)
	}
}

// TestCheckWithoutManifest holds that up-to-date files without their manifest do
// not read as clean: nobody can tell what is orphaned.
func TestCheckWithoutManifest(t *testing.T) {
	dir := t.TempDir()
	files := []File{{"a.go", []byte("a")}}
	if _, err := Write(dir, files, Meta{Generator: "go"}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ManifestName)); err != nil {
		t.Fatal(err)
	}
	rep, err := Check(dir, files, "go")
	if want := []Finding{{Path: ManifestName, State: Missing}}; err != nil || !reflect.DeepEqual(rep.Findings, want) {
		t.Errorf("%+v, %v, want %v", rep, err, want)
	}
}
