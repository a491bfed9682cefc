package example

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth limits how deep values may be nested, as QEMU's JSON parser does.
const maxDepth = 1024

// A syntaxError is a syntax error in JSON.
type syntaxError struct {
	Offset int // offset in the text
	Msg    string
}

// Error returns the message.
func (e *syntaxError) Error() string { return e.Msg }

// Parse reads a text that holds one JSON value. Beyond JSON, anything may be omitted with
// "...", perhaps followed by words: a value, elements of an array, members of an object.
// Commas next to that may be omitted, too. The error is a *[syntaxError].
func Parse(text string) (*Value, error) {
	s := &scanner{text: text}
	v, err := s.value(0)
	if err != nil {
		return nil, err
	}
	if s.blanks(); s.pos < len(text) {
		return nil, s.errorf("unexpected %s after the end of the message", s.next())
	}
	return v, nil
}

// A scanner reads JSON.
type scanner struct {
	text string
	pos  int
}

func (s *scanner) errorf(format string, args ...any) *syntaxError {
	return &syntaxError{s.pos, fmt.Sprintf(format, args...)}
}

func (s *scanner) blanks() {
	for s.pos < len(s.text) && strings.IndexByte(" \t\r\n", s.text[s.pos]) >= 0 {
		s.pos++
	}
}

// peek returns the next byte, or 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

// next describes what comes next, for messages.
func (s *scanner) next() string {
	if s.pos >= len(s.text) {
		return "the end"
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	return strconv.QuoteRune(r)
}

// take takes the byte if it comes next, after white space.
func (s *scanner) take(c byte) bool {
	s.blanks()
	if s.peek() != c {
		return false
	}
	s.pos++
	return true
}

// elision takes "..." with the words after it, up to the next piece of JSON or the end of
// the line.
func (s *scanner) elision() bool {
	if !strings.HasPrefix(s.text[s.pos:], "...") {
		return false
	}
	n := strings.IndexAny(s.text[s.pos:], "{}[],\"\n")
	if n < 0 {
		n = len(s.text) - s.pos
	}
	s.pos += n
	return true
}

func (s *scanner) value(depth int) (*Value, *syntaxError) {
	s.blanks()
	v := &Value{Offset: s.pos}
	var err *syntaxError
	switch c := s.peek(); {
	case depth > maxDepth:
		err = s.errorf("values are nested more than %d levels deep", maxDepth)
	case c == '{':
		v.Kind = Object
		err = s.object(v, depth)
	case c == '[':
		v.Kind = Array
		err = s.array(v, depth)
	case c == '"':
		v.Kind = String
		v.Text, err = s.str()
	case c == '-' || '0' <= c && c <= '9':
		v.Kind = Number
		v.Text, err = s.number()
	case s.elision():
		v.Kind = Elision
	default:
		err = s.word(v)
	}
	v.End = s.pos
	return v, err
}

// object takes an object.
func (s *scanner) object(v *Value, depth int) *syntaxError {
	s.pos++
	return s.items(v, '}', func() *syntaxError {
		if s.peek() != '"' {
			return s.errorf("expected the name of a member, got %s", s.next())
		}
		m := Member{Offset: s.pos}
		var err *syntaxError
		if m.Name, err = s.str(); err != nil {
			return err
		}
		if !s.take(':') {
			return s.errorf("expected ':' after the name of a member, got %s", s.next())
		}
		m.Value, err = s.value(depth + 1)
		v.Members = append(v.Members, m)
		return err
	})
}

// array takes an array.
func (s *scanner) array(v *Value, depth int) *syntaxError {
	s.pos++
	return s.items(v, ']', func() *syntaxError {
		elem, err := s.value(depth + 1)
		v.Elems = append(v.Elems, elem)
		return err
	})
}

// items takes what is between brackets, and the closing one.
func (s *scanner) items(v *Value, closing byte, item func() *syntaxError) *syntaxError {
	const (
		first     = iota // after the opening bracket
		comma            // after a comma
		complete         // after an item
		leftOut          // after an elision
		leftComma        // after an elision and a comma
	)
	state := first
	for {
		s.blanks()
		switch {
		case s.pos == len(s.text):
			return s.errorf("the message ends before the '%c' that closes it", closing)
		case s.peek() == closing && state == comma:
			return s.errorf("unexpected ',' before '%c'", closing)
		case s.peek() == closing:
			s.pos++
			return nil
		case s.peek() == ',' && state == complete:
			s.pos++
			state = comma
		case s.peek() == ',' && state == leftOut:
			s.pos++
			state = leftComma
		case s.elision():
			v.Elided = true
			state = leftOut
		case state == complete, s.peek() == '}', s.peek() == ']':
			return s.errorf("expected ',' or '%c', got %s", closing, s.next())
		default:
			if err := item(); err != nil {
				return err
			}
			state = complete
		}
	}
}

// word takes true, false or null.
func (s *scanner) word(v *Value) *syntaxError {
	rest := s.text[s.pos:]
	n := strings.IndexFunc(rest, func(r rune) bool { return r < 'a' || 'z' < r })
	if n < 0 {
		n = len(rest)
	}
	switch word := rest[:n]; word {
	case "true", "false":
		v.Kind, v.Text = Bool, word
	case "null":
		v.Kind = Null
	case "":
		return s.errorf("expected a value, got %s", s.next())
	default:
		return s.errorf("expected a value, got %q", word)
	}
	s.pos += n
	return nil
}

// number takes a number as RFC 8259 has it.
func (s *scanner) number() (string, *syntaxError) {
	start := s.pos
	digits := func() bool {
		from := s.pos
		for c := s.peek(); '0' <= c && c <= '9'; c = s.peek() {
			s.pos++
		}
		return s.pos > from
	}
	if s.peek() == '-' {
		s.pos++
	}
	if s.peek() == '0' {
		s.pos++
		if c := s.peek(); '0' <= c && c <= '9' {
			return "", s.errorf("a number must not start with 0")
		}
	} else if !digits() {
		return "", s.errorf("expected a digit, got %s", s.next())
	}
	if s.peek() == '.' && !strings.HasPrefix(s.text[s.pos:], "...") {
		s.pos++
		if !digits() {
			return "", s.errorf("expected a digit, got %s", s.next())
		}
	}
	if c := s.peek(); c == 'e' || c == 'E' {
		s.pos++
		if c := s.peek(); c == '+' || c == '-' {
			s.pos++
		}
		if !digits() {
			return "", s.errorf("expected a digit, got %s", s.next())
		}
	}
	return s.text[start:s.pos], nil
}

// str takes a string.
func (s *scanner) str() (string, *syntaxError) {
	open := s.pos
	s.pos++
	var b strings.Builder
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '"':
			s.pos++
			return b.String(), nil
		case c < ' ':
			return "", s.errorf("a string must not contain %s", s.next())
		case c == '\\':
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		default:
			b.WriteByte(c)
			s.pos++
		}
	}
	s.pos = open
	return "", s.errorf("unterminated string")
}

// escapes maps the characters that may follow a backslash to what they mean.
const (
	escapes = `"\/bfnrt`
	escaped = "\"\\/\b\f\n\r\t"
)

// escape takes an escape sequence.
func (s *scanner) escape() (rune, *syntaxError) {
	if s.pos+1 < len(s.text) {
		if i := strings.IndexByte(escapes, s.text[s.pos+1]); i >= 0 {
			s.pos += 2
			return rune(escaped[i]), nil
		}
	}
	r, ok := s.unit()
	if !ok {
		return 0, s.errorf("invalid escape in a string")
	}
	s.pos += 6
	if utf16.IsSurrogate(r) {
		low, _ := s.unit()
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			s.pos -= 6
			return 0, s.errorf("unpaired surrogate in a string")
		}
		s.pos += 6
	}
	return r, nil
}

// unit reads "\uXXXX" without moving.
func (s *scanner) unit() (rune, bool) {
	rest := s.text[s.pos:]
	if len(rest) < 6 || rest[:2] != `\u` {
		return 0, false
	}
	n, err := strconv.ParseUint(rest[2:6], 16, 16)
	return rune(n), err == nil
}
