package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
)

// old parses a comment by the rules of QEMU 8.2 and older: a tag is recognized at the start of
// any line.
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

// oldFree parses free-form text. From QEMU 5.2 on a heading starts a new document.
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

// oldDefinition parses the lines after the one with the symbol.
func (p *docParser) oldDefinition() {
	kind := ast.DocMember // of descriptions; empty once none may follow
	for ; p.ok; p.advance() {
		p.rejectHeading()
		text := p.cur.text
		word, _, _ := strings.Cut(text, " ")
		name, length, isName := matchName(text)
		isName = isName && (strings.HasSuffix(word, ":") || !p.release.Before(8, 1)) // up to 8.0, NAME has no space
		tag, tagLength, isTag := matchTag(text)
		isTag = isTag && word == tag+":"
		// An unindented line after a blank line ends a description.
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

// oldContinue adds the current line to the section without the section's indentation. Up to
// QEMU 8.0 that is the column of the text after the tag; from 8.1 on it is that of the first
// non-blank line below it. From 5.2 on no line may be indented less.
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

// optional returns the length of "#optional " at the start of a description. QEMU 2.9 removes
// it.
func (p *docParser) optional(text string) int {
	if !p.release.Before(2, 10) || !strings.HasPrefix(text, "#optional") {
		return 0
	}
	return len(text) - len(strings.TrimLeft(text[len("#optional"):], " "))
}

// oldAppend adds the rest of a tag's line, whose column becomes the section's indentation up to
// QEMU 8.0.
func (p *docParser) oldAppend(skip int) {
	p.append(skip)
	if !p.release.Before(8, 1) {
		p.section.first = true
	} else if skip < len(p.cur.text) {
		p.section.indent = skip
	}
}

// afterBlank reports whether the section's last line is blank.
func (p *docParser) afterBlank() bool {
	lines := p.section.lines
	return len(lines) > 0 && lines[len(lines)-1] == ""
}

// closedBy returns the tag of the section after which no descriptions may follow.
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
