package parser

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A docScratch is memory that the parsers of successive documentation comments reuse, and the
// slabs from which they allocate syntax nodes.
type docScratch struct {
	parser docParser
	lines  []docLine
	pool   []*docSection
	style  docstyle.Checker
	used   int // number of sections of pool in use
	seen   map[sectionKey]*ast.DocSection

	written slab[ast.DocSection]
	listed  slab[*ast.DocSection]
	places  slab[token.Pos]
}

// begin returns a parser that is valid until the next call.
func (d *docScratch) begin(p docParser) *docParser {
	d.reset()
	if d.seen == nil || len(d.seen) > 32 { // a large map is slow to clear
		d.seen = make(map[sectionKey]*ast.DocSection)
	}
	if len(d.seen) > 0 {
		clear(d.seen)
	}
	d.parser = p
	d.parser.scratch, d.parser.seen = d, d.seen
	return &d.parser
}

// section returns an empty section that is valid until the next reset.
func (d *docScratch) section() *docSection {
	if d.used == len(d.pool) {
		d.pool = append(d.pool, new(docSection))
	}
	s := d.pool[d.used]
	d.used++
	*s = docSection{lines: s.lines[:0], places: s.places[:0]}
	return s
}

// reset makes all sections available for reuse.
func (d *docScratch) reset() { d.used = 0 }
