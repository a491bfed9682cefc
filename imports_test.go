package qapigo_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/qapi-go/qapi-go"

// allowed is the import table of docs/architecture.md: what each package may
// import besides the standard library. "…/" stands for the module's own path. A
// package that is not listed may not exist; packages of tests and of the golden
// trees are not meant.
var allowed = map[string][]string{
	"":            {},
	"ast":         {},
	"cmd/qapi-go": {"*"},
	"diag":        {},
	"gen":         {},
	"gen/docs":    {"…/gen", "…/ir", "…/markup"},
	"gen/golang":  {"…/gen", "…/ir", "…/markup", "github.com/dave/jennifer/jen"},
	"inspect":     {"…/ir"},
	"ir":          {},
	"markup":      {},
	"parser":      {"…/ast", "…/diag", "github.com/alecthomas/participle/v2", "github.com/alecthomas/participle/v2/lexer"},
	"qmp":         {"…/qmp/wire"},
	"qmp/qmptest": {"…/qmp", "…/qmp/wire"},
	"qmp/wire":    {},
	"resolver":    {"…/ast", "…/diag", "…/ir"},
	"source":      {},

	"internal/corpus": {}, // for tests only
	"internal/live":   {}, // for tests only
}

// TestImports holds the import table, and that nothing but tests imports what
// is for tests.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(strings.TrimPrefix(fields[0], module), "/")
		if strings.HasPrefix(pkg, "golden/") {
			checkGolden(t, pkg, fields[1:])
			continue
		}
		may, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %q is not in the import table", pkg)
			continue
		}
		seen++
		for _, imp := range fields[1:] {
			if standard(imp) || slices.Contains(may, "*") && !strings.HasPrefix(imp, module+"/internal/") {
				continue
			}
			short := imp
			if rest, ok := strings.CutPrefix(imp, module+"/"); ok {
				short = "…/" + rest
			}
			if !slices.Contains(may, short) {
				t.Errorf("%s imports %s, which the import table does not allow", pkg, imp)
			}
		}
	}
	if seen != len(allowed) {
		t.Errorf("the import table has %d packages, the module %d of them", len(allowed), seen)
	}
}

// checkGolden holds that generated code needs the runtime only.
func checkGolden(t *testing.T, pkg string, imports []string) {
	for _, imp := range imports {
		if !standard(imp) && imp != module+"/qmp" && imp != module+"/qmp/wire" {
			t.Errorf("generated package %s imports %s", pkg, imp)
		}
	}
}

// TestRuntimeNeedsNothing holds that the runtime of generated code, with all
// that it imports, is the standard library and itself.
func TestRuntimeNeedsNothing(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "./qmp", "./qmp/wire").Output()
	if err != nil {
		t.Fatal(err)
	}
	for imp := range strings.FieldsSeq(string(out)) {
		if !standard(imp) && imp != module+"/qmp" && imp != module+"/qmp/wire" {
			t.Errorf("qmp needs %s", imp)
		}
	}
}

// standard tells whether an import path is one of the standard library: its
// first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
