package prose

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// columnGap is the number of spaces between the columns of a table.
const columnGap = 2

// A textCell is a table cell with its lines.
type textCell struct {
	span  int
	lines []string
}

// Layout formats a table in columns of text, without its title. cell returns the lines of a
// cell.
func (t Table) Layout(cell func([]Block) []string) []string {
	var rows [][]textCell
	var widths []int
	for _, r := range slices.Concat(t.Head, t.Rows) {
		row := make([]textCell, len(r))
		for i, c := range r {
			row[i] = textCell{c.Span, cell(c.Blocks)}
		}
		rows = append(rows, row)
		widths = widen(widths, row)
	}
	rule := ruleOf(widths)
	out := []string{rule}
	for i, row := range rows {
		if i == len(t.Head) && i > 0 {
			out = append(out, rule)
		}
		out = append(out, rowLines(row, widths)...)
	}
	return append(out, rule)
}

// widen returns the widths of columns, widened for a row.
func widen(widths []int, row []textCell) []int {
	at := 0
	for _, c := range row {
		for len(widths) < at+c.span {
			widths = append(widths, 1)
		}
		have := columnGap * (c.span - 1)
		for _, w := range widths[at : at+c.span] {
			have += w
		}
		at += c.span
		for _, l := range c.lines {
			missing := max(0, utf8.RuneCountInString(l)-have)
			widths[at-1] += missing
			have += missing
		}
	}
	return widths
}

func ruleOf(widths []int) string {
	rules := make([]string, len(widths))
	for i, w := range widths {
		rules[i] = strings.Repeat("=", w)
	}
	return strings.Join(rules, strings.Repeat(" ", columnGap))
}

func rowLines(row []textCell, widths []int) []string {
	height := 1
	for _, c := range row {
		height = max(height, len(c.lines))
	}
	out := make([]string, height)
	for n := range out {
		var b strings.Builder
		column, start, at := 0, 0, 0 // end of what is written, start of the cell, index of the column
		for _, c := range row {
			if n < len(c.lines) {
				b.WriteString(strings.Repeat(" ", start-column) + c.lines[n])
				column = start + utf8.RuneCountInString(c.lines[n])
			}
			for _, w := range widths[at : at+c.span] {
				start += w + columnGap
			}
			at += c.span
		}
		out[n] = b.String()
	}
	return out
}
