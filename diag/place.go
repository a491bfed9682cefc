package diag

import (
	"go/token"
	"strings"
	"unicode/utf8"
)

// place returns [pos, end) as a Place. End may be NoPos for a point.
func (p *Printer) place(pos, end token.Pos) *Place {
	from := p.position(pos)
	pl := &Place{from.Filename, from.Line, from.Column, from.Line, from.Column}
	if f := p.Fset.File(pos); f != nil && end > pos && int(end) <= f.Base()+f.Size() {
		to := p.position(end)
		pl.EndLine, pl.EndColumn = to.Line, to.Column
	}
	return pl
}

// position returns the position of pos. Its column counts characters, or bytes if the text is
// unknown.
func (p *Printer) position(pos token.Pos) token.Position {
	at := p.Fset.Position(pos)
	if text, start, _, ok := p.line(pos); ok {
		at.Column = 1 + p.characters(text, pos-token.Pos(at.Column-1), start, start+at.Column-1)
	}
	return at
}

// line returns the text of the file that contains pos, and the offsets of the start and end of
// its line, excluding the newline.
func (p *Printer) line(pos token.Pos) (text string, start, end int, ok bool) {
	if !pos.IsValid() {
		return "", 0, 0, false
	}
	f := p.Fset.File(pos)
	if f == nil {
		return "", 0, 0, false
	}
	text = p.lookup(f.Name()).Text
	if len(text) != f.Size() || text == "" {
		return "", 0, 0, false
	}
	line := f.Line(pos)
	start, end = f.Offset(f.LineStart(line)), len(text)
	if line < f.LineCount() {
		end = f.Offset(f.LineStart(line + 1))
	}
	return text, start, start + len(strings.TrimSuffix(text[start:end], "\n")), true
}

// countStep is the distance in bytes between the positions on a line for which
// [Printer.characters] caches its count.
const countStep = 4096

// characters counts the characters of text[start:at], on the line that starts at offset start
// and position line. It caches counts, since a schema on a single line of many megabytes may
// have thousands of errors.
func (p *Printer) characters(text string, line token.Pos, start, at int) int {
	counts := p.counts[line]
	if at-start >= countStep && counts == nil {
		counts = []int{0}
	}
	from, n := start, 0
	if counts != nil {
		for len(counts) <= (at-start)/countStep {
			from := start + (len(counts)-1)*countStep
			counts = append(counts, counts[len(counts)-1]+runeStarts(text[from:from+countStep]))
		}
		if p.counts == nil {
			p.counts = make(map[token.Pos][]int)
		}
		p.counts[line] = counts
		step := (at - start) / countStep
		from, n = start+step*countStep, counts[step]
	}
	return n + runeStarts(text[from:at])
}

// runeStarts returns the number of characters that start in s.
func runeStarts(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

func (p *Printer) lookup(name string) File {
	if p.Lookup == nil {
		return File{}
	}
	return p.Lookup(name)
}

// includedFrom returns the position of the include directive that reads the file with pos.
func (p *Printer) includedFrom(pos token.Pos) token.Pos {
	if f := p.Fset.File(pos); f != nil {
		return p.lookup(f.Name()).IncludedFrom
	}
	return token.NoPos
}

// includes returns the include directives that lead to the file with pos, innermost first.
func (p *Printer) includes(pos token.Pos) []token.Pos {
	var chain []token.Pos
	for from := p.includedFrom(pos); from.IsValid(); from = p.includedFrom(from) {
		chain = append(chain, from)
	}
	return chain
}
