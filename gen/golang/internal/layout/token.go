package layout

import "bytes"

// A token is a word, a literal or punctuation of Go.
type token struct {
	kind byte // a byte of punctuation, '"', '`', '\n' at the end of a line, or a constant below
	text []byte
}

const (
	word    = 'a' // name, keyword or number
	varargs = '~' // ...
)

// token reads the next token and skips the blanks before it.
func (l *layouter) token() token {
	l.src = bytes.TrimLeft(l.src, " \t")
	if len(l.src) == 0 {
		return token{kind: '\n'}
	}
	n, kind := 1, l.src[0]
	switch {
	case kind == '\n':
		l.src = l.src[1:]
		return token{kind: kind}
	case kind == '"':
		for n < len(l.src) && l.src[n] != '"' {
			if l.src[n] == '\\' {
				n++
			}
			n++
		}
		n++
	case kind == '`':
		if n = bytes.IndexByte(l.src[1:], '`') + 2; n == 1 {
			n = len(l.src)
		}
	case isWord(kind):
		kind = word
		for n < len(l.src) && isWord(l.src[n]) {
			n++
		}
	case bytes.HasPrefix(l.src, []byte(":=")):
		n, kind = 2, '='
	case bytes.HasPrefix(l.src, []byte("...")):
		n, kind = 3, varargs
	}
	n = min(n, len(l.src))
	t := token{kind: kind, text: l.src[:n]}
	l.src = l.src[n:]
	return t
}

// isWord reports whether a byte can be part of a word.
func isWord(b byte) bool {
	return b == '_' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z'
}

// spaced reports whether gofmt puts a space before the n-th token of a line.
func (l *layouter) spaced(first, last, t token, n int) bool {
	function := string(first.text) == "func" && len(l.open) == 0
	switch t.kind {
	case '=':
		return true
	case ',', ')', ']', '.', ':', '}':
		return false
	}
	switch last.kind {
	case ',', ':', '=':
		return true
	case '(', '[', '.', '*', '&', '{', varargs:
		return false
	}
	switch t.kind {
	case '{': // of a body or a type, not of a value
		return function || !l.next('}') && (string(last.text) == "struct" || string(last.text) == "interface")
	case '(': // of a receiver, of results, of a declaration
		return last.kind == ')' && (function || l.scope() == fields) || n == 1 && isKeyword(first)
	case '[': // of a list, not of an index or a type argument
		return last.kind == ')' || last.kind == word && l.next(']')
	case varargs:
		return !l.next(')')
	}
	return last.kind != ']'
}

// next reports whether the next token starts with a byte.
func (l *layouter) next(b byte) bool {
	rest := bytes.TrimLeft(l.src, " ")
	return len(rest) > 0 && rest[0] == b
}

// isKeyword reports whether a line begins with a keyword that a parenthesis can follow.
func isKeyword(first token) bool {
	switch string(first.text) {
	case "return", "func", "const", "import":
		return true
	}
	return false
}
