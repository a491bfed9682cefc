package parser

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/alecthomas/participle/v2"

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
	obj  []packedToken      // of a definition or directive
	kind itemKind           // of obj
	errs []*diag.Diagnostic // found while the item was read
	incl *unit              // the file that an include directive reads

	old   bool // doc is a comment of QEMU 2.8 or older
	near  bool // and stands directly above the next item
	cut   bool // the comment ends at characters that are no token
	loose bool // commas of obj were missing or stood last
}

// An itemKind tells what an object at the top level is, by its keys.
type itemKind uint8

const (
	itemDefinition itemKind = iota
	itemInclude
	itemPragma
	itemUnknown // it has no key of a definition: lowering will report it
)

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
	n := l.nodes.item(u, it.obj)
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
		if l.alone == nil {
			l.include(u, it, n)
		}
	case n.get("pragma") != nil:
		it.kind = itemPragma
	case !isDefinition(n):
		it.kind = itemUnknown
		if n.get("type") == nil {
			l.found++
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
