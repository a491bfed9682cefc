package outdir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
)

func TestVerify(t *testing.T) {
	dir := t.TempDir()
	if _, err := Verify(dir, "vendor"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a manifest: %v, want fs.ErrNotExist", err)
	}
	files := []gen.File{{Path: "a.json", Data: []byte("a")}, {Path: "b.json", Data: []byte("b")}, {Path: "c/d.json", Data: []byte("d")}}
	if _, err := Write(dir, files, Meta{Generator: "vendor"}); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, "go"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of another generator: %v, want fs.ErrNotExist", err)
	}
	if rep, err := Verify(dir, "vendor"); err != nil || !rep.Clean() || rep.Compared != 3 {
		t.Errorf("untouched: %+v, %v", rep, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "c", "d.json"), []byte("D"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "a.json")); err != nil {
		t.Fatal(err)
	}
	want := Report{Compared: 3, Findings: []Finding{{Path: "a.json", State: Missing}, {Path: "c/d.json", State: Edited, Old: []byte("D")}}}
	if rep, err := Verify(dir, "vendor"); err != nil || !reflect.DeepEqual(rep, want) {
		t.Errorf("edited: %+v, %v, want %+v", rep, err, want)
	}
}

func TestOwns(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(dir, []gen.File{{Path: "c/d.json", Data: []byte("d")}}, Meta{Generator: "vendor"}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		generator, path string
		want            bool
	}{{"vendor", "c/d.json", true}, {"vendor", "d.json", false}, {"go", "c/d.json", false}} {
		if got, err := Owns(dir, test.generator, test.path); err != nil || got != test.want {
			t.Errorf("Owns(%s, %s) = %v, %v", test.generator, test.path, got, err)
		}
	}
}
