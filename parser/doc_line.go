package parser

import (
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ast"
)

// A docLine is a line of a documentation comment, other than the "##" lines.
type docLine struct {
	text string // without "# " and trailing white space
	hash int    // offset of the '#'
	at   int    // offset of text
}

// indent returns the number of bytes of leading white space.
func (l *docLine) indent() int { return len(l.text) - len(trimSpaceLeft(l.text)) }

// trimSpaceLeft returns text without leading white space.
func trimSpaceLeft(text string) string {
	for i := range len(text) {
		if c := text[i]; c > ' ' && c < utf8.RuneSelf {
			return text[i:]
		} else if c != ' ' {
			return strings.TrimLeftFunc(text[i:], isSpace)
		}
	}
	return ""
}

// trimSpaceRight returns text without trailing white space.
func trimSpaceRight(text string) string {
	if n := len(text); n > 0 && text[n-1] > ' ' && text[n-1] < utf8.RuneSelf {
		return text
	}
	return strings.TrimRightFunc(text, isSpace)
}

// matchName matches "@NAME: " at the start of a line. It returns NAME and the length of the
// match.
func matchName(text string) (name string, length int, ok bool) {
	rest, ok := strings.CutPrefix(text, "@")
	if !ok {
		return "", 0, false
	}
	name, rest, ok = strings.Cut(rest, ":")
	if !ok {
		return "", 0, false
	}
	return name, len(text) - len(strings.TrimLeft(rest, " ")), true
}

// docTag returns the kind of section that a tag starts, or "" if it is not a tag.
func docTag(tag string) ast.DocKind {
	switch tag {
	case "Returns":
		return ast.DocReturns
	case "Errors":
		return ast.DocErrors
	case "Since":
		return ast.DocSince
	case "Note", "Notes": // up to 9.0
		return ast.DocNote
	case "Example", "Examples": // up to 9.0
		return ast.DocExample
	case "TODO":
		return ast.DocTodo
	}
	return ""
}

// matchTag matches "TAG: " at the start of a line. It returns TAG and the length of the match.
// A double colon is reST markup, not a tag.
func matchTag(text string) (tag string, length int, ok bool) {
	if text == "" || text[0] < 'A' || 'T' < text[0] { // most lines
		return "", 0, false
	}
	tag, rest, ok := strings.Cut(text, ":")
	if !ok || docTag(tag) == "" || strings.HasPrefix(rest, ":") {
		return "", 0, false
	}
	return tag, len(text) - len(strings.TrimLeft(rest, " ")), true
}
