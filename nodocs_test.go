package qapigo_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/ir"
)

// TestNoDocs checks that a schema without documentation has the same definitions and the
// same errors: those of the project's own schemas, and of QEMU's tests, most of which are
// wrong.
func TestNoDocs(t *testing.T) {
	t.Run("own", func(t *testing.T) { checkNoDocs(t, os.DirFS("testdata/schemas")) })
	t.Run("wrong", func(t *testing.T) { checkNoDocs(t, os.DirFS(filepath.Join(corpus.Dir(t), "qapi-tests"))) })
}

func checkNoDocs(t *testing.T, fsys fs.FS) {
	docs := 0
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".json") {
			return err
		}
		with, errs := loaded(fsys, name, false)
		without, bare := loaded(fsys, name, true)
		if !slices.Equal(errs, bare) {
			t.Errorf("%s: errors %q\nwithout documentation %q", name, errs, bare)
		}
		if with == nil || without == nil {
			return nil
		}
		if got, want := described(without), described(with); !slices.Equal(got, want) {
			t.Errorf("%s: definitions %q\nwant %q", name, got, want)
		}
		for range with.Docs() {
			docs++
		}
		for doc := range without.Docs() {
			t.Errorf("%s: documentation of %q is there", name, doc.Symbol)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if docs == 0 {
		t.Error("no schema has documentation")
	}
}

// loaded returns a schema and its errors, each with its place and notes.
func loaded(fsys fs.FS, root string, noDocs bool) (*ir.Schema, []string) {
	schema, errs := qapigo.Load(fsys, root, qapigo.Options{NoDocs: noDocs})
	var lines []string
	for _, d := range errs.All() {
		lines = append(lines, fmt.Sprintf("%s-%s: %s", errs.Fset.Position(d.Pos), errs.Fset.Position(d.End), d.Msg))
		for _, n := range d.Notes {
			lines = append(lines, fmt.Sprintf("  %s: %s", errs.Fset.Position(n.Pos), n.Msg))
		}
	}
	return schema, lines
}

// described returns the kind, the name and the references of each type and definition.
func described(s *ir.Schema) []string {
	var lines []string
	add := func(def ir.Def) {
		line := def.Kind() + " " + def.Head().Name + " " + fmt.Sprint(def.Head().NamePos)
		for ref := range ir.References(def) {
			line += " " + ref.Name + ":" + ref.Type.Head().Name
		}
		lines = append(lines, line)
	}
	for _, t := range s.Types {
		add(t)
	}
	for def := range s.Definitions() {
		add(def)
	}
	return lines
}
