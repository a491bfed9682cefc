// Package schemafmt formats schema files, in the style of most of QEMU's schemas.
//
// It changes only white space: tokens, comments and documentation stay the same, except for white
// space at the ends of lines. As with gofmt, authors choose where to break lines between members or
// elements, unless a line would exceed 80 columns.
//
//	{ 'command': 'blockdev-insert',
//	  'data': { 'id': 'str',
//	            'nodes': ['BlockNode'] },
//	  'features': [ 'unstable' ] }
//
//	{ 'struct': 'Node',
//	  'data': {
//	    'name': 'str'
//	  } }
//
// A line within brackets is aligned with the first entry in them or, if the opening bracket ends
// its line, indented by two columns. There is one space inside of brackets, but none in a list type
// such as ['str']. Lines end with "\n"; there are no two blank lines in a row.
package schemafmt

import (
	"strings"
	"unicode/utf8"
)

// maxColumns is the maximum length of a line that can be broken.
const maxColumns = 80

// Source formats the text of a schema file. Formatting the result again does not change it. The
// text must have no syntax errors; otherwise, the result is unspecified.
func Source(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	p := &printer{scan: scanner{text: text}}
	for p.item() {
	}
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	return p.out.String()
}

// A printer writes a file.
type printer struct {
	scan scanner
	out  strings.Builder
	col  int // of what comes next, counted from 0
}

// item formats the next top-level item, and reports whether there was one.
func (p *printer) item() bool {
	lineStart := p.scan.pos
	newlines := p.scan.space()
	if p.scan.pos == len(p.scan.text) {
		return false
	}
	comment := p.scan.text[p.scan.pos] == '#'
	switch {
	case p.out.Len() == 0:
	case newlines > 0:
		p.newline(min(newlines, 2), 0)
	case comment:
		p.write(" ")
	default:
		p.newline(1, 0)
	}
	if !comment {
		p.object()
		return true
	}
	// Comments keep their indentation.
	if newlines > 0 || p.out.Len() == 0 {
		before := p.scan.text[lineStart:p.scan.pos]
		p.write(before[strings.LastIndexByte(before, '\n')+1:])
	}
	first := p.scan.line()
	p.write(first)
	if strings.HasPrefix(first, "##") {
		p.documentation()
	}
	return true
}

// documentation writes the rest of a documentation comment unchanged.
func (p *printer) documentation() {
	for {
		start := p.scan.pos
		p.scan.space()
		if p.scan.pos == len(p.scan.text) || p.scan.text[p.scan.pos] != '#' {
			p.scan.pos = start
			return
		}
		space := p.scan.text[start:p.scan.pos]
		line := p.scan.line()
		for n := range strings.SplitAfterSeq(space, "\n") {
			if strings.HasSuffix(n, "\n") {
				p.out.WriteByte('\n')
			} else {
				p.out.WriteString(n)
			}
		}
		p.out.WriteString(line)
		if strings.HasPrefix(line, "##") {
			return
		}
	}
}

// write writes text without newlines.
func (p *printer) write(text string) {
	p.out.WriteString(text)
	p.col += utf8.RuneCountInString(text)
}

// newline ends n lines and indents the next, up to maxColumns: a file with a nesting depth of a
// thousand would become enormous.
func (p *printer) newline(n, indent int) {
	indent = min(indent, maxColumns)
	for range n {
		p.out.WriteByte('\n')
	}
	p.col = 0
	p.write(strings.Repeat(" ", indent))
}
