package resolver_test

import (
	"go/token"
	"io/fs"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// load parses and resolves the schema with that root file.
func load(fsys fs.FS, root string) (*ir.Schema, *token.FileSet, *diag.List) {
	schema, errs := qapigo.Load(fsys, root, qapigo.Options{})
	return schema, errs.Fset, errs
}

// loadText parses and resolves a schema of one file, "test.json".
func loadText(text string) (*ir.Schema, *token.FileSet, *diag.List) {
	return load(fstest.MapFS{"test.json": {Data: []byte(text)}}, "test.json")
}

// mustLoad loads a schema and fails the test if it is invalid.
func mustLoad(t *testing.T, text string) *ir.Schema {
	t.Helper()
	s, fset, errs := loadText(text)
	for _, d := range errs.All() {
		t.Errorf("%s: %s", fset.Position(d.Pos), d.Msg)
	}
	if s == nil || t.Failed() {
		t.FailNow()
	}
	return s
}

// source returns the text between two positions.
func source(fset *token.FileSet, text string, pos, end token.Pos) string {
	if !pos.IsValid() || !end.IsValid() {
		return ""
	}
	return text[fset.Position(pos).Offset:fset.Position(end).Offset]
}

// def returns the definition of that name.
func def[T ir.Def](t *testing.T, s *ir.Schema, name string) T {
	t.Helper()
	d, ok := s.ByName[name].(T)
	if !ok {
		t.Fatalf("%s is a %T", name, s.ByName[name])
	}
	return d
}
