package text

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const (
	lineWidth   = 78 // columns
	textWidth   = 30 // columns that text has at least, however deep it is indented
	maxUnbroken = 50 // bytes that a remark in brackets may have to stay in one line
)

// A writer collects a file.
type writer struct{ buf bytes.Buffer }

// bytes returns the file: no blanks at the ends of lines, one line end at the
// end.
func (w *writer) bytes() []byte {
	return append(bytes.TrimRight(w.buf.Bytes(), "\n"), '\n')
}

// line writes one line as it is.
func (w *writer) line(s string) {
	w.buf.WriteString(strings.TrimRight(s, " "))
	w.buf.WriteByte('\n')
}

// gap writes a blank line, unless there is one.
func (w *writer) gap() {
	if b := w.buf.Bytes(); len(b) > 0 && !bytes.HasSuffix(b, []byte("\n\n")) {
		w.buf.WriteByte('\n')
	}
}

// paragraph writes text without indentation, with a blank line before it.
func (w *writer) paragraph(text string) {
	w.gap()
	w.wrap("", "", strings.Fields(text))
}

// wrap writes words, which are not broken, in lines. The first line starts with
// lead, the others with indent.
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
