package parser

import (
	"go/token"
	"strings"
	"unicode/utf8"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/docstyle"
)

// A docBlock is a documentation comment that has been parsed.
type docBlock struct {
	ast    *ast.Doc
	more   []*ast.Doc // further texts of a free-form comment (5.2 to 8.0)
	opener token.Pos  // end of its first line
	old    bool       // it is a comment of QEMU 2.8 or older
	near   bool       // and stands directly above the next item
	broken bool       // it does not have the form of a documentation comment
}

// symbol returns what the comment documents, "" if it is free-form.
func (b *docBlock) symbol() string {
	if b == nil {
		return ""
	}
	return b.ast.Symbol.Value
}

// section returns the first section of the given kind, nil if there is none.
func (b *docBlock) section(kind ast.DocKind) *ast.DocSection {
	for _, s := range b.ast.Sections {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}

// A docLine is a line of a documentation comment that is not a fence.
type docLine struct {
	text string // behind "# ", without trailing white space
	hash int    // offset of the '#'
	at   int    // offset of text
}

// indent returns how many bytes of white space the line starts with.
func (l *docLine) indent() int { return len(l.text) - len(trimSpaceLeft(l.text)) }

// trimSpaceLeft returns text without the white space that it starts with.
func trimSpaceLeft(text string) string {
	for i := range len(text) {
		if c := text[i]; c > ' ' && c < utf8.RuneSelf {
			return text[i:]
		} else if c != ' ' {
			return strings.TrimLeftFunc(text[i:], isSpace)
		}
	}
	return ""
}

// trimSpaceRight returns text without the white space that it ends with.
func trimSpaceRight(text string) string {
	if n := len(text); n > 0 && text[n-1] > ' ' && text[n-1] < utf8.RuneSelf {
		return text
	}
	return strings.TrimRightFunc(text, isSpace)
}

// A docParser reads one documentation comment. Its methods for what is inside
// are in doc_modern.go by the rules of QEMU 9.0 and newer, in doc_old.go by
// those of older ones.
type docParser struct {
	errs     *reporter
	release  dialect.Release // by whose rules the comment is read
	releases dialect.Range   // what all of these refuse is refused
	dialect  *Dialect
	file     *token.File
	layout   bool              // the release's rules on the layout hold
	style    *docstyle.Checker // nil if style is not checked
	unstyled bool              // the style is wrong
	block    *docBlock
	lines    []docLine
	next     int // index in lines of the line after cur
	cur      docLine
	ok       bool // cur is a line: the end is not reached

	closing string // what is wrong with the closing line, if anything
	closeAt int    // offset of that line, or of the token found instead
	closeTo int

	doc     *ast.Doc // the one that is being filled
	section *docSection
	open    []*docSection // all sections of doc
	seen    map[sectionKey]*ast.DocSection
	scratch *docScratch
}

// A sectionKey is what may stand in a comment only once.
type sectionKey struct {
	kind ast.DocKind
	name string // of a member or feature
}

// A docSection is a section while it is read.
type docSection struct {
	ast    *ast.DocSection
	lines  []string
	places []token.Pos // where the lines start
	indent int         // white space that is cut off its lines
	first  bool        // the next line sets it (8.1 and 8.2)
}

// doc parses the comment of an item. QEMU 9.0 reads comments by other rules than
// releases before: where both may hold, those hold by which nothing is wrong.
func (a *assembler) doc(u *unit, it *item) *docBlock {
	a.docs++
	modern := !a.release.Before(9, 0)
	if a.releases.Before(2, 9) { // nothing checked comments
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

// readDoc parses the comment of an item, by the rules of QEMU 9.0 and newer or by
// those of older releases, and reports into errs.
func (a *assembler) readDoc(u *unit, it *item, modern bool, errs *diag.List) *docBlock {
	first := lineLength(it.doc)
	p := a.scratch.begin(docParser{errs: &reporter{list: errs}, file: u.file, release: a.release, releases: a.releases, dialect: a.dialect})
	if modern {
		p.release = max(p.release, dialect.Of(9, 0))
	} else {
		p.release = min(p.release, dialect.Of(8, 2))
	}
	p.doc = &ast.Doc{Span: ast.Span{From: u.file.Pos(it.at), To: u.file.Pos(it.at + len(it.doc))}}
	p.block = &docBlock{ast: p.doc, opener: u.file.Pos(it.at + first)}
	// Rules on indentation were from 5.2 on, other ones from 8.1 on.
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

// split cuts the comment into lines. Lines without '#' are skipped, as they are
// by QEMU's compiler. What is wrong with the lines is reported when they are
// reached.
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

// advance goes to the next line and checks it.
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

// syntax reports an error over the bytes [from, to), which QEMU's compiler
// reports with the column of offset at.
func (p *docParser) syntax(at, from, to int, code diag.Code, format string, args ...any) *diag.Diagnostic {
	d := p.errs.errorf(diag.StageParse, p.file.Pos(from), p.file.Pos(to), code, format, args...)
	d.Upstream = &diag.Upstream{Pos: p.file.Pos(at), Column: true}
	return d
}

// broken reports that the comment has not the form of one. What follows from
// that is not reported.
func (p *docParser) broken(at, from, to int, msg string) {
	p.syntax(at, from, to, codeDocSyntax, "%s", msg)
	p.block.broken = true
}

// start begins a section with the current line.
func (p *docParser) start(kind ast.DocKind, name ast.Str) {
	from := p.block.opener
	if p.ok {
		from = p.file.Pos(p.cur.hash)
	}
	p.section = p.scratch.section()
	p.section.ast = p.scratch.written.new()
	*p.section.ast = ast.DocSection{Span: ast.Span{From: from, To: from}, Kind: kind, Name: name}
	p.open = p.scratch.pool[:p.scratch.used]
}

// append adds the current line, from byte skip on, to the current section.
func (p *docParser) append(skip int) {
	s := p.section
	skip = min(skip, len(p.cur.text))
	if text := p.cur.text[skip:]; text != "" || len(s.lines) > 0 {
		if len(s.lines) == 0 && s.ast.Kind == ast.DocBody {
			s.ast.From = p.file.Pos(p.cur.hash)
		}
		s.lines = append(s.lines, text)
		s.places = append(s.places, p.file.Pos(p.cur.at+skip))
	}
	if p.cur.text != "" {
		s.ast.To = p.file.Pos(p.cur.at + len(p.cur.text))
	}
}

// finish completes the sections of the document.
func (p *docParser) finish() {
	size := 0 // of the texts of several lines
	for _, s := range p.open {
		for len(s.lines) > 0 && s.lines[len(s.lines)-1] == "" {
			s.lines = s.lines[:len(s.lines)-1]
		}
		if len(s.lines) > 1 {
			for _, line := range s.lines {
				size += len(line) + len("\n")
			}
		}
	}
	var texts strings.Builder
	texts.Grow(size)
	p.doc.Sections = p.scratch.listed.take(len(p.open))
	for i, s := range p.open {
		s.ast.Text = joinLines(&texts, s.lines)
		s.ast.Lines = p.scratch.places.copy(s.places[:len(s.lines)])
		p.doc.Sections[i] = s.ast
	}
	p.open = nil
	p.scratch.reset()
}

// joinLines joins lines with newlines between them. It writes the text to b, which
// must have room for it and one more byte, if it is more than one line.
func joinLines(b *strings.Builder, lines []string) string {
	switch len(lines) {
	case 0:
		return ""
	case 1:
		return lines[0]
	}
	start := b.Len()
	for _, line := range lines {
		b.WriteString(line)
		b.WriteByte('\n')
	}
	return b.String()[start : b.Len()-1]
}

// matchName returns the length of "@NAME: " at the start of a line, and NAME.
func matchName(text string) (name string, length int, ok bool) {
	rest, ok := strings.CutPrefix(text, "@")
	if !ok {
		return "", 0, false
	}
	name, rest, ok = strings.Cut(rest, ":")
	if !ok {
		return "", 0, false
	}
	return name, len(text) - len(strings.TrimLeft(rest, " ")), true
}

// name returns a piece of the current line with its place.
func (p *docParser) name(from int, text string) ast.Str {
	pos := p.file.Pos(p.cur.at + from)
	return ast.Str{Span: ast.Span{From: pos, To: pos + token.Pos(len(text))}, Value: text}
}

// docTag returns the kind of section that a tag begins, "" if it is none.
func docTag(tag string) ast.DocKind {
	switch tag {
	case "Returns":
		return ast.DocReturns
	case "Errors":
		return ast.DocErrors
	case "Since":
		return ast.DocSince
	case "Note", "Notes": // up to 9.0
		return ast.DocNote
	case "Example", "Examples": // up to 9.0
		return ast.DocExample
	case "TODO":
		return ast.DocTodo
	}
	return ""
}

// matchTag returns the tag at the start of a line and the length of "TAG: ". Two
// colons are reST markup, not a tag.
func matchTag(text string) (tag string, length int, ok bool) {
	if text == "" || text[0] < 'A' || 'T' < text[0] { // most lines
		return "", 0, false
	}
	tag, rest, ok := strings.Cut(text, ":")
	if !ok || docTag(tag) == "" || strings.HasPrefix(rest, ":") {
		return "", 0, false
	}
	return tag, len(text) - len(strings.TrimLeft(rest, " ")), true
}

// tagged begins a tagged section with the current line.
func (p *docParser) tagged(tag string) {
	kind := docTag(tag)
	p.start(kind, p.name(0, tag))
	if kind == ast.DocReturns || kind == ast.DocErrors || kind == ast.DocSince {
		if first := p.again(kind, ""); first != nil {
			p.semantic(0, len(tag), codeDocDuplicate, "duplicated '%s' section", tag).
				Note(first.Name.From, first.Name.To, "first section here")
		}
	}
}

// described begins the description of a member or feature with the current line.
func (p *docParser) described(kind ast.DocKind, name string) {
	p.start(kind, p.name(1, name))
	if name == "" {
		p.semantic(0, 2, codeDocSyntax, "invalid parameter name")
	} else if first := p.again(kind, name); first != nil {
		p.semantic(1, 1+len(name), codeDocDuplicate, "'%s' parameter name duplicated", name).
			Note(first.Name.From, first.Name.To, "first described here")
	}
}

// fewSections is how many sections are searched one after the other.
const fewSections = 16

// again returns the section of that kind and name before the current one, which
// has the same, or nil if the current one is the first. The name is empty for kinds
// of which there can be only one.
func (p *docParser) again(kind ast.DocKind, name string) *ast.DocSection {
	before := p.open[:len(p.open)-1]
	if len(before) <= fewSections {
		for _, s := range before {
			if s.ast.Kind == kind && (name == "" || s.ast.Name.Value == name) {
				return s.ast
			}
		}
		return nil
	}
	if len(p.seen) == 0 {
		for _, s := range before {
			p.see(s.ast)
		}
	}
	return p.see(p.section.ast)
}

// see notes a section, and returns the one before it that has the same kind and
// name, if there is one.
func (p *docParser) see(s *ast.DocSection) *ast.DocSection {
	key := sectionKey{kind: s.Kind}
	if s.Kind == ast.DocMember || s.Kind == ast.DocFeature {
		key.name = s.Name.Value
	}
	first := p.seen[key]
	if first == nil {
		p.seen[key] = s
	}
	return first
}

// semantic reports an error in the current line, which QEMU's compiler reports
// without a column. The piece is given in bytes of the line's text.
func (p *docParser) semantic(from, to int, code diag.Code, format string, args ...any) *diag.Diagnostic {
	from, to = min(from, len(p.cur.text)), min(to, len(p.cur.text))
	return p.errs.errorf(diag.StageParse, p.file.Pos(p.cur.at+from), p.file.Pos(p.cur.at+to), code, format, args...)
}
