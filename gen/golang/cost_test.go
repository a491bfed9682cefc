package golang_test

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// BenchmarkCompile builds the package of QEMU's main schema, with all of its
// parts, in turns with the same types as plain structs with tags. It reports the
// processor time of "go build" for both, medians in milliseconds, and the ratio.
// Run it with -benchtime=7x or more.
func BenchmarkCompile(b *testing.B) {
	shared := corpus.Dir(b)
	s := loadFile(b, corpus.Schemas(b, shared, "10.2.0")[0].Root)
	full, err := golang.Generate(s, golang.Options{})
	if err != nil {
		b.Fatal(err)
	}
	dir := newModule(b)
	packages := map[string][]gen.File{"full": full, "plain": plain(b, full)}
	for _, name := range []string{"full", "plain"} {
		build(b, dir, name, packages[name], 0)
	}
	times := make(map[string][]time.Duration)
	for i := range b.N {
		for _, name := range []string{"full", "plain"} {
			times[name] = append(times[name], build(b, dir, name, packages[name], i+1))
		}
	}
	median := func(name string) float64 {
		slices.Sort(times[name])
		return times[name][len(times[name])/2].Seconds() * 1000
	}
	b.ReportMetric(median("full"), "full-ms")
	b.ReportMetric(median("plain"), "plain-ms")
	b.ReportMetric(median("full")/median("plain"), "ratio")
}

// build writes a package, which is new to the build cache, and builds it.
func build(b testing.TB, dir, name string, files []gen.File, n int, options ...string) time.Duration {
	b.Helper()
	folder := filepath.Join(dir, name)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		b.Fatal(err)
	}
	for _, f := range files {
		data := fmt.Appendf(bytes.Clone(f.Data), "\n// %d, %d\n", time.Now().UnixNano(), n)
		if err := os.WriteFile(filepath.Join(folder, f.Path), data, 0o666); err != nil {
			b.Fatal(err)
		}
	}
	cmd := exec.Command("go", append(append([]string{"build"}, options...), "./"+name)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// BenchmarkClientSize builds a client of one command and, as the yardstick, a
// program that talks to a socket through encoding/json. It reports the bytes of
// both without symbols, and how many KiB the client has more.
func BenchmarkClientSize(b *testing.B) {
	var client, yardstick int64
	for b.Loop() {
		client, yardstick = clientSize(b)
	}
	b.ReportMetric(float64(client), "client-B")
	b.ReportMetric(float64(yardstick), "yardstick-B")
	b.ReportMetric(float64(client-yardstick)/1024, "more-KiB")
}

// TestClientSize checks that a client of one command is no larger than that yardstick. With go1.26
// it is 8 KiB smaller, two pages of the file, which is all that may be added. What is new in the
// runtime and larger should be reached only through what needs it: an option that sets a function,
// for one.
func TestClientSize(t *testing.T) {
	live.Slow(t, "it links two programs")
	client, yardstick := clientSize(t)
	if client > yardstick {
		t.Errorf("the client has %d bytes, net and encoding/json have %d", client, yardstick)
	}
}

// clientSize returns the sizes of the two programs, in bytes.
func clientSize(b testing.TB) (client, yardstick int64) {
	shared := corpus.Dir(b)
	s := loadFile(b, corpus.Schemas(b, shared, "10.2.0")[0].Root)
	files, err := golang.Generate(s, golang.Options{Package: "qapi"})
	if err != nil {
		b.Fatal(err)
	}
	dir := newModule(b)
	build(b, dir, "qapi", files, 0)
	size := make(map[string]int64)
	for _, name := range []string{"client", "yardstick"} {
		source, err := os.ReadFile(filepath.Join("testdata", name+".go"))
		if err != nil {
			b.Fatal(err)
		}
		build(b, dir, name, []gen.File{{Path: "main.go", Data: source}}, 0, "-ldflags=-s -w", "-o", name+".exe")
		info, err := os.Stat(filepath.Join(dir, name+".exe"))
		if err != nil {
			b.Fatal(err)
		}
		size[name] = info.Size()
	}
	return size["client"], size["yardstick"]
}

// plain returns the types and constants of generated files, without functions,
// tables and what comes from the runtime.
func plain(b *testing.B, files []gen.File) []gen.File {
	b.Helper()
	var stripped []gen.File
	for _, f := range files {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, f.Path, f.Data, parser.SkipObjectResolution)
		if err != nil {
			b.Fatal(err)
		}
		file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok == token.IMPORT || g.Tok == token.VAR {
				return true
			}
			if t, ok := g.Specs[0].(*ast.TypeSpec); ok {
				return t.Name.Name == "Client" || t.Name.Name == "Handlers"
			}
			v := g.Specs[0].(*ast.ValueSpec)
			return v.Names[0].Name == "_" || v.Names[0].Name == "introspection"
		})
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.InterfaceType:
				n.Methods = &ast.FieldList{}
			case *ast.Field:
				if _, ok := n.Type.(*ast.SelectorExpr); ok { // qmp.Timestamp and such
					n.Type = ast.NewIdent("any")
				}
			}
			return true
		})
		var out bytes.Buffer
		if err := printer.Fprint(&out, fset, file); err != nil {
			b.Fatal(err)
		}
		stripped = append(stripped, gen.File{Path: f.Path, Data: out.Bytes()})
	}
	return stripped
}
