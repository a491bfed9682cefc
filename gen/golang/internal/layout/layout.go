// Package layout formats generated Go source as gofmt does. It handles the subset of Go that
// gen/golang writes: a declaration, field, value or statement is one line, assignments are the only
// operators, and comments are on lines of their own and already formatted.
//
// gofmt's own code, which parses the source and measures each expression, took half of the time to
// generate a package.
package layout

import (
	"bytes"
	"unicode/utf8"
)

// Source formats source, which may come in pieces of whole lines. The result is unspecified for
// source outside of the subset.
func Source(pieces ...[]byte) []byte {
	size := 0
	for _, src := range pieces {
		size += len(src)
	}
	l := layouter{out: make([]byte, 0, size+size/8)}
	for _, src := range pieces {
		for l.src = src; len(l.src) > 0; {
			l.line()
		}
	}
	l.flush()
	return l.out
}

// A layouter writes line by line. It holds rows back until the widths of their columns are known.
type layouter struct {
	src, out []byte
	open     []scope // of each open bracket
	text     []byte  // of the current line
	ends     []int   // of its columns
	held     []byte  // text of the rows
	rows     []row

	keyword string // of the last top-level declaration
	blank   bool   // the previous line was blank
	comment bool   // the previous line was a comment
}

// A scope is what an open bracket at the end of a line contains.
type scope int

const (
	block  scope = iota // statements, elements, imports, methods of an interface
	fields              // of a struct: NAME TYPE TAG
	consts              // NAME TYPE = VALUE
)

// A row is a line in columns: a field, a constant or a function of one line.
type row struct {
	cells [3][2]int // offsets in held
	n     int
}

// line formats one line, or several if a raw string continues on the next.
func (l *layouter) line() {
	if text := bytes.TrimLeft(l.src, " "); bytes.HasPrefix(text, []byte("//")) {
		line, rest, _ := bytes.Cut(text, []byte("\n"))
		l.src = rest
		l.separate("")
		l.comment = true
		l.write(line)
		return
	}
	l.text, l.ends = l.text[:0], l.ends[:0]
	var first, last token
	for n := 0; ; n++ {
		t := l.token()
		if t.kind == '\n' {
			break
		}
		switch {
		case n == 0:
			first = t
		case l.column(n, t):
			l.ends = append(l.ends, len(l.text))
		case l.spaced(first, last, t, n):
			l.text = append(l.text, ' ')
		}
		l.text = append(l.text, t.text...)
		last = t
	}
	l.ends = append(l.ends, len(l.text))
	switch {
	case first.text == nil:
		l.flush()
		l.blank = true
	case first.kind == '}' || first.kind == ')':
		l.flush()
		l.open = l.open[:max(len(l.open)-1, 0)]
		l.blank, l.comment = false, false
		l.write(l.text)
	case len(l.open) == 0:
		l.declaration(string(first.text), last)
	case l.scope() == block || last.kind == '{' || last.kind == '(':
		l.separate("")
		l.write(l.text)
		l.opened(last, block)
	default:
		l.separate("")
		l.hold()
	}
}

func (l *layouter) scope() scope {
	if len(l.open) == 0 {
		return block
	}
	return l.open[len(l.open)-1]
}

// column reports whether the n-th token of a line starts a column.
func (l *layouter) column(n int, t token) bool {
	if len(l.ends) == len(row{}.cells)-1 {
		return false
	}
	switch l.scope() {
	case fields:
		return n == 1 && t.kind != '.' || t.kind == '`'
	case consts:
		return n == 1 || t.kind == '='
	}
	return false
}

// opened pushes the scope of the bracket at the end of a line, if there is one.
func (l *layouter) opened(last token, s scope) {
	if last.kind == '{' || last.kind == '(' {
		l.open = append(l.open, s)
	}
}

// longFunc is the length of a function's head above which gofmt breaks an empty body.
const longFunc = 100

// declaration writes the first line of a top-level declaration.
func (l *layouter) declaration(keyword string, last token) {
	l.separate(keyword)
	if head, ok := bytes.CutSuffix(l.text, []byte(" {}")); ok && keyword == "func" {
		if len(head) > longFunc {
			l.write(append(head, " {"...))
			l.write([]byte("}"))
			return
		}
		l.text = append(head, "{}"...)
		l.ends = append(l.ends[:0], len(head), len(l.text))
		l.hold()
		return
	}
	l.write(l.text)
	switch {
	case keyword == "const":
		l.opened(last, consts)
	case keyword == "type" && bytes.HasSuffix(l.text, []byte("struct {")):
		l.opened(last, fields)
	default:
		l.opened(last, block)
	}
}

// separate writes the blank line that belongs before the next line, if any: one of the source, or
// the one before a top-level declaration that has a comment or a different keyword than the
// previous declaration. keyword is empty for a comment and inside of declarations.
func (l *layouter) separate(keyword string) {
	top := len(l.open) == 0
	above := !l.comment && (l.blank || top && l.keyword != "" && l.keyword != keyword)
	if (above || l.comment && l.blank) && len(l.out)+len(l.rows) > 0 {
		l.flush()
		l.out = append(l.out, '\n')
	}
	if keyword != "" {
		l.keyword = keyword
	}
	l.blank, l.comment = false, false
}

// write writes a line without columns.
func (l *layouter) write(text []byte) {
	l.flush()
	l.indent()
	l.out = append(append(l.out, text...), '\n')
}

func (l *layouter) indent() {
	for range l.open {
		l.out = append(l.out, '\t')
	}
}

// hold keeps the current line as a row.
func (l *layouter) hold() {
	var r row
	start := 0
	for _, end := range l.ends {
		r.cells[r.n] = [2]int{len(l.held) + start, len(l.held) + end}
		r.n++
		start = end
	}
	l.held = append(l.held, l.text...)
	l.rows = append(l.rows, r)
}

// flush writes the held rows with their columns aligned.
func (l *layouter) flush() {
	var width [len(row{}.cells)]int
	for _, r := range l.rows {
		for i, c := range r.cells[:r.n-1] {
			width[i] = max(width[i], utf8.RuneCount(l.held[c[0]:c[1]]))
		}
	}
	for _, r := range l.rows {
		l.indent()
		for i, c := range r.cells[:r.n] {
			cell := l.held[c[0]:c[1]]
			l.out = append(l.out, cell...)
			if i < r.n-1 {
				for range width[i] + 1 - utf8.RuneCount(cell) {
					l.out = append(l.out, ' ')
				}
			}
		}
		l.out = append(l.out, '\n')
	}
	l.rows, l.held = l.rows[:0], l.held[:0]
}
