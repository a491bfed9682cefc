package markup

import "strings"

// splitLines returns the lines of text with tabs expanded to columns of eight
// and without trailing blanks.
func splitLines(text string) []string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.Contains(l, "\t") {
			l = expandTabs(l)
		}
		lines[i] = strings.TrimRight(l, " \r\v\f")
	}
	return lines
}

func expandTabs(line string) string {
	var b strings.Builder
	column := 0
	for _, part := range strings.SplitAfter(line, "\t") {
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

// joinBlank returns the lines with one blank line for each run of them: QEMU's
// rules for reading comments double those between paragraphs.
func joinBlank(lines []string) []string {
	out := lines[:0]
	for _, l := range lines {
		if l != "" || len(out) == 0 || out[len(out)-1] != "" {
			out = append(out, l)
		}
	}
	return out
}

// indentOf returns the number of blanks at the start of the line.
func indentOf(line string) int {
	return len(line) - len(strings.TrimLeft(line, " "))
}

// minIndent returns the smallest indentation of the lines that are not blank,
// or 0 if there are none.
func minIndent(lines []string) int {
	least := -1
	for _, l := range lines {
		if l == "" {
			continue
		}
		if n := indentOf(l); least < 0 || n < least {
			least = n
		}
	}
	return max(least, 0)
}

// dedent returns the lines with up to n blanks less at the start.
func dedent(lines []string, n int) []string {
	if n == 0 {
		return lines
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = l[min(n, indentOf(l)):]
	}
	return out
}

// trimBlank returns the lines without blank ones at both ends.
func trimBlank(lines []string) []string {
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// indented returns how many lines at the start are indented or blank, not
// counting blank ones at the end.
func indented(lines []string) int {
	n := 0
	for i, l := range lines {
		if l == "" {
			continue
		}
		if l[0] != ' ' {
			break
		}
		n = i + 1
	}
	return n
}

// literal returns the lines as text, without common indentation.
func literal(lines []string) string {
	lines = trimBlank(lines)
	return strings.Join(dedent(lines, minIndent(lines)), "\n")
}

// joinTrimmed joins the lines without their indentation.
func joinTrimmed(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimLeft(l, " "))
	}
	return b.String()
}

// alignFirst removes the indentation that a section's text has because it
// stands behind its tag: "@name: first line" with the other lines indented
// below it. (QEMU does the same in docs/sphinx/qapidoc.py before it hands a
// section to Sphinx.)
func alignFirst(lines []string) []string {
	lines = trimBlank(lines)
	if len(lines) == 0 || lines[0][0] == ' ' {
		return dedent(lines, minIndent(lines))
	}
	rest := lines[1:]
	margin := minIndent(rest)
	if margin == 0 || ownsIndented(lines[0], rest, margin) {
		return lines
	}
	rest = dedent(rest, margin)
	for i, l := range rest { // the first paragraph may be indented further
		trimmed := strings.TrimLeft(l, " ")
		if trimmed == "" || !isPlain(trimmed) {
			break
		}
		rest[i] = trimmed
	}
	return append([]string{lines[0]}, rest...)
}

// ownsIndented tells whether the rest of the text, all of it indented, belongs
// to a construct that the first line starts.
func ownsIndented(first string, rest []string, margin int) bool {
	if _, ok := explicitMarkup(first); ok {
		return true
	}
	if m, ok := listMarker(first); ok {
		next, isItem := listMarker(rest[0][min(margin, len(rest[0])):])
		return !isItem || next.kind != m.kind
	}
	if _, _, ok := fieldMarker(first); ok {
		return true
	}
	if strings.HasSuffix(first, "::") {
		rest = trimBlank(rest)
		return indentOf(rest[0]) == margin
	}
	return false
}
