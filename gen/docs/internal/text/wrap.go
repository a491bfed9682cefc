package text

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	lineWidth   = 78 // columns
	textWidth   = 30 // minimum columns of text, however deep it is indented
	maxUnbroken = 50 // bytes up to which a tag is not broken
)

// A writer collects a file.
type writer struct{ buf bytes.Buffer }

// bytes returns the contents of the file, with one newline at the end.
func (w *writer) bytes() []byte {
	return append(bytes.TrimRight(w.buf.Bytes(), "\n"), '\n')
}

// line writes one line without trailing spaces.
func (w *writer) line(s string) {
	w.buf.WriteString(strings.TrimRight(s, " "))
	w.buf.WriteByte('\n')
}

// gap writes a blank line, unless the file is empty or ends with one.
func (w *writer) gap() {
	if b := w.buf.Bytes(); len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n")) {
		w.buf.WriteByte('\n')
	}
}

// paragraph writes a blank line and text without indentation.
func (w *writer) paragraph(text string) {
	w.gap()
	w.wrap("", "", strings.Fields(text))
}

// wrap writes words in lines, without breaking words. The first line starts with lead, the others
// with indent.
func (w *writer) wrap(lead, indent string, words []string) {
	limit := max(lineWidth, utf8.RuneCountInString(indent)+textWidth)
	var line strings.Builder
	line.WriteString(lead)
	column, fresh := utf8.RuneCountInString(lead), true
	for _, word := range words {
		n := utf8.RuneCountInString(word)
		switch {
		case fresh:
		case column+1+n > limit:
			w.line(line.String())
			line.Reset()
			line.WriteString(indent)
			column = utf8.RuneCountInString(indent)
		default:
			line.WriteByte(' ')
			column++
		}
		line.WriteString(word)
		column += n
		fresh = false
	}
	w.line(line.String())
}
