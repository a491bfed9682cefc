package golang

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
)

// prose adds a section's text to a comment, as Go doc.
func (p *plan) prose(c *comment, text string) {
	for _, b := range p.parse(text) {
		p.addBlock(c, b)
	}
}

// parse parses a text and returns the blocks that [Options.Docs] selects.
func (p *plan) parse(text string) []prose.Block {
	if p.opts.Docs == DocsNone || strings.TrimSpace(text) == "" {
		return nil
	}
	blocks := prose.Parse(text)
	if p.opts.Docs == DocsSummary {
		for _, b := range blocks {
			if _, ok := b.(prose.Paragraph); ok {
				return []prose.Block{b}
			}
		}
		return nil
	}
	return blocks
}

// labelled adds a section's text with a label before its first words.
func (p *plan) labelled(c *comment, label, text string) {
	blocks := p.parse(text)
	if len(blocks) == 0 {
		return
	}
	if first, ok := blocks[0].(prose.Paragraph); ok {
		c.para(label + " " + p.inlines(first.Inlines))
		blocks = blocks[1:]
	} else {
		c.para(label)
	}
	for _, b := range blocks {
		p.addBlock(c, b)
	}
}

// addBlock adds a block. Go doc comments have paragraphs, flat lists, code and headings;
// other blocks are expressed with those.
func (p *plan) addBlock(c *comment, b prose.Block) {
	switch b := b.(type) {
	case prose.Paragraph:
		c.para(p.inlines(b.Inlines))
	case prose.Heading:
		c.heading(p.inlines(b.Inlines))
	case prose.Literal:
		c.code(b.Text)
	case prose.LineBlock:
		c.code(p.lineText(b))
	case prose.Table:
		if len(b.Title) > 0 {
			c.para(p.inlines(b.Title) + ":")
		}
		c.code(strings.Join(b.Layout(p.cell), "\n"))
	case prose.Dialog:
		c.code(dialogText(b))
	case prose.Quote:
		p.addBlocks(c, b.Blocks)
	case prose.List:
		p.addList(c, b)
	case prose.DefinitionList:
		p.addDefinitions(c, b)
	case prose.Example:
		c.para(joined("Example", p.inlines(b.Title)) + ":")
		p.addBlocks(c, b.Blocks)
	case prose.Admonition:
		p.addAdmonition(c, b)
	}
}

func (p *plan) addBlocks(c *comment, blocks []prose.Block) {
	for _, b := range blocks {
		p.addBlock(c, b)
	}
}

func dialogText(d prose.Dialog) string {
	lines := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = l.Text
	}
	return strings.Join(lines, "\n")
}

func (p *plan) lineText(b prose.LineBlock) string {
	lines := make([]string, len(b.Lines))
	for i, l := range b.Lines {
		lines[i] = strings.Repeat(" ", l.Indent) + p.inlines(l.Inlines)
	}
	return strings.Join(lines, "\n")
}

// cell returns the lines of a table cell that are not blank.
func (p *plan) cell(blocks []prose.Block) []string {
	var c comment
	p.addBlocks(&c, blocks)
	return slices.DeleteFunc(c.lines, func(l string) bool { return l == "" })
}

// joined returns "word: rest", or the word if rest is empty.
func joined(word, rest string) string {
	if rest == "" {
		return word
	}
	return word + ": " + rest
}

// addAdmonition adds a note or the like, as a paragraph that starts with its kind.
func (p *plan) addAdmonition(c *comment, a prose.Admonition) {
	label := a.Kind
	if len(a.Title) > 0 {
		label = p.inlines(a.Title)
	}
	label = capitalised(label) + ":"
	blocks := a.Blocks
	if len(blocks) > 0 {
		if first, ok := blocks[0].(prose.Paragraph); ok {
			label += " " + p.inlines(first.Inlines)
			blocks = blocks[1:]
		}
	}
	c.para(label)
	p.addBlocks(c, blocks)
}

func capitalised(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// addList adds a list. Blocks that a Go doc item cannot contain (code, tables) end the list;
// a new list continues after them.
func (p *plan) addList(c *comment, l prose.List) {
	var items []item
	flush := func() {
		if len(items) > 0 {
			c.list(items)
			items = nil
		}
	}
	for _, it := range l.Items {
		label := ""
		if n := strings.TrimRight(it.Label, ".)"); l.Ordered && isNumber(n) {
			label = n
		}
		p.addItem(c, &items, flush, item{label: label}, it.Blocks)
	}
	flush()
}

func (p *plan) addDefinitions(c *comment, l prose.DefinitionList) {
	var items []item
	flush := func() {
		if len(items) > 0 {
			c.list(items)
			items = nil
		}
	}
	for _, d := range l.Items {
		first := prose.Paragraph{Inlines: append(append([]prose.Inline{}, d.Term...), prose.Text{Text: ":"})}
		blocks := d.Blocks
		if len(blocks) > 0 {
			if para, ok := blocks[0].(prose.Paragraph); ok {
				first.Inlines = append(append(first.Inlines, prose.Text{Text: " "}), para.Inlines...)
				blocks = blocks[1:]
			}
		}
		p.addItem(c, &items, flush, item{}, append([]prose.Block{first}, blocks...))
	}
	flush()
}

// addItem adds an item's blocks to the current list.
func (p *plan) addItem(c *comment, items *[]item, flush func(), it item, blocks []prose.Block) {
	for i, b := range blocks {
		if para, ok := b.(prose.Paragraph); ok {
			it.paras = append(it.paras, p.inlines(para.Inlines))
			continue
		}
		if len(it.paras) > 0 {
			*items = append(*items, it)
			it.paras = nil
		}
		if sub, ok := b.(prose.List); ok && !sub.Ordered && it.label == "" {
			// Go doc lists do not nest: the inner items follow on the same level.
			for _, s := range sub.Items {
				p.addItem(c, items, flush, item{}, s.Blocks)
			}
			continue
		}
		flush()
		p.addBlock(c, b)
		if i+1 < len(blocks) {
			it = item{} // the rest of the item follows without its number
		}
	}
	if len(it.paras) > 0 {
		*items = append(*items, it)
	}
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// inlines returns running text. Go doc comments have no inline markup but links.
func (p *plan) inlines(list []prose.Inline) string {
	var b strings.Builder
	for _, in := range list {
		switch in := in.(type) {
		case prose.Text:
			b.WriteString(in.Text)
		case prose.Code:
			b.WriteString(in.Text)
		case prose.Emph:
			b.WriteString(p.inlines(in.Inlines))
		case prose.Strong:
			b.WriteString(p.inlines(in.Inlines))
		case prose.Ref:
			b.WriteString(p.reference(in))
		case prose.Link:
			b.WriteString(in.Text)
			if in.Text != in.URL {
				b.WriteString(" (" + in.URL + ")")
			}
		}
	}
	return strings.TrimSpace(b.String())
}

// reference returns a doc link to a definition of the package, or plain text if there is
// none.
func (p *plan) reference(r prose.Ref) string {
	link, ok := p.Link(r.Target)
	if !ok || r.Role == "doc" {
		if r.Text != "" {
			return r.Text
		}
		return r.Target
	}
	if r.Text != "" && r.Text != r.Target {
		return r.Text + " ([" + link + "])"
	}
	return "[" + link + "]"
}
