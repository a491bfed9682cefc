package prose

import "strings"

// maxDepth limits nesting, and so the time to parse. Blocks nested deeper become literal
// blocks.
const maxDepth = 24

// Parse parses the text of a documentation section. It ignores indentation that is common to
// all lines, or to all but the first.
func Parse(text string) []Block { return parse(text, new(problems)) }

func parse(text string, found *problems) []Block {
	return parseBlocks(alignFirst(splitLines(text)), 0, found)
}

// A blockParser parses lines of one level of nesting.
type blockParser struct {
	lines []line
	pos   int
	depth int
	found *problems
	out   []Block

	openTable bool // there was a simple table that is not closed
}

func parseBlocks(lines []line, depth int, found *problems) []Block {
	if lines = trimBlank(lines); len(lines) == 0 {
		return nil
	}
	if depth > maxDepth {
		found.add(lines[0].trimmed(), len(lines[0].trimmed().text), "nested more than %d levels deep", maxDepth)
		return []Block{literal(lines)}
	}
	p := &blockParser{lines: lines, depth: depth, found: found}
	for p.pos < len(p.lines) {
		p.block()
	}
	return p.out
}

// nested parses lines that are one level deeper.
func (p *blockParser) nested(lines []line) []Block {
	return parseBlocks(lines, p.depth+1, p.found)
}

func (p *blockParser) add(b Block) { p.out = append(p.out, b) }

// peek returns the text of the line n lines below the current one, or "" after the end.
func (p *blockParser) peek(n int) string {
	if p.pos+n < len(p.lines) {
		return p.lines[p.pos+n].text
	}
	return ""
}

// block parses one block, or skips a blank line.
func (p *blockParser) block() {
	l := p.lines[p.pos]
	switch {
	case l.text == "":
		p.pos++
	case l.text[0] == ' ':
		p.quote()
	case p.explicit(l), p.heading(l), p.list(l), p.fields(l), p.table(l), p.lineBlock(l), p.described(l), p.choices(l):
	case startsMessage(l.text):
		p.add(Example{Blocks: []Block{p.dialog()}})
	default:
		p.paragraph()
	}
}

// quote takes an indented block. An indented list is just a list.
func (p *blockParser) quote() {
	blocks := p.nested(p.takeIndented())
	if len(blocks) == 1 {
		if l, ok := blocks[0].(List); ok {
			p.add(l)
			return
		}
	}
	p.add(Quote{blocks})
}

// takeIndented takes the lines that are indented or blank, and returns them
// without common indentation.
func (p *blockParser) takeIndented() []line {
	n := indented(p.lines[p.pos:])
	lines := flush(p.lines[p.pos : p.pos+n])
	p.pos += n
	return lines
}

// literalBelow takes an indented block that follows "::", or returns false.
func (p *blockParser) literalBelow() bool {
	if indented(p.lines[p.pos:]) == 0 {
		return false
	}
	p.add(literal(p.takeIndented()))
	return true
}

// paragraph takes lines up to a blank one or the start of another block.
func (p *blockParser) paragraph() {
	start := p.pos
	if p.lines[start].text == "::" {
		p.pos++
		if !p.literalBelow() {
			p.addParagraph("::", p.lines[start:p.pos])
		}
		return
	}
	if isTerm(p.lines[start].text, p.peek(1)) {
		p.definitions()
		return
	}
	for p.pos++; p.pos < len(p.lines); p.pos++ {
		if l := p.lines[p.pos]; l.text == "" || interrupts(p.lines[p.pos-1], l) || p.startsList(l) || p.startsChoices(l) {
			break
		}
	}
	lines := p.lines[start:p.pos]
	text := joinTrimmed(lines)
	head, ok := strings.CutSuffix(text, "::")
	if !ok || p.peek(0) != "" || indented(p.lines[p.pos:]) == 0 {
		p.addParagraph(text, lines)
		return
	}
	if head != "" && !strings.HasSuffix(head, " ") && !strings.HasSuffix(head, "\n") {
		head += ":"
	}
	p.addParagraph(head, lines)
	p.literalBelow()
}

// startsList reports whether a bullet in the middle of a paragraph starts a list: whether
// another one follows. A single dash is punctuation.
func (p *blockParser) startsList(l line) bool {
	m, ok := listMarker(l.text)
	if !ok || m.ordered() {
		return false
	}
	for i := p.pos + 1; i < len(p.lines) && p.lines[i].text != ""; i++ {
		if next, ok := listMarker(p.lines[i].text); ok && next.kind == m.kind {
			return true
		}
	}
	return false
}

// addParagraph adds a paragraph with the text of lines.
func (p *blockParser) addParagraph(text string, lines []line) {
	if text = strings.TrimSpace(text); text != "" {
		p.add(Paragraph{parseInlines(text, lines, p.found)})
	}
}

// inlines parses lines of running text.
func (p *blockParser) inlines(lines ...line) []Inline {
	return parseInlines(strings.TrimSpace(joinTrimmed(lines)), lines, p.found)
}

// joinTrimmed joins the lines without their indentation.
func joinTrimmed(lines []line) string {
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strings.TrimLeft(l.text, " "))
	}
	return b.String()
}

// interrupts reports whether the line ends the paragraph that the line before it
// belongs to. Lists and messages right below a paragraph are markup of QEMU up
// to 5.1; reStructuredText would make them part of the paragraph.
func interrupts(before, l line) bool {
	if _, ok := listMarker(l.text); ok {
		return strings.HasSuffix(before.text, ":")
	}
	if m, ok := explicitMarkup(l); ok {
		return m.name != ""
	}
	if trimmed := l.trimmed(); trimmed.text != l.text {
		_, ok := listMarker(trimmed.text)
		return ok && before.text[0] != ' '
	}
	return strings.HasPrefix(l.text, "| ") || startsMessage(l.text)
}

// maxTerm is the maximum number of bytes of a term. Longer lines are paragraphs whose other
// lines happen to be indented.
const maxTerm = 60

// isTerm reports whether the next line is indented, so that text is a term or, if it ends
// with a colon, introduces a block.
func isTerm(text, next string) bool {
	return next != "" && next[0] == ' ' && (len(text) <= maxTerm || strings.HasSuffix(text, ":"))
}

// definitions takes terms, each with an indented definition directly below. A line that ends
// with a colon is a paragraph, not a term.
func (p *blockParser) definitions() {
	var d DefinitionList
	for first := true; ; first = false {
		text := p.peek(0)
		if !first && (text == "" || text[0] == ' ' || !isTerm(text, p.peek(1)) || !isPlain(text)) {
			break
		}
		if strings.HasSuffix(text, ":") && !strings.HasSuffix(text, "::") {
			if first {
				p.pos++
				p.addParagraph(text, p.lines[p.pos-1:p.pos])
				p.out = append(p.out, p.nested(p.takeIndented())...)
				return
			}
			break
		}
		term := p.inlines(p.lines[p.pos])
		p.pos++
		d.Items = append(d.Items, Definition{term, p.nested(p.takeIndented())})
		for p.pos < len(p.lines) && p.peek(0) == "" {
			p.pos++
		}
	}
	p.add(d)
}

// isPlain reports whether a line with this text starts no block other than a
// paragraph.
func isPlain(text string) bool {
	l := line{text: text}
	_, explicit := explicitMarkup(l)
	_, item := listMarker(text)
	_, _, field := fieldMarker(l)
	return !explicit && !item && !field && !startsMessage(text) &&
		!isGridBorder(text) && !isSimpleBorder(text) && text[0] != '|'
}

// lineBlock takes lines that start with "| ", which keep their line breaks. Indented lines
// continue the line above.
func (p *blockParser) lineBlock(l line) bool {
	if !isBarred(l.text) {
		return false
	}
	var b LineBlock
	for p.pos < len(p.lines) && isBarred(p.peek(0)) {
		first := p.lines[p.pos].from(2)
		lines := []line{first.trimmed()}
		for p.pos++; strings.HasPrefix(p.peek(0), " "); p.pos++ {
			lines = append(lines, p.lines[p.pos])
		}
		b.Lines = append(b.Lines, BlockLine{first.indent(), p.inlines(lines...)})
	}
	p.add(b)
	return true
}

func isBarred(text string) bool { return text == "|" || strings.HasPrefix(text, "| ") }
