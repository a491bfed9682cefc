package markdown

import (
	"cmp"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
)

// prose returns the lines of a text.
func (p *page) prose(in model.Prose) []string { return p.blocks(in, in.Blocks) }

// blocks returns the lines of blocks, separated by blank lines.
func (p *page) blocks(in model.Prose, blocks []prose.Block) []string {
	var out []string
	for i, b := range blocks {
		lines := p.block(in, b)
		if len(lines) == 0 {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
			if i > 0 && isList(blocks[i-1]) && isList(b) {
				out = append(out, listBreak, "")
			}
		}
		out = append(out, lines...)
	}
	return out
}

// listBreak separates two lists, which would be one without it.
const listBreak = "<!-- -->"

// endsInList reports whether the last block is a list.
func endsInList(in model.Prose) bool {
	return len(in.Blocks) > 0 && isList(in.Blocks[len(in.Blocks)-1])
}

func isList(b prose.Block) bool {
	switch b.(type) {
	case prose.List, prose.DefinitionList:
		return true
	}
	return false
}

func (p *page) block(in model.Prose, b prose.Block) []string {
	switch b := b.(type) {
	case prose.Paragraph:
		return p.paragraph(in, b.Inlines)
	case prose.Heading:
		return p.heading(in, b)
	case prose.Literal:
		return fenced(b.Lang, b.Text)
	case prose.LineBlock:
		return p.lineBlock(in, b)
	case prose.Table:
		return p.table(in, b)
	case prose.Quote:
		return prefix("> ", "> ", p.blocks(in, b.Blocks))
	case prose.List:
		return p.listBlock(in, b)
	case prose.DefinitionList:
		return p.definitions(in, b)
	case prose.Admonition:
		return p.admonition(in, b)
	case prose.Example:
		return p.example(in, b.Title, b.Blocks, "**Example:**")
	case prose.Dialog:
		return fenced("", dialogText(b))
	}
	return nil
}

// prefix prepends first to the first line and rest to the others. It trims trailing spaces.
func prefix(first, rest string, lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		with := rest
		if i == 0 {
			with = first
		}
		out[i] = strings.TrimRight(with+l, " ")
	}
	return out
}

// heading returns a heading below that of the module, or a bold line in the text of a
// definition.
func (p *page) heading(in model.Prose, h prose.Heading) []string {
	text := p.running(in, h.Inlines)
	if in.In != nil {
		return []string{emphasis("**", text)}
	}
	return []string{strings.Repeat("#", min(h.Level+1, 6)) + " " + text}
}

// withoutTitle returns the blocks without a leading heading that is the title of the page.
func withoutTitle(blocks []prose.Block, title string) []prose.Block {
	if len(blocks) > 0 {
		if h, ok := blocks[0].(prose.Heading); ok && model.PlainText(h.Inlines) == title {
			return blocks[1:]
		}
	}
	return blocks
}

// item returns an item of a list. Items are not separated by blank lines: a single one would
// change how all items are rendered.
func item(marker string, lines []string) []string {
	if len(lines) == 0 {
		return []string{marker}
	}
	if strings.HasPrefix(lines[0], "```") { // a fence may not follow the marker on its line
		return append([]string{marker}, prefix(strings.Repeat(" ", len(marker)+1), strings.Repeat(" ", len(marker)+1), lines)...)
	}
	return prefix(marker+" ", strings.Repeat(" ", len(marker)+1), lines)
}

func (p *page) listBlock(in model.Prose, l prose.List) []string {
	numbered := l.Ordered && !slices.ContainsFunc(l.Items, func(it prose.ListItem) bool { return !isNumber(it.Label) })
	var list []string
	for _, it := range l.Items {
		lines := p.blocks(in, it.Blocks)
		switch {
		case numbered:
			list = append(list, item(it.Label, lines)...)
			continue
		case it.Label != "" && len(lines) > 0 && !strings.HasPrefix(lines[0], "```"):
			lines[0] = startLine(escape(it.Label)) + " " + lines[0]
		case it.Label != "":
			lines = append([]string{startLine(escape(it.Label)), ""}, lines...)
		}
		list = append(list, item("-", lines)...)
	}
	return list
}

// isNumber reports whether a label is valid in a numbered list in Markdown.
func isNumber(label string) bool {
	n := len(label) - 1
	return n > 0 && (label[n] == '.' || label[n] == ')') && strings.Trim(label[:n], "0123456789") == ""
}

// definitions returns a definition list, as items that start with the term in bold.
func (p *page) definitions(in model.Prose, d prose.DefinitionList) []string {
	var list []string
	for _, it := range d.Items {
		term := emphasis("**", p.running(in, it.Term))
		lines := p.blocks(in, it.Blocks)
		if startsWithText(it.Blocks) {
			lines = append([]string{term + ":"}, lines...)
		} else if len(lines) > 0 {
			lines = append([]string{term, ""}, lines...)
		} else {
			lines = []string{term}
		}
		list = append(list, item("-", lines)...)
	}
	return list
}

func startsWithText(blocks []prose.Block) bool {
	if len(blocks) == 0 {
		return false
	}
	_, ok := blocks[0].(prose.Paragraph)
	return ok
}

// admonition returns a quotation that starts with the kind of admonition. (GitHub's alerts work
// only at the top level.)
func (p *page) admonition(in model.Prose, a prose.Admonition) []string {
	label := p.label(in, a)
	lines := p.blocks(in, a.Blocks)
	if startsWithText(a.Blocks) {
		lines = append([]string{label}, lines...)
	} else {
		lines = append([]string{label, ""}, lines...)
	}
	return prefix("> ", "> ", lines)
}

// label returns the title of an admonition, or its kind, in bold.
func (p *page) label(in model.Prose, a prose.Admonition) string {
	label := escape(strings.ToUpper(a.Kind[:1]) + a.Kind[1:])
	if len(a.Title) > 0 {
		label = p.running(in, a.Title)
	}
	return emphasis("**", strings.TrimSuffix(label, ":")+":")
}

// lineBlock returns lines with hard line breaks.
func (p *page) lineBlock(in model.Prose, b prose.LineBlock) []string {
	var lines []string
	for i, l := range b.Lines {
		text := startLine(p.running(in, l.Inlines))
		if text == "" {
			text = "&nbsp;"
		}
		text = strings.Repeat("&nbsp;", l.Indent) + text
		if i < len(b.Lines)-1 {
			text += `\`
		}
		lines = append(lines, text)
	}
	return lines
}

// table returns a table. In Markdown, a row is one line.
func (p *page) table(in model.Prose, t prose.Table) []string {
	width := 0
	for _, row := range slices.Concat(t.Head, t.Rows) {
		n := 0
		for _, c := range row {
			n += c.Span
		}
		width = max(width, n)
	}
	if width == 0 {
		return nil
	}
	rows := slices.Concat(t.Head, t.Rows)
	if len(t.Head) == 0 {
		rows = slices.Insert(rows, 0, prose.Row{})
	}
	var lines []string
	if len(t.Title) > 0 {
		lines = append(lines, emphasis("**", p.running(in, t.Title)), "")
	}
	for i, row := range rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, p.cell(in, c.Blocks))
			for range c.Span - 1 {
				cells = append(cells, "")
			}
		}
		for len(cells) < width {
			cells = append(cells, "")
		}
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
		if i == 0 {
			lines = append(lines, "|"+strings.Repeat(" --- |", width))
		}
	}
	return lines
}

// cell returns a table cell as one line.
func (p *page) cell(in model.Prose, blocks []prose.Block) string {
	return inCell(strings.Join(p.cellLines(in, blocks), "<br>"))
}

// cellLines returns the lines of a table cell. There, Markdown has only inline markup.
func (p *page) cellLines(in model.Prose, blocks []prose.Block) []string {
	var lines []string
	// labelled adds blocks after a label, on its line.
	labelled := func(label string, blocks []prose.Block) {
		content := p.cellLines(in, blocks)
		if len(content) == 0 {
			content = []string{""}
		}
		content[0] = strings.TrimSpace(label + " " + content[0])
		lines = append(lines, content...)
	}
	verbatim := func(text string) {
		for l := range strings.SplitSeq(text, "\n") {
			lines = append(lines, code(l))
		}
	}
	for _, b := range blocks {
		switch b := b.(type) {
		case prose.Paragraph:
			lines = append(lines, p.running(in, b.Inlines))
		case prose.Heading:
			lines = append(lines, emphasis("**", p.running(in, b.Inlines)))
		case prose.Literal:
			verbatim(b.Text)
		case prose.Dialog:
			verbatim(dialogText(b))
		case prose.LineBlock:
			for _, l := range b.Lines {
				lines = append(lines, strings.Repeat("&nbsp;", l.Indent)+p.running(in, l.Inlines))
			}
		case prose.List:
			for _, it := range b.Items {
				labelled(escape(cmp.Or(it.Label, "•")), it.Blocks)
			}
		case prose.DefinitionList:
			for _, it := range b.Items {
				labelled(emphasis("**", p.running(in, it.Term))+":", it.Blocks)
			}
		case prose.Quote:
			lines = append(lines, p.cellLines(in, b.Blocks)...)
		case prose.Admonition:
			labelled(p.label(in, b), b.Blocks)
		case prose.Example:
			labelled("**Example:** "+p.running(in, b.Title), b.Blocks)
		case prose.Table:
			verbatim(strings.Join(b.Layout(func(blocks []prose.Block) []string { return p.cellLines(in, blocks) }), "\n"))
		}
	}
	return lines
}

// example returns an example below its label and title.
func (p *page) example(in model.Prose, title []prose.Inline, blocks []prose.Block, label string) []string {
	head := label
	if text := p.running(in, title); text != "" {
		head += " " + text
	}
	return append([]string{head, ""}, p.blocks(in, blocks)...)
}

func dialogText(d prose.Dialog) string {
	lines := make([]string, len(d.Lines))
	for i, l := range d.Lines {
		lines[i] = l.Text
	}
	return strings.Join(lines, "\n")
}
