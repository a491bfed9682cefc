// Package schemafmt puts the text of a schema file into a uniform layout, that of
// most of QEMU's schemas.
//
// The layout is about white space only: tokens stay as they are and in their
// order, comments and documentation are kept byte for byte, but for white space at
// the ends of lines. As with gofmt, where a line is broken between members or
// elements is the author's choice, unless it would be longer than 80 columns.
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
// A line within brackets starts below the first thing in them or, if the bracket
// ends its line, two columns to the right of the line's own start. There is one
// space inside of brackets, but none in a list type such as ['str']. Lines end
// with "\n"; there is at most one blank line in a row.
package schemafmt

import (
	"strings"
	"unicode/utf8"
)

// maxColumns is how long a line may be that can be broken.
const maxColumns = 80

// Source returns the text of a schema file in the uniform layout, which is the
// same for the result. The text must have no syntax errors, or the result is of
// no use.
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

// item writes what stands next at the top level, and reports whether there was
// anything.
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

// documentation writes the rest of a documentation comment as it is.
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

// write writes text that holds no newline.
func (p *printer) write(text string) {
	p.out.WriteString(text)
	p.col += utf8.RuneCountInString(text)
}

// newline ends n lines and indents the next, but not beyond the last column: a file
// of lines that are nested a thousand deep would be enormous.
func (p *printer) newline(n, indent int) {
	indent = min(indent, maxColumns)
	for range n {
		p.out.WriteByte('\n')
	}
	p.col = 0
	p.write(strings.Repeat(" ", indent))
}
