package schemafmt

import (
	"strings"
	"unicode/utf8"
)

// A bracket is an open bracket.
type bracket struct {
	column  int  // of the bracket
	hanging bool // it ends its line
	base    int  // column of the entry that it belongs to, or of its line
	entry   int  // column of the first entry of the current line
	compact bool // no space inside
}

// indent returns the column of a line that starts with an entry.
func (b bracket) indent() int {
	if b.hanging {
		return b.base + 2
	}
	return b.column + 2
}

// close returns the column of a line that starts with the closing bracket.
func (b bracket) close() int {
	if b.hanging {
		return b.base
	}
	return b.column
}

// object formats a top-level object: the tokens up to its closing bracket.
func (p *printer) object() {
	tokens := p.tokens()
	var open []bracket
	for i, t := range tokens {
		top := len(open) - 1
		broken := breaks(tokens, i) || i > 0 && startsEntry(tokens, i) && !tokens[i-1].opens() && !p.fits(tokens, i)
		switch {
		case i == 0:
		case broken && t.closes() && top >= 0:
			p.newline(1, open[top].close())
		case broken && top >= 0:
			if tokens[i-1].opens() {
				open[top].hanging = true
			}
			p.newline(blank(tokens, i), open[top].indent())
			open[top].entry = p.col
		default:
			compact := top >= 0 && open[top].compact
			p.write(space(tokens, i, compact))
			if top >= 0 && tokens[i-1].opens() {
				open[top].entry = p.col
			}
		}
		switch {
		case t.opens():
			b := bracket{column: p.col, compact: t.text == "[" && isListType(tokens, i, len(open))}
			if top >= 0 {
				b.base = open[top].entry
			}
			open = append(open, b)
		case t.closes() && top >= 0:
			open = open[:top]
		}
		p.write(t.text)
	}
}

// tokens reads the tokens of an object.
func (p *printer) tokens() []token {
	var list []token
	depth := 0
	for {
		t := p.scan.next()
		if t.text == "" {
			return list
		}
		list = append(list, t)
		switch {
		case t.opens():
			depth++
		case t.closes():
			depth--
		}
		if depth <= 0 {
			return list
		}
	}
}

// breaks reports whether token i always starts a line: after a comment, and where the author broke
// the line, except around colons and before commas.
func breaks(tokens []token, i int) bool {
	t := tokens[i]
	switch {
	case i == 0:
		return false
	case tokens[i-1].isComment():
		return true
	case t.newlines == 0 || tokens[i-1].text == ":" && !t.isComment():
		return false
	case t.text == "," || t.text == ":":
		return false
	case t.closes() && tokens[i-1].opens():
		return false // empty
	}
	return true
}

// blank returns the number of newlines before token i, which starts a line: 2 if a blank line
// precedes it, else 1.
func blank(tokens []token, i int) int {
	if tokens[i].newlines > 1 && !tokens[i-1].opens() {
		return 2
	}
	return 1
}

// startsEntry reports whether token i starts a member or element.
func startsEntry(tokens []token, i int) bool {
	t, last := tokens[i], tokens[i-1]
	switch {
	case t.isComment() || t.closes() || t.text == "," || t.text == ":":
		return false
	case last.text == "," || last.opens():
		return true
	}
	return last.text != ":" // a comma is missing
}

// fits reports whether the entry that starts with token i fits on the line, up to the next place
// where the line can be broken.
func (p *printer) fits(tokens []token, i int) bool {
	width := p.col + 1
	depth := 0
	for n := i; n < len(tokens) && width <= maxColumns; n++ {
		if n > i {
			if breaks(tokens, n) || tokens[n].isComment() || depth <= 0 && startsEntry(tokens, n) {
				break
			}
			width += len(space(tokens, n, false))
		}
		width += utf8.RuneCountInString(tokens[n].text)
		switch {
		case tokens[n].opens():
			depth++
		case tokens[n].closes():
			depth--
		}
	}
	return width <= maxColumns
}

// space returns the white space between token i and the previous one on the same line.
func space(tokens []token, i int, compact bool) string {
	t, last := tokens[i], tokens[i-1]
	switch {
	case t.isComment():
		return " "
	case t.text == "," || t.text == ":":
		return ""
	case compact && (t.closes() || last.opens()):
		return ""
	}
	return " "
}

// isListType reports whether the bracket of token i, at the given depth, opens a list type: a list
// of one name, unless its key takes a list of names.
func isListType(tokens []token, i, depth int) bool {
	if i+2 >= len(tokens) || tokens[i+2].text != "]" || !strings.HasPrefix(tokens[i+1].text, "'") {
		return false
	}
	if i < 2 || tokens[i-1].text != ":" {
		return false
	}
	switch tokens[i-2].text {
	case "'features'", "'all'", "'any'", "'if'":
		return false
	case "'data'": // of an enum, which has the only 'data' that can be a list
		return depth > 1
	}
	return tokens[1].text != "'pragma'"
}
