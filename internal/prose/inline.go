package prose

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseInlines parses the text of a paragraph or title. Line ends count as spaces. lines is the
// source of the text, with indentation, for positions of problems.
func parseInlines(text string, lines []line, found *problems) []Inline {
	p := inlineParser{text: strings.ReplaceAll(text, "\n", " "), emphasis: true, lines: trimBlank(lines), found: found}
	return p.parse()
}

// An inlineParser scans text from left to right. For each kind of markup, it remembers a failed
// search for an end, so that it never searches twice.
type inlineParser struct {
	text     string
	emphasis bool           // look for emphasis; it does not nest
	dead     [endKinds]bool // there is no end of this kind in the rest of the text

	lines  []line
	offset int // of text in that of the lines
	found  *problems
}

// report reports a problem with text[from:to].
func (p *inlineParser) report(from, to int, format string, args ...any) {
	from, to = from+p.offset, to+p.offset
	for _, l := range p.lines {
		l = l.trimmed()
		if from <= len(l.text) {
			p.found.add(l.from(from), min(to, len(l.text))-from, format, args...)
			return
		}
		from, to = from-len(l.text)-1, to-len(l.text)-1
	}
}

// The kinds of ends of inline markup.
const (
	endCode = iota
	endName
	endStrong
	endEmph
	endKinds
)

var endMarks = [endKinds]string{"``", "`", "**", "*"}

func (p *inlineParser) parse() []Inline {
	var out []Inline
	start := 0 // of plain text not yet added
	flush := func(end int) {
		if text := unescape(p.text[start:end]); text != "" {
			out = append(out, Text{text})
		}
	}
	for i := 0; i < len(p.text); {
		var in Inline
		next := i
		if strings.IndexByte("`*@:h|[", p.text[i]) >= 0 && opens(p.text, i) {
			in, next = p.markup(i)
		}
		switch {
		case in != nil:
			flush(i)
			out = append(out, in)
			i, start = next, next
		case p.text[i] == '\\':
			i += 2
		case strings.HasPrefix(p.text[i:], "``"), strings.HasPrefix(p.text[i:], "**"):
			i += 2 // no markup starts in the middle of a mark
		default:
			i++
		}
	}
	flush(len(p.text))
	return out
}

// opens reports whether markup can start at i, which is not in the middle of a word.
func opens(text string, i int) bool {
	if i == 0 {
		return true
	}
	before, _ := utf8.DecodeLastRuneInString(text[:i])
	if text[i] == '@' || text[i] == 'h' {
		return before != '_' && !unicode.IsLetter(before) && !unicode.IsDigit(before)
	}
	return unicode.IsSpace(before) || strings.ContainsRune(`'"([{<-/:,`, before) || before > 0x7f && unicode.IsPunct(before)
}

// markup parses the markup that starts at i and returns the offset after it, or nil for plain
// text.
func (p *inlineParser) markup(i int) (Inline, int) {
	rest := p.text[i:]
	switch {
	case strings.HasPrefix(rest, "``"):
		if e := p.findEnd(endCode, i); e > 0 {
			return Code{p.text[i+2 : e]}, e + 2
		}
		p.unclosed(i, 2)
	case rest[0] == '`':
		in, next := p.interpreted("any", i)
		if in == nil && !strings.Contains(rest, "'") { // `name' is a quotation
			p.unclosed(i, 1)
		}
		return in, next
	case rest[0] == ':':
		if role, ok := roleName(rest); ok {
			return p.interpreted(role, i+len(role)+2)
		}
	case strings.HasPrefix(rest, "**"):
		if e := p.findEnd(endStrong, i); e > 0 {
			return Strong{p.inner(i+2, e)}, e + 2
		}
		p.unclosed(i, 2)
	case rest[0] == '*':
		if e := p.findEnd(endEmph, i); e > 0 {
			return Emph{p.inner(i+1, e)}, e + 1
		}
		p.unclosed(i, 1)
	case rest[0] == '@':
		if n := nameLength(rest[1:]); n > 0 {
			return Ref{Target: rest[1 : 1+n], Role: "member"}, i + 1 + n
		}
	case rest[0] == '|' || rest[0] == '[':
		if n := footnoteLength(rest); n > 0 {
			p.report(i, i+n, "%s is not defined here", rest[:n])
			return Text{rest[:n]}, i + n
		}
	default:
		if n := urlLength(rest); n > 0 {
			return Link{rest[:n], rest[:n]}, i + n
		}
	}
	return nil, i
}

// unclosed adds a problem for the n bytes at i, which start markup that has no end, if a word
// follows: "*.img" or a single "*" is not meant as markup.
func (p *inlineParser) unclosed(i, n int) {
	if r, _ := utf8.DecodeRuneInString(p.text[i+n:]); unicode.IsLetter(r) || unicode.IsDigit(r) {
		p.report(i, i+n, "%q starts markup that does not end", p.text[i:i+n])
	}
}

// inner parses emphasised text.
func (p *inlineParser) inner(i, end int) []Inline {
	inner := inlineParser{text: p.text[i:end], lines: p.lines, offset: p.offset + i, found: p.found}
	return inner.parse()
}

// findEnd returns the offset of the mark that ends the markup at i, or 0.
func (p *inlineParser) findEnd(kind, i int) int {
	mark := endMarks[kind]
	at := i + len(mark)
	if p.dead[kind] || at >= len(p.text) || p.text[at] == ' ' || isQuoted(p.text, i, at) {
		return 0
	}
	if !p.emphasis && (kind == endStrong || kind == endEmph) {
		return 0
	}
	for at++; at <= len(p.text); at++ {
		n := strings.Index(p.text[at:], mark)
		if n < 0 {
			break
		}
		at += n
		behind := at + len(mark)
		if kind == endEmph && strings.HasPrefix(p.text[behind:], "*") {
			// Part of a longer mark, which ends something else.
			at = behind + len(p.text[behind:]) - len(strings.TrimLeft(p.text[behind:], "*")) - 1
			continue
		}
		if p.text[at-1] != ' ' && closes(p.text, behind) {
			return at
		}
	}
	p.dead[kind] = true
	return 0
}

// isQuoted reports whether text[i:end] is the whole content of quotes or brackets, such as '*',
// which is not markup.
func isQuoted(text string, i, end int) bool {
	if i == 0 {
		return false
	}
	n := strings.IndexByte(`'"([{<`, text[i-1])
	return n >= 0 && text[end] == `'")]}>`[n]
}

// closes reports whether markup can end before i.
func closes(text string, i int) bool {
	if i >= len(text) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[i:])
	return r != '`' && (unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r))
}

// roleName returns the name in ":name:`".
func roleName(text string) (string, bool) {
	n := 1
	for n < min(len(text), 64) && (isNameByte(text[n]) || text[n] == ':') {
		n++
	}
	if n < 3 || n >= len(text) || text[n] != '`' || text[n-1] != ':' {
		return "", false
	}
	return text[1 : n-1], true
}

// interpreted parses text in single backquotes at i.
func (p *inlineParser) interpreted(role string, i int) (Inline, int) {
	e := p.findEnd(endName, i)
	if e == 0 {
		return nil, i
	}
	content, next := p.text[i+1:e], e+1
	if !isRole(role) {
		start := i - len(role) - 2
		p.report(start, next, "unknown role \":%s:\"", role)
		return Text{p.text[start:next]}, next
	}
	if slices.Contains(codeRoles, role) {
		return Code{content}, next
	}
	text, target := "", content
	if head, ok := strings.CutSuffix(content, ">"); ok {
		if open := strings.LastIndex(head, " <"); open >= 0 {
			text, target = strings.TrimSpace(head[:open]), head[open+2:]
		}
	}
	marks := len(p.text[next:]) - len(strings.TrimLeft(p.text[next:], "_"))
	switch {
	case marks == 0:
		return Ref{Target: target, Role: role, Text: text}, next
	case text == "":
		p.report(i, next+marks, "there is no target of that name")
		return Text{p.text[i : next+marks]}, next + marks
	default:
		return Link{text, target}, next + marks
	}
}

// Roles for code, and other known roles, apart from those of domains such as QEMU's
// "qapi:cmd". (Sphinx, "Roles"; docutils, "reStructuredText Interpreted Text Roles".)
var (
	codeRoles  = []string{"code", "command", "envvar", "file", "kbd", "literal", "option", "program", "samp"}
	otherRoles = []string{"abbr", "any", "doc", "keyword", "manpage", "numref", "ref", "term"}
	domains    = []string{"qapi:", "c:", "std:"}
)

func isRole(role string) bool {
	return slices.Contains(codeRoles, role) || slices.Contains(otherRoles, role) ||
		slices.ContainsFunc(domains, func(d string) bool { return strings.HasPrefix(role, d) })
}

// footnoteLength returns the length of a reference to a substitution, footnote or citation at
// the start of text: "|name|", "[1]_".
func footnoteLength(text string) int {
	end := "]_"
	if text[0] == '|' {
		end = "|"
	}
	n := strings.IndexAny(text[1:], "|[] ") + 1
	if n < 2 || !strings.HasPrefix(text[n:], end) || !closes(text, n+len(end)) {
		return 0
	}
	return n + len(end)
}

// nameLength returns the length of the QAPI name at the start of text.
func nameLength(text string) int {
	n := 0
	for n < len(text) && isNameByte(text[n]) {
		n++
	}
	return n
}

func isNameByte(c byte) bool {
	return c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// urlLength returns the length of the URL at the start of text, without punctuation that ends the
// sentence.
func urlLength(text string) int {
	scheme := "http://"
	if strings.HasPrefix(text, "https://") {
		scheme = "https://"
	} else if !strings.HasPrefix(text, scheme) {
		return 0
	}
	n := strings.IndexAny(text, " <>\"`")
	if n < 0 {
		n = len(text)
	}
	url := strings.TrimRight(text[:n], ".,;:!?'*")
	if strings.HasSuffix(url, ")") && !strings.Contains(url, "(") {
		url = url[:len(url)-1]
	}
	if len(url) <= len(scheme) {
		return 0
	}
	return len(url)
}

// unescape removes backslashes before punctuation. It keeps them before letters and digits, where
// the author forgot to quote them.
func unescape(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			switch c := text[i+1]; {
			case c == ' ':
				i++
				continue
			case unicode.IsPunct(rune(c)) || unicode.IsSymbol(rune(c)):
				i++
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
