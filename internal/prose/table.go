package prose

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// isSimpleBorder reports whether text is a border such as "===  ===".
func isSimpleBorder(text string) bool {
	return strings.HasPrefix(text, "==") && strings.Contains(text, " =") && strings.Trim(text, "= ") == ""
}

// isGridBorder reports whether text is a border such as "+---+---+" or "+===+===+".
func isGridBorder(text string) bool {
	return (strings.HasPrefix(text, "+-") || strings.HasPrefix(text, "+=")) &&
		strings.Trim(text, "+-=") == "" && strings.HasSuffix(text, "+")
}

// table takes a table. A malformed one stays verbatim.
func (p *blockParser) table(l line) bool {
	var table Table
	var lines []line
	var ok bool
	switch {
	case isSimpleBorder(l.text):
		lines, ok = p.takeSimple()
		if ok {
			table, ok = p.simpleTable(lines)
		} else {
			p.found.add(l, len(l.text), "the table is not closed")
		}
	case isGridBorder(l.text):
		lines = p.takeParagraph()
		table, ok = p.gridTable(lines)
	default:
		return false
	}
	if ok {
		p.add(table)
	} else {
		p.add(literal(lines))
	}
	return true
}

// takeParagraph takes lines up to a blank one.
func (p *blockParser) takeParagraph() []line {
	start := p.pos
	for p.pos < len(p.lines) && p.peek(0) != "" {
		p.pos++
	}
	return p.lines[start:p.pos]
}

// takeSimple takes the lines of a simple table, up to its last border: the second one below the
// first, or, if the table has no head, the one before a blank line. If there is no such border, it
// takes a paragraph.
func (p *blockParser) takeSimple() ([]line, bool) {
	borders := 0
	for i := p.pos + 1; i < len(p.lines) && !p.openTable; i++ {
		if !isSimpleBorder(p.lines[i].text) {
			continue
		}
		if borders++; borders == 2 || i+1 == len(p.lines) || p.lines[i+1].text == "" {
			start := p.pos
			p.pos = i + 1
			return p.lines[start:p.pos], true
		}
	}
	p.openTable = true // search in vain only once
	return p.takeParagraph(), false
}

// A column is a range of characters in a line.
type column struct{ from, to int }

// maxColumns limits the columns of a table, and so the time to parse it. endless is the end of
// the last column of a simple table.
const (
	maxColumns = 100
	endless    = 1 << 30
)

// columns returns the columns of a border such as "===  ===".
func columns(text string) []column {
	var out []column
	for i := range len(text) {
		switch {
		case text[i] == ' ':
		case i == 0 || text[i-1] == ' ':
			out = append(out, column{i, i + 1})
		default:
			out[len(out)-1].to++
		}
	}
	return out
}

// simpleTable parses the lines of a simple table, borders included.
func (p *blockParser) simpleTable(lines []line) (Table, bool) {
	t := simpleRows{p: p, columns: columns(lines[0].text)}
	if len(t.columns) > maxColumns {
		p.found.add(lines[0], len(lines[0].text), "the table has more than %d columns", maxColumns)
		return Table{}, false
	}
	for _, l := range lines[1:] {
		switch {
		case isSimpleBorder(l.text):
			if !slices.Equal(columns(l.text), t.columns) {
				p.found.add(l, len(l.text), "the border does not match the first one of the table")
				return Table{}, false
			}
			t.end(t.columns)
			if l.row != lines[len(lines)-1].row {
				t.head, t.rows = t.rows, nil
			}
		case l.text != "" && strings.Trim(l.text, "- ") == "":
			t.end(columns(l.text))
		default:
			if l.cut(0, t.columns[0].to).text != "" {
				t.end(t.columns)
			}
			t.open = append(t.open, l)
		}
	}
	return Table{Head: t.head, Rows: t.rows}, !t.broken
}

// simpleRows collects the rows of a simple table.
type simpleRows struct {
	p          *blockParser
	columns    []column
	open       []line // of the current row
	head, rows []Row
	broken     bool
}

// end completes a row with cells of one or more columns each. A row starts with a line that has
// text in the first column.
func (t *simpleRows) end(cells []column) {
	lines := trimBlank(t.open)
	t.open = nil
	if len(lines) == 0 || t.broken {
		return
	}
	var row Row
	next := 0 // of the columns
	for i, c := range cells {
		start := next
		for next < len(t.columns) && t.columns[next].to <= c.to {
			next++
		}
		if start == next || t.columns[start].from != c.from || t.columns[next-1].to != c.to {
			t.fail(lines[0], "the columns that a cell spans do not match those of the table")
			return
		}
		end := endless
		if i < len(cells)-1 {
			end = c.to
		}
		inside := make([]line, len(lines))
		for j, l := range lines {
			if end != endless && l.cut(c.to, cells[i+1].from).text != "" {
				t.fail(l, "text of a cell extends past its column")
				return
			}
			inside[j] = l.cut(c.from, end)
		}
		row = append(row, Cell{next - start, t.p.nested(flush(inside))})
	}
	if next < len(t.columns) {
		t.fail(lines[0], "the columns that a cell spans do not match those of the table")
		return
	}
	t.rows = append(t.rows, row)
}

func (t *simpleRows) fail(l line, msg string) {
	t.p.found.add(l, len(l.text), "%s", msg)
	t.broken = true
}

// gridTable parses the lines of a grid table, borders included. Cells may span
// columns, but not rows.
func (p *blockParser) gridTable(lines []line) (Table, bool) {
	var t Table
	width := utf8.RuneCountInString(lines[0].text)
	edges := gridEdges(lines)
	if len(edges) > maxColumns+1 {
		p.found.add(lines[0], width, "the table has more than %d columns", maxColumns)
		return t, false
	}
	var open []line
	for i, l := range lines {
		if isGridBorder(l.text) && utf8.RuneCountInString(l.text) == width {
			if len(open) > 0 {
				t.Rows = append(t.Rows, p.gridRow(open, edges))
			}
			open = nil
			if strings.Contains(l.text, "=") && i > 0 && t.Head == nil {
				t.Head, t.Rows = t.Rows, nil
			}
			continue
		}
		if !strings.HasPrefix(l.text, "|") || !strings.HasSuffix(l.text, "|") || utf8.RuneCountInString(l.text) != width {
			p.found.add(l, len(l.text), "the line does not fit the grid of the table")
			return t, false
		}
		open = append(open, l)
	}
	if len(open) > 0 {
		p.found.add(lines[0], len(lines[0].text), "the table is not closed")
		return t, false
	}
	return t, true
}

// gridEdges returns the columns that have corners of cells.
func gridEdges(lines []line) []int {
	var edges []int
	for _, l := range lines {
		if !isGridBorder(l.text) {
			continue
		}
		for i := range len(l.text) {
			if l.text[i] == '+' {
				edges = append(edges, i)
			}
		}
	}
	slices.Sort(edges)
	return slices.Compact(edges)
}

// gridRow parses a row. A cell ends where all of its lines have a bar below a corner.
func (p *blockParser) gridRow(lines []line, edges []int) Row {
	var row Row
	start := 0 // of the edges
	for i := 1; i < len(edges); i++ {
		if i < len(edges)-1 && slices.ContainsFunc(lines, func(l line) bool { return l.cut(edges[i], edges[i]+1).text != "|" }) {
			continue
		}
		inside := make([]line, len(lines))
		for j, l := range lines {
			inside[j] = l.cut(edges[start]+1, edges[i])
		}
		row = append(row, Cell{i - start, p.nested(flush(inside))})
		start = i
	}
	return row
}
