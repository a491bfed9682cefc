package golang

import (
	goComment "go/doc/comment"
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is the maximum number of columns of text in a line of a comment.
const width = 76

// A comment is a Go doc comment that is built block by block.
type comment struct {
	lines []string
	open  bool // the last block is a list, which indented text would continue
}

func (c *comment) empty() bool { return len(c.lines) == 0 }

// block adds a block, separated from the one before by a blank line.
func (c *comment) block(lines ...string) {
	if len(lines) == 0 {
		return
	}
	if len(c.lines) > 0 {
		c.lines = append(c.lines, "")
	}
	c.lines = append(c.lines, lines...)
	c.open = false
}

// para adds a paragraph.
func (c *comment) para(text string) {
	lines := wrap(text, width)
	if len(lines) == 1 && len(c.lines) > 0 && isHeading(lines[0]) {
		lines[0] += "."
	}
	c.block(lines...)
}

// isHeading reports whether go/doc could parse a line as an old-style heading.
func isHeading(line string) bool {
	r, _ := utf8.DecodeLastRuneInString(line)
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !strings.ContainsAny(line, ";:!?+*/=[]{}")
}

// heading adds a heading. Go doc comments have one level of headings.
func (c *comment) heading(text string) {
	if text = strings.Join(strings.Fields(text), " "); text != "" {
		c.block("# " + text)
	}
}

// code adds preformatted text.
func (c *comment) code(text string) {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, line := range lines {
		if line = strings.TrimRightFunc(line, unicode.IsSpace); line != "" {
			line = "\t" + line
		}
		lines[i] = line
	}
	if c.open {
		c.para("That is:") // directly after a list, the code would belong to its last item
	}
	c.block(lines...)
}

// source returns the comment as Go source, formatted as gofmt does.
func (c *comment) source() string {
	source := c.String()
	if settled(source) {
		return source
	}
	return tidy(source)
}

// tidy formats the source of a comment as gofmt does.
func tidy(source string) string {
	var text strings.Builder
	for line := range strings.Lines(source) {
		text.WriteString(strings.TrimPrefix(strings.TrimPrefix(line, "//"), " "))
	}
	doc := new(goComment.Parser).Parse(text.String())
	if len(doc.Content) == 0 {
		return source
	}
	var out strings.Builder
	for line := range strings.Lines(string(new(goComment.Printer).Comment(doc))) {
		out.WriteString("//")
		if line[0] != '\t' && line[0] != '\n' {
			out.WriteByte(' ')
		}
		out.WriteString(line)
	}
	return strings.TrimSuffix(out.String(), "\n")
}

// settled reports whether gofmt certainly leaves the source of a comment unchanged. It
// reformats lists, links and headings, and replaces some quotation marks.
func settled(source string) bool {
	if strings.HasSuffix(source, "\n//") {
		return false
	}
	indented := 0 // lines of the current code block; -1 after a line that is indented further
	blank := true
	lines := strings.Split(source+"\n// end", "\n")
	for i, line := range lines {
		line = strings.TrimPrefix(line, "//")
		if line == "" {
			if blank {
				return false
			}
			blank = true
			continue
		}
		before := blank
		blank = false
		if code, ok := strings.CutPrefix(line, "\t"); ok {
			if isItem(code) || strings.TrimSpace(code) == "" || indented == 0 && !before {
				return false
			}
			if code[0] != ' ' && code[0] != '\t' {
				indented = -1
			} else if indented >= 0 {
				indented++
			}
			continue
		}
		text := line[1:]
		if text == "" || indented > 0 || indented < 0 && !before && text != "end" || strings.ContainsAny(text[:1], " \t#[") || isItem(text) {
			return false
		}
		indented = 0
		if strings.Contains(text, "``") || strings.Contains(text, "''") || strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf || r < ' ' }) {
			return false
		}
		// go/doc parses a line between blank lines as a heading, except the first and the last.
		if i > 0 && i+3 < len(lines) && before && lines[i+1] == "//" && isHeading(text) {
			return false
		}
	}
	return true
}

// isItem reports whether go/doc could parse a line as a list item.
func isItem(line string) bool {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	rest := strings.TrimLeft(line, "0123456789")
	if rest == line {
		r, _ := utf8.DecodeRuneInString(line)
		return strings.ContainsRune("-*+•", r) && !strings.HasPrefix(line, "->")
	}
	return strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, ")")
}

// An item is an item of a list. If it has no label, it gets a bullet.
type item struct {
	label string
	paras []string
}

// list adds a list. If an item has several paragraphs, blank lines separate all items.
func (c *comment) list(items []item) {
	var lines []string
	loose := false
	for _, it := range items {
		loose = loose || len(it.paras) > 1
	}
	for _, it := range items {
		if loose && len(lines) > 0 {
			lines = append(lines, "")
		}
		lead := "  - "
		if it.label != "" {
			lead = " " + it.label + ". "
		}
		for i, text := range it.paras {
			if i > 0 {
				lines = append(lines, "")
			}
			for j, line := range wrap(text, width-4) {
				if i > 0 || j > 0 {
					lead = "    "
				}
				lines = append(lines, lead+line)
			}
		}
	}
	c.block(lines...)
	c.open = true
}

// add appends another comment.
func (c *comment) add(other *comment) {
	c.block(other.lines...)
	c.open = other.open
}

// String returns the comment as Go source: lines that start with "//", without a final
// newline. This is the only place where text of a schema becomes a comment: whatever the
// text, the compiler sees line comments, and no tool sees a directive.
func (c *comment) String() string {
	var b strings.Builder
	for i, line := range c.lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString("//")
		if line = printable(line); line == "" {
			continue
		}
		if line[0] != '\t' {
			b.WriteByte(' ')
		}
		// "// +build" is a directive despite the space.
		if text := strings.TrimLeft(line, " \t"); strings.HasPrefix(text, "+build") {
			line = line[:len(line)-len(text)] + "'+'" + text[1:]
		}
		b.WriteString(line)
	}
	return b.String()
}

// printable replaces what a line of Go source must not contain with spaces: line ends and
// other control characters, byte order marks and invalid UTF-8. It trims trailing space.
func printable(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r == utf8.RuneError || r == '\uFEFF' || unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
			return ' '
		}
		return r
	}, line)
	return strings.TrimRight(line, " \t")
}

// wrap breaks text at spaces into lines of at most the given number of columns.
func wrap(text string, columns int) []string {
	var words strings.Builder // separated by single spaces
	words.Grow(len(text))
	var ends []int // of the lines
	used := 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case words.Len() == 0:
			used = n
		case used+1+n <= columns:
			words.WriteByte(' ')
			used += 1 + n
		default:
			ends = append(ends, words.Len())
			words.WriteByte(' ')
			used = n
		}
		words.WriteString(word)
	}
	if words.Len() == 0 {
		return nil
	}
	lines := make([]string, 0, len(ends)+1)
	start := 0
	for _, end := range ends {
		lines = append(lines, words.String()[start:end])
		start = end + len(" ")
	}
	return append(lines, words.String()[start:])
}
