package site

import "strings"

// A writer collects the HTML of a page. It escapes text and attribute values. Names of elements and
// attributes are never text of a schema. Callers must close each element that they open.
type writer struct {
	buf []byte
	page
}

// open writes a start tag. attrs alternates names and values of attributes. A value of ""
// writes the name only; a name of "" skips the attribute.
func (w *writer) open(tag string, attrs ...string) {
	w.buf = append(append(w.buf, '<'), tag...)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i] == "" {
			continue
		}
		w.buf = append(append(w.buf, ' '), attrs[i]...)
		if attrs[i+1] != "" {
			w.buf = append(w.buf, '=', '"')
			w.text(attrs[i+1])
			w.buf = append(w.buf, '"')
		}
	}
	w.buf = append(w.buf, '>')
}

// close writes end tags.
func (w *writer) close(tags ...string) {
	for _, tag := range tags {
		w.buf = append(append(append(w.buf, '<', '/'), tag...), '>')
	}
}

// element writes an element that contains only text.
func (w *writer) element(tag, text string, attrs ...string) {
	w.open(tag, attrs...)
	w.text(text)
	w.close(tag)
}

// link writes a link with text.
func (w *writer) link(href, text string, attrs ...string) {
	w.element("a", text, append([]string{"href", href}, attrs...)...)
}

// codeLink writes a link with a name in a code element.
func (w *writer) codeLink(href, name string, attrs ...string) {
	w.open("a", append([]string{"href", href}, attrs...)...)
	w.element("code", name)
	w.close("a")
}

// newline ends a line, to keep the source readable.
func (w *writer) newline() { w.buf = append(w.buf, '\n') }

// text writes escaped text. It replaces characters that HTML does not allow.
func (w *writer) text(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		var esc string
		switch c := s[i]; {
		case c == '&':
			esc = "&amp;"
		case c == '<':
			esc = "&lt;"
		case c == '>':
			esc = "&gt;"
		case c == '"':
			esc = "&quot;"
		case c == '\'':
			esc = "&#39;"
		case c < ' ' && c != '\n' && c != '\t', c == 0x7f:
			esc = "\ufffd"
		default:
			continue
		}
		w.buf = append(append(w.buf, s[start:i]...), esc...)
		start = i + 1
	}
	w.buf = append(w.buf, s[start:]...)
}

// fragment returns the fragment of a URL for an id, with the '#'.
func fragment(id string) string {
	const plain = "-._~:!$&'()*+,;=@/?"
	for i := 0; i < len(id); i++ {
		if c := id[i]; !(c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte(plain, c) >= 0) {
			return "#" + escapeFragment(id)
		}
	}
	return "#" + id
}

func escapeFragment(id string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(id); i++ {
		if c := id[i]; c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '_' {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
