package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// old reads a comment by the rules of QEMU 8.2 and older: the first word of a
// line decides, also in the midst of a paragraph.
func (p *docParser) old() {
	p.start(ast.DocBody, ast.Str{})
	if p.ok && strings.HasPrefix(p.cur.text, "@") {
		p.symbol()
		p.advance()
		p.oldDefinition()
	} else {
		p.oldFree()
	}
	p.finish()
}

// oldFree reads free-form text. From QEMU 5.2 on a heading starts a new one.
func (p *docParser) oldFree() {
	for ; p.ok; p.advance() {
		p.rejectName()
		if strings.HasPrefix(p.cur.text, "=") && !p.release.Before(5, 2) && len(p.section.lines) > 0 {
			p.finish()
			p.doc = &ast.Doc{Span: p.doc.Span}
			p.block.more = append(p.block.more, p.doc)
			p.start(ast.DocBody, ast.Str{})
		}
		p.append(0)
	}
}

// oldDefinition reads what follows the line with the symbol.
func (p *docParser) oldDefinition() {
	kind := ast.DocMember // of the descriptions; empty when there can be none
	for ; p.ok; p.advance() {
		p.rejectHeading()
		text := p.cur.text
		word, _, _ := strings.Cut(text, " ")
		name, length, isName := matchName(text)
		isName = isName && (strings.HasSuffix(word, ":") || !p.release.Before(8, 1)) // up to 8.0 @x: without space in x
		tag, tagLength, isTag := matchTag(text)
		isTag = isTag && word == tag+":"
		// An unindented line after a blank one ends a description.
		fresh := text != "" && p.cur.indent() == 0 &&
			(p.section.ast.Kind == ast.DocBody || p.afterBlank())
		described := p.section.ast.Kind == ast.DocMember || p.section.ast.Kind == ast.DocFeature
		switch {
		case isName && kind == "":
			p.syntax(p.cur.hash, p.cur.at, p.cur.at+len(word), codeDocSyntax,
				"'%s' can't follow '%s' section", word, p.closedBy())
			p.described(ast.DocMember, name)
			p.oldAppend(length)
		case isName:
			p.described(kind, name)
			p.oldAppend(length + p.optional(text[length:]))
		case text == "Features:" && fresh && kind == ast.DocMember:
			kind = ast.DocFeature
		case isTag:
			p.tagged(tag)
			p.oldAppend(tagLength)
			kind = ""
		case fresh && described:
			p.start(ast.DocPlain, ast.Str{})
			p.append(0)
			kind = ""
		default:
			p.oldContinue()
		}
	}
	p.rejectEmpty()
}

// oldContinue adds a line to the section, without its indentation: that of the
// text on the tag's line, and from QEMU 8.1 on that of the first line below it
// that is not blank. From 5.2 on no line may be indented less.
func (p *docParser) oldContinue() {
	s, indent := p.section, p.cur.indent()
	if p.cur.text != "" && s.first {
		s.first, s.indent = false, indent
	}
	if p.cur.text != "" && indent < s.indent && p.layout && !p.release.Before(5, 2) {
		p.syntax(p.cur.hash, p.cur.at, p.cur.at+indent+1, codeDocSyntax,
			"unexpected de-indent (expected at least %d spaces)", s.indent)
	}
	p.append(min(s.indent, indent))
}

// optional returns the length of "#optional " at the start of a description: QEMU
// 2.9 drops it.
func (p *docParser) optional(text string) int {
	if !p.release.Before(2, 10) || !strings.HasPrefix(text, "#optional") {
		return 0
	}
	return len(text) - len(strings.TrimLeft(text[len("#optional"):], " "))
}

// oldAppend adds the rest of a tag's line. Up to QEMU 8.0 its column is the
// indentation of the section.
func (p *docParser) oldAppend(skip int) {
	p.append(skip)
	if !p.release.Before(8, 1) {
		p.section.first = true
	} else if skip < len(p.cur.text) {
		p.section.indent = skip
	}
}

// afterBlank reports whether the last line of the section is blank.
func (p *docParser) afterBlank() bool {
	lines := p.section.lines
	return len(lines) > 0 && lines[len(lines)-1] == ""
}

// closedBy returns the name of the section that ended the descriptions.
func (p *docParser) closedBy() string {
	for _, s := range p.open {
		switch s.ast.Kind {
		case ast.DocBody, ast.DocMember, ast.DocFeature:
		default:
			return tagText(s.ast)
		}
	}
	return ""
}
