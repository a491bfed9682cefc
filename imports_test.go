package qapigo_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/qapi-go/qapi-go"

// table is the import table of docs/architecture.md: exactly what each package
// imports besides the standard library. "…" stands for the module's own path. A
// package that is not listed may not exist, unless it was generated: then it may
// import the runtime only.
var table = map[string][]string{
	"":                            {"…/diag", "…/dialect", "…/ir", "…/parser", "…/resolver"},
	"ast":                         {"…/dialect"},
	"cmd/qapi-go":                 {"github.com/aymanbagabas/go-udiff", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/mod/modfile", "…", "…/diag", "…/dialect", "…/gen/docs", "…/gen/golang", "…/internal/compat", "…/internal/config", "…/internal/console", "…/internal/driver", "…/internal/facts", "…/internal/fake", "…/internal/impact", "…/internal/introspect", "…/internal/lint", "…/internal/names", "…/internal/outdir", "…/internal/schemafmt", "…/internal/sharing", "…/internal/source", "…/ir", "…/ir/merge", "…/ir/subset", "…/parser"},
	"diag":                        {},
	"dialect":                     {},
	"gen":                         {},
	"gen/docs":                    {"…/gen", "…/gen/docs/internal/markdown", "…/gen/docs/internal/model", "…/gen/docs/internal/releases", "…/gen/docs/internal/site", "…/gen/docs/internal/text", "…/ir"},
	"gen/docs/internal/markdown":  {"…/gen", "…/gen/docs/internal/model", "…/internal/prose", "…/ir"},
	"gen/docs/internal/model":     {"…/internal/example", "…/internal/gocall", "…/internal/prose", "…/ir"},
	"gen/docs/internal/releases":  {"…/gen/docs/internal/model", "…/internal/compat", "…/ir"},
	"gen/docs/internal/site":      {"…/gen", "…/gen/docs/internal/model", "…/gen/docs/internal/releases", "…/internal/compat", "…/internal/prose", "…/ir"},
	"gen/docs/internal/text":      {"…/gen", "…/gen/docs/internal/model", "…/internal/prose", "…/ir"},
	"gen/golang":                  {"github.com/dave/jennifer/jen", "…/gen", "…/gen/golang/internal/layout", "…/internal/introspect", "…/internal/names", "…/internal/prose", "…/ir"},
	"gen/golang/internal/layout":  {},
	"internal/compat":             {"…/diag", "…/internal/names", "…/ir"},
	"internal/config":             {"github.com/goccy/go-yaml", "github.com/goccy/go-yaml/ast", "github.com/goccy/go-yaml/parser", "github.com/goccy/go-yaml/token", "…/diag", "…/internal/source"},
	"internal/console":            {"golang.org/x/term", "…/diag", "…/gen/docs", "…/internal/dial", "…/internal/example", "…/internal/introspect", "…/ir", "…/ir/subset", "…/qga", "…/qmp"},
	"internal/dial":               {},
	"internal/docstyle":           {},
	"internal/driver":             {"github.com/aymanbagabas/go-udiff", "golang.org/x/tools/go/packages", "…", "…/diag", "…/dialect", "…/gen", "…/internal/compat", "…/internal/console", "…/internal/excerpt", "…/internal/facts", "…/internal/introspect", "…/internal/outdir", "…/internal/sharing", "…/internal/source", "…/ir", "…/ir/merge", "…/parser", "…/qmp"},
	"internal/example":            {"…/internal/prose", "…/ir"},
	"internal/excerpt":            {},
	"internal/facts":              {"…/diag", "…/dialect", "…/ir"},
	"internal/fake":               {"github.com/goccy/go-yaml", "github.com/goccy/go-yaml/ast", "github.com/goccy/go-yaml/parser", "…/diag", "…/internal/behind", "…/internal/example", "…/internal/introspect", "…/ir", "…/qga", "…/qmp"},
	"internal/gocall":             {"…/internal/example", "…/internal/names", "…/ir"},
	"internal/impact":             {"golang.org/x/tools/go/packages", "…/diag", "…/internal/compat", "…/internal/names", "…/ir"},
	"internal/introspect":         {"…/dialect", "…/ir"},
	"internal/lint":               {"…/ast", "…/diag", "…/dialect", "…/internal/compat", "…/internal/docstyle", "…/internal/example", "…/internal/names", "…/internal/prose", "…/ir"},
	"internal/names":              {"…/ir"},
	"internal/outdir":             {"github.com/gofrs/flock", "…/gen"},
	"internal/prose":              {},
	"internal/schemafmt":          {},
	"internal/sharing":            {"…/gen"},
	"internal/source":             {"github.com/mikelolasagasti/xz", "…/diag"},
	"internal/testkit/certs":      {},
	"internal/testkit/corpus":     {},
	"internal/testkit/live":       {"github.com/gofrs/flock", "…/internal/dial", "…/internal/testkit/corpus"},
	"internal/testkit/schematest": {"…", "…/diag", "…/ir"},
	"ir":                          {"…/dialect"},
	"ir/merge":                    {"…/ir"},
	"ir/subset":                   {"…/ir"},
	"parser":                      {"github.com/alecthomas/participle/v2", "github.com/alecthomas/participle/v2/lexer", "…/ast", "…/diag", "…/dialect", "…/internal/docstyle"},
	"qga":                         {"…/internal/dial", "…/internal/framing", "…/qmp", "…/qmp/wire"},
	"qmp":                         {"…/internal/behind", "…/internal/dial", "…/internal/framing", "…/qmp/internal/qobject", "…/qmp/wire"},
	"qmp/genrt":                   {"…/qmp", "…/qmp/wire"},
	"internal/behind":             {},
	"internal/framing":            {"…/internal/dial", "…/qmp/wire"},
	"qmp/internal/qobject":        {},
	"qmp/qmplog":                  {"…/qmp", "…/qmp/wire"},
	"qmp/qmptest":                 {"…/internal/dial"},
	"qmp/qmptest/fake":            {"…", "…/diag", "…/dialect", "…/internal/fake", "…/internal/source", "…/ir", "…/parser", "…/qmp"},
	"qmp/wire":                    {"…/qmp/internal/qobject"},
	"resolver":                    {"…/ast", "…/diag", "…/dialect", "…/ir"},
}

// TestImports compares the import table with the imports of each package.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}}\t{{.Dir}}/{{index .GoFiles 0}}\t{{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for line := range strings.Lines(string(out)) {
		fields := strings.Split(strings.TrimSpace(line), "\t")
		pkg := strings.TrimPrefix(strings.TrimPrefix(fields[0], module), "/")
		var imports []string
		if len(fields) > 2 { // the folder may have spaces
			imports = strings.Fields(fields[2])
		}
		want, ok := table[pkg]
		if !ok && generated(t, fields[1]) {
			checkGenerated(t, pkg, imports)
			continue
		}
		seen[pkg] = true
		var got []string
		for _, imp := range imports {
			if !standard(imp) {
				got = append(got, strings.Replace(imp, module, "…", 1))
			}
		}
		slices.Sort(got)
		switch {
		case !ok:
			t.Errorf("package %q is not in the import table", pkg)
		case !slices.Equal(got, want):
			t.Errorf("package %q imports %q, the import table has %q", pkg, got, want)
		}
	}
	for pkg := range table {
		if !seen[pkg] {
			t.Errorf("package %q is in the import table and not in the module", pkg)
		}
	}
}

// TestTestkit checks that only tests import what is for tests.
func TestTestkit(t *testing.T) {
	for pkg, imports := range table {
		for _, imp := range imports {
			if strings.HasPrefix(imp, "…/internal/testkit/") && !strings.HasPrefix(pkg, "internal/testkit/") {
				t.Errorf("package %q imports %s, which is for tests", pkg, imp)
			}
		}
	}
}

// generated reports whether a Go file was generated by this program.
func generated(t *testing.T, file string) bool {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.HasPrefix(string(data), "// Code generated by qapi-go ")
}

// checkGenerated holds that generated code needs the runtime only.
func checkGenerated(t *testing.T, pkg string, imports []string) {
	for _, imp := range imports {
		if !standard(imp) && imp != module+"/qmp" && imp != module+"/qmp/genrt" && imp != module+"/qmp/wire" {
			t.Errorf("generated package %s imports %s", pkg, imp)
		}
	}
}

// TestRuntimeNeedsNothing checks that the runtime of generated code, with all
// that it imports, is the standard library and itself.
func TestRuntimeNeedsNothing(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./qga", "./qmp", "./qmp/genrt", "./qmp/wire").Output()
	if err != nil {
		t.Fatal(err)
	}
	for imp := range strings.FieldsSeq(string(out)) {
		if !standard(imp) && imp != module+"/qga" && imp != module+"/qmp" && imp != module+"/internal/dial" && imp != module+"/internal/framing" && imp != module+"/internal/behind" && !strings.HasPrefix(imp, module+"/qmp/") {
			t.Errorf("the runtime needs %s", imp)
		}
	}
}

// TestRuntimeIsSmall checks that the runtime does without the packages that would
// make up a third of a small client: fmt, and of encoding/json all but two types.
func TestRuntimeIsSmall(t *testing.T) {
	for _, dir := range []string{"qmp", "qmp/genrt", "internal/framing", "internal/behind", "qmp/internal/qobject", "qmp/wire"} {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: %v", dir, err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for _, imp := range file.Imports {
				if imp.Path.Value == `"fmt"` {
					t.Errorf("%s imports fmt", fset.Position(imp.Pos()))
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					pkg, ok := s.X.(*ast.Ident)
					if ok && pkg.Name == "json" && s.Sel.Name != "Number" && s.Sel.Name != "RawMessage" {
						t.Errorf("%s uses json.%s", fset.Position(s.Pos()), s.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

// standard reports whether an import path is one of the standard library: its
// first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

// TestArchitecture checks that docs/architecture.md lists each package, and that the files that
// it names are there.
func TestArchitecture(t *testing.T) {
	page, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for pkg := range table {
		name := pkg
		switch {
		case pkg == "":
			name = "/"
		case strings.HasPrefix(pkg, "internal/testkit/"):
			name = "internal/testkit/…"
		}
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/architecture.md does not list %q", name)
		}
	}
	files := regexp.MustCompile("`([a-z_/-]+\\.go)`").FindAllStringSubmatch(string(page), -1)
	if len(files) < 15 {
		t.Errorf("docs/architecture.md names only %d files", len(files))
	}
	for _, f := range files {
		if _, err := os.Stat(f[1]); err != nil && f[1] != "a-b-c.go" { // a generated one
			t.Errorf("docs/architecture.md: %v", err)
		}
	}
}
