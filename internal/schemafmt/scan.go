package schemafmt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a piece of an object: a bracket, comma, colon, string, word or
// comment.
type token struct {
	text     string
	newlines int // in the white space before it
}

func (t token) isComment() bool { return t.text[0] == '#' }
func (t token) opens() bool     { return t.text == "{" || t.text == "[" }
func (t token) closes() bool    { return t.text == "}" || t.text == "]" }

// A scanner reads tokens. It returns some token for a syntax error, so that no text is lost.
type scanner struct {
	text string
	pos  int
}

// space skips white space and returns its number of newlines.
func (s *scanner) space() int {
	newlines := 0
	for s.pos < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if !isSpace(r) {
			break
		}
		if r == '\n' {
			newlines++
		}
		s.pos += size
	}
	return newlines
}

// isSpace reports whether r is white space to QEMU's compiler, that is, to Python.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// line returns the rest of the line without trailing white space, and moves to the newline.
func (s *scanner) line() string {
	rest := s.text[s.pos:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	s.pos += len(rest)
	return strings.TrimRightFunc(rest, isSpace)
}

// next returns the next token. Its text is empty at the end.
func (s *scanner) next() token {
	t := token{newlines: s.space()}
	if s.pos == len(s.text) {
		return t
	}
	start := s.pos
	switch s.text[s.pos] {
	case '{', '}', '[', ']', ',', ':':
		s.pos++
	case '#':
		t.text = s.line()
		return t
	case '\'':
		s.str()
	default:
		n := strings.IndexFunc(s.text[s.pos:], func(r rune) bool { return isSpace(r) || strings.ContainsRune("{}[],:'#", r) })
		if n < 0 {
			n = len(s.text) - s.pos
		}
		s.pos += n
	}
	t.text = s.text[start:s.pos]
	return t
}

// str skips a string, which ends at the end of its line at the latest.
func (s *scanner) str() {
	for s.pos++; s.pos < len(s.text); s.pos++ {
		switch s.text[s.pos] {
		case '\'':
			s.pos++
			return
		case '\n':
			return
		case '\\':
			if s.pos+1 < len(s.text) && s.text[s.pos+1] != '\n' {
				s.pos++
			}
		}
	}
}
