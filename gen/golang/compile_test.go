package golang_test

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/ir"
)

// load reads a schema through the front end.
func load(t testing.TB, src *source.Source) *ir.Schema {
	t.Helper()
	s, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display})
	if errs.Len() > 0 {
		var text strings.Builder
		errs.Print(&text, diag.Text)
		t.Fatal(text.String())
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

// newModule makes a module whose packages use this checkout of the runtime. It
// needs no network: neither it nor the runtime has another dependency.
func newModule(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	mod := corpus.GoMod(t, "example.com/test")
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %v\n%s", args, err, out)
	}
}

// generate generates a package twice and compares, sees that it is formatted,
// and writes it.
func generate(t *testing.T, s *ir.Schema, dir string, o golang.Options) {
	t.Helper()
	files, err := golang.Generate(s, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := golang.Generate(s, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(s.Modules) {
		t.Errorf("%d files for %d modules", len(files), len(s.Modules))
	}
	for i, f := range files {
		if f.Path != again[i].Path || !bytes.Equal(f.Data, again[i].Data) {
			t.Errorf("%s is different the second time", f.Path)
		}
		if formatted, err := format.Source(f.Data); err != nil || !bytes.Equal(formatted, f.Data) {
			t.Errorf("%s is not as gofmt wants it: %v", f.Path, err)
		}
	}
	if _, err := outdir.Write(dir, files, outdir.Meta{Generator: "go"}); err != nil {
		t.Fatal(err)
	}
	res, err := outdir.Write(dir, again, outdir.Meta{Generator: "go"})
	if err != nil || res.Written != nil || res.Removed != nil {
		t.Errorf("writing it again: %+v, %v", res, err)
	}
}

func TestQEMUSchemas(t *testing.T) {
	shared := corpus.Dir(t)
	dir := newModule(t)
	for _, release := range []string{"7.2.0", "9.2.0", "10.0.0", "10.2.0"} {
		for _, c := range corpus.Schemas(t, shared, release) {
			t.Run(release+"/"+c.Name, func(t *testing.T) {
				if release != "10.2.0" || c.Name == "qemu" {
					live.Slow(t, "it compiles a large package")
				}
				generate(t, loadFile(t, c.Root), filepath.Join(dir, release, c.Name), golang.Options{SchemaName: c.Name})
			})
		}
	}
	if !t.Failed() {
		run(t, dir, "go", "vet", "./...")
	}
}

// TestQEMUTestSchemas generates code from QEMU's own tests of what must work.
func TestQEMUTestSchemas(t *testing.T) {
	shared := corpus.Dir(t)
	dir := newModule(t)
	expected, err := filepath.Glob(filepath.Join(shared, "qapi-tests", "*.err"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, name := range expected {
		if info, err := os.Stat(name); err != nil || info.Size() > 0 {
			continue // an error is expected
		}
		root := strings.TrimSuffix(name, ".err") + ".json"
		if _, err := os.Stat(root); err != nil {
			continue
		}
		n++
		name = strings.TrimSuffix(filepath.Base(name), ".err")
		t.Run(name, func(t *testing.T) {
			for _, docs := range []golang.Docs{golang.DocsFull, golang.DocsSummary, golang.DocsNone} {
				generate(t, loadFile(t, root), filepath.Join(dir, name, string(docs)), golang.Options{Docs: docs})
			}
		})
	}
	if n < 8 {
		t.Errorf("%d schemas only", n)
	}
	if !t.Failed() {
		run(t, dir, "go", "vet", "./...")
	}
}

// TestExample generates every combination of parts from the example schema, and
// runs a program against the whole of it.
func TestExample(t *testing.T) {
	dir := newModule(t)
	s := load(t, source.Embedded(qapigo.Example, qapigo.ExampleRoot))
	for _, parts := range []golang.Parts{
		golang.Types, golang.Client, golang.Events, golang.Server, golang.Client | golang.Events,
		golang.Client | golang.Server, golang.Events | golang.Server, golang.AllParts,
	} {
		generate(t, s, filepath.Join(dir, strings.ReplaceAll(parts.String(), ",", "-")), golang.Options{Parts: parts})
	}
	run(t, dir, "go", "vet", "./...")
}

// TestBehaviour generates a package from a schema of its own and runs the tests
// in testdata against it.
func TestBehaviour(t *testing.T) {
	dir := newModule(t)
	generate(t, loadFile(t, "testdata/shapes.json"), filepath.Join(dir, "shapes"), golang.Options{Package: "shapes"})
	src, err := os.ReadFile("testdata/shapes_test.go.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "shapes", "shapes_test.go"), src, fs.FileMode(0o666)); err != nil {
		t.Fatal(err)
	}
	run(t, dir, "go", "vet", "./...")
	run(t, dir, "go", "test", "./...")
}
