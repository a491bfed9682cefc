package prose

import "strings"

// ParseExample parses the text of an "Example:" section (QEMU up to 9.0), which is literal:
// messages with any text between them.
func ParseExample(text string) Example {
	lines := alignLiteral(trimBlank(splitLines(text)))
	return Example{Blocks: []Block{Dialog{dialogLines(lines)}}}
}

// alignLiteral removes common indentation, which the first line does not have if it follows
// a tag.
func alignLiteral(lines []line) []line {
	if len(lines) == 0 || lines[0].text[0] == ' ' {
		return dedent(lines, minIndent(lines))
	}
	margin := minIndent(lines[1:])
	if margin == 0 || !hasMessage(lines[1:], margin) {
		return lines
	}
	return append([]line{lines[0]}, dedent(lines[1:], margin)...)
}

// hasMessage reports whether a message starts at a column.
func hasMessage(lines []line, column int) bool {
	for _, l := range lines {
		if startsMessage(l.from(column).text) {
			return true
		}
	}
	return false
}

// startsMessage reports whether text starts with "-> " or "<- ".
func startsMessage(text string) bool {
	return strings.HasPrefix(text, "-> ") || strings.HasPrefix(text, "<- ")
}

// dialog takes messages in the middle of prose, up to the end of the paragraph
// and of the last message.
func (p *blockParser) dialog() Dialog {
	start, depth := p.pos, 0
	for ; p.pos < len(p.lines); p.pos++ {
		text := p.lines[p.pos].text
		if text == "" && (depth <= 0 || !p.messageGoesOn()) {
			break
		}
		depth = nesting(text, depth)
	}
	return Dialog{dialogLines(p.lines[start:p.pos])}
}

// messageGoesOn reports whether the line after a blank one looks like JSON.
func (p *blockParser) messageGoesOn() bool {
	next := p.peek(1)
	return next != "" && strings.Contains(" \"{}[]", next[:1])
}

// dialogLines classifies lines.
func dialogLines(source []line) []Line {
	source = trimBlank(source)
	lines := make([]Line, len(source))
	depth, open := 0, false
	for i, l := range source {
		text := l.text
		trimmed := strings.TrimLeft(text, " ")
		kind := LineText
		switch {
		case strings.HasPrefix(trimmed, "->"):
			kind, depth, open = LineClient, 0, true
		case strings.HasPrefix(trimmed, "<-"):
			kind, depth, open = LineServer, 0, true
		case isElision(trimmed):
			kind = LineElision
		case text == "":
			open = open && depth > 0
		case open && (depth > 0 || text[0] == ' '):
			kind = LineContinued
		default:
			open = false
		}
		if kind != LineText {
			depth = nesting(trimmed, depth)
		}
		lines[i] = Line{kind, text, l.row, l.col}
	}
	return lines
}

// isElision reports whether text is "..." or "... text ...".
func isElision(text string) bool {
	return text == "..." || len(text) > 8 && strings.HasPrefix(text, "... ") && strings.HasSuffix(text, " ...")
}

// nesting returns the depth of brackets after a line, ignoring strings.
func nesting(text string, depth int) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return depth
}
