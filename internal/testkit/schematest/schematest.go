// Package schematest loads schemas for the tests of what is made from them.
package schematest

import (
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// Load parses and resolves the schema whose root file is below the folder top.
// Anything wrong with it fails the test.
func Load(t testing.TB, top, root string) *ir.Schema {
	t.Helper()
	rel, err := filepath.Rel(top, root)
	if err != nil {
		t.Fatal(err)
	}
	return load(t, os.DirFS(top), filepath.ToSlash(rel))
}

// Text parses and resolves a schema of one file.
func Text(t testing.TB, text string) *ir.Schema {
	t.Helper()
	return load(t, fstest.MapFS{"test.json": {Data: []byte(text)}}, "test.json")
}

// Files parses and resolves a schema of several files.
func Files(t testing.TB, fsys fs.FS, root string) *ir.Schema {
	t.Helper()
	return load(t, fsys, root)
}

func load(t testing.TB, fsys fs.FS, root string) *ir.Schema {
	t.Helper()
	fset, errs := token.NewFileSet(), new(diag.List)
	res := parser.Load(fset, parser.Source{FS: fsys, Root: root}, errs)
	var s *ir.Schema
	if res.Root != nil {
		s = resolver.Resolve(fset, res.Root, res.Files, errs)
	}
	for _, d := range errs.All() {
		t.Errorf("%s: %s", fset.Position(d.Pos), d.Msg)
	}
	if s == nil || t.Failed() {
		t.FailNow()
	}
	return s
}
