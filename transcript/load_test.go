package transcript_test

import (
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
	"github.com/qapi-go/qapi-go/source"
)

// load reads a schema through the front end.
func load(t testing.TB, src *source.Source) *ir.Schema {
	t.Helper()
	fset := token.NewFileSet()
	var errs diag.List
	res := parser.Load(fset, parser.Source{FS: src.FS, Root: src.Root, Display: src.Display}, &errs)
	if res.Root == nil {
		t.Fatalf("%s cannot be read: %v", src.Root, errs.All())
	}
	s := resolver.Resolve(fset, res.Root, res.Files, &errs)
	for _, d := range errs.Sorted() {
		t.Errorf("%v: %s", fset.Position(d.Pos), d.Msg)
	}
	if t.Failed() {
		t.FailNow()
	}
	return s
}

func loadFile(t testing.TB, name string) *ir.Schema {
	t.Helper()
	src, err := source.File(name)
	if err != nil {
		t.Fatal(err)
	}
	return load(t, src)
}

// loadText reads a schema from its text.
func loadText(t testing.TB, text string) *ir.Schema {
	t.Helper()
	return load(t, source.Embedded(fstest.MapFS{"test.json": {Data: []byte(text)}}, "test.json"))
}

// documentation returns all documentation comments of a schema.
func documentation(s *ir.Schema) []*ir.Doc {
	var list []*ir.Doc
	for _, m := range s.Modules {
		for _, item := range m.Items {
			switch item := item.(type) {
			case *ir.FreeDoc:
				list = append(list, item.Doc)
			case ir.Def:
				if d := item.Head().Doc; d != nil {
					list = append(list, d)
				}
			}
		}
	}
	return list
}

// comment makes a documentation comment of text.
func comment(text string) string {
	return "##\n# " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n# ") + "\n##\n"
}
