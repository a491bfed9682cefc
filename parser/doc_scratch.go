package parser

import (
	"go/token"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A docScratch is memory that the parsers of documentation comments use one after
// the other, and what they cut the pieces of the tree from.
type docScratch struct {
	parser docParser
	lines  []docLine
	pool   []*docSection
	style  docstyle.Checker
	used   int // of pool, by the comment that is being read
	seen   map[sectionKey]*ast.DocSection

	written slab[ast.DocSection]
	listed  slab[*ast.DocSection]
	places  slab[token.Pos]
}

// begin returns a parser, which is good until the next call.
func (d *docScratch) begin(p docParser) *docParser {
	d.reset()
	if d.seen == nil || len(d.seen) > 32 { // a large map takes long to clear
		d.seen = make(map[sectionKey]*ast.DocSection)
	}
	if len(d.seen) > 0 {
		clear(d.seen)
	}
	d.parser = p
	d.parser.scratch, d.parser.seen = d, d.seen
	return &d.parser
}

// section returns an empty section, which is good until the next reset.
func (d *docScratch) section() *docSection {
	if d.used == len(d.pool) {
		d.pool = append(d.pool, new(docSection))
	}
	s := d.pool[d.used]
	d.used++
	*s = docSection{lines: s.lines[:0], places: s.places[:0]}
	return s
}

// reset lets all sections be used again.
func (d *docScratch) reset() { d.used = 0 }
