package parser

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// itemKeys are the keys that identify an item.
var itemKeys = append([]string{"include", "pragma", "type"}, definitionKeys...)

// resync returns the offset at which to resume after an error at offset from in the item at
// offset start. Usually that is after the item's closing bracket. If no item can follow there,
// a bracket is missing. Then, or if it comes first, it is the next line that opens an item or
// documentation comment and is not indented more than the broken item.
func (u *unit) resync(start, from int) int {
	depth := len(u.context(start, from).open)
	limit, _ := u.opensLine(start)
	for s := (scanner{src: u.src, pos: from, rules: u.rules}); ; {
		tok, end := s.next()
		at := tok.Pos.Offset
		switch tok.Type {
		case lexer.EOF:
			return len(u.src)
		case tokDoc, tokLBrace:
			if column, ok := u.opensLine(at); ok && column <= limit && opensItem(u.src[at:]) {
				return at
			}
		}
		switch tok.Type {
		case tokLBrace, tokLBracket:
			depth++
		case tokRBrace, tokRBracket:
			if depth--; depth == 0 && s.beforeItem() {
				return end
			}
		}
	}
}

// beforeItem reports whether an item can start at the read position.
func (s scanner) beforeItem() bool {
	tok, _ := s.next()
	return tok.EOF() || tok.Type == tokDoc || tok.Type == tokLBrace
}

// inside reports whether the next token can only occur inside an object or array.
func (s scanner) inside() bool {
	tok, _ := s.next()
	switch tok.Type {
	case tokColon, tokComma, tokRBrace, tokRBracket:
		return true
	}
	return false
}

// opensItem reports whether text starts with an object whose first key identifies an item, or
// with a documentation comment followed by such an object or by another comment.
func opensItem(text string) bool {
	if strings.HasPrefix(text, "##") {
		if strings.TrimRight(text[:lineLength(text)], " \t") != "##" {
			return false
		}
		s := scanner{src: text, pos: docLength(text)}
		s.skip()
		if text = text[s.pos:]; text == "" || strings.HasPrefix(text, "##") {
			return true
		}
	}
	rest, ok := strings.CutPrefix(text, "{")
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t\n"), "'")
	if !ok {
		return false
	}
	for _, key := range itemKeys {
		if strings.HasPrefix(rest, key+"'") {
			return true
		}
	}
	return false
}

// opensLine reports whether offset pos is the first non-blank of its line, and returns its
// indentation in bytes.
func (u *unit) opensLine(pos int) (int, bool) {
	start := pos
	for start > 0 && (u.src[start-1] == ' ' || u.src[start-1] == '\t') {
		start--
	}
	if start > 0 && u.src[start-1] != '\n' {
		return 0, false
	}
	return pos - start, true
}
