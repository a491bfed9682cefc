package parser

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/diag"
)

// Token types. Each punctuator has its own, since participle matches literals by text and would
// mistake the string '{' for a brace.
const (
	tokLBrace lexer.TokenType = iota + 1
	tokRBrace
	tokLBracket
	tokRBracket
	tokColon
	tokComma
	tokString // value is the text with its quotes
	tokBool
	tokDoc // a documentation comment; value is its text
	tokBad // a lexical error; value is the message, see scanner.fault
)

// maxItemTokens limits the tokens of a top-level item and so its memory: participle needs all
// of them before it starts. QEMU's largest definition has about 1500.
const maxItemTokens = 1 << 20

// definition implements lexer.Definition for participle.
type definition struct{}

// Symbols returns the token types by their names in the grammar.
func (definition) Symbols() map[string]lexer.TokenType {
	return map[string]lexer.TokenType{
		"EOF":      lexer.EOF,
		"LBrace":   tokLBrace,
		"RBrace":   tokRBrace,
		"LBracket": tokLBracket,
		"RBracket": tokRBracket,
		"Colon":    tokColon,
		"Comma":    tokComma,
		"String":   tokString,
		"Bool":     tokBool,
		"Doc":      tokDoc,
		"Bad":      tokBad,
	}
}

// Lex returns a lexer for the first item of r.
func (definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &itemLexer{scan: &scanner{src: string(text)}}, nil
}

// A scanner splits the text of a file into tokens. It never fails: invalid input becomes a Bad
// token.
type scanner struct {
	src   string
	pos   int // offset of the next unread byte
	rules lexRules

	fault fault // describes the last Bad token

	comments []comment // plain comments before pos
}

// A comment is the extent of a plain comment, in byte offsets.
type comment struct{ from, to int }

// A fault describes the error behind a Bad token.
type fault struct {
	code     diag.Code
	from, to int // offsets of the smallest invalid part
}

// eof returns the offset at which QEMU's compiler reports the end of the file: that of the
// final newline, which it appends if missing.
func (s *scanner) eof() int {
	if strings.HasSuffix(s.src, "\n") {
		return len(s.src) - 1
	}
	return len(s.src)
}

// next returns the next token and its end. Of the token's position only the offset is set.
func (s *scanner) next() (tok lexer.Token, end int) {
	end = s.read(&tok)
	return tok, end
}

// punctuators maps single-character tokens to their types.
var punctuators = [256]lexer.TokenType{
	'{': tokLBrace, '}': tokRBrace, '[': tokLBracket, ']': tokRBracket, ':': tokColon, ',': tokComma,
}

// read stores the next token in tok and returns its end.
func (s *scanner) read(tok *lexer.Token) int {
	s.skip()
	if s.pos >= len(s.src) {
		*tok = lexer.EOFToken(lexer.Position{Offset: s.eof()})
		return s.eof()
	}
	start := s.pos
	c := s.src[start]
	if typ := punctuators[c]; typ != 0 {
		return s.token(tok, typ, 1)
	}
	switch c {
	case '\'':
		return s.str(tok)
	case '#':
		return s.token(tok, tokDoc, docLength(s.src[start:]))
	}
	rest := s.src[start:]
	// As in QEMU's compiler, these match as prefixes: truex is true and a stray x.
	if strings.HasPrefix(rest, "true") {
		return s.token(tok, tokBool, len("true"))
	}
	if strings.HasPrefix(rest, "false") {
		return s.token(tok, tokBool, len("false"))
	}
	if s.rules.null && strings.HasPrefix(rest, "null") {
		return s.token(tok, tokBool, len("null"))
	}
	length := strings.IndexFunc(rest, endsStray)
	if length < 0 {
		length = len(rest)
	}
	word := rest[:length]
	s.pos += length
	return s.bad(tok, start, fault{code: codeStray, from: start, to: s.pos}, "stray '"+word+"'")
}

// token stores and consumes a token of the given length.
func (s *scanner) token(tok *lexer.Token, typ lexer.TokenType, length int) int {
	start := s.pos
	s.pos += length
	*tok = lexer.Token{Type: typ, Value: s.src[start:s.pos], Pos: lexer.Position{Offset: start}}
	return s.pos
}

// str reads a string at the read position.
func (s *scanner) str(tok *lexer.Token) int {
	start := s.pos
	for i := start + 1; i < len(s.src); i++ {
		c := s.src[i]
		if 'a' <= c && c <= 'z' || c == '-' { // most characters
			continue
		}
		switch {
		case c == '\'':
			return s.token(tok, tokString, i+1-start)
		case c == '\n':
			return s.unterminated(tok, start, i)
		case c == '\\' && s.rules.escapes != escapeNone:
			value, length := s.rules.escapes.escape(s.src[i+1:])
			if length == 0 {
				return s.unterminated(tok, start, i+1)
			}
			if value == "" {
				bad := s.src[i : i+1+length]
				s.pos = s.stringEnd(i + 1 + length)
				return s.bad(tok, start, fault{code: codeBadString, from: i, to: i + 1 + length}, "unknown escape "+bad)
			}
			i += length
		case s.rules.escapes == escapeBackslash && (c < ' ' || c >= 0x7f):
			_, size := utf8.DecodeRuneInString(s.src[i:])
			s.pos = s.stringEnd(i + size)
			return s.bad(tok, start, fault{code: codeBadString, from: i, to: i + size}, "funny character in string")
		}
	}
	return s.unterminated(tok, start, len(s.src))
}

func (s *scanner) unterminated(tok *lexer.Token, start, end int) int {
	s.pos = end
	return s.bad(tok, start, fault{code: codeBadString, from: start, to: end}, `missing terminating "'"`)
}

// stringEnd returns the likely end of an invalid string read up to pos: after the next quote,
// or at the end of the line.
func (s *scanner) stringEnd(pos int) int {
	if i := strings.IndexAny(s.src[pos:], "'\n"); i >= 0 {
		pos += i
		if s.src[pos] == '\'' {
			pos++
		}
		return pos
	}
	return len(s.src)
}

// bad stores a Bad token that extends from start to the read position, which it returns.
func (s *scanner) bad(tok *lexer.Token, start int, f fault, msg string) int {
	s.fault = f
	*tok = lexer.Token{Type: tokBad, Value: msg, Pos: lexer.Position{Offset: start}}
	return s.pos
}

// skip advances past white space and plain comments.
func (s *scanner) skip() {
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == ' ' || c == '\n' || c == '\t':
			s.pos++
		case c == '#':
			if strings.HasPrefix(s.src[s.pos:], "##") && !s.rules.plainHashes {
				return
			}
			s.comment(lineLength(s.src[s.pos:]))
		case c < utf8.RuneSelf && !isSpace(rune(c)):
			return
		default:
			r, size := utf8.DecodeRuneInString(s.src[s.pos:])
			if !isSpace(r) {
				return
			}
			s.pos += size
		}
	}
}

// comment consumes and records a plain comment. A comment that is scanned again, as during
// lookahead or recovery, is recorded once.
func (s *scanner) comment(length int) {
	if n := len(s.comments); n == 0 || s.comments[n-1].to <= s.pos {
		s.comments = append(s.comments, comment{s.pos, s.pos + length})
	}
	s.pos += length
}

// isSpace reports whether r is white space to Python's str.isspace.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// endsStray reports whether r ends a run of stray characters.
func endsStray(r rune) bool {
	return isSpace(r) || strings.ContainsRune("[]{}:,'", r)
}

// lineLength returns the length of the first line of text without its newline.
func lineLength(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// docLength returns the length of the documentation comment at the start of text. It ends with
// the next line that starts with "##", or else where the next token starts.
func docLength(text string) int {
	s := scanner{src: text, pos: lineLength(text)}
	for {
		if rest := s.src[s.pos:]; len(rest) > 2 && rest[1] == '#' && rest[2] != '#' { // nearly all lines
			s.pos += 1 + lineLength(rest[1:])
			continue
		}
		s.blank()
		if !strings.HasPrefix(s.src[s.pos:], "#") {
			if s.pos == len(s.src) {
				return s.eof()
			}
			return s.pos
		}
		closing := strings.HasPrefix(s.src[s.pos:], "##")
		s.pos += lineLength(s.src[s.pos:])
		if closing {
			return s.pos
		}
	}
}

// blank skips white space but not comments.
func (s *scanner) blank() {
	s.pos = len(s.src) - len(trimSpaceLeft(s.src[s.pos:]))
}

// An itemLexer returns the tokens of one top-level item, then EOF. An item ends with its
// closing bracket, with a documentation comment, or with a token at which the parser would stop
// anyway. So a file is split into items even if some are malformed.
type itemLexer struct {
	scan  *scanner
	depth int
	count int
	last  lexer.TokenType // type of the last token returned
	end   int             // its end
	final lexer.Token     // the last token of the item
	loose bool            // commas were missing or trailing
	done  bool
}

// Next returns the next token. It never fails.
func (l *itemLexer) Next() (lexer.Token, error) {
	var tok lexer.Token
	l.read(&tok)
	return tok, nil
}

// read stores the next token in tok.
func (l *itemLexer) read(tok *lexer.Token) {
	if l.done {
		*tok = lexer.EOFToken(lexer.Position{Offset: l.end})
		return
	}
	end := l.scan.read(tok)
	if l.scan.rules.looseCommas {
		end = l.comma(tok, end)
	}
	switch tok.Type {
	case tokLBrace:
		// A brace where no value is allowed starts the next item.
		l.done = l.count > 0 && l.last != tokColon && l.last != tokComma && l.last != tokLBracket
		l.depth++
	case tokLBracket:
		l.depth++
	case tokRBrace, tokRBracket:
		l.depth--
	case lexer.EOF, tokBad, tokDoc:
		l.done = true
	}
	if l.depth > MaxDepth {
		l.refuse(tok, codeTooDeep, fmt.Sprintf("nesting is deeper than %d levels", MaxDepth))
	} else if l.count >= maxItemTokens {
		l.refuse(tok, codeItemTooLarge, fmt.Sprintf("expression has more than %d tokens", maxItemTokens))
	}
	l.last, l.end = tok.Type, end
	l.count++
	l.done = l.done || l.depth <= 0
	if l.done {
		l.final = *tok
	}
}

// comma normalizes commas for the grammar: it drops a trailing one and inserts one missing
// before tok.
func (l *itemLexer) comma(tok *lexer.Token, end int) int {
	if tok.Type == tokComma {
		ahead := *l.scan
		if next, nextEnd := ahead.next(); next.Type == tokRBrace || next.Type == tokRBracket {
			*l.scan = ahead
			l.loose = true
			*tok = next
			return nextEnd
		}
	}
	if l.depth == 0 || !endsValue(l.last) || !startsValue(tok.Type) {
		return end
	}
	l.loose = true
	at := l.end
	l.scan.pos = at
	*tok = lexer.Token{Type: tokComma, Pos: lexer.Position{Offset: at}}
	return at
}

func endsValue(t lexer.TokenType) bool {
	return t == tokRBrace || t == tokRBracket || t == tokString || t == tokBool
}

func startsValue(t lexer.TokenType) bool {
	return t == tokLBrace || t == tokLBracket || t == tokString || t == tokBool
}

// refuse replaces a token with a Bad one, which ends the item.
func (l *itemLexer) refuse(tok *lexer.Token, code diag.Code, msg string) {
	l.done = true
	at := tok.Pos.Offset
	l.scan.bad(tok, at, fault{code: code, from: at, to: l.scan.pos}, msg)
}
