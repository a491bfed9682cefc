package qmp

import (
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Format returns a value of a generated type, or a pointer to one, as indented JSON. It is for
// logs and debugging: %+v of package fmt prints the addresses of optional members, not their
// values. Absent members and the timestamp of an event are left out. If the value cannot be
// encoded, because it is nil or the branch of a union does not match its discriminator for
// example, Format returns the text of the error.
func Format(v any) string {
	text, err := wire.Append(nil, v, wire.Tolerant)
	if err != nil {
		return err.Error()
	}
	return indent(text)
}

// indent indents valid JSON. It replaces encoding/json, which the runtime does not link.
func indent(text []byte) string {
	var out strings.Builder
	depth := 0
	line := func() { out.WriteString("\n" + strings.Repeat("  ", depth)) }
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			start := i
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			out.Write(text[start : i+1])
		case '{', '[':
			out.WriteByte(c)
			if end := text[i+1]; end == '}' || end == ']' {
				out.WriteByte(end)
				i++
				continue
			}
			depth++
			line()
		case '}', ']':
			depth--
			line()
			out.WriteByte(c)
		case ',':
			out.WriteByte(c)
			line()
		case ' ', '\t', '\r', '\n':
		case ':':
			out.WriteString(": ")
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}
