package qapigo_test

import (
	"bytes"
	"fmt"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

func ExampleLoad() {
	schema, errs := qapigo.Load(qapigo.Example, qapigo.ExampleRoot, qapigo.Options{})
	if errs.HasErrors() {
		errs.Print(os.Stderr, diag.Text)
		return
	}
	for _, c := range schema.Commands[:3] {
		fmt.Println(c.Name)
	}
	status := schema.ByName["StatusInfo"].(*ir.Struct)
	for _, m := range status.Members {
		fmt.Printf("%s: %s, optional %v\n", m.Name, m.Type.Head().Name, m.Optional)
	}
	// Output:
	// qmp_capabilities
	// query-version
	// monitor-command
	// running: bool, optional false
	// status: RunState, optional false
	// exit-code: uint8, optional true
}

// Errors know the text they are about.
func ExampleLoad_errors() {
	fsys := fstest.MapFS{"vm.json": {Data: []byte("{ 'command': 'stop', 'data': 'StopOption' }\n")}}
	_, errs := qapigo.Load(fsys, "vm.json", qapigo.Options{})
	errs.Print(os.Stdout, diag.Text)
	// Output:
	// vm.json:1:30: error: in command 'stop': command's 'data' uses unknown type 'StopOption' [unknown-type]
	//  1 | { 'command': 'stop', 'data': 'StopOption' }
	//    |                              ^^^^^^^^^^^^
}

// TestLoad checks what the options do.
func TestLoad(t *testing.T) {
	old := fstest.MapFS{
		"dir/a.json": {Data: []byte("{ 'include': 'b.json' }\n{ 'type': 'A', 'data': { 'b': 'B' } }\n")},
		"dir/b.json": {Data: []byte("{ 'type': 'B', 'data': {} }\n")},
	}
	fset := token.NewFileSet()
	var files []string
	s, errs := qapigo.Load(old, "dir/a.json", qapigo.Options{
		Fset:    fset,
		Display: func(path string) string { return "shown/" + path },
		Parsed: func(res *parser.Result) {
			for _, f := range res.Files {
				files = append(files, f.Display)
			}
		},
	})
	if errs.Len() > 0 || s == nil || s.Fset != fset || s.ByName["A"] == nil {
		t.Fatalf("schema %v, errors %v", s, errs.All())
	}
	if want := []string{"shown/dir/a.json", "shown/dir/b.json"}; !slices.Equal(files, want) {
		t.Errorf("files %q, want %q", files, want)
	}

	s, errs = qapigo.Load(old, "dir/a.json", qapigo.Options{Dialect: dialect.Of(10, 2)})
	var text bytes.Buffer
	if err := errs.Print(&text, diag.Text); err != nil {
		t.Fatal(err)
	}
	if s != nil || !strings.Contains(text.String(), "{ 'type': 'A'") {
		t.Errorf("schema %v; the errors do not show the text:\n%s", s, &text)
	}

	parsed := false
	s, errs = qapigo.Load(old, "missing.json", qapigo.Options{Parsed: func(res *parser.Result) { parsed = res.Root == nil }})
	if s != nil || !errs.HasErrors() || !parsed {
		t.Errorf("missing root: schema %v, %d errors, called without a tree: %v", s, errs.Errors(), parsed)
	}
}
