package parser

import (
	"errors"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/diag"
)

// syntaxError returns the errors of the item at offset start, which failed to parse with err,
// and the offset at which to resume.
func (u *unit) syntaxError(il *itemLexer, start int, err error) ([]*diag.Diagnostic, int) {
	at := start
	var perr participle.Error
	if errors.As(err, &perr) {
		at = perr.Position().Offset
	}
	c := u.context(start, at)
	if il.final.Type == tokBad && at >= il.final.Pos.Offset {
		return append(c.duplicates, u.badToken(il.final, il.scan.fault)), u.resync(start, il.end)
	}
	d := &diag.Diagnostic{
		Code: codeSyntax, Stage: diag.StageParse, Pos: u.file.Pos(at), End: u.file.Pos(c.end),
		Msg: "expected " + c.expected(), Upstream: &diag.Upstream{Column: true},
	}
	if c.tok == tokDoc {
		d.End = u.file.Pos(at + lineLength(u.src[at:]))
	}
	if open, ok := c.unclosed(); ok && u.file.Line(u.file.Pos(open)) != u.file.Line(d.Pos) {
		d.Note(u.file.Pos(open), u.file.Pos(open+1), "this '%c' is not closed", u.src[open])
	}
	if at == start {
		at = c.end
	}
	return append(c.duplicates, d), u.resync(start, at)
}

// badToken returns the diagnostic of a Bad token.
func (u *unit) badToken(tok lexer.Token, f fault) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: f.code, Stage: diag.StageParse, Pos: u.file.Pos(f.from), End: u.file.Pos(f.to),
		Msg: tok.Value, Upstream: &diag.Upstream{Pos: u.file.Pos(tok.Pos.Offset), Column: true},
	}
}

// A context describes the surroundings of an unexpected token.
type context struct {
	unit *unit
	tok  lexer.TokenType // the unexpected token
	end  int             // its end
	last lexer.TokenType // the token before it, 0 at the start of an item
	key  bool            // last is the key of a member
	open []int           // offsets of the open brackets

	duplicates []*diag.Diagnostic       // errors for duplicate keys
	keys       []map[string]lexer.Token // keys of the open objects
	again      lexer.Token              // the last key
	first      lexer.Token              // an earlier occurrence of it
	doubled    bool                     // first is set
}

// context scans the item at offset start again, up to the token at offset at. The parser has
// accepted all tokens before that.
func (u *unit) context(start, at int) *context {
	c := &context{unit: u}
	s := scanner{src: u.src, pos: start, rules: u.rules}
	for {
		tok, end := s.next()
		c.duplicate(tok)
		if tok.Pos.Offset >= at || tok.EOF() {
			c.tok, c.end = tok.Type, end
			return c
		}
		c.key = tok.Type == tokString && c.in('{') && (c.last == tokLBrace || c.last == tokComma)
		switch tok.Type {
		case tokLBrace, tokLBracket:
			c.open = append(c.open, tok.Pos.Offset)
			c.keys = append(c.keys, make(map[string]lexer.Token))
		case tokRBrace, tokRBracket:
			c.open = c.open[:max(0, len(c.open)-1)]
			c.keys = c.keys[:len(c.open)]
		case tokString:
			if !c.key {
				break
			}
			keys := c.keys[len(c.keys)-1]
			if c.first, c.doubled = keys[tok.Value]; !c.doubled {
				keys[tok.Value] = tok
			}
			c.again = tok
		}
		c.last = tok.Type
	}
}

// duplicate reports the last key as a duplicate once its value is reached, which begins with
// tok. That is where QEMU's compiler detects it.
func (c *context) duplicate(tok lexer.Token) {
	if !c.doubled || c.last != tokColon || tok.Type == tokBad {
		return
	}
	old, key := c.unit.str(pack(&c.first)), c.unit.str(pack(&c.again))
	d := &diag.Diagnostic{
		Code: codeDuplicateKey, Stage: diag.StageParse, Pos: key.From, End: key.To,
		Msg:      "duplicate key '" + key.Value + "'",
		Upstream: &diag.Upstream{Pos: c.unit.file.Pos(tok.Pos.Offset), Column: true},
	}
	c.duplicates = append(c.duplicates, d.Note(old.From, old.To, "first given here"))
	c.doubled = false
}

// in reports whether bracket is the innermost open one.
func (c *context) in(bracket byte) bool {
	return len(c.open) > 0 && c.unit.src[c.open[len(c.open)-1]] == bracket
}

// unclosed returns the offset of the innermost bracket, if it could have been closed here.
func (c *context) unclosed() (int, bool) {
	if len(c.open) == 0 || c.key || c.last == tokColon {
		return 0, false
	}
	return c.open[len(c.open)-1], true
}

// expected describes the tokens that could follow, in the words of QEMU's compiler.
func (c *context) expected() string {
	switch {
	case c.last == tokLBrace:
		return "string or '}'"
	case c.last == tokLBracket:
		return "'{', '[', ']', string, or boolean"
	case c.last == tokComma && c.in('{'):
		return "string"
	case c.last == 0 || c.last == tokColon || c.last == tokComma:
		return "'{', '[', string, or boolean"
	case c.key:
		return "':'"
	case c.in('{'):
		return "',' or '}'"
	}
	return "',' or ']'"
}
