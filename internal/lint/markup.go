package lint

import (
	"fmt"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// CodeDocMarkup is the code of warnings about markup that is not understood and shown
// verbatim.
const CodeDocMarkup diag.Code = "doc-markup"

// maxMarkupWarnings is the maximum number of such warnings in a run.
const maxMarkupWarnings = diag.MaxErrors

// Markup adds a warning for each piece of markup in documentation that is not understood,
// at most [diag.MaxErrors].
func Markup(s *ir.Schema, errs *diag.List) {
	for doc, def := range s.Docs() {
		checkMarkup(doc, def, errs)
	}
}

// checkMarkup checks a comment. The definition is nil for free-form text.
func checkMarkup(doc *ir.Doc, def ir.Def, errs *diag.List) {
	for _, sec := range doc.Sections {
		switch sec.Kind {
		case ir.SectionExample, ir.SectionSince, ir.SectionTodo:
			continue // not marked up, or not shown
		}
		for _, p := range prose.Check(sec.Text) {
			if errs.Len() >= maxMarkupWarnings {
				return
			}
			d := &diag.Diagnostic{
				Severity: diag.Warning, Code: CodeDocMarkup, Stage: diag.StageSchema, Msg: p.Msg,
				Pos: sec.PosAt(p.Line, p.Column), End: sec.PosAt(p.Line, p.Column+p.Length),
			}
			if def != nil {
				d.Within(fmt.Sprintf("%s '%s'", def.Kind(), def.Head().Name), def.Head().Pos)
			}
			errs.Add(d)
		}
	}
}
