package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// modern parses a comment by the rules of QEMU 9.0 and newer: a tag is recognized only at the
// start of a paragraph.
func (p *docParser) modern() {
	if !p.ok || !strings.HasPrefix(p.cur.text, "@") {
		p.start(ast.DocBody, ast.Str{})
		for first := true; p.ok; p.advance() {
			p.rejectName()
			if !first && strings.HasPrefix(p.cur.text, "=") && p.releases.Within(dialect.Of(9, 0), dialect.Of(10, 0)) {
				p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(p.cur.text), codeDocSyntax,
					"'=' heading must come first in a comment block")
			}
			p.append(0)
			first = false
		}
		p.finish()
		return
	}
	p.symbol()
	p.start(ast.DocBody, ast.Str{})
	p.advance()
	closed := false // member descriptions may no longer follow
	for p.ok {
		if p.cur.text == "" {
			p.append(0)
			p.advance()
			continue
		}
		if p.cur.text == "Features:" {
			p.features()
			closed = true
		} else if name, _, ok := matchName(p.cur.text); ok {
			if closed {
				p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(name)+2, codeDocSyntax,
					"description of '@%s:' follows a section", name)
			}
			p.descriptions(ast.DocMember)
			closed = true
		} else if tag, length, ok := matchTag(p.cur.text); ok {
			p.rejectDropped(tag)
			p.tagged(tag)
			p.indented(length)
			closed = true
		} else {
			p.rejectHeading()
			p.paragraph()
		}
	}
	p.rejectEmpty()
	p.finish()
}

// symbol parses the line that names the definition.
func (p *docParser) symbol() {
	text := p.cur.text
	if !strings.HasSuffix(text, ":") {
		p.broken(p.cur.hash, p.cur.at, p.cur.at+len(text), "line should end with ':'")
		text, _, _ = strings.Cut(text, ":")
		text, _, _ = strings.Cut(text, " ")
		text += ":"
	} else if text == "@:" {
		p.broken(p.cur.hash, p.cur.at, p.cur.at+len(text), "name required after '@'")
	}
	p.doc.Symbol = p.name(1, text[1:len(text)-1])
}

// rejectName reports a member description in free-form documentation.
func (p *docParser) rejectName() {
	if name, _, ok := matchName(p.cur.text); ok {
		p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(name)+2, codeDocSyntax,
			"'@%s:' not allowed in free-form documentation", name)
	}
}

// rejectHeading reports a heading in the documentation of a definition. From QEMU 10.1 on '='
// has no special meaning.
func (p *docParser) rejectHeading() {
	if strings.HasPrefix(p.cur.text, "=") && p.releases.Within(dialect.Of(5, 2), dialect.Of(10, 0)) {
		p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(p.cur.text), codeDocSyntax,
			"unexpected '=' markup in definition documentation")
	}
}

// rejectDropped reports a tag that QEMU 9.1 dropped.
func (p *docParser) rejectDropped(tag string) {
	if p.releases.Before(9, 1) {
		return
	}
	var instead string
	switch docTag(tag) {
	case ast.DocNote:
		instead = "rST's '.. note::' or '.. admonition::' directives instead."
	case ast.DocExample:
		instead = "the '.. qmp-example::' directive, or other suitable markup instead."
	default:
		return
	}
	d := p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(tag)+1, codeDocSection,
		"The '%s' section is no longer supported. Please use %s", tag, instead)
	p.dialect.noteNewer(d, noteSection)
}

// features parses "Features:" and the descriptions below it.
func (p *docParser) features() {
	if p.has(ast.DocFeature) {
		p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(p.cur.text), codeDocDuplicate, "duplicated 'Features:' line")
	}
	head := p.cur
	p.advance()
	for p.ok && p.cur.text == "" {
		p.advance()
	}
	p.descriptions(ast.DocFeature)
	if p.has(ast.DocFeature) {
		return
	}
	at := p.closeAt
	if p.ok {
		at = p.cur.hash
	}
	p.syntax(at, head.at, head.at+len(head.text), codeDocEmpty, "feature descriptions expected")
}

func (p *docParser) has(kind ast.DocKind) bool {
	for _, s := range p.open {
		if s.ast.Kind == kind {
			return true
		}
	}
	return false
}

// descriptions parses a sequence of member or feature descriptions.
func (p *docParser) descriptions(kind ast.DocKind) {
	for p.ok {
		name, length, ok := matchName(p.cur.text)
		if !ok {
			return
		}
		p.described(kind, name)
		p.indented(length)
	}
}

// indented parses a section whose text starts at byte skip of the current line and continues
// with indented lines.
func (p *docParser) indented(skip int) {
	p.append(skip)
	for p.advance(); p.ok && p.cur.text == ""; p.advance() {
		p.append(0)
	}
	indent := p.cur.indent()
	if !p.ok || indent == 0 {
		return
	}
	for first := true; p.ok; p.advance() {
		if _, _, ok := matchName(p.cur.text); ok {
			return
		}
		if !first && p.cur.text != "" && p.cur.indent() < indent {
			return
		}
		p.append(indent)
		if first {
			first = false
			p.rejectDeindent(indent)
		}
	}
}

// rejectDeindent reports an error if the line after the current one, which is the first
// indented line of a section, is indented less than indent.
func (p *docParser) rejectDeindent(indent int) {
	if p.next >= len(p.lines) {
		return
	}
	l := p.lines[p.next]
	if _, _, ok := matchName(l.text); ok || l.text == "" || l.indent() >= indent {
		return
	}
	p.syntax(l.hash, l.at, l.at+l.indent()+1, codeDocSyntax,
		"unexpected de-indent (expected at least %d spaces)", indent)
}

// paragraph parses text up to a blank line. It extends the current section if that is plain
// text.
func (p *docParser) paragraph() {
	if kind := p.section.ast.Kind; kind != ast.DocBody && kind != ast.DocPlain {
		p.start(ast.DocPlain, ast.Str{})
	}
	for ; p.ok; p.advance() {
		p.append(0)
		if p.cur.text == "" {
			p.advance()
			return
		}
	}
}

// rejectEmpty reports tagged sections without text.
func (p *docParser) rejectEmpty() {
	for _, s := range p.open {
		if s.ast.Kind == ast.DocBody || s.ast.Kind == ast.DocPlain || len(s.lines) > 0 {
			continue
		}
		name := s.ast.Name
		d := p.errs.errorf(diag.StageParse, name.From, name.To, codeDocEmpty, "text required after '%s:'", tagText(s.ast))
		switch s.ast.Kind {
		case ast.DocMember:
			d.Upstream = &diag.Upstream{Msg: "text required after 'Member:'"}
		case ast.DocFeature:
			d.Upstream = &diag.Upstream{Msg: "text required after 'Feature:'"}
		}
	}
}

// tagText returns a section's tag as written, without the colon.
func tagText(s *ast.DocSection) string {
	if s.Kind == ast.DocMember || s.Kind == ast.DocFeature {
		return "@" + s.Name.Value
	}
	return s.Name.Value
}
