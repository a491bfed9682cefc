package prose

import (
	"cmp"
	"fmt"
	"slices"
)

// A Problem is markup that cannot be understood. What it is about is in the
// blocks as it is written.
type Problem struct {
	// Line and Column are where it is in the text, both from 0. The column is
	// in bytes of the line, with tabs expanded to columns of eight.
	Line, Column int

	// Length is the number of bytes that it is about, all in one line.
	Length int

	// Msg says what is wrong: lower case, no final stop.
	Msg string
}

// maxProblems is the number of problems that are told of one text.
const maxProblems = 100

// problems collects what is found in one text.
type problems struct{ list []Problem }

func (p *problems) add(l line, length int, format string, args ...any) {
	if len(p.list) < maxProblems {
		p.list = append(p.list, Problem{l.row, l.col, length, fmt.Sprintf(format, args...)})
	}
}

// Check returns the problems of the text of a documentation section, in the
// order of the text. There are none that [Parse] does not show verbatim.
func Check(text string) []Problem {
	var p problems
	parse(text, &p)
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return p.list
}
