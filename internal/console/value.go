package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A value is a JSON value: nil, a bool, a json.Number, a string, a []value, an
// *object, or a word that has no type yet.
type value any

// A word is a value as typed by the user, before it is converted by the schema.
type word string

// An object is a JSON object whose members keep their order.
type object struct {
	names  []string
	values map[string]value
}

func newObject() *object { return &object{values: make(map[string]value)} }

// get returns a member, or nil. It may be called on nil.
func (o *object) get(name string) value {
	if o == nil {
		return nil
	}
	return o.values[name]
}

// has reports whether there is a member of that name.
func (o *object) has(name string) bool {
	if o == nil {
		return false
	}
	_, ok := o.values[name]
	return ok
}

// set adds a member or replaces its value.
func (o *object) set(name string, v value) {
	if !o.has(name) {
		o.names = append(o.names, name)
	}
	o.values[name] = v
}

// text returns the value of a string member, or "".
func (o *object) text(name string) string {
	s, _ := o.get(name).(string)
	return s
}

// appendValue appends the JSON text of a value.
func appendValue(buf []byte, v value) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(buf, v)
	case json.Number:
		return append(buf, v...)
	case string:
		return append(buf, quote(v)...)
	case word:
		return append(buf, quote(string(v))...)
	case []value:
		buf = append(buf, '[')
		for i, e := range v {
			if i > 0 {
				buf = append(buf, ", "...)
			}
			buf = appendValue(buf, e)
		}
		return append(buf, ']')
	case *object:
		buf = append(buf, '{')
		for i, name := range v.names {
			if i > 0 {
				buf = append(buf, ", "...)
			}
			buf = append(buf, quote(name)...)
			buf = append(buf, ": "...)
			buf = appendValue(buf, v.values[name])
		}
		return append(buf, '}')
	}
	return append(buf, "null"...)
}

// formatJSON returns JSON text, indented or on one line, with a newline.
func formatJSON(text []byte, indent bool) []byte {
	var out bytes.Buffer
	var err error
	if indent {
		err = json.Indent(&out, text, "", "  ")
	} else {
		err = json.Compact(&out, text)
	}
	if err != nil {
		out.Reset()
		out.Write(bytes.TrimSpace(text))
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// maxValueDepth is the limit of nested values, that of QEMU's parser.
const maxValueDepth = 1024

// parseValue parses a JSON value. As for QEMU's parser, strings may have single quotes; as in
// QEMU's qmp-shell, literals may be Python's True, False and None.
func parseValue(text string) (value, error) {
	p := &valueParser{text: text}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.pos < len(text) {
		return nil, p.errorf("unexpected %q after the value", p.text[p.pos:min(len(text), p.pos+10)])
	}
	return v, nil
}

// A valueParser parses a JSON value.
type valueParser struct {
	text string
	pos  int
}

func (p *valueParser) errorf(format string, args ...any) error {
	return fmt.Errorf("column %d: %s", utf8.RuneCountInString(p.text[:p.pos])+1, fmt.Sprintf(format, args...))
}

func (p *valueParser) space() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

// next skips a byte if it is the next one.
func (p *valueParser) next(c byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *valueParser) value(depth int) (value, error) {
	if depth > maxValueDepth {
		return nil, p.errorf("values are nested deeper than %d", maxValueDepth)
	}
	p.space()
	if p.pos == len(p.text) {
		return nil, p.errorf("the JSON value is incomplete")
	}
	switch c := p.text[p.pos]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"', '\'':
		return p.string()
	}
	start := p.pos
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n,:{}[]\"'", p.text[p.pos]) < 0 {
		p.pos++
	}
	text := p.text[start:p.pos]
	if v, ok := literal(text); ok {
		return v, nil
	}
	p.pos = start
	if text == "" {
		return nil, p.errorf("unexpected %q", p.text[p.pos:p.pos+1])
	}
	return nil, p.errorf("%q is not a JSON value: strings need quotes", text)
}

// literal returns the value of a literal or number.
func literal(text string) (value, bool) {
	switch text {
	case "true", "True":
		return true, true
	case "false", "False":
		return false, true
	case "null", "None":
		return nil, true
	}
	if isNumber(text) {
		return json.Number(text), true
	}
	return nil, false
}

// isNumber reports whether a text is a number in JSON.
func isNumber(text string) bool {
	if text == "" || text[0] != '-' && (text[0] < '0' || text[0] > '9') {
		return false
	}
	return json.Valid([]byte(text))
}

func (p *valueParser) object(depth int) (value, error) {
	p.pos++
	o := newObject()
	if p.next('}') {
		return o, nil
	}
	for {
		p.space()
		if p.pos == len(p.text) || p.text[p.pos] != '"' && p.text[p.pos] != '\'' {
			return nil, p.errorf("want the name of a member, in quotes")
		}
		start := p.pos
		name, err := p.string()
		if err != nil {
			return nil, err
		}
		if o.has(name) {
			p.pos = start
			return nil, p.errorf("duplicate member %q", name)
		}
		if !p.next(':') {
			return nil, p.errorf("want ':' after the name %q", name)
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.set(name, v)
		switch {
		case p.next('}'):
			return o, nil
		case !p.next(','):
			return nil, p.errorf("want ',' or '}'")
		}
	}
}

func (p *valueParser) array(depth int) (value, error) {
	p.pos++
	list := []value{}
	if p.next(']') {
		return list, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		switch {
		case p.next(']'):
			return list, nil
		case !p.next(','):
			return nil, p.errorf("want ',' or ']'")
		}
	}
}

func (p *valueParser) string() (string, error) {
	start := p.pos
	end := p.text[p.pos]
	var out []byte
	for p.pos++; p.pos < len(p.text); p.pos++ {
		switch c := p.text[p.pos]; c {
		case end:
			p.pos++
			return string(out), nil
		case '\\':
			p.pos++
			if p.pos == len(p.text) {
				break
			}
			if i := strings.IndexByte(`"'\/bfnrt`, p.text[p.pos]); i >= 0 {
				out = append(out, "\"'\\/\b\f\n\r\t"[i])
				continue
			}
			r, ok := p.escape()
			if !ok {
				p.pos--
				return "", p.errorf("invalid escape in a string")
			}
			out = utf8.AppendRune(out, r)
		default:
			out = append(out, c)
		}
	}
	p.pos = start
	return "", p.errorf("the string is not closed")
}

// escape parses uXXXX, and the second half of a surrogate pair.
func (p *valueParser) escape() (rune, bool) {
	r, ok := p.hex()
	if !ok || !utf16.IsSurrogate(r) {
		return r, ok
	}
	if strings.HasPrefix(p.text[p.pos+1:], `\u`) {
		before := p.pos
		p.pos += 2
		if low, ok := p.hex(); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, true
			}
		}
		p.pos = before
	}
	return utf8.RuneError, true
}

func (p *valueParser) hex() (rune, bool) {
	if p.text[p.pos] != 'u' || p.pos+5 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[p.pos+1:p.pos+5], 16, 32)
	if err != nil {
		return 0, false
	}
	p.pos += 4
	return rune(n), true
}
