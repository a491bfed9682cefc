package prose

import (
	"cmp"
	"fmt"
	"slices"
)

// A Problem is markup that is not understood. The blocks have it verbatim.
type Problem struct {
	// Line and Column are its position in the text, both from 0. The column is in bytes
	// of the line, with tabs expanded to multiples of eight.
	Line, Column int

	// Length is its number of bytes, all in one line.
	Length int

	// Msg describes the problem, in lower case and without a final period.
	Msg string
}

// maxProblems is the maximum number of problems reported for one text.
const maxProblems = 100

// problems collects the problems of one text.
type problems struct{ list []Problem }

func (p *problems) add(l line, length int, format string, args ...any) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, Problem{l.row, l.col, length, fmt.Sprintf(format, args...)})
	}
}

// Check returns the problems in the text of a documentation section, in text order. [Parse]
// keeps such markup verbatim.
func Check(text string) []Problem {
	var p problems
	parse(text, &p)
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p.list
}
