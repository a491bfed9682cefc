package markup

import "strings"

// maxDepth limits nesting, and with it the time taken. What is nested deeper
// is literal.
const maxDepth = 24

// Parse reads the text of a documentation section. Indentation common to all
// lines, or to all but the first, has no meaning.
func Parse(text string) []Block {
	return parseBlocks(alignFirst(joinBlank(splitLines(text))), 0)
}

// A blockParser goes through lines of one level of nesting.
type blockParser struct {
	lines []string
	pos   int
	depth int
	out   []Block

	openTable bool // a simple table has been met that is not closed
}

func parseBlocks(lines []string, depth int) []Block {
	if depth > maxDepth {
		if text := literal(lines); text != "" {
			return []Block{Literal{Text: text}}
		}
		return nil
	}
	p := &blockParser{lines: lines, depth: depth}
	for p.pos < len(p.lines) {
		p.block()
	}
	return p.out
}

// nested parses lines that are one level deeper.
func (p *blockParser) nested(lines []string) []Block {
	return parseBlocks(lines, p.depth+1)
}

func (p *blockParser) add(b Block) { p.out = append(p.out, b) }

// peek returns the line n lines below the current one, or "" behind the end.
func (p *blockParser) peek(n int) string {
	if p.pos+n < len(p.lines) {
		return p.lines[p.pos+n]
	}
	return ""
}

// block parses one block, or skips a blank line.
func (p *blockParser) block() {
	line := p.lines[p.pos]
	switch {
	case line == "":
		p.pos++
	case line[0] == ' ':
		p.quote()
	case p.explicit(line), p.heading(line), p.list(line), p.fields(line), p.table(line), p.lineBlock(line):
	case startsMessage(line):
		p.add(Example{Blocks: []Block{p.dialog()}})
	default:
		p.paragraph()
	}
}

// quote takes an indented block. If it is a list, indentation says nothing.
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
func (p *blockParser) takeIndented() []string {
	n := indented(p.lines[p.pos:])
	lines := trimBlank(p.lines[p.pos : p.pos+n])
	p.pos += n
	return dedent(lines, minIndent(lines))
}

// literalBelow takes an indented block that follows "::", or returns false.
func (p *blockParser) literalBelow() bool {
	if indented(p.lines[p.pos:]) == 0 {
		return false
	}
	p.add(Literal{Text: strings.Join(p.takeIndented(), "\n")})
	return true
}

// paragraph takes lines up to a blank one or the start of another block.
func (p *blockParser) paragraph() {
	start := p.pos
	if p.lines[start] == "::" {
		p.pos++
		if !p.literalBelow() {
			p.addParagraph("::")
		}
		return
	}
	if isTerm(p.lines[start], p.peek(1)) {
		p.definitions()
		return
	}
	for p.pos++; p.pos < len(p.lines); p.pos++ {
		if line := p.lines[p.pos]; line == "" || interrupts(p.lines[p.pos-1], line) {
			break
		}
	}
	text := joinTrimmed(p.lines[start:p.pos])
	head, ok := strings.CutSuffix(text, "::")
	if !ok || p.peek(0) != "" || indented(p.lines[p.pos:]) == 0 {
		p.addParagraph(text)
		return
	}
	if head != "" && !strings.HasSuffix(head, " ") && !strings.HasSuffix(head, "\n") {
		head += ":"
	}
	p.addParagraph(head)
	p.literalBelow()
}

func (p *blockParser) addParagraph(text string) {
	if text = strings.TrimSpace(text); text != "" {
		p.add(Paragraph{parseInlines(text)})
	}
}

// interrupts tells whether the line ends the paragraph that the line before it
// belongs to. Lists and messages right below a paragraph are markup of QEMU up
// to 5.1; reStructuredText would make them part of the paragraph.
func interrupts(before, line string) bool {
	if _, ok := listMarker(line); ok {
		return strings.HasSuffix(before, ":")
	}
	if m, ok := explicitMarkup(line); ok {
		return m.name != ""
	}
	if trimmed := strings.TrimLeft(line, " "); trimmed != line {
		_, ok := listMarker(trimmed)
		return ok && before[0] != ' '
	}
	return strings.HasPrefix(line, "| ") || startsMessage(line)
}

// maxTerm is the number of bytes that a term to be defined may have. Lines that
// are longer are text whose other lines happen to be indented.
const maxTerm = 60

// isTerm tells whether the line is followed by what it introduces: its
// definition, or, if it ends with a colon, anything.
func isTerm(line, next string) bool {
	return next != "" && next[0] == ' ' && (len(line) <= maxTerm || strings.HasSuffix(line, ":"))
}

// definitions takes terms, each with its indented definition right below. A
// line that ends with a colon is a paragraph rather than a term.
func (p *blockParser) definitions() {
	var d DefinitionList
	for first := true; ; first = false {
		line := p.peek(0)
		if !first && (line == "" || line[0] == ' ' || !isTerm(line, p.peek(1)) || !isPlain(line)) {
			break
		}
		if strings.HasSuffix(line, ":") && !strings.HasSuffix(line, "::") {
			if first {
				p.pos++
				p.addParagraph(line)
				p.out = append(p.out, p.nested(p.takeIndented())...)
				return
			}
			break
		}
		term := parseInlines(line)
		p.pos++
		d.Items = append(d.Items, Definition{term, p.nested(p.takeIndented())})
		for p.pos < len(p.lines) && p.lines[p.pos] == "" {
			p.pos++
		}
	}
	p.add(d)
}

// isPlain tells whether the line starts no block other than a paragraph.
func isPlain(line string) bool {
	_, explicit := explicitMarkup(line)
	_, item := listMarker(line)
	_, _, field := fieldMarker(line)
	return !explicit && !item && !field && !startsMessage(line) && !isTableBorder(line) && line[0] != '|'
}

// heading takes "= Title" (QEMU up to 10.0), or a title that is underlined and
// perhaps overlined with punctuation.
func (p *blockParser) heading(line string) bool {
	if marks := len(line) - len(strings.TrimLeft(line, "=")); marks > 0 && strings.HasPrefix(line[marks:], " ") && !isTableBorder(line) {
		p.pos++
		p.add(Heading{marks, parseInlines(line[marks+1:])})
		return true
	}
	if r := ruler(line); r != 0 {
		title := strings.TrimSpace(p.peek(1))
		if title != "" && p.peek(2) == line && ruler(title) == 0 {
			p.pos += 3
			p.add(Heading{headingLevel(r), parseInlines(title)})
			return true
		}
		if p.peek(1) == "" && len(line) >= 4 {
			p.pos++
			p.add(Literal{Text: line}) // a transition
			return true
		}
		return false
	}
	below := p.peek(1)
	if r := ruler(below); r != 0 && (len(below) >= 4 || len(below) >= len(line)) {
		p.pos += 2
		p.add(Heading{headingLevel(r), parseInlines(line)})
		return true
	}
	return false
}

// ruler returns the character that the line consists of if it can underline a
// title, or 0.
func ruler(line string) byte {
	if len(line) < 2 || !strings.Contains("=-_^\"~*#+.`':", line[:1]) || line == "::" || line == "..." || line == ".." {
		return 0
	}
	if strings.Trim(line, line[:1]) != "" {
		return 0
	}
	return line[0]
}

// headingLevel gives the level of a heading by its underline, as QEMU uses
// them. (In general it depends on the order in a document.)
func headingLevel(r byte) int {
	switch r {
	case '*', '#':
		return 1
	case '=':
		return 2
	case '_', '-':
		return 3
	case '^', '~':
		return 4
	default:
		return 5
	}
}

// table takes a grid or simple table, which stays verbatim.
func (p *blockParser) table(line string) bool {
	if !isTableBorder(line) {
		return false
	}
	start, end := p.pos, 0
	if line[0] == '=' && !p.openTable {
		end = closingBorder(p.lines, start+1)
		p.openTable = end == 0
	}
	for end = max(end, start+1); end < len(p.lines) && p.lines[end] != ""; {
		end++
	}
	p.pos = end
	p.add(Literal{Text: literal(p.lines[start:end])})
	return true
}

// closingBorder returns the place below the last border of a simple table,
// which may have blank lines inside, or 0 if it is not closed.
func closingBorder(lines []string, i int) int {
	for ; i < len(lines); i++ {
		if isTableBorder(lines[i]) && (i+1 == len(lines) || lines[i+1] == "") {
			return i + 1
		}
	}
	return 0
}

// isTableBorder recognises "===  ===" and "+---+---+".
func isTableBorder(line string) bool {
	if strings.HasPrefix(line, "+-") {
		return strings.Trim(line, "+-=") == "" && strings.HasSuffix(line, "+")
	}
	return strings.HasPrefix(line, "==") && strings.Contains(line, " =") && strings.Trim(line, "= ") == ""
}

// lineBlock takes lines that start with "| ", which keep their line ends.
func (p *blockParser) lineBlock(line string) bool {
	if line != "|" && !strings.HasPrefix(line, "| ") {
		return false
	}
	var lines []string
	for ; p.pos < len(p.lines); p.pos++ {
		rest, ok := strings.CutPrefix(p.lines[p.pos], "|")
		if !ok || rest != "" && rest[0] != ' ' {
			break
		}
		lines = append(lines, strings.TrimPrefix(rest, " "))
	}
	p.add(Literal{Text: literal(lines)})
	return true
}
