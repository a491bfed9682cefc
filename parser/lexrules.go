package parser

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/dialect"
)

// lexRules are the lexical rules of a dialect. The zero value has those of QEMU 4.2 and newer.
type lexRules struct {
	looseCommas bool // up to 1.5: commas may be missing or trailing
	repeats     bool // up to 1.7: keys may repeat; the last one wins
	plainHashes bool // up to 2.8: "##" starts an ordinary comment
	null        bool // 2.4 to 4.1: null is a literal, though valid nowhere
	escapes     escapeRule
}

// An escapeRule determines what a backslash in a string means.
type escapeRule uint8

const (
	escapeBackslash escapeRule = iota // 4.2 and newer: only "\\"; only printable ASCII is allowed
	escapeJSON                        // 2.4 to 4.1: JSON's escapes and "\'", up to U+007F
	escapeAny                         // 1.2 to 2.3: stands for the next character
	escapeNone                        // up to 1.1: an ordinary character
)

func lexRulesOf(r dialect.Release) lexRules {
	rules := lexRules{
		looseCommas: r.Before(1, 6),
		repeats:     r.Before(2, 0),
		plainHashes: r.Before(2, 9),
		null:        r.Within(dialect.Of(2, 4), dialect.Of(4, 1)),
	}
	switch {
	case r.Before(1, 2):
		rules.escapes = escapeNone
	case r.Before(2, 4):
		rules.escapes = escapeAny
	case r.Before(4, 2):
		rules.escapes = escapeJSON
	}
	return rules
}

// jsonEscape returns the meaning of a backslash followed by c, or "" if it is unknown.
func jsonEscape(c byte) string {
	switch c {
	case 'b':
		return "\b"
	case 'f':
		return "\f"
	case 'n':
		return "\n"
	case 'r':
		return "\r"
	case 't':
		return "\t"
	case '\\', '/', '\'', '"':
		return string(rune(c))
	}
	return ""
}

// escape decodes the escape at the start of text, which begins after the backslash. It returns
// the value and the number of bytes consumed. For an unknown escape the value is empty and
// length covers the invalid part. At the end of the line length is 0.
func (rule escapeRule) escape(text string) (value string, length int) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case size == 0 || r == '\n':
		return "", 0
	case rule == escapeAny:
		return text[:size], size
	case rule == escapeBackslash:
		if r != '\\' {
			return "", size
		}
		return `\`, size
	case r == 'u' && len(text) >= 5:
		n, err := strconv.ParseUint(text[1:5], 16, 16)
		if err != nil || n == 0 || n > 0x7f {
			return "", size
		}
		return string(rune(n)), 5
	}
	return jsonEscape(text[0]), size
}

// unquote returns the value of a String token.
func (rule escapeRule) unquote(text string) string {
	text = text[1 : len(text)-1]
	if rule == escapeNone || !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, `\`)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		value, length := rule.escape(rest)
		b.WriteString(value)
		text = rest[length:]
	}
}
