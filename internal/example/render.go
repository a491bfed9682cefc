package example

import (
	"strings"
	"unicode/utf8"
)

// maxColumn is the width of messages in made examples.
const maxColumn = 68

// render writes a value in the style of QEMU's examples: on one line if it fits.
func render(v *Value) string {
	var r renderer
	if !r.fits(v, 0, 0) {
		r.spread(v)
		return r.String()
	}
	r.flat(v)
	return r.String()
}

type renderer struct{ strings.Builder }

// fits reports whether a value fits on a line that starts at the column, with some bytes
// after it.
func (r *renderer) fits(v *Value, column, behind int) bool {
	var one renderer
	one.flat(v)
	return column+utf8.RuneCountInString(one.String())+behind <= maxColumn
}

// spread writes the message itself, with each member on a line.
func (r *renderer) spread(v *Value) {
	r.WriteString("{ ")
	for i, m := range v.Members {
		if i > 0 {
			r.WriteString(",\n  ")
		}
		r.name(m.Name)
		r.value(m.Value, 2, 2+len(m.Name)+4, 2)
	}
	r.WriteString(" }")
}

// value writes a value that starts at the column, with its lines indented.
func (r *renderer) value(v *Value, indent, column, behind int) {
	if len(v.Members) == 0 && len(v.Elems) == 0 || r.fits(v, column, behind) {
		r.flat(v)
		return
	}
	brackets := "{}"
	if v.Kind == Array {
		brackets = "[]"
	}
	margin := "\n" + strings.Repeat(" ", indent+2)
	r.WriteByte(brackets[0])
	for i, m := range v.Members {
		if i > 0 {
			r.WriteByte(',')
		}
		r.WriteString(margin)
		r.name(m.Name)
		r.value(m.Value, indent+2, indent+2+len(m.Name)+4, 1)
	}
	for i, e := range v.Elems {
		if i > 0 {
			r.WriteByte(',')
		}
		r.WriteString(margin)
		r.value(e, indent+2, indent+2, 1)
	}
	r.WriteString(margin[:indent+1])
	r.WriteByte(brackets[1])
}

func (r *renderer) name(name string) {
	r.quote(name)
	r.WriteString(": ")
}

// flat writes a value on one line.
func (r *renderer) flat(v *Value) {
	switch v.Kind {
	case Object:
		r.WriteByte('{')
		for i, m := range v.Members {
			r.WriteString(separator(i))
			r.name(m.Name)
			r.flat(m.Value)
		}
		if len(v.Members) > 0 {
			r.WriteByte(' ')
		}
		r.WriteByte('}')
	case Array:
		r.WriteByte('[')
		for i, e := range v.Elems {
			r.WriteString(separator(i))
			r.flat(e)
		}
		if len(v.Elems) > 0 {
			r.WriteByte(' ')
		}
		r.WriteByte(']')
	case String:
		r.quote(v.Text)
	case Bool, Number:
		r.WriteString(v.Text)
	default:
		r.WriteString(v.Kind.String())
	}
}

func separator(i int) string {
	if i == 0 {
		return " "
	}
	return ", "
}

const hexDigits = "0123456789abcdef"

func (r *renderer) quote(s string) {
	r.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			r.WriteByte('\\')
			r.WriteByte(c)
		case c < ' ':
			r.WriteString(`\u00`)
			r.WriteByte(hexDigits[c>>4])
			r.WriteByte(hexDigits[c&15])
		default:
			r.WriteByte(c)
		}
	}
	r.WriteByte('"')
}
