package markup

import "strings"

// An explicit is the first line of explicit markup: ".. name:: argument", or
// ".. text" without a name (a comment or target).
type explicit struct {
	name     string
	argument string
}

// explicitMarkup recognises a line that starts with "..".
func explicitMarkup(line string) (explicit, bool) {
	rest, ok := strings.CutPrefix(line, "..")
	if !ok || rest != "" && rest[0] != ' ' {
		return explicit{}, false
	}
	rest = strings.TrimLeft(rest, " ")
	name, argument, ok := strings.Cut(rest, "::")
	if !ok || name == "" || strings.ContainsAny(name, " `_|[") || argument != "" && argument[0] != ' ' {
		return explicit{}, true
	}
	return explicit{name, strings.TrimSpace(argument)}, true
}

// A directive is a directive with what belongs to it.
type directive struct {
	explicit
	options [][2]string // in order
	content []string    // without common indentation
	source  []string    // all of its lines
}

// explicit takes a directive. One that is not known, or that is used in a way
// that is not known, stays verbatim.
func (p *blockParser) explicit(line string) bool {
	head, ok := explicitMarkup(line)
	if !ok {
		return false
	}
	n := 1 + indented(p.lines[p.pos+1:])
	d := directive{explicit: head, source: p.lines[p.pos : p.pos+n]}
	d.content = trimBlank(d.source[1:])
	d.content = dedent(d.content, minIndent(d.content))
	p.pos += n

	blocks, ok := p.known(&d)
	if !ok {
		blocks = []Block{Literal{Text: literal(d.source)}}
	}
	p.out = append(p.out, blocks...)
	return true
}

// known parses the directives that QEMU's schemas use and their close kin.
func (p *blockParser) known(d *directive) ([]Block, bool) {
	switch d.name {
	case "note", "attention", "caution", "danger", "error", "hint", "important", "seealso", "tip", "warning":
		content := d.content
		if d.argument != "" {
			content = append([]string{d.argument}, content...)
			if len(d.source) > 1 && d.source[1] == "" {
				content = append([]string{d.argument, ""}, d.content...)
			}
		}
		return []Block{Admonition{Kind: d.name, Blocks: p.nested(content)}}, true
	case "admonition":
		d.takeArgument()
		d.takeOptions()
		if len(d.options) > 0 || d.argument == "" {
			return nil, false
		}
		return []Block{Admonition{d.name, parseInlines(d.argument), p.nested(d.content)}}, true
	case "qmp-example":
		return p.example(d)
	case "code-block", "code", "sourcecode", "parsed-literal":
		d.takeOptions()
		if len(d.options) > 0 || len(d.content) == 0 {
			return nil, false
		}
		return []Block{Literal{Text: literal(d.content), Lang: d.argument}}, true
	case "table":
		return p.titledTable(d)
	}
	return nil, false
}

// takeArgument moves the lines that continue the argument from the content.
func (d *directive) takeArgument() {
	if d.argument == "" || len(d.source) > 1 && d.source[1] == "" {
		return
	}
	for len(d.content) > 0 && d.content[0] != "" {
		if _, _, ok := fieldMarker(d.content[0]); ok {
			break
		}
		d.argument += " " + strings.TrimSpace(d.content[0])
		d.content = d.content[1:]
	}
	d.trimContent()
}

// takeOptions moves the options from the content. They must be right below the
// first line.
func (d *directive) takeOptions() {
	if len(d.source) > 1 && d.source[1] == "" {
		return
	}
	for len(d.content) > 0 {
		name, value, ok := fieldMarker(d.content[0])
		if !ok {
			break
		}
		d.content = d.content[1:]
		for len(d.content) > 0 && indentOf(d.content[0]) > 0 {
			value += " " + strings.TrimSpace(d.content[0])
			d.content = d.content[1:]
		}
		d.options = append(d.options, [2]string{name, strings.TrimSpace(value)})
	}
	d.trimContent()
}

func (d *directive) trimContent() {
	d.content = trimBlank(d.content)
	d.content = dedent(d.content, minIndent(d.content))
}

// example parses ".. qmp-example::".
func (p *blockParser) example(d *directive) ([]Block, bool) {
	d.takeOptions()
	if d.argument != "" {
		return nil, false
	}
	var e Example
	for _, o := range d.options {
		switch {
		case o[0] == "title":
			e.Title = parseInlines(o[1])
		case o[0] == "annotated" && o[1] == "":
			e.Annotated = true
		default:
			return nil, false
		}
	}
	if !e.Annotated {
		e.Blocks = []Block{Dialog{dialogLines(d.content)}}
		return []Block{e}, true
	}
	// Between the prose, literal blocks hold the messages.
	for _, b := range p.nested(d.content) {
		if l, ok := b.(Literal); ok {
			b = Dialog{dialogLines(strings.Split(l.Text, "\n"))}
		}
		e.Blocks = append(e.Blocks, b)
	}
	return []Block{e}, true
}

// titledTable parses ".. table:: Title". Its options are about layout only.
func (p *blockParser) titledTable(d *directive) ([]Block, bool) {
	d.takeArgument()
	d.takeOptions()
	for _, o := range d.options {
		if o[0] != "widths" && o[0] != "width" && o[0] != "align" {
			return nil, false
		}
	}
	if len(d.content) == 0 || !isTableBorder(d.content[0]) {
		return nil, false
	}
	blocks := p.nested(d.content)
	if d.argument != "" {
		blocks = append([]Block{Paragraph{parseInlines(d.argument)}}, blocks...)
	}
	return blocks, true
}
