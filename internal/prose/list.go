package prose

import (
	"strconv"
	"strings"
)

// A marker is the bullet or number that starts a list item.
type marker struct {
	label string // as written
	kind  string // the bullet, or the form of the number; equal for all items of a list
	width int    // of the label and the spaces after it
}

func (m marker) ordered() bool { return m.kind[0] >= '0' && m.kind[0] <= '9' || len(m.kind) > 1 }

// listMarker returns the marker at the start of a line: a bullet ("- ", "* ", "+ ", "• ") or a
// number ("1. ", "1) ", "(1) ", "#. ", or the same with a single letter).
func listMarker(text string) (marker, bool) {
	label, rest, _ := strings.Cut(text, " ")
	m := marker{label: label, width: len(text) - len(strings.TrimLeft(rest, " "))}
	if strings.TrimLeft(rest, " ") == "" {
		m.width = len(label) + 1
	}
	switch label {
	case "-", "*", "+", "•":
		m.kind = label
		return m, true
	}
	form := label
	number := strings.TrimPrefix(form, "(")
	switch {
	case strings.HasSuffix(number, ")"):
	case strings.HasSuffix(number, ".") && number == form:
	default:
		return m, false
	}
	number = number[:len(number)-1]
	isLetter := len(number) == 1 && (number[0]|0x20 >= 'a' && number[0]|0x20 <= 'z')
	isNumber := number == "#" || len(number) > 0 && len(number) < 4 && strings.Trim(number, "0123456789") == ""
	switch {
	case isNumber:
		m.kind = strings.Replace(form, number, "0", 1)
	case isLetter:
		m.kind = strings.Replace(form, number, "a", 1)
	default:
		return m, false
	}
	return m, true
}

// list takes the items of a list.
func (p *blockParser) list(l line) bool {
	first, ok := listMarker(l.text)
	if !ok || isLettered(first) && !p.confirmsList(first) {
		return false
	}
	list := List{Ordered: first.ordered()}
	number := 0
	for p.pos < len(p.lines) {
		m, ok := listMarker(p.peek(0))
		if !ok || m.kind != first.kind {
			break
		}
		number++
		list.Items = append(list.Items, ListItem{itemLabel(m, number), p.nested(p.takeItem(m))})
		for p.pos < len(p.lines) && p.peek(0) == "" {
			p.pos++
		}
	}
	p.add(list)
	return true
}

func isLettered(m marker) bool { return strings.Contains(m.kind, "a") }

// confirmsList reports whether the next line confirms that a letter starts a list: a sentence
// can start with "A. Name".
func (p *blockParser) confirmsList(m marker) bool {
	next := p.peek(1)
	if next == "" || next[0] == ' ' {
		return true
	}
	n, ok := listMarker(next)
	return ok && n.kind == m.kind
}

func itemLabel(m marker, number int) string {
	if !m.ordered() {
		return ""
	}
	return strings.Replace(m.label, "#", strconv.Itoa(number), 1)
}

// takeItem takes the lines of one item and returns them without marker and indentation. An
// unindented line of plain text directly below belongs to the item, as it did up to QEMU 5.1.
func (p *blockParser) takeItem(m marker) []line {
	lines := []line{p.lines[p.pos].from(m.width)}
	for p.pos++; p.pos < len(p.lines); p.pos++ {
		l := p.lines[p.pos]
		if l.text != "" && l.text[0] != ' ' {
			_, item := listMarker(l.text)
			if lines[len(lines)-1].text == "" || item || !isPlain(l.text) {
				break
			}
		}
		lines = append(lines, l.from(min(m.width, l.indent())))
	}
	if lines[0].text == "" {
		lines = flush(lines)
	}
	return lines
}

// fields takes a list of fields, ":name: value".
func (p *blockParser) fields(l line) bool {
	if _, _, ok := fieldMarker(l); !ok {
		return false
	}
	var d DefinitionList
	for p.pos < len(p.lines) {
		at := p.lines[p.pos]
		name, value, ok := fieldMarker(at)
		if !ok {
			break
		}
		p.pos++
		lines := append([]line{value}, p.takeIndented()...)
		term := at.from(1)
		term.text = name
		d.Items = append(d.Items, Definition{p.inlines(term), p.nested(lines)})
		for p.pos < len(p.lines) && p.peek(0) == "" {
			p.pos++
		}
	}
	p.add(d)
	return true
}

// fieldMarker parses ":name: value". A role such as ":doc:`x`" is not a field.
func fieldMarker(l line) (name string, value line, ok bool) {
	rest, ok := strings.CutPrefix(l.text, ":")
	if !ok {
		return "", line{}, false
	}
	name, after, ok := strings.Cut(rest, ":")
	if !ok || name == "" || name[0] == ' ' || strings.Contains(name, "`") || after != "" && after[0] != ' ' {
		return "", line{}, false
	}
	return name, l.from(len(name) + 2).trimmed(), true
}
