// Package docstyle holds the style rules that QEMU 10.2 introduced for documentation
// comments: lines of at most 70 columns, two spaces between sentences. Violations are
// errors in the dialect of that release (package parser), and otherwise findings (package
// lint).
package docstyle

import (
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// MaxColumns is the maximum number of columns of a documentation line, including its "# ".
const MaxColumns = 70

// A Checker checks the lines of one comment, one after the other. The zero Checker is ready
// to use.
type Checker struct {
	text    string
	literal bool
	indent  int // of the literal block, 0 until its first line
}

var (
	sentence = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\be\.g\. [A-Z0-9(]|^ *\d\. [A-Z0-9(]|([.!?]) [A-Z0-9(]`)
	})
)

// Next moves on to a line, given without its "# " and without trailing white space.
func (c *Checker) Next(text string) {
	c.text = text
	indent := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	switch {
	case opensLiteral(text):
		c.literal, c.indent = true, 0
	case c.literal && text != "" && c.indent == 0:
		c.indent = indent
	case c.literal && text != "" && indent < c.indent:
		c.literal = false
	}
}

// Literal reports whether the line is in a literal block, which is exempt.
func (c *Checker) Literal() bool { return c.literal }

// Long reports whether the line is too long.
func (c *Checker) Long() bool {
	return !c.literal && utf8.RuneCountInString(c.text)+len("# ") > MaxColumns && !isURL(c.text)
}

// A Joint is a place where two sentences are separated by one space: the bytes from the
// period up to the first character of the next sentence.
type Joint struct{ From, To int }

// Joints returns the joints of the line.
func (c *Checker) Joints() []Joint {
	if c.literal || !mayJoin(c.text) {
		return nil
	}
	var joints []Joint
	for _, m := range sentence().FindAllStringSubmatchIndex(c.text, -1) {
		if stop := m[2]; stop >= 0 {
			joints = append(joints, Joint{stop, m[1]})
		}
	}
	return joints
}

// mayJoin reports whether the regular expression for joints can match text. Without this
// check, the expression takes half of the time to read a schema.
func mayJoin(text string) bool {
	for i := 2; i < len(text); i++ {
		if text[i-1] != ' ' || text[i-2] != '.' && text[i-2] != '!' && text[i-2] != '?' {
			continue
		}
		if c := text[i]; 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '(' {
			return true
		}
	}
	return false
}

// opensLiteral reports whether text is a line before a literal block: "::", or the
// directive qmp-example without options.
func opensLiteral(text string) bool {
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
