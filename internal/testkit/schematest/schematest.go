// Package schematest loads schemas for the tests of what is made from them.
package schematest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
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
	s, errs := qapigo.Load(fsys, root, qapigo.Options{})
	if errs.Len() > 0 {
		var text strings.Builder
		errs.Print(&text, diag.Text)
		t.Fatal(text.String())
	}
	return s
}
