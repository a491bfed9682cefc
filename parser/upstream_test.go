package parser

import (
	"bytes"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// schemaStage are the tests of QEMU whose error is found when names are resolved. They must
// have no errors here.
var schemaStage = []string{
	"alternate-conflict-bool-string", "alternate-conflict-enum-bool", "alternate-conflict-enum-int",
	"alternate-conflict-lists", "alternate-conflict-num-string", "alternate-conflict-string",
	"alternate-nested", "alternate-unknown", "args-alternate", "args-array-unknown", "args-boxed-string",
	"args-if-implicit", "args-if-unboxed", "args-int", "args-member-unknown", "args-unknown", "bad-base",
	"base-cycle-direct", "command-int", "doc-bad-alternate-member", "doc-bad-boxed-command-arg",
	"doc-bad-command-arg", "doc-bad-enum-member", "doc-bad-event-arg", "doc-bad-union-member",
	"enum-clash-member", "features-deprecated-type", "features-too-many", "redefined-predefined",
	"redefined-type", "returns-alternate", "struct-base-clash", "struct-member-name-clash",
	"union-base-any", "union-base-empty", "union-base-union", "union-discriminator-bad-name", "union-empty",
	"union-int-branch", "union-invalid-base", "union-invalid-branch-key", "union-invalid-discriminator",
	"union-invalid-if-discriminator", "union-invalid-union-subfield", "union-unknown",
}

// upstreamErrors is the least number of QEMU's tests whose error this package must report.
const upstreamErrors = 106

// TestUpstreamErrors compares the errors of QEMU's negative tests that this package detects,
// line for line in QEMU's layout.
func TestUpstreamErrors(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "qapi-tests")
	names, err := filepath.Glob(filepath.Join(dir, "*.err"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	later := make(map[string]bool)
	for _, name := range schemaStage {
		later[name] = true
	}
	ours, equal, clean := 0, 0, 0
	for _, file := range names {
		name := strings.TrimSuffix(filepath.Base(file), ".err")
		input := name + ".json"
		if _, err := os.Stat(filepath.Join(dir, input)); err != nil && name != "missing-schema" {
			continue // an expectation without a test
		}
		if name == "event-args-if-unboxed" {
			continue // stale: QEMU does not run it
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fset := token.NewFileSet()
		var errs diag.List
		res := Load(fset, Source{FS: os.DirFS(dir), Root: input}, &errs)
		var got bytes.Buffer
		p := diag.Printer{Fset: fset, Lookup: res.Lookup, Format: diag.QEMU}
		if err := p.Print(&got, &errs); err != nil {
			t.Fatal(err)
		}
		if later[name] {
			want = nil
		}
		if len(want) > 0 {
			ours++
		}
		switch {
		case got.String() != string(want):
			t.Errorf("%s:\n got %swant %s", name, got.String(), want)
		case len(want) > 0:
			equal++
		default:
			clean++
		}
	}
	t.Logf("%d of %d errors equal, %d inputs without error here", equal, ours, clean)
	if equal < upstreamErrors {
		t.Errorf("%d errors equal, want at least %d", equal, upstreamErrors)
	}
}
