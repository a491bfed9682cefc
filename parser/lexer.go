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

// Token types. Each punctuator has its own: participle matches a literal in the
// grammar by its text and would take the string '{' for a brace.
const (
	tokLBrace lexer.TokenType = iota + 1
	tokRBrace
	tokLBracket
	tokRBracket
	tokColon
	tokComma
	tokString // value is the text with its quotes
	tokBool
	tokDoc // a documentation comment, value is its text
	tokBad // a lexical error, value is what is wrong; see scanner.fault
)

// maxItemTokens bounds the memory that one top-level item takes: participle
// wants all tokens of an item before it starts. The largest definition in QEMU
// has about 1500.
const maxItemTokens = 1 << 20

// definition is the participle side of the lexer.
type definition struct{}

// Symbols gives the grammar's names of the token types.
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

// Lex returns a lexer of the first item of r.
func (definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &itemLexer{scan: &scanner{src: string(text)}}, nil
}

// A scanner splits the text of a file into tokens. It never fails: what is not a
// token becomes a Bad token.
type scanner struct {
	src   string
	pos   int // offset of the next unread byte
	rules lexRules

	fault fault // what is wrong with the last Bad token

	comments []comment // the plain comments up to pos
}

// A comment is a plain comment, in offsets.
type comment struct{ from, to int }

// A fault tells more of a Bad token than fits into it.
type fault struct {
	code     diag.Code
	from, to int // the smallest wrong piece, in bytes
}

// eof returns the offset at which QEMU's compiler sees the end of the file: that
// of the last newline, which it adds if there is none.
func (s *scanner) eof() int {
	if strings.HasSuffix(s.src, "\n") {
		return len(s.src) - 1
	}
	return len(s.src)
}

// next returns the next token and its end. Only the offset of its position is
// set: lines and columns are the file set's business.
func (s *scanner) next() (lexer.Token, int) {
	s.skip()
	if s.pos >= len(s.src) {
		return lexer.EOFToken(lexer.Position{Offset: s.eof()}), s.eof()
	}
	start := s.pos
	token := func(typ lexer.TokenType, length int) (lexer.Token, int) {
		s.pos = start + length
		return lexer.Token{Type: typ, Value: s.src[start:s.pos], Pos: lexer.Position{Offset: start}}, s.pos
	}
	rest := s.src[start:]
	switch rest[0] {
	case '{':
		return token(tokLBrace, 1)
	case '}':
		return token(tokRBrace, 1)
	case '[':
		return token(tokLBracket, 1)
	case ']':
		return token(tokRBracket, 1)
	case ':':
		return token(tokColon, 1)
	case ',':
		return token(tokComma, 1)
	case '#':
		return token(tokDoc, docLength(rest))
	case '\'':
		return s.str()
	}
	// As in QEMU's compiler these are prefixes: truex is true and a stray x.
	if strings.HasPrefix(rest, "true") {
		return token(tokBool, len("true"))
	}
	if strings.HasPrefix(rest, "false") {
		return token(tokBool, len("false"))
	}
	if s.rules.null && strings.HasPrefix(rest, "null") {
		return token(tokBool, len("null"))
	}
	length := strings.IndexFunc(rest, endsStray)
	if length < 0 {
		length = len(rest)
	}
	word := rest[:length]
	s.pos += length
	return s.bad(start, fault{code: codeStray, from: start, to: s.pos}, "stray '"+word+"'")
}

// str reads a string, which starts at the read position.
func (s *scanner) str() (lexer.Token, int) {
	start := s.pos
	for i := start + 1; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\'':
			s.pos = i + 1
			return lexer.Token{Type: tokString, Value: s.src[start:s.pos], Pos: lexer.Position{Offset: start}}, s.pos
		case c == '\n':
			return s.unterminated(start, i)
		case c == '\\' && s.rules.escapes != escapeNone:
			value, length := s.rules.escapes.escape(s.src[i+1:])
			if length == 0 {
				return s.unterminated(start, i+1)
			}
			if value == "" {
				bad := s.src[i : i+1+length]
				s.pos = s.stringEnd(i + 1 + length)
				return s.bad(start, fault{code: codeBadString, from: i, to: i + 1 + length}, "unknown escape "+bad)
			}
			i += length
		case s.rules.escapes == escapeBackslash && (c < ' ' || c >= 0x7f):
			_, size := utf8.DecodeRuneInString(s.src[i:])
			s.pos = s.stringEnd(i + size)
			return s.bad(start, fault{code: codeBadString, from: i, to: i + size}, "funny character in string")
		}
	}
	return s.unterminated(start, len(s.src))
}

func (s *scanner) unterminated(start, end int) (lexer.Token, int) {
	s.pos = end
	return s.bad(start, fault{code: codeBadString, from: start, to: end}, `missing terminating "'"`)
}

// stringEnd returns where a broken string that is read up to pos probably ends:
// behind the next quote, or at the end of the line.
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

// bad returns a Bad token that starts at start and ends at the read position.
func (s *scanner) bad(start int, f fault, msg string) (lexer.Token, int) {
	s.fault = f
	return lexer.Token{Type: tokBad, Value: msg, Pos: lexer.Position{Offset: start}}, s.pos
}

// skip goes to the next character that is neither white space nor part of a
// plain comment.
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

// comment passes a plain comment and notes it. What is read again, after an error
// or ahead, is noted once.
func (s *scanner) comment(length int) {
	if n := len(s.comments); n == 0 || s.comments[n-1].to <= s.pos {
		s.comments = append(s.comments, comment{s.pos, s.pos + length})
	}
	s.pos += length
}

// isSpace reports whether Python's str.isspace would be true for r.
func isSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// endsStray reports whether r ends a piece of stray text.
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

// docLength returns the length of the documentation comment that text starts
// with. It ends with the next line that starts with "##". If there is none, it
// ends where the next token starts.
func docLength(text string) int {
	s := scanner{src: text, pos: lineLength(text)}
	for {
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

// blank skips white space, but no comments.
func (s *scanner) blank() {
	rest := s.src[s.pos:]
	s.pos += len(rest) - len(strings.TrimLeftFunc(rest, isSpace))
}

// An itemLexer returns the tokens of one top-level item, then EOF. An item ends
// with the bracket that closes it, with a documentation comment, or with a
// token at which the parser stops in any case: so a file is read in pieces,
// whatever is wrong with it.
type itemLexer struct {
	scan  *scanner
	depth int
	count int
	last  lexer.Token // the last token returned
	end   int         // where it ends
	loose bool        // commas were missing or stood last
	done  bool
}

// Next returns the next token. It never fails.
func (l *itemLexer) Next() (lexer.Token, error) {
	var tok lexer.Token
	l.read(&tok)
	return tok, nil
}

// read stores the next token in t.
func (l *itemLexer) read(t *lexer.Token) {
	if l.done {
		*t = lexer.EOFToken(lexer.Position{Offset: l.end})
		return
	}
	tok, end := l.scan.next()
	if l.scan.rules.looseCommas {
		tok, end = l.comma(tok, end)
	}
	switch tok.Type {
	case tokLBrace:
		// A brace begins a value, which cannot follow just anything.
		l.done = l.count > 0 && l.last.Type != tokColon && l.last.Type != tokComma && l.last.Type != tokLBracket
		l.depth++
	case tokLBracket:
		l.depth++
	case tokRBrace, tokRBracket:
		l.depth--
	case lexer.EOF, tokBad, tokDoc:
		l.done = true
	}
	if l.depth > MaxDepth {
		tok = l.refuse(tok, codeTooDeep, fmt.Sprintf("nesting is deeper than %d levels", MaxDepth))
	} else if l.count >= maxItemTokens {
		tok = l.refuse(tok, codeItemTooLarge, fmt.Sprintf("expression has more than %d tokens", maxItemTokens))
	}
	l.last, l.end = tok, end
	l.count++
	l.done = l.done || l.depth <= 0
	*t = tok
}

// comma makes commas what they are in other dialects: one that stands last is
// left out, one that is missing before tok is put in.
func (l *itemLexer) comma(tok lexer.Token, end int) (lexer.Token, int) {
	if tok.Type == tokComma {
		behind := *l.scan
		if next, nextEnd := behind.next(); next.Type == tokRBrace || next.Type == tokRBracket {
			*l.scan = behind
			l.loose = true
			return next, nextEnd
		}
	}
	if l.depth == 0 || !endsValue(l.last.Type) || !startsValue(tok.Type) {
		return tok, end
	}
	l.loose = true
	at := l.end
	l.scan.pos = at
	return lexer.Token{Type: tokComma, Pos: lexer.Position{Offset: at}}, at
}

func endsValue(t lexer.TokenType) bool {
	return t == tokRBrace || t == tokRBracket || t == tokString || t == tokBool
}

func startsValue(t lexer.TokenType) bool {
	return t == tokLBrace || t == tokLBracket || t == tokString || t == tokBool
}

// refuse turns a token into a Bad one, which ends the item.
func (l *itemLexer) refuse(tok lexer.Token, code diag.Code, msg string) lexer.Token {
	l.done = true
	tok, _ = l.scan.bad(tok.Pos.Offset, fault{code: code, from: tok.Pos.Offset, to: l.scan.pos}, msg)
	return tok
}
