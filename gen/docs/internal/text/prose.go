package text

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
)

const (
	step        = "  "   // indentation of each level
	literalStep = "    " // indentation of literal text
)

// A textWriter writes a text of a documentation comment.
type textWriter struct {
	*writer
	ref *model.Reference
	of  model.Prose
}

// item writes blocks after a lead such as `- "name":`. Further lines get the indentation.
// The tail, if any, follows the first paragraph.
func (w textWriter) item(lead, indent string, blocks []prose.Block, tail []string) {
	var words []string
	if len(blocks) > 0 {
		if p, ok := blocks[0].(prose.Paragraph); ok {
			words, blocks = w.words(p.Inlines), blocks[1:]
		}
	}
	words = append(words, tail...)
	if lead != "" && len(words) > 0 {
		lead += " "
	}
	w.wrap(lead, indent, words)
	for i, b := range blocks {
		if _, isList := b.(prose.List); i > 0 || !isList {
			w.gap()
		}
		w.block(indent, b)
	}
}

// blocks writes blocks with blank lines between them.
func (w textWriter) blocks(indent string, blocks []prose.Block) {
	for i, b := range blocks {
		if i > 0 {
			w.gap()
		}
		w.block(indent, b)
	}
}

func (w textWriter) block(indent string, b prose.Block) {
	switch b := b.(type) {
	case prose.Paragraph:
		w.wrap(indent, indent, w.words(b.Inlines))
	case prose.Heading:
		w.wrap(indent, indent, w.words(b.Inlines))
	case prose.Literal:
		w.verbatim(indent+literalStep, b.Text)
	case prose.LineBlock:
		for _, l := range b.Lines {
			lead := indent + literalStep + strings.Repeat(" ", l.Indent)
			w.wrap(lead, lead+step, w.words(l.Inlines))
		}
	case prose.Table:
		w.table(indent, b)
	case prose.Quote:
		w.blocks(indent+literalStep, b.Blocks)
	case prose.List:
		w.list(indent, b)
	case prose.DefinitionList:
		for i, it := range b.Items {
			if i > 0 {
				w.gap()
			}
			w.wrap(indent, indent, w.words(it.Term))
			w.blocks(indent+literalStep, it.Blocks)
		}
	case prose.Admonition:
		w.item(indent+w.label(b), indent+step, b.Blocks, nil)
	case prose.Example:
		w.example(indent, b.Title, b.Blocks, false)
	case prose.Dialog:
		for _, l := range b.Lines {
			w.line(indent + l.Text)
		}
	}
}

// list writes a list, with blank lines between items if one has several blocks.
func (w textWriter) list(indent string, l prose.List) {
	loose := false
	for _, it := range l.Items {
		loose = loose || len(it.Blocks) > 1
	}
	for i, it := range l.Items {
		if loose && i > 0 {
			w.gap()
		}
		label := it.Label
		if label == "" {
			label = "-"
		}
		w.item(indent+label, indent+strings.Repeat(" ", len(label)+1), it.Blocks, nil)
	}
}

// table writes a table in columns, below its title.
func (w textWriter) table(indent string, t prose.Table) {
	if len(t.Title) > 0 {
		w.wrap(indent, indent, w.words(append(slices.Clip(t.Title), prose.Text{Text: ":"})))
		w.gap()
	}
	for _, l := range t.Layout(w.cell) {
		w.line(indent + literalStep + l)
	}
}

// cell returns the lines of a table cell.
func (w textWriter) cell(blocks []prose.Block) []string {
	c := textWriter{&writer{}, w.ref, w.of}
	c.blocks("", blocks)
	if c.buf.Len() == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(c.buf.String(), "\n"), "\n")
}

// label returns the label of an admonition: "Note:".
func (w textWriter) label(a prose.Admonition) string {
	if len(a.Title) > 0 {
		return strings.TrimSuffix(strings.Join(w.words(a.Title), " "), ":") + ":"
	}
	return strings.ToUpper(a.Kind[:1]) + a.Kind[1:] + ":"
}

// example writes the title and messages of an example.
func (w textWriter) example(indent string, title []prose.Inline, blocks []prose.Block, made bool) {
	words := append([]string{"Example:"}, w.words(title)...)
	if made {
		words = append(words, fields("(made from the types)")...)
	}
	w.wrap(indent, indent+step, words)
	w.gap()
	w.blocks(indent, blocks)
}

// verbatim writes text without changes, except for indentation.
func (w textWriter) verbatim(indent, text string) {
	for line := range strings.Lines(text) {
		w.line(indent + strings.TrimRight(line, "\n"))
	}
}

// words returns the words of running text.
func (w textWriter) words(ins []prose.Inline) []string {
	var b strings.Builder
	w.inlines(&b, ins)
	return strings.Fields(b.String())
}

func (w textWriter) inlines(b *strings.Builder, ins []prose.Inline) {
	for _, in := range ins {
		switch in := in.(type) {
		case prose.Text:
			b.WriteString(in.Text)
		case prose.Code:
			b.WriteString(quoteCode(in.Text))
		case prose.Emph:
			b.WriteByte('*')
			w.inlines(b, in.Inlines)
			b.WriteByte('*')
		case prose.Strong:
			b.WriteString("**")
			w.inlines(b, in.Inlines)
			b.WriteString("**")
		case prose.Ref:
			b.WriteString(w.reference(in))
		case prose.Link:
			b.WriteString(aside(in.Text, in.URL))
		}
	}
}

// quoteCode quotes code, unless it contains backquotes.
func quoteCode(code string) string {
	if strings.Contains(code, "`") {
		return code
	}
	return "`" + code + "`"
}

// reference returns the text of a reference. Names of members and values are quoted, as in JSON,
// names of definitions are not.
func (w textWriter) reference(r prose.Ref) string {
	if r.Role != "member" {
		return aside(r.Text, r.Target)
	}
	if t := w.ref.Resolve(w.of, r); t.Definition != nil && t.Member == nil {
		return r.Target
	}
	return `"` + r.Target + `"`
}

// aside returns "text (target)", or the target if the text adds nothing.
func aside(text, target string) string {
	if text == "" || text == target {
		return target
	}
	return text + " (" + target + ")"
}
