package parser

import (
	"strings"

	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/diag"
)

// Up to QEMU 2.8 the compiler ignored comments. The "##" lines of documentation may be
// unbalanced or missing, and sections have no fixed form. So any run of comment lines above a
// definition counts as its documentation, and none is an error.

// comments adds the runs of comment lines in [from, to), the text between two items of u.
func (l *loader) comments(u *unit, from, to int) {
	start, end := -1, 0 // extent of the current run
	flush := func(near bool) {
		if start >= 0 && l.room(u, start) {
			l.add(u, item{doc: u.src[start:end], at: start, old: true, near: near})
		}
		start = -1
	}
	for pos := from; pos < to; {
		line := u.src[pos:min(to, pos+lineLength(u.src[pos:]))]
		if strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") && (pos == 0 || u.src[pos-1] == '\n') {
			if start < 0 {
				start = pos
			}
			end = pos + len(line)
		} else if pos+len(line) < to { // not the line of the next item
			flush(false)
		}
		pos += len(line) + 1
	}
	flush(to < len(u.src))
}

// comment parses a run of comment lines. It returns nil if the run is not documentation.
func (a *assembler) comment(u *unit, it *item) *docBlock {
	p := a.scratch.begin(docParser{errs: &reporter{list: new(diag.List)}, file: u.file, release: a.release, noText: a.noDocs})
	p.doc = &ast.Doc{Span: ast.Span{From: u.file.Pos(it.at), To: u.file.Pos(it.at + len(it.doc))}}
	p.block = &docBlock{ast: p.doc, opener: p.doc.From, old: true, near: it.near}
	if !p.comment(it) {
		return nil
	}
	p.advance()
	p.old()
	p.block.broken = false
	return p.block
}

// comment splits a run of comment lines into lines. It reports whether the run is
// documentation: it has a "##" line or starts with "@".
func (p *docParser) comment(it *item) bool {
	framed := false
	pos := it.at
	for line := range strings.Lines(it.doc) {
		length := len(line)
		hash := pos + length - len(strings.TrimLeft(line, " \t"))
		body := strings.TrimLeft(strings.TrimSpace(line), "#")
		at := hash + len(strings.TrimSpace(line)) - len(body)
		pos += length
		if at > hash+1 { // a "##" line, perhaps with text
			framed = true
			if body == "" {
				continue
			}
		}
		if rest, ok := strings.CutPrefix(body, " "); ok {
			body, at = rest, at+1
		}
		text := oldTag(body)
		if body = strings.TrimRight(body, " \t"); strings.HasSuffix(body, text) {
			at += len(body) - len(text)
		}
		p.lines = append(p.lines, docLine{text: text, hash: hash, at: at})
	}
	for len(p.lines) > 0 && p.lines[0].text == "" {
		p.lines = p.lines[1:]
	}
	return len(p.lines) > 0 && (framed || strings.HasPrefix(p.lines[0].text, "@"))
}

// oldTag returns a line with its tag, if any, in the form that the rules of 2.9 require.
func oldTag(text string) string {
	text = strings.ReplaceAll(text, "#optional, ", "#optional ")
	text = strings.TrimRight(strings.ReplaceAll(text, "#optional ", ""), " \t")
	text = strings.TrimSuffix(text, " #optional")
	trimmed := strings.TrimLeft(text, " ")
	if rest, ok := strings.CutPrefix(trimmed, "Since"); ok {
		if release := strings.TrimLeft(rest, ": "); startsWithDigit(release) {
			return "Since: " + release
		}
	}
	word, rest, _ := strings.Cut(trimmed, " ")
	if strings.HasPrefix(word, "@") && strings.HasPrefix(rest, ": ") {
		trimmed = word + rest
		text = trimmed
		word += ":"
	}
	switch {
	case strings.HasPrefix(word, "@") && strings.HasSuffix(word, ":"), docTag(strings.TrimSuffix(word, ":")) != "" && strings.HasSuffix(word, ":"):
		return trimmed
	}
	return text
}

func startsWithDigit(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }

// attach returns the documentation of the definition it. A comment in the style of QEMU 2.8 or
// older may belong to another definition; attach then declares it as free-form and returns nil.
func (a *assembler) attach(u *unit, it *item, doc *docBlock) *docBlock {
	if doc == nil || !doc.old {
		return doc
	}
	obj := a.nodes.item(u, it.obj, it.unique)
	var name ast.Str
	for _, key := range oldDefinitionKeys {
		if n := obj.get(key); n.is(kindString) {
			name = n.str()
			break
		}
	}
	same := doc.symbol() == name.Value
	if !same && (!doc.near || doc.symbol() == "" && name.Value == "") {
		a.detach(u, doc)
		return nil
	}
	if doc.symbol() == "" {
		doc.ast.Symbol.Span = ast.Span{From: doc.ast.From, To: doc.ast.From}
	}
	doc.ast.Symbol.Value = name.Value
	return doc
}

// detach declares a comment that belongs to no definition as free-form.
func (a *assembler) detach(u *unit, doc *docBlock) {
	if doc != nil && doc.symbol() == "" {
		a.free(u, doc)
	}
}
