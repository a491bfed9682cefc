package parser

import (
	"errors"
	"fmt"
	"go/token"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// A unit is a file that has been read, before its items have a meaning.
type unit struct {
	ast   *ast.File
	path  string // in the source
	file  *token.File
	src   string
	rules lexRules
	items []item

	braces int // number of lines that start with '{'

	from     token.Pos // where it is included
	upstream string    // the name that QEMU's compiler prints
}

// An item is what stands at the top level of a file: a documentation comment, an
// object, or only what is wrong there.
type item struct {
	doc  string             // text of a documentation comment
	at   int                // offset of doc
	obj  *node              // of a definition or directive
	errs []*diag.Diagnostic // found while the item was read
	incl *unit              // the file that an include directive reads

	old   bool // doc is a comment of QEMU 2.8 or older
	near  bool // and stands directly above the next item
	cut   bool // the comment ends at characters that are no token
	loose bool // commas of obj were missing or stood last
}

// read splits the text of u into items. After a syntax error it goes on at the
// next line that looks like the start of an item.
func (l *loader) read(u *unit) {
	s := &scanner{src: u.src, rules: l.rules}
	u.rules = l.rules
	// A definition has a comment, and most braces at the start of a line are its.
	u.items = make([]item, 0, 2*u.braces+1)
	if rest, ok := strings.CutPrefix(u.src, "\ufeff"); ok {
		s.pos = len(u.src) - len(rest)
		l.add(u, item{errs: []*diag.Diagnostic{{
			Code: codeNotText, Stage: diag.StageParse, Pos: u.file.Pos(0), End: u.file.Pos(s.pos),
			Msg: "file starts with a byte-order mark", Upstream: &diag.Upstream{Msg: "stray '\ufeff'", Column: true},
		}}})
	}
	end := s.pos
	for s.skip(); s.pos < len(s.src) && !l.full; s.skip() {
		if u.rules.plainHashes {
			l.comments(u, end, s.pos)
		}
		if !l.room(u, s.pos) {
			break
		}
		var it item
		var value *node
		start := s.pos
		if s.src[s.pos] == '#' { // a documentation comment is one token: it needs no grammar
			it.at = start
			tok, _ := s.next()
			it.doc = tok.Value
		} else if value = l.value(u, s, &it); value == nil {
			l.add(u, it)
			end = s.pos
			continue
		}
		// QEMU's compiler reads one token ahead and reports what is wrong with
		// it before it looks at the item.
		if bad := u.junk(s); bad != nil {
			it.errs = append(it.errs, bad)
			it.cut = true
		}
		if value != nil {
			l.object(u, &it, value)
			if it.obj == nil && s.inside() { // its first bracket is missing
				s.pos = u.resync(start, s.pos)
				u.lose(u.src[start:s.pos])
			}
		}
		l.add(u, it)
		end = s.pos
	}
	if u.rules.plainHashes {
		l.comments(u, end, s.pos)
	}
	u.ast.Incomplete = u.ast.Incomplete || l.full
	if len(s.comments) > 0 {
		u.ast.Comments = make([]ast.Comment, len(s.comments))
		for i, c := range s.comments {
			u.ast.Comments[i].Span = ast.Span{From: u.file.Pos(c.from), To: u.file.Pos(c.to)}
		}
	}
}

// value reads the value at the read position of s, and says in it what is wrong
// there. It returns nil if the value cannot be parsed, and then goes on to where
// the next item may start.
func (l *loader) value(u *unit, s *scanner, it *item) *node {
	start := s.pos
	il := &itemLexer{scan: s}
	peek, tokens := l.tokens.fill(il)
	if _, err := itemParser().ParseFromLexer(peek, participle.AllowTrailing(true)); err != nil {
		errs, resume := u.syntaxError(il, start, err)
		u.lose(u.src[start:resume])
		s.pos = resume
		it.errs = errs
		return nil
	}
	it.loose = il.loose
	n := l.nodes.item(u, tokens)
	if l.nodes.again {
		it.errs = u.context(start, s.pos).duplicates
	}
	return n
}

// object makes the item it of a value at the top level.
func (l *loader) object(u *unit, it *item, n *node) {
	if n.kind != kindObject {
		it.errs = append(it.errs, &diag.Diagnostic{
			Code: codeNotAnObject, Stage: diag.StageParse, Pos: n.From, End: n.To,
			Msg: "top-level expression must be an object",
		})
		return
	}
	it.obj = n
	switch {
	case n.get("include") != nil:
		if l.alone == nil {
			l.include(u, it)
		}
	case n.get("pragma") != nil:
	case !isDefinition(n) && n.get("type") == nil:
		l.found++ // lowering will report it
	}
}

// add appends an item to u and counts its errors.
func (l *loader) add(u *unit, it item) {
	u.items = append(u.items, it)
	l.found += len(it.errs)
	l.full = l.full || l.found > maxErrors
}

// room reports whether one more item may be read, and counts it. If not, it reports
// that of u at the given offset, and nothing more is read.
func (l *loader) room(u *unit, at int) bool {
	if l.full {
		return false
	}
	if l.items++; l.items <= MaxItems {
		return true
	}
	l.add(u, item{errs: []*diag.Diagnostic{{
		Code: codeTooManyItems, Stage: diag.StageParse, Pos: u.file.Pos(at), End: u.file.Pos(at + 1),
		Msg: fmt.Sprintf("schema has more than %d definitions, directives and comments", MaxItems),
	}}})
	l.full = true
	return false
}

// junk returns what is wrong with the token at the read position of s if it is
// a Bad one, and goes on to the next item behind it.
func (u *unit) junk(s *scanner) *diag.Diagnostic {
	end := s.pos
	s.skip()
	if s.pos < len(s.src) && s.src[s.pos] != '{' && s.src[s.pos] != '#' {
		if tok, _ := s.next(); tok.Type == tokBad {
			s.pos = u.resync(end, s.pos)
			return u.badToken(tok, s.fault)
		}
	}
	s.pos = end
	return nil
}

// syntaxError says why the item that starts at start could not be parsed, after
// what else is wrong before that, and returns the offset at which to go on.
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

// badToken makes a diagnostic of a Bad token.
func (u *unit) badToken(tok lexer.Token, f fault) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: f.code, Stage: diag.StageParse, Pos: u.file.Pos(f.from), End: u.file.Pos(f.to),
		Msg: tok.Value, Upstream: &diag.Upstream{Pos: u.file.Pos(tok.Pos.Offset), Column: true},
	}
}

// A context is what surrounds a token that cannot stand where it does.
type context struct {
	unit *unit
	tok  lexer.TokenType // the token
	end  int             // where it ends
	last lexer.TokenType // the token before it, 0 at the start of an item
	key  bool            // last is the key of a member
	open []int           // offsets of the brackets that are open

	duplicates []*diag.Diagnostic       // keys that stand in an object twice
	keys       []map[string]lexer.Token // of the objects that are open
	again      lexer.Token              // the last key
	first      lexer.Token              // the same key before it
	doubled    bool                     // there is one
}

// context reads the item from start again, up to the token at offset at. The
// tokens between were accepted by the parser.
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

// duplicate reports that the last key is a duplicate when its value is reached,
// which begins with tok: that is where QEMU's compiler finds it.
func (c *context) duplicate(tok lexer.Token) {
	if !c.doubled || c.last != tokColon || tok.Type == tokBad {
		return
	}
	conv := converter{file: c.unit.file, rules: c.unit.rules}
	old, key := conv.str(&c.first), conv.str(&c.again)
	d := &diag.Diagnostic{
		Code: codeDuplicateKey, Stage: diag.StageParse, Pos: key.From, End: key.To,
		Msg:      "duplicate key '" + key.Value + "'",
		Upstream: &diag.Upstream{Pos: c.unit.file.Pos(tok.Pos.Offset), Column: true},
	}
	c.duplicates = append(c.duplicates, d.Note(old.From, old.To, "first given here"))
	c.doubled = false
}

// in reports whether the innermost open bracket is the given one.
func (c *context) in(bracket byte) bool {
	return len(c.open) > 0 && c.unit.src[c.open[len(c.open)-1]] == bracket
}

// unclosed returns the offset of the bracket that should have been closed.
func (c *context) unclosed() (int, bool) {
	if len(c.open) == 0 || c.key || c.last == tokColon {
		return 0, false
	}
	return c.open[len(c.open)-1], true
}

// expected says what could stand in place of the token, in the words of QEMU's
// compiler.
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

// itemKeys are the keys that tell what an item is.
var itemKeys = append([]string{"include", "pragma", "type"}, definitionKeys...)

// resync returns where reading goes on after an error at offset from in the item
// that starts at start: behind the bracket that closes the item, if an item can
// follow there (or else a bracket is missing), or at the first line that opens a
// documentation comment or an item and is not indented more than the broken one.
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

// beforeItem reports whether what stands at the read position can start an item.
func (s scanner) beforeItem() bool {
	tok, _ := s.next()
	return tok.EOF() || tok.Type == tokDoc || tok.Type == tokLBrace
}

// inside reports whether what stands at the read position belongs into an object
// or array.
func (s scanner) inside() bool {
	tok, _ := s.next()
	switch tok.Type {
	case tokColon, tokComma, tokRBrace, tokRBracket:
		return true
	}
	return false
}

// opensItem reports whether text starts with an object whose first key tells of an
// item, or with a documentation comment that is followed by one.
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

// opensLine reports whether only white space stands before offset pos on its line,
// and how many bytes of it.
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
