package site

import (
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// A proseWriter writes the text of.
type proseWriter struct {
	*writer
	of      model.Prose
	heading int // level of the highest heading
}

// prose writes a text.
func (w *writer) prose(p model.Prose) {
	proseWriter{w, p, 2}.blocks(p.Blocks)
}

// cell writes a text in a table cell. A single paragraph has no p element.
func (w *writer) cell(p model.Prose) {
	pw := proseWriter{w, p, 3}
	if len(p.Blocks) > 0 {
		if para, ok := p.Blocks[0].(prose.Paragraph); ok && len(p.Blocks) == 1 {
			pw.inlines(para.Inlines)
			return
		}
	}
	pw.blocks(p.Blocks)
}

func (w proseWriter) blocks(blocks []prose.Block) {
	for _, b := range blocks {
		w.block(b)
		w.newline()
	}
}

func (w proseWriter) block(b prose.Block) {
	switch b := b.(type) {
	case prose.Paragraph:
		w.open("p")
		w.inlines(b.Inlines)
		w.close("p")
	case prose.Heading:
		tag := []string{"h2", "h3", "h4", "h5", "h6"}[min(max(b.Level, w.heading), 6)-2]
		w.open(tag)
		w.inlines(b.Inlines)
		w.close(tag)
	case prose.Literal:
		w.literal(b.Text)
	case prose.LineBlock:
		w.lineBlock(b)
	case prose.Table:
		w.grid(b)
	case prose.Quote:
		w.open("blockquote")
		w.blocks(b.Blocks)
		w.close("blockquote")
	case prose.List:
		w.list(b)
	case prose.DefinitionList:
		w.open("dl")
		for _, it := range b.Items {
			w.open("dt")
			w.inlines(it.Term)
			w.close("dt")
			w.open("dd")
			w.blocks(it.Blocks)
			w.close("dd")
		}
		w.close("dl")
	case prose.Admonition:
		w.admonition(b)
	case prose.Example:
		w.example(&model.Example{Title: b.Title, Blocks: b.Blocks}, w.of)
	case prose.Dialog:
		w.dialog(b)
	}
}

func (w proseWriter) literal(text string) {
	w.open("pre", "class", "literal")
	w.open("code")
	w.text(text)
	w.close("code", "pre")
}

// lineBlock writes lines with line breaks. No-break spaces indent them.
func (w proseWriter) lineBlock(b prose.LineBlock) {
	w.open("p")
	for i, l := range b.Lines {
		if i > 0 {
			w.open("br")
		}
		w.text(strings.Repeat("\u00a0", l.Indent))
		w.inlines(l.Inlines)
	}
	w.close("p")
}

// grid writes a table.
func (w proseWriter) grid(t prose.Table) {
	w.open("div", "class", "scroll")
	w.open("table")
	if len(t.Title) > 0 {
		w.open("caption")
		w.inlines(t.Title)
		w.close("caption")
	}
	if len(t.Head) > 0 {
		w.open("thead")
		for _, r := range t.Head {
			w.gridRow("th", r)
		}
		w.close("thead")
	}
	w.open("tbody")
	for _, r := range t.Rows {
		w.gridRow("td", r)
	}
	w.close("tbody", "table", "div")
}

func (w proseWriter) gridRow(tag string, r prose.Row) {
	w.open("tr")
	for _, c := range r {
		var attrs []string
		if tag == "th" {
			attrs = append(attrs, "scope", "col")
		}
		if c.Span > 1 {
			attrs = append(attrs, "colspan", strconv.Itoa(c.Span))
		}
		w.open(tag, attrs...)
		w.cell(model.Prose{In: w.of.In, Blocks: c.Blocks})
		w.close(tag)
	}
	w.close("tr")
}

// list writes a list. An item that is a single paragraph has no p element.
func (w proseWriter) list(l prose.List) {
	tag := "ul"
	if l.Ordered {
		tag = "ol"
	}
	w.open(tag)
	for i, it := range l.Items {
		var attrs []string
		if l.Ordered {
			attrs = number(it.Label, i+1)
		}
		w.open("li", attrs...)
		if len(it.Blocks) == 1 {
			if p, ok := it.Blocks[0].(prose.Paragraph); ok {
				w.inlines(p.Inlines)
				w.close("li")
				continue
			}
		}
		w.blocks(it.Blocks)
		w.close("li")
	}
	w.close(tag)
}

// number returns the attribute that gives an item the number of its label, unless that is its
// place in the list.
func number(label string, place int) []string {
	n := 0
	for _, c := range strings.Trim(label, "(). ") {
		if c < '0' || c > '9' || n > 1e6 {
			return nil
		}
		n = n*10 + int(c-'0')
	}
	if n == 0 || n == place {
		return nil
	}
	return []string{"value", strconv.Itoa(n)}
}

func (w proseWriter) admonition(a prose.Admonition) {
	class := "admonition"
	if isAdmonition(a.Kind) {
		class += " " + a.Kind
	}
	w.open("div", "class", class)
	w.open("p", "class", "title")
	if len(a.Title) > 0 {
		w.inlines(a.Title)
	} else {
		w.text(capital(a.Kind))
	}
	w.close("p")
	w.blocks(a.Blocks)
	w.close("div")
}

// isAdmonition reports whether a kind of admonition has a class of its own.
func isAdmonition(kind string) bool {
	switch kind {
	case "note", "attention", "caution", "danger", "error", "hint", "important", "seealso",
		"tip", "warning":
		return true
	}
	return false
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (w proseWriter) inlines(ins []prose.Inline) {
	for _, in := range ins {
		switch in := in.(type) {
		case prose.Text:
			w.plain(in.Text)
		case prose.Code:
			w.code(in.Text)
		case prose.Emph:
			w.open("em")
			w.inlines(in.Inlines)
			w.close("em")
		case prose.Strong:
			w.open("strong")
			w.inlines(in.Inlines)
			w.close("strong")
		case prose.Ref:
			w.ref(in)
		case prose.Link:
			w.external(in)
		}
	}
}

// plain writes plain text, with links from the names of commands and events.
func (w proseWriter) plain(text string) {
	at := 0
	for _, n := range w.Names(text) {
		name := text[n[0]:n[1]]
		if d := w.Lookup(name); d != w.here && (w.of.In == nil || w.of.In.Member(name) == nil) {
			w.text(text[at:n[0]])
			w.link(w.toDefinition(d), name)
			at = n[1]
		}
	}
	w.text(text[at:])
}

// code writes code, as a link if it is the name of a definition.
func (w proseWriter) code(text string) {
	if d := w.Lookup(text); d != nil && d != w.here {
		w.codeLink(w.toDefinition(d), text)
		return
	}
	w.element("code", text)
}

// ref writes a reference, as a link if it has a target.
func (w proseWriter) ref(r prose.Ref) {
	text := model.RefText(r)
	switch t := w.Resolve(w.of, r); {
	case t.Member != nil && t.Member.Owner != nil:
		w.codeLink(w.toMember(t.Member), text)
	case t.Definition != nil && t.Definition != w.here:
		w.codeLink(w.toDefinition(t.Definition), text)
	case r.Role == "member", r.Role == "any", strings.HasPrefix(r.Role, "qapi:"):
		w.element("code", text)
	case text != r.Target:
		w.text(text + " (" + r.Target + ")")
	default:
		w.text(text)
	}
}

// external writes an external link. Only addresses of web pages become links, so that no other
// scheme becomes active.
func (w proseWriter) external(l prose.Link) {
	if isWeb(l.URL) {
		w.link(l.URL, l.Text)
		return
	}
	w.text(l.Text)
	if l.Text != l.URL {
		w.text(" (" + l.URL + ")")
	}
}

func isWeb(url string) bool {
	scheme, rest, _ := strings.Cut(url, "://")
	if rest == "" || rest[0] == '/' {
		return false // no host
	}
	return strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
}

// withoutTitle removes the first heading, which is the title of the page. It reports whether there
// was one.
func withoutTitle(blocks []prose.Block) ([]prose.Block, bool) {
	for i, b := range blocks {
		if _, ok := b.(prose.Heading); ok {
			return slices.Concat(blocks[:i], blocks[i+1:]), true
		}
	}
	return blocks, false
}
