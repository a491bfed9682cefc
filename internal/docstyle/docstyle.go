// Package docstyle has the style rules that QEMU 10.2 introduced for documentation comments: lines
// of at most 70 columns, and two spaces between sentences. Violations are errors in the dialect of
// that release (package parser), and findings in others (package lint).
package docstyle

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxColumns is the maximum number of columns of a documentation line, including its "# ".
const MaxColumns = 70

// A Checker checks the lines of a comment, one by one. The zero value is ready to use.
type Checker struct {
	text    string
	literal bool
	indent  int // of the literal block, 0 until its first line
}

// Next moves to the next line, given without its "# " and without trailing white space.
func (c *Checker) Next(text string) {
	c.text = text
	if opensLiteral(text) {
		c.literal, c.indent = true, 0
		return
	}
	if !c.literal || text == "" {
		return
	}
	switch indent := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace)); {
	case c.indent == 0:
		c.indent = indent
	case indent < c.indent:
		c.literal = false
	}
}

// Literal reports whether the line is in a literal block, which is exempt.
func (c *Checker) Literal() bool { return c.literal }

// Long reports whether the line is too long.
func (c *Checker) Long() bool {
	const most = MaxColumns - len("# ")
	return len(c.text) > most && !c.literal && utf8.RuneCountInString(c.text) > most && !isURL(c.text)
}

// A Joint is a place where two sentences are separated by one space: the bytes from the
// period up to the first character of the next sentence.
type Joint struct{ From, To int }

// Joints returns the joints of the line: a '.', '!' or '?', one space, and an upper-case letter, a
// digit or '('. It ignores the period of "e.g." and of the number of a list item.
func (c *Checker) Joints() []Joint {
	if c.literal {
		return nil
	}
	var joints []Joint
	for _, stop := range []byte(".!?") { // most lines have none
		for at := 0; ; at++ {
			i := strings.IndexByte(c.text[at:], stop)
			if at += i; i < 0 || at+2 >= len(c.text) {
				break
			}
			if c.text[at+1] == ' ' && startsSentence(c.text[at+2]) && !(stop == '.' && isAbbreviation(c.text[:at])) {
				joints = append(joints, Joint{at, at + 3})
			}
		}
	}
	slices.SortFunc(joints, func(a, b Joint) int { return a.From - b.From })
	return joints
}

func startsSentence(c byte) bool { return 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '(' }

// isAbbreviation reports whether text, which a '.' follows, ends with "e.g" or is the
// number of a list item, of one digit.
func isAbbreviation(text string) bool {
	if before, ok := strings.CutSuffix(text, "e.g"); ok {
		return before == "" || !isWord(before[len(before)-1])
	}
	number := strings.TrimLeft(text, " ")
	return len(number) == 1 && '0' <= number[0] && number[0] <= '9'
}

// isWord reports whether c is a character of an ASCII word.
func isWord(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '_'
}

// opensLiteral reports whether text is a line before a literal block: "::", or the
// directive qmp-example without options.
func opensLiteral(text string) bool {
	if n := len(text); n == 0 || text[n-1] != ':' && text[n-1] != ' ' {
		return false // most lines
	}
	text, ok := strings.CutSuffix(strings.Trim(text, " "), "::")
	if !ok || text == "" {
		return ok
	}
	rest, ok := strings.CutPrefix(text, ".. ")
	return ok && strings.TrimLeft(rest, " ") == "qmp-example"
}

// isURL reports whether text is only a URL.
func isURL(text string) bool {
	scheme, rest, ok := strings.Cut(strings.TrimLeft(text, " "), "://")
	return ok && (scheme == "http" || scheme == "https" || scheme == "ftp") && !strings.Contains(rest, " ")
}
