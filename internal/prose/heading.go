package prose

import "strings"

// heading takes "= Title" (QEMU up to 10.0), or a title with a line of punctuation below it and
// perhaps above.
func (p *blockParser) heading(l line) bool {
	marks := len(l.text) - len(strings.TrimLeft(l.text, "="))
	if marks > 0 && strings.HasPrefix(l.text[marks:], " ") && !isSimpleBorder(l.text) {
		p.pos++
		p.add(Heading{marks, p.inlines(l.from(marks))})
		return true
	}
	if r := ruler(l.text); r != 0 {
		title := strings.TrimSpace(p.peek(1))
		if title != "" && p.peek(2) == l.text && ruler(title) == 0 {
			p.add(Heading{headingLevel(r), p.inlines(p.lines[p.pos+1])})
			p.pos += 3
			return true
		}
		if p.peek(1) == "" && len(l.text) >= 4 {
			p.pos++
			p.add(literal([]line{l})) // a transition
			return true
		}
		return false
	}
	below := p.peek(1)
	if r := ruler(below); r != 0 && (len(below) >= 4 || len(below) >= len(l.text)) {
		p.pos += 2
		p.add(Heading{headingLevel(r), p.inlines(l)})
		return true
	}
	return false
}

// ruler returns the character of a line that can underline a title, or 0.
func ruler(text string) byte {
	if len(text) < 2 || !strings.Contains("=-_^\"~*#+.`':", text[:1]) || text == "::" || text == "..." || text == ".." {
		return 0
	}
	if strings.Trim(text, text[:1]) != "" {
		return 0
	}
	return text[0]
}

// headingLevel returns the level of a heading by its underline, by QEMU's convention. (In
// reStructuredText, it depends on the order in a document.)
func headingLevel(r byte) int {
	switch r {
	case '*', '#':
		return 1
	case '=':
		return 2
	case '_', '-':
		return 3
	case '^', '~':
		return 4
	default:
		return 5
	}
}
