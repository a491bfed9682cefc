package prose

import "strings"

// Markup of schemas before reStructuredText, which no program parsed.

// ParseReturns parses the text of a "Returns:" section. Up to QEMU 8.2, it listed errors as
// well, each on its own line: "If @device is not found, ...". These become a list.
func ParseReturns(text string) []Block {
	var head, cases []line
	for _, l := range alignFirst(splitLines(text)) {
		trimmed := l.trimmed().text
		if isCase(trimmed) && (len(cases) > 0 || len(head) > 0 && head[len(head)-1].text != "") {
			l = line{"- " + trimmed, l.row, l.col}
			cases = append(cases, line{row: l.row})
		} else if len(cases) > 0 && trimmed != "" {
			l = line{"  " + trimmed, l.row, l.col}
		}
		if len(cases) > 0 {
			cases = append(cases, l)
		} else {
			head = append(head, l)
		}
	}
	if len(cases) == 0 || !isFlat(cases) {
		return Parse(text)
	}
	var found problems
	return append(parseBlocks(head, 0, &found), parseBlocks(cases, 0, &found)...)
}

// isCase reports whether a line of a "Returns:" section describes an error.
func isCase(text string) bool {
	return strings.HasPrefix(text, "If ") || strings.HasPrefix(text, "Error if ")
}

// isFlat reports whether lines are a single paragraph of cases.
func isFlat(lines []line) bool {
	for i, l := range lines {
		last := i == len(lines)-1
		if l.text == "" && !last && !strings.HasPrefix(lines[i+1].text, "- ") {
			return false
		}
	}
	return true
}

// described takes descriptions of members that are not sections, since they have no colon:
// "@name    text".
func (p *blockParser) described(l line) bool {
	if _, ok := describedName(l.text); !ok {
		return false
	}
	var d DefinitionList
	for p.pos < len(p.lines) {
		l := p.lines[p.pos]
		n, ok := describedName(l.text)
		if !ok {
			break
		}
		term := l
		term.text = l.text[:n]
		lines := []line{l.from(n).trimmed()}
		for p.pos++; strings.HasPrefix(p.peek(0), " "); p.pos++ {
			lines = append(lines, p.lines[p.pos].trimmed())
		}
		d.Items = append(d.Items, Definition{p.inlines(term), p.nested(lines)})
	}
	p.add(d)
	return true
}

// describedName returns the length of "@name" if two spaces and text follow it.
func describedName(text string) (int, bool) {
	if !strings.HasPrefix(text, "@") {
		return 0, false
	}
	n := 1 + nameLength(text[1:])
	return n, n > 1 && strings.HasPrefix(text[n:], "  ")
}

// choices takes lines that list possible values, each after a quoted word: "`word' text",
// "'word' text".
func (p *blockParser) choices(l line) bool {
	if !p.startsChoices(l) {
		return false
	}
	var list List
	for isChoice(p.peek(0)) {
		lines := []line{p.lines[p.pos]}
		for p.pos++; p.peek(0) != "" && !isChoice(p.peek(0)); p.pos++ {
			lines = append(lines, p.lines[p.pos].trimmed())
		}
		list.Items = append(list.Items, ListItem{Blocks: []Block{Paragraph{p.inlines(lines...)}}})
	}
	p.add(list)
	return true
}

// startsChoices reports whether a line is the first of several choices.
func (p *blockParser) startsChoices(l line) bool {
	if !isChoice(l.text) {
		return false
	}
	for i := p.pos + 1; i < len(p.lines) && p.lines[i].text != ""; i++ {
		if isChoice(p.lines[i].text) {
			return true
		}
	}
	return false
}

func isChoice(text string) bool {
	if text == "" || text[0] != '`' && text[0] != '\'' {
		return false
	}
	word, _, ok := strings.Cut(text[1:], "' ")
	return ok && word != "" && !strings.ContainsAny(word, " `'")
}
