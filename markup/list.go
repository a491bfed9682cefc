package markup

import (
	"strconv"
	"strings"
)

// A marker is what starts an item of a list.
type marker struct {
	label string // as written
	kind  string // of one list all are equal: the bullet, or the numbering's form
	width int    // of the label and the blanks behind it
}

func (m marker) ordered() bool { return m.kind[0] >= '0' && m.kind[0] <= '9' || len(m.kind) > 1 }

// listMarker recognises a bullet ("- ", "* ", "+ ", "• ") or a number ("1. ",
// "1) ", "(1) ", "#. ", and so on with single letters) at the start of the
// line.
func listMarker(line string) (marker, bool) {
	label, rest, _ := strings.Cut(line, " ")
	m := marker{label: label, width: len(line) - len(strings.TrimLeft(rest, " "))}
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
func (p *blockParser) list(line string) bool {
	first, ok := listMarker(line)
	if !ok || isLettered(first) && !p.confirmsList(first) {
		return false
	}
	list := List{Ordered: first.ordered()}
	number := 0
	for p.pos < len(p.lines) {
		m, ok := listMarker(p.lines[p.pos])
		if !ok || m.kind != first.kind {
			break
		}
		number++
		list.Items = append(list.Items, ListItem{itemLabel(m, number), p.nested(p.takeItem(m))})
		for p.pos < len(p.lines) && p.lines[p.pos] == "" {
			p.pos++
		}
	}
	p.add(list)
	return true
}

func isLettered(m marker) bool { return strings.Contains(m.kind, "a") }

// confirmsList tells whether the line below agrees that this is a list, so
// that a sentence can start with "A. Name".
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

// takeItem takes the lines of one item and returns them without its marker and
// indentation. A line right below that is not indented, but is plain text,
// belongs to the item too, as it did up to QEMU 5.1.
func (p *blockParser) takeItem(m marker) []string {
	first := p.lines[p.pos]
	lines := []string{first[min(m.width, len(first)):]}
	for p.pos++; p.pos < len(p.lines); p.pos++ {
		line := p.lines[p.pos]
		if line != "" && line[0] != ' ' {
			_, item := listMarker(line)
			if lines[len(lines)-1] == "" || item || !isPlain(line) {
				break
			}
		}
		lines = append(lines, line[min(m.width, indentOf(line)):])
	}
	if lines[0] == "" {
		lines = trimBlank(lines)
		lines = dedent(lines, minIndent(lines))
	}
	return lines
}

// fields takes a list of fields, ":name: value".
func (p *blockParser) fields(line string) bool {
	if _, _, ok := fieldMarker(line); !ok {
		return false
	}
	var d DefinitionList
	for p.pos < len(p.lines) {
		name, value, ok := fieldMarker(p.lines[p.pos])
		if !ok {
			break
		}
		p.pos++
		lines := append([]string{value}, p.takeIndented()...)
		d.Items = append(d.Items, Definition{parseInlines(name), p.nested(lines)})
		for p.pos < len(p.lines) && p.lines[p.pos] == "" {
			p.pos++
		}
	}
	p.add(d)
	return true
}

// fieldMarker recognises ":name: value". A role such as ":doc:`x`" is none.
func fieldMarker(line string) (name, value string, ok bool) {
	rest, ok := strings.CutPrefix(line, ":")
	if !ok {
		return "", "", false
	}
	name, value, ok = strings.Cut(rest, ":")
	if !ok || name == "" || name[0] == ' ' || strings.Contains(name, "`") || value != "" && value[0] != ' ' {
		return "", "", false
	}
	return name, strings.TrimLeft(value, " "), true
}
