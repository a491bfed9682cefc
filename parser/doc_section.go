package parser

import (
	"go/token"
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// section returns the first section of the given kind, or nil.
func (b *docBlock) section(kind ast.DocKind) *ast.DocSection {
	for _, s := range b.ast.Sections {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}

// A sectionKey identifies sections of which a comment may have only one.
type sectionKey struct {
	kind ast.DocKind
	name string // of a member or feature
}

// A docSection is a section under construction.
type docSection struct {
	ast    *ast.DocSection
	own    ast.DocSection // used for ast if the section is not kept
	lines  []string
	places []token.Pos // positions of the lines
	indent int         // white space removed from its lines
	first  bool        // the next line that is not blank sets indent
}

// start starts a section at the current line.
func (p *docParser) start(kind ast.DocKind, name ast.Str) {
	from := p.block.opener
	if p.ok {
		from = p.file.Pos(p.cur.hash)
	}
	p.section = p.scratch.section()
	if p.kept(kind) {
		p.section.ast = p.scratch.written.new()
	} else {
		p.section.ast = &p.section.own
	}
	*p.section.ast = ast.DocSection{Span: ast.Span{From: from, To: from}, Kind: kind, Name: name}
	p.open = p.scratch.pool[:p.scratch.used]
}

// kept reports whether the syntax tree includes sections of that kind.
func (p *docParser) kept(kind ast.DocKind) bool {
	switch kind {
	case ast.DocMember, ast.DocFeature, ast.DocReturns, ast.DocErrors:
		return true
	}
	return !p.noText
}

// append adds the current line to the current section, without its first skip bytes.
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

// finish completes the sections of doc.
func (p *docParser) finish() {
	if p.noText {
		p.finishBare()
		return
	}
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

// finishBare completes the sections of doc without their text.
func (p *docParser) finishBare() {
	n := 0
	for _, s := range p.open {
		if p.kept(s.ast.Kind) {
			n++
		}
	}
	p.doc.Sections = p.scratch.listed.take(n)[:0]
	for _, s := range p.open {
		if p.kept(s.ast.Kind) {
			p.doc.Sections = append(p.doc.Sections, s.ast)
		}
	}
	p.open = nil
	p.scratch.reset()
}

// joinLines joins lines with newlines. If there are several, it appends them to b, whose
// capacity must suffice for the text and one more byte.
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

// tagged starts a tagged section at the current line.
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

// described starts the description of a member or feature at the current line.
func (p *docParser) described(kind ast.DocKind, name string) {
	p.start(kind, p.name(1, name))
	if name == "" {
		p.semantic(0, 2, codeDocSyntax, "invalid parameter name")
	} else if first := p.again(kind, name); first != nil {
		p.semantic(1, 1+len(name), codeDocDuplicate, "'%s' parameter name duplicated", name).
			Note(first.Name.From, first.Name.To, "first described here")
	}
}

// fewSections is the number of sections up to which again searches linearly.
const fewSections = 16

// again returns the first section with the kind and name of the current one, or nil if that is
// the current one. The name is empty for kinds that may occur only once.
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

// see records a section. If one with the same kind and name was recorded before, see returns
// that.
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
