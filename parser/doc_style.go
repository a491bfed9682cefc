package parser

import (
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// Of a detected dialect it is not certain that its rules on style hold: schemas
// of a commit before they came are like those behind. They do not hold if, of at
// least manyDocs comments, more than one in a goodDocs breaks them.
const (
	manyDocs = 50
	goodDocs = 50
)

// settleStyle drops the errors of style if the schema does not live under these
// rules.
func (a *assembler) settleStyle(errs *diag.List) {
	if !a.dialect.certain && a.docs >= manyDocs && a.unstyled*goodDocs > a.docs {
		errs.Drop(func(d *diag.Diagnostic) bool { return d.Code == codeDocStyle })
	}
}

// checkStyle holds the current line to the rules of QEMU 10.2 on style.
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
