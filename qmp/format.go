package qmp

import (
	"strings"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Format returns a value of a generated type, or the value a pointer points to, as indented
// JSON, with the values behind pointers: %+v of package fmt prints the addresses of optional
// members. It is for logs and for debugging. Members that are absent are left out, and the
// timestamp of an event is not a member. A value that cannot be encoded, such as a union whose
// branch does not go with its discriminator, or a nil pointer, gives the text of the error.
func Format(v any) string {
	text, err := wire.Append(nil, v, wire.Tolerant)
	if err != nil {
		return err.Error()
	}
	return indent(text)
}

// indent spreads valid JSON over lines. Package json does the same, but the runtime does without.
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
