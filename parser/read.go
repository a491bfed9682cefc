package parser

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/alecthomas/participle/v2"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// A unit is a file split into items.
type unit struct {
	ast   *ast.File
	path  string // in Source.FS
	file  *token.File
	src   string
	rules lexRules
	items []item

	braces int // number of lines that start with '{'

	from     token.Pos // of the include directive; NoPos for the root file
	upstream string    // name printed by QEMU's compiler
}

// An item is a part of a file at the top level: a documentation comment, an object, or the
// errors found in place of one.
type item struct {
	doc  string             // text of a documentation comment
	at   int                // offset of doc
	obj  []packedToken      // a definition or directive
	errs []*diag.Diagnostic // found while reading the item
	incl *unit              // the file read by an include directive

	kind   itemKind // of obj
	old    bool     // doc is a comment in the style of QEMU 2.8 or older
	near   bool     // with old: doc is directly above the next item
	cut    bool     // the comment ends at stray characters
	loose  bool     // obj has missing or trailing commas
	unique bool     // no object of obj has a duplicate key
}

// An itemKind is the kind of a top-level object, determined by its keys.
type itemKind uint8

const (
	itemDefinition itemKind = iota
	itemInclude
	itemPragma
	itemUnknown // neither; reported by lowering
)

// read splits the text of u into items. After a syntax error it resumes at the next line that
// looks like the start of an item.
func (l *loader) read(u *unit) {
	s := &scanner{src: u.src, rules: l.rules}
	u.rules = l.rules
	// Most braces at the start of a line begin a definition, which usually has a comment.
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
		if s.src[s.pos] == '#' { // a documentation comment is a single token
			it.at = start
			tok, _ := s.next()
			it.doc = tok.Value
		} else if value = l.value(u, s, &it); value == nil {
			l.add(u, it)
			end = s.pos
			continue
		}
		// QEMU's compiler has one token of lookahead and reports an error in it before it
		// checks the item.
		if bad := u.junk(s); bad != nil {
			it.errs = append(it.errs, bad)
			it.cut = true
		}
		if value != nil {
			l.object(u, &it, value)
			if it.obj == nil && s.inside() { // the opening bracket is missing
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

// value parses the value at the read position of s. If there is a syntax error it stores the
// errors in it, moves s to where the next item may start, and returns nil.
func (l *loader) value(u *unit, s *scanner, it *item) *node {
	start := s.pos
	l.item = itemLexer{scan: s}
	il := &l.item
	peek, tokens := l.tokens.fill(il)
	if _, err := itemParser().ParseFromLexer(peek, participle.AllowTrailing(true)); err != nil {
		errs, resume := u.syntaxError(il, start, err)
		u.lose(u.src[start:resume])
		s.pos = resume
		it.errs = errs
		return nil
	}
	it.loose = il.loose
	it.obj = l.nodes.pack(tokens)
	n := l.nodes.item(u, it.obj, false)
	it.unique = l.nodes.unique
	if !it.unique && !u.rules.repeats {
		it.errs = u.context(start, s.pos).duplicates
	}
	return n
}

// object completes the item of a top-level value.
func (l *loader) object(u *unit, it *item, n *node) {
	if n.kind != kindObject {
		it.errs = append(it.errs, &diag.Diagnostic{
			Code: codeNotAnObject, Stage: diag.StageParse, Pos: n.From, End: n.To,
			Msg: "top-level expression must be an object",
		})
		it.obj = nil
		return
	}
	if l.evidence != nil {
		if it.loose {
			l.evidence.use(looseCommas, n.From)
		}
		l.evidence.object(n)
	}
	switch {
	case n.get("include") != nil:
		it.kind = itemInclude
		if l.rootText == nil {
			l.include(u, it, n)
		}
	case n.get("pragma") != nil:
		it.kind = itemPragma
	case !isDefinition(n):
		it.kind = itemUnknown
		if n.get("type") == nil {
			l.found++ // reported by lowering
		}
	}
}

// add appends an item to u and counts its errors.
func (l *loader) add(u *unit, it item) {
	u.items = append(u.items, it)
	if l.evidence != nil && it.doc != "" {
		l.evidence.doc(it.doc, u.file.Pos(it.at))
	}
	l.found += len(it.errs)
	l.full = l.full || l.found > maxErrors
}

// room reports whether another item may be read, and counts it. If the limit is exceeded, room
// reports an error at the given offset of u and reading stops.
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

// junk checks whether the token at the read position of s is a Bad one. If so, it returns the
// error and moves s to where the next item may start.
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
