package golang_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
)

// TestWire generates a package from every schema of the corpus and from the
// schema of all shapes, and runs the tests in testdata/wire against them: the
// messages that were captured, the examples in QEMU's documentation, and random
// values of every type.
func TestWire(t *testing.T) {
	shared := corpus.Dir(t)
	dir := newModule(t)
	var packages []string
	add := func(t *testing.T, name, root string) {
		s := loadFile(t, root)
		wirePackage(t, s, filepath.Join(dir, name))
		packages = append(packages, name)
	}
	add(t, "shapes", "testdata/shapes.json")
	add(t, "cases", "testdata/wire.json")
	wirePackage(t, load(t, source.Embedded(qapigo.Example, qapigo.ExampleRoot)), filepath.Join(dir, "vm"))
	packages = append(packages, "vm")
	releases, err := os.ReadDir(filepath.Join(shared, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range live.Sample(t, releases, 4) {
		for _, c := range corpus.Schemas(t, shared, r.Name()) {
			t.Run(c.Release+"/"+c.Name, func(t *testing.T) {
				if c.Name != "qga" {
					live.Slow(t, "it compiles a large package")
				}
				add(t, c.Release+"/"+c.Name, c.Root)
			})
		}
	}
	writeGo(t, filepath.Join(dir, "wire", "packages_test.go"), packageTable(packages))
	tests, err := filepath.Glob("testdata/wire/*.go")
	if err != nil || len(tests) == 0 {
		t.Fatalf("no tests: %v", err)
	}
	for _, name := range tests {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		writeGo(t, filepath.Join(dir, "wire", filepath.Base(name)), string(src))
	}
	list, err := os.ReadFile("testdata/wire/wrong_examples.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "wire", "wrong_examples.txt"), list, 0o666); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "go", "vet", "./wire")
	cmd := exec.Command("go", "test", "-v", "./wire")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off", "QAPI_TRAFFIC="+filepath.Join(shared, "traffic"))
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Error(err)
	}
}

// wirePackage generates a package for s, and beside it a list of its types, of
// the values of its enums, and the examples in the schema's documentation.
func wirePackage(t *testing.T, s *ir.Schema, dir string) {
	t.Helper()
	files, err := golang.Generate(s, golang.Options{Docs: golang.DocsNone})
	if err != nil {
		t.Fatal(err)
	}
	types, values := new(strings.Builder), new(strings.Builder)
	for _, f := range files {
		writeGo(t, filepath.Join(dir, f.Path), string(f.Data))
		file, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Data, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if d, ok := d.(*ast.GenDecl); ok {
				for _, spec := range d.Specs {
					listSpec(types, values, spec)
				}
			}
		}
	}
	writeGo(t, filepath.Join(dir, "list.go"), "package qapi\n\n// Types has a pointer to each type that can be on the wire.\nvar Types = map[string]any{\n"+
		types.String()+"}\n\n// Values has the values of the enums.\nvar Values = map[string][]string{}\n\nfunc init() {\n"+values.String()+"}\n")
	text, err := json.Marshal(examples(s))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "examples.json"), text, 0o666); err != nil {
		t.Fatal(err)
	}
}

func listSpec(types, values *strings.Builder, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if _, ok := spec.Type.(*ast.InterfaceType); !ok && !slices.Contains([]string{"Client", "Handlers", "UnknownBranch"}, spec.Name.Name) {
			fmt.Fprintf(types, "%q: new(%[1]s),\n", spec.Name.Name)
		}
	case *ast.ValueSpec:
		if typ, ok := spec.Type.(*ast.Ident); ok && len(spec.Values) == 1 {
			if lit, ok := spec.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				fmt.Fprintf(values, "Values[%q] = append(Values[%[1]q], %s)\n", typ.Name, lit.Value)
			}
		}
	}
}

func writeGo(t *testing.T, name, src string) {
	t.Helper()
	text, err := format.Source([]byte(src))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o666); err != nil {
		t.Fatal(err)
	}
}

// packageTable is the file with the table of packages.
func packageTable(names []string) string {
	imports, rows := new(strings.Builder), new(strings.Builder)
	for k, name := range names {
		fmt.Fprintf(imports, "p%d %q\n", k, "example.com/test/"+name)
		fmt.Fprintf(rows, "{%q, p%d.Types, p%[2]d.Values, new(p%[2]d.Handlers).Commands()},\n", name, k)
	}
	return "package wire_test\n\nimport (\n" + imports.String() + ")\n\nvar packages = []pkg{\n" + rows.String() + "}\n"
}

// An exchange is an example: its messages in order.
type exchange struct {
	Where    string
	Def      string
	Messages []exampleMessage
}

type exampleMessage struct {
	Arrow string
	Text  string
}

// examples returns the examples in a schema's documentation.
func examples(s *ir.Schema) []exchange {
	var found []exchange
	addDoc := func(doc *ir.Doc) {
		if doc == nil {
			return
		}
		for _, sec := range doc.Sections {
			blocks := prose.Parse(sec.Text)
			if sec.Kind == ir.SectionExample {
				blocks = []prose.Block{prose.ParseExample(sec.Text)}
			}
			x := exchange{Where: s.Fset.Position(sec.Pos).String(), Def: doc.Symbol}
			x.addBlocks(blocks)
			if len(x.Messages) > 0 {
				found = append(found, x)
			}
		}
	}
	for _, m := range s.Modules {
		for _, item := range m.Items {
			switch item := item.(type) {
			case *ir.FreeDoc:
				addDoc(item.Doc)
			case ir.Def:
				addDoc(item.Head().Doc)
			}
		}
	}
	return found
}

func (x *exchange) addBlocks(blocks []prose.Block) {
	for _, b := range blocks {
		switch b := b.(type) {
		case prose.Example:
			x.addBlocks(b.Blocks)
		case prose.Quote:
			x.addBlocks(b.Blocks)
		case prose.Admonition:
			x.addBlocks(b.Blocks)
		case prose.List:
			for _, item := range b.Items {
				x.addBlocks(item.Blocks)
			}
		case prose.Dialog:
			x.addDialog(b)
		}
	}
}

func (x *exchange) addDialog(d prose.Dialog) {
	for _, l := range d.Lines {
		text := strings.TrimSpace(l.Text)
		switch l.Kind {
		case prose.LineClient, prose.LineServer:
			x.Messages = append(x.Messages, exampleMessage{text[:2], text[2:]})
		case prose.LineContinued, prose.LineElision:
			if n := len(x.Messages); n > 0 {
				x.Messages[n-1].Text += "\n" + text
			}
		}
	}
}
