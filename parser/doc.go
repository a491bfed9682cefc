package parser

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A docBlock is a parsed documentation comment.
type docBlock struct {
	ast    *ast.Doc
	more   []*ast.Doc // further parts of a free-form comment (5.2 to 8.2)
	opener token.Pos  // end of the first line
	old    bool       // a comment in the style of QEMU 2.8 or older
	near   bool       // with old: directly above the next item
	broken bool       // not a well-formed documentation comment
}

// symbol returns the name that the comment documents, or "" if it is free-form. The receiver
// may be nil.
func (b *docBlock) symbol() string {
	if b == nil {
		return ""
	}
	return b.ast.Symbol.Value
}

// A docParser parses a documentation comment. The rules for its content are those of QEMU 9.0
// and newer (doc_modern.go) or of older releases (doc_old.go).
type docParser struct {
	errs     *reporter
	release  dialect.Release // whose rules apply
	releases dialect.Range   // a construct is refused if all of these refuse it
	dialect  *Dialect
	noText   bool // the text is left out
	file     *token.File
	layout   bool              // indentation is checked
	style    *docstyle.Checker // nil if style is not checked
	unstyled bool              // the comment violates the style rules
	block    *docBlock
	lines    []docLine
	next     int // index in lines of the line after cur
	cur      docLine
	ok       bool // cur is valid; false at the end

	closing string // error in the closing line, or ""
	closeAt int    // extent of that line, or of the token found instead
	closeTo int

	doc     *ast.Doc // the document under construction
	section *docSection
	open    []*docSection // sections of doc
	seen    map[sectionKey]*ast.DocSection
	scratch *docScratch
}

// doc parses the comment of an item. QEMU 9.0 changed the rules. If either set of rules may
// apply, doc uses the one by which the comment is valid.
func (a *assembler) doc(u *unit, it *item) *docBlock {
	a.docs++
	modern := !a.release.Before(9, 0)
	if a.releases.Before(2, 9) { // these releases do not check comments
		return a.readDoc(u, it, modern, new(diag.List))
	}
	if !a.releases.Before(9, 0) || !a.releases.Since(9, 0) {
		return a.readDoc(u, it, modern, a.errs.list)
	}
	var errs, others diag.List
	block := a.readDoc(u, it, modern, &errs)
	if errs.HasErrors() {
		if other := a.readDoc(u, it, !modern, &others); !others.HasErrors() {
			return other
		}
	}
	a.add(errs.All())
	return block
}

// readDoc parses the comment of an item and reports errors to errs. If modern is set, the rules
// are those of QEMU 9.0 and newer, else those of older releases.
func (a *assembler) readDoc(u *unit, it *item, modern bool, errs *diag.List) *docBlock {
	first := lineLength(it.doc)
	p := a.scratch.begin(docParser{errs: &reporter{list: errs}, file: u.file, release: a.release, releases: a.releases, dialect: a.dialect, noText: a.noDocs})
	if modern {
		p.release = max(p.release, dialect.Of(9, 0))
	} else {
		p.release = min(p.release, dialect.Of(8, 2))
	}
	p.doc = &ast.Doc{Span: ast.Span{From: u.file.Pos(it.at), To: u.file.Pos(it.at + len(it.doc))}}
	p.block = &docBlock{ast: p.doc, opener: u.file.Pos(it.at + first)}
	// Indentation has been checked since 5.2, by other rules since 8.1.
	p.layout = a.dialect.Pinned || a.releases.Within(dialect.Of(5, 2), dialect.Of(8, 0)) ||
		a.dialect.certain && a.releases.Within(dialect.Of(8, 1), dialect.Of(8, 2))
	if a.dialect.style {
		a.scratch.style = docstyle.Checker{}
		p.style = &a.scratch.style
	}
	if it.doc[:first] != "##" {
		p.broken(it.at, it.at+2, it.at+first, "junk after '##' at start of documentation comment")
	}
	p.split(it, first)
	p.advance()
	if modern {
		p.modern()
	} else {
		p.old()
	}
	if p.unstyled {
		a.unstyled++
	}
	if a.releases.Before(2, 9) {
		p.block.broken = false
	}
	return p.block
}

// split splits the comment into lines. Like QEMU's compiler it skips lines without '#'. Errors
// in lines are reported once advance reaches them.
func (p *docParser) split(it *item, pos int) {
	p.lines = p.scratch.lines[:0]
	defer func() { p.scratch.lines = p.lines }()
	for pos < len(it.doc) {
		pos++ // the newline
		line := it.doc[pos:]
		line = line[:lineLength(line)]
		trimmed := trimSpaceLeft(line)
		hash := it.at + pos + len(line) - len(trimmed)
		pos += len(line)
		switch {
		case strings.HasPrefix(trimmed, "##"):
			if trimmed != "##" {
				p.closing = "junk after '##' at end of documentation comment"
				p.closeAt, p.closeTo = hash, it.at+pos
			}
			return
		case strings.HasPrefix(trimmed, "#"):
			l := docLine{text: trimSpaceRight(trimmed[1:]), hash: hash, at: hash + 1}
			if rest, ok := strings.CutPrefix(l.text, " "); ok {
				l.text, l.at = rest, l.at+1
			}
			p.lines = append(p.lines, l)
		}
	}
	if !it.cut {
		p.closing = "documentation comment must end with '##'"
		p.closeAt = it.at + len(it.doc)
		p.closeTo = p.closeAt
	}
}

// advance moves to the next line and checks it.
func (p *docParser) advance() {
	if p.next >= len(p.lines) {
		p.ok = false
		if p.closing != "" {
			p.broken(p.closeAt, p.closeAt, p.closeTo, p.closing)
			p.closing = ""
		}
		return
	}
	p.cur, p.ok = p.lines[p.next], true
	p.next++
	if p.cur.text != "" && p.cur.at == p.cur.hash+1 {
		p.syntax(p.cur.hash, p.cur.hash, p.cur.at+1, codeDocSyntax, "missing space after #")
	} else if p.style != nil {
		p.checkStyle()
	}
}

// syntax reports an error in the bytes [from, to). QEMU's compiler reports it at the column of
// offset at.
func (p *docParser) syntax(at, from, to int, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := p.errs.errorf(diag.StageParse, p.file.Pos(from), p.file.Pos(to), code, format, args...)
	d.Upstream = &diag.Upstream{Pos: p.file.Pos(at), Column: true}
	return d
}

// broken reports that the comment is malformed. Errors that follow from it are suppressed.
func (p *docParser) broken(at, from, to int, msg string) {
	p.syntax(at, from, to, codeDocSyntax, "%s", msg)
	p.block.broken = true
}

// name returns part of the current line, text, which starts at byte from.
func (p *docParser) name(from int, text string) ast.Str {
	pos := p.file.Pos(p.cur.at + from)
	return ast.Str{Span: ast.Span{From: pos, To: pos + token.Pos(len(text))}, Value: text}
}

// semantic reports an error in the bytes [from, to) of the current line's text. QEMU's compiler
// reports it without a column.
func (p *docParser) semantic(from, to int, code diag.Code, format string, args ...any) *diag.Diagnostic {
	from, to = min(from, len(p.cur.text)), min(to, len(p.cur.text))
	return p.errs.errorf(diag.StageParse, p.file.Pos(p.cur.at+from), p.file.Pos(p.cur.at+to), code, format, args...)
}
