package parser

import "github.com/qapi-go/qapi-go/internal/docstyle"

// checkStyle holds the current line to the rules of QEMU 10.2 on style.
func (p *docParser) checkStyle() {
	l := p.cur
	p.style.Next(l.text)
	if p.style.Long() {
		p.syntax(l.hash, l.at, l.at+len(l.text), CodeDocStyle, "documentation line longer than %d characters", docstyle.MaxColumns)
	}
	for _, j := range p.style.Joints() {
		d := p.syntax(l.at+j.From+1, l.at+j.From, l.at+j.To, CodeDocStyle, "Use two spaces between sentences")
		d.Upstream.After = []string{"If this not the end of a sentence, please report a bug."}
	}
}
