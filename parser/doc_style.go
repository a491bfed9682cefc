package parser

import (
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A schema from shortly before the style rules were added looks like one from after. So for a
// detected dialect the rules do not apply if the schema has at least manyDocs comments and more
// than one in goodDocs violates them.
const (
	manyDocs = 50
	goodDocs = 50
)

// settleStyle drops style errors if the schema does not appear to follow the style rules.
func (a *assembler) settleStyle(errs *diag.List) {
	if !a.dialect.certain && a.docs >= manyDocs && a.unstyled*goodDocs > a.docs {
		errs.Drop(func(d *diag.Diagnostic) bool { return d.Code == codeDocStyle })
	}
}

// checkStyle checks the current line against the style rules of QEMU 10.2.
func (p *docParser) checkStyle() {
	l := p.cur
	p.style.Next(l.text)
	if p.style.Long() {
		p.unstyled = true
		p.syntax(l.hash, l.at, l.at+len(l.text), codeDocStyle, "documentation line longer than %d characters", docstyle.MaxColumns)
	}
	for _, j := range p.style.Joints() {
		p.unstyled = true
		d := p.syntax(l.at+j.From+1, l.at+j.From, l.at+j.To, codeDocStyle, "Use two spaces between sentences")
		d.Upstream.After = []string{"If this not the end of a sentence, please report a bug."}
	}
}
