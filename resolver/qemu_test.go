package resolver_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go/token"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/resolver"
)

// staleTests lists tests that QEMU's own build does not run, because their expected errors are
// out of date.
var staleTests = map[string]bool{"event-args-if-unboxed": true}

// TestQEMUTests runs QEMU's own schema tests and compares the first error of the resolver with
// QEMU's, text and line. Errors of earlier stages are tested in package parser. Tests without
// error must pass.
func TestQEMUTests(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "qapi-tests")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s (%v)", dir, err)
	}
	negative := 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		want, err := os.ReadFile(filepath.Join(dir, name+".err"))
		if err != nil || staleTests[name] { // a file that others include
			continue
		}
		t.Run(name, func(t *testing.T) {
			fset, errs := token.NewFileSet(), new(diag.List)
			res := parser.Load(fset, parser.Source{FS: os.DirFS(dir), Root: name + ".json"}, errs)
			if errs.HasErrors() {
				if len(want) == 0 {
					t.Errorf("refused by the parser: %s", errs.First().Msg)
				}
				return
			}
			schema := resolver.Resolve(fset, res.Root, res.Files, errs)
			if (schema == nil) != errs.HasErrors() {
				t.Errorf("schema is %v, but there are %d errors", schema, errs.Errors())
			}
			var got bytes.Buffer
			p := diag.Printer{Fset: fset, Lookup: res.Lookup, Format: diag.QEMU}
			if err := p.Print(&got, errs); err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got:\n%swant:\n%s", got.String(), want)
			}
			if len(want) > 0 {
				negative++
			}
		})
	}
	if negative < 40 {
		t.Errorf("only %d tests have their error in the resolver", negative)
	}
}
