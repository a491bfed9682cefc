package lint_test

import (
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/parser"
)

// FuzzRun checks that each finding in any schema without errors has a span of the
// file.
func FuzzRun(f *testing.F) {
	for _, r := range lint.Rules() {
		e, ok := diag.Explain(r.Code)
		if !ok {
			f.Fatalf("%s is not explained", r.Code)
		}
		f.Add(e.Bad[0].Text)
		f.Add(e.Good[0].Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var res *parser.Result
		schema, errs := qapigo.Load(fstest.MapFS{"s.json": {Data: []byte(text)}}, "s.json",
			qapigo.Options{Parsed: func(r *parser.Result) { res = r }})
		if schema == nil {
			return
		}
		fset := errs.Fset
		var list diag.List
		lint.Run(lint.Schema{IR: schema, Root: res.Root, Text: func(name string) string { return res.Lookup(name).Text }}, allRules(), &list)
		for _, d := range list.All() {
			f := fset.File(d.Pos)
			if f == nil || d.End < d.Pos || int(d.End) > f.Base()+f.Size() || d.Severity != diag.Warning {
				t.Errorf("%s: span from %d to %d in %q", d.Code, d.Pos, d.End, text)
			}
		}
	})
}
