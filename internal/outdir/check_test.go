package outdir

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	write(t, dir,
		gen.File{Path: "same.go", Data: []byte(mark)}, gen.File{Path: "changed.go", Data: []byte(mark + "1")}, gen.File{Path: "edited.go", Data: []byte(mark + "1")},
		gen.File{Path: "missing.go", Data: []byte(mark)}, gen.File{Path: "orphan.go", Data: []byte(mark)}, gen.File{Path: "gone.go", Data: []byte(mark)}, gen.File{Path: "taken.go", Data: []byte(mark)})
	put(t, dir, "edited.go", mark+"by hand")
	put(t, dir, "given.go", "package mine")
	put(t, dir, "taken.go", "package mine")
	for _, name := range []string{"missing.go", "gone.go"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, dir)
	rep, err := Check(dir, []gen.File{
		{Path: "same.go", Data: []byte(mark)}, {Path: "changed.go", Data: []byte(mark + "2")}, {Path: "edited.go", Data: []byte(mark + "1")},
		{Path: "missing.go", Data: []byte(mark)}, {Path: "given.go", Data: []byte(mark)},
	}, "go")
	if err != nil {
		t.Fatal(err)
	}
	want := []Finding{
		{"changed.go", Changed, []byte(mark + "1"), []byte(mark + "2")},
		{"edited.go", Edited, []byte(mark + "by hand"), []byte(mark + "1")},
		{"given.go", Changed, []byte("package mine"), []byte(mark)},
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
	rep, err := Check(dir, []gen.File{{Path: "a.go", Data: nil}}, "go")
	want := []Finding{{"a.go", Missing, nil, []byte{}}, {Path: ManifestName, State: Missing}}
	if err != nil || !reflect.DeepEqual(rep.Findings, want) {
		t.Errorf("%+v, %v, want %v", rep, err, want)
	}
}

// TestCheckWithoutManifest checks that up-to-date files without their manifest do not
// reported as clean: without a manifest, what is orphaned is unknown.
func TestCheckWithoutManifest(t *testing.T) {
	dir := t.TempDir()
	files := []gen.File{{Path: "a.go", Data: []byte("a")}}
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
