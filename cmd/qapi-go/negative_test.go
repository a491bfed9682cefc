package main

import (
	"bytes"
	"encoding/json"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"testing"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// An upstreamTest is what the list of QEMU's own schema tests says of one of
// them.
type upstreamTest struct {
	Kind   string `json:"kind"` // "pos", "neg" or "helper"
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"col"`     // 0 if QEMU tells none
	NotRun bool   `json:"not_run"` // QEMU's build leaves it out
}

// staleTests are those of QEMU's tests whose expected error its own compiler
// does not give any more.
var staleTests = []string{"event-args-if-unboxed"}

// TestNegative runs all of QEMU's negative tests, by the rules of the release
// they are from: each must be refused, with the first error at the place where
// QEMU's compiler finds it, and in QEMU's words in that format.
func TestNegative(t *testing.T) {
	shared := corpus.Dir(t)
	dir := filepath.Join(shared, "qapi-tests")
	data, err := os.ReadFile(filepath.Join(shared, "oracle", "tests-10.2.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	var tests map[string]upstreamTest
	if err := json.Unmarshal(data, &tests); err != nil {
		t.Fatal(err)
	}
	tests["missing-schema"] = upstreamTest{Kind: "neg"} // it has no input
	var names []string
	for name, test := range tests {
		if test.Kind == "neg" && !slices.Contains(staleTests, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	places, texts := 0, 0
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join(dir, name+".err"))
			if err != nil {
				t.Fatal(err)
			}
			_, errs := qapigo.Load(os.DirFS(dir), name+".json", qapigo.Options{})
			fset := errs.Fset
			first := errs.First()
			if first == nil {
				t.Fatal("accepted")
			}
			if atUpstreamPlace(t, fset, first, tests[name]) {
				places++
			}
			var got bytes.Buffer
			if err := errs.Print(&got, diag.QEMU); err != nil {
				t.Fatal(err)
			}
			if got.String() != string(want) {
				t.Errorf("got:\n%swant:\n%s", got.String(), want)
			} else {
				texts++
			}
			checkPlaces(t, fset, errs)
		})
	}
	t.Logf("%d of %d at QEMU's place, %d of %d in QEMU's words", places, len(names), texts, len(names))
	if places < len(names) || texts < len(names) || len(names) < 151 {
		t.Errorf("%d of %d at the place, %d in the words; there were 151", places, len(names), texts)
	}
}

// atUpstreamPlace reports whether QEMU's compiler gives the place of d, file and
// line and perhaps column, as the test says.
func atUpstreamPlace(t *testing.T, fset *token.FileSet, d *diag.Diagnostic, test upstreamTest) bool {
	t.Helper()
	pos := d.Pos
	if d.Def.IsValid() {
		pos = d.Def
	}
	column := false
	if up := d.Upstream; up != nil {
		column = up.Column
		if up.Pos.IsValid() {
			pos = up.Pos
		}
	}
	if test.File == "" {
		if pos.IsValid() {
			t.Errorf("place %v, want none", fset.Position(pos))
		}
		return !pos.IsValid()
	}
	at := fset.Position(pos)
	if at.Filename != test.File || at.Line != test.Line || column != (test.Column > 0) || column && at.Column != test.Column {
		t.Errorf("place %v (with a column: %v), want %s:%d:%d", at, column, test.File, test.Line, test.Column)
		return false
	}
	return true
}

// checkPlaces checks that every error that has a file has a span in it, so that
// text format shows line and column.
func checkPlaces(t *testing.T, fset *token.FileSet, errs *diag.List) {
	t.Helper()
	for _, d := range errs.Sorted() {
		if d.Code == "" || d.Msg == "" {
			t.Errorf("without code or message: %+v", d)
		}
		if !d.Pos.IsValid() {
			if d.Code != "read-file" {
				t.Errorf("without a place: %s", d.Msg)
			}
			continue
		}
		if d.End < d.Pos || fset.File(d.Pos) == nil || d.End.IsValid() && fset.File(d.Pos) != fset.File(d.End) {
			t.Errorf("bad span [%v, %v): %s", fset.Position(d.Pos), fset.Position(d.End), d.Msg)
		}
	}
}
