package prose

import (
	"strings"
	"unicode/utf8"
)

// A line is a line of text, or the rest of one, without trailing spaces.
type line struct {
	text string
	row  int // of the line in the text, from 0
	col  int // of text in the line, in bytes from 0
}

// from returns the line without its first n bytes.
func (l line) from(n int) line {
	n = min(n, len(l.text))
	return line{l.text[n:], l.row, l.col + n}
}

// trimmed returns the line without its indentation.
func (l line) trimmed() line { return l.from(l.indent()) }

// indent returns the number of spaces at the start of the line.
func (l line) indent() int { return len(l.text) - len(strings.TrimLeft(l.text, " ")) }

// cut returns the part of the line from one column up to another, counted in characters,
// without trailing spaces.
func (l line) cut(from, to int) line {
	start := byteOffset(l.text, from)
	rest := l.from(start)
	rest.text = strings.TrimRight(rest.text[:byteOffset(rest.text, to-from)], " ")
	return rest
}

// byteOffset returns the offset of the character at a column, or the length of text if it is
// shorter.
func byteOffset(text string, column int) int {
	offset := 0
	for i := 0; i < column && offset < len(text); i++ {
		_, n := utf8.DecodeRuneInString(text[offset:])
		offset += n
	}
	return offset
}

// splitLines returns the lines of text, with tabs expanded to multiples of eight columns, without
// trailing spaces.
func splitLines(text string) []line {
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	for t := range strings.SplitSeq(text, "\n") {
		if strings.Contains(t, "\t") {
			t = expandTabs(t)
		}
		lines = append(lines, line{text: strings.TrimRight(t, " \r\v\f"), row: len(lines)})
	}
	return lines
}

func expandTabs(text string) string {
	var b strings.Builder
	column := 0
	for _, part := range strings.SplitAfter(text, "\t") {
		text, tab := strings.CutSuffix(part, "\t")
		b.WriteString(text)
		column += len([]rune(text))
		if tab {
			n := 8 - column%8
			b.WriteString(strings.Repeat(" ", n))
			column += n
		}
	}
	return b.String()
}

// minIndent returns the smallest indentation of the lines that are not blank,
// or 0 if there are none.
func minIndent(lines []line) int {
	least := -1
	for _, l := range lines {
		if l.text == "" {
			continue
		}
		if n := l.indent(); least < 0 || n < least {
			least = n
		}
	}
	return max(least, 0)
}

// dedent returns the lines with up to n leading spaces removed.
func dedent(lines []line, n int) []line {
	if n == 0 {
		return lines
	}
	out := make([]line, len(lines))
	for i, l := range lines {
		out[i] = l.from(min(n, l.indent()))
	}
	return out
}

// trimBlank returns the lines without blank ones at both ends.
func trimBlank(lines []line) []line {
	for len(lines) > 0 && lines[0].text == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1].text == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// flush returns the lines without blank ones at both ends and without common
// indentation.
func flush(lines []line) []line {
	lines = trimBlank(lines)
	return dedent(lines, minIndent(lines))
}

// indented returns the number of leading lines that are indented or blank, without trailing blank
// ones.
func indented(lines []line) int {
	n := 0
	for i, l := range lines {
		if l.text == "" {
			continue
		}
		if l.text[0] != ' ' {
			break
		}
		n = i + 1
	}
	return n
}

// join joins the texts of the lines.
func join(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(l.text)
	}
	return b.String()
}

// literal returns the lines as a block, without common indentation.
func literal(lines []line) Literal {
	lines = flush(lines)
	return Literal{Text: join(lines), lines: lines}
}

// alignFirst removes the indentation of the lines of a section after the first, which follows a
// tag: "@name: first line". (QEMU's docs/sphinx/qapidoc.py does the same before it passes a section
// to Sphinx.)
func alignFirst(lines []line) []line {
	lines = trimBlank(lines)
	if len(lines) == 0 || lines[0].text[0] == ' ' {
		return dedent(lines, minIndent(lines))
	}
	rest := lines[1:]
	margin := minIndent(rest)
	if margin == 0 || ownsIndented(lines[0], rest, margin) {
		return lines
	}
	rest = dedent(rest, margin)
	for i, l := range rest { // the first paragraph may be indented further
		trimmed := l.trimmed()
		if trimmed.text == "" || !isPlain(trimmed.text) {
			break
		}
		rest[i] = trimmed
	}
	return append([]line{lines[0]}, rest...)
}

// ownsIndented reports whether the rest of the text, which is indented, belongs to a construct that
// the first line starts.
func ownsIndented(first line, rest []line, margin int) bool {
	if _, ok := explicitMarkup(first); ok {
		return true
	}
	if m, ok := listMarker(first.text); ok {
		next, isItem := listMarker(rest[0].text[min(margin, len(rest[0].text)):])
		return !isItem || next.kind != m.kind
	}
	if _, _, ok := fieldMarker(first); ok {
		return true
	}
	if strings.HasSuffix(first.text, "::") {
		rest = trimBlank(rest)
		return rest[0].indent() == margin
	}
	return false
}
