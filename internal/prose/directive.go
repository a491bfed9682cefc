package prose

import (
	"slices"
	"strings"
)

// An explicit is the first line of explicit markup: ".. name:: argument", or ".. text" without
// a name (a comment, target or the like).
type explicit struct {
	name     string
	argument line
}

// explicitMarkup parses a line that starts with "..".
func explicitMarkup(l line) (explicit, bool) {
	rest, ok := strings.CutPrefix(l.text, "..")
	if !ok || rest != "" && rest[0] != ' ' {
		return explicit{}, false
	}
	rest = strings.TrimLeft(rest, " ")
	name, argument, ok := strings.Cut(rest, "::")
	if !ok || name == "" || strings.ContainsAny(name, " `_|[") || argument != "" && argument[0] != ' ' {
		return explicit{}, true
	}
	return explicit{name, l.from(len(l.text) - len(argument)).trimmed()}, true
}

// A directive is a directive with its options and content.
type directive struct {
	explicit
	more    []line // of the argument
	options []option
	content []line // without common indentation
	source  []line // all of its lines
}

// An option is ":name: value" of a directive.
type option struct {
	name  string
	value []line
}

// text returns the value of the option.
func (o option) text() string { return strings.TrimSpace(joinTrimmed(o.value)) }

// Known directives, and options that only affect layout.
var (
	admonitions = []string{"attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip", "warning"}
	codeBlocks  = []string{"code", "code-block", "parsed-literal", "sourcecode"}

	codeLayout  = []string{"class", "dedent", "emphasize-lines", "force", "lineno-start", "linenos", "name", "number-lines"}
	tableLayout = []string{"align", "class", "name", "width", "widths"}
	otherLayout = []string{"class", "name"}
)

// explicit takes a directive. Unknown directives, and those with unknown options, stay verbatim.
func (p *blockParser) explicit(l line) bool {
	head, ok := explicitMarkup(l)
	if !ok {
		return false
	}
	n := 1 + indented(p.lines[p.pos+1:])
	d := directive{explicit: head, source: p.lines[p.pos : p.pos+n]}
	d.content = flush(d.source[1:])
	p.pos += n
	if !p.known(&d) {
		p.add(literal(d.source))
	}
	return true
}

// known adds the blocks of a known directive, or reports why it is not understood.
func (p *blockParser) known(d *directive) bool {
	switch {
	case d.name == "":
		word, _, _ := strings.Cut(strings.TrimLeft(d.source[0].text[2:], " "), " ")
		if name := strings.TrimRight(word, ":"); name != word && isDirective(name) {
			p.refuse(d, "a directive has two colons: \".. %s::\"", name)
		} else {
			p.refuse(d, "not a directive: comments, targets and footnotes are not understood")
		}
		return false
	case slices.Contains(admonitions, d.name):
		content := d.content
		if d.argument.text != "" {
			content = append([]line{d.argument}, content...)
			if d.apart() {
				content = append([]line{d.argument, {}}, d.content...)
			}
		}
		if len(content) == 0 {
			p.refuse(d, "\".. %s::\" has no content", d.name)
			return false
		}
		p.add(Admonition{Kind: d.name, Blocks: p.nested(content)})
	case d.name == "admonition":
		d.takeArgument()
		d.takeOptions()
		if d.argument.text == "" || len(d.content) == 0 {
			p.refuse(d, "\".. admonition::\" needs a title and content")
			return false
		}
		if !p.onlyOptions(d, otherLayout) {
			return false
		}
		p.add(Admonition{d.name, p.inlines(d.title()...), p.nested(d.content)})
	case d.name == "qmp-example":
		return p.example(d)
	case slices.Contains(codeBlocks, d.name):
		return p.code(d)
	case d.name == "table":
		return p.titledTable(d)
	default:
		p.refuse(d, "unknown directive \".. %s::\"", d.name)
		return false
	}
	return true
}

func isDirective(name string) bool {
	return slices.Contains(admonitions, name) || slices.Contains(codeBlocks, name) ||
		name == "admonition" || name == "qmp-example" || name == "table"
}

// refuse reports a problem with a directive.
func (p *blockParser) refuse(d *directive, format string, args ...any) {
	p.found.add(d.source[0], len(d.source[0].text), format, args...)
}

// onlyOptions reports whether a directive has only known options, each once as docutils demands.
// It adds a problem for the first other one.
func (p *blockParser) onlyOptions(d *directive, known []string) bool {
	for i, o := range d.options {
		if !slices.Contains(known, o.name) {
			p.found.add(o.value[0], 0, "\".. %s::\" has no option \":%s:\"", d.name, o.name)
			return false
		}
		if slices.ContainsFunc(d.options[:i], func(e option) bool { return e.name == o.name }) {
			p.found.add(o.value[0], 0, "the option \":%s:\" is given twice", o.name)
			return false
		}
	}
	return true
}

// apart reports whether a blank line follows the first line.
func (d *directive) apart() bool { return len(d.source) > 1 && d.source[1].text == "" }

// title returns the lines of the argument.
func (d *directive) title() []line { return append([]line{d.argument}, d.more...) }

// takeArgument moves lines that continue the argument from content to more.
func (d *directive) takeArgument() {
	if d.argument.text == "" || d.apart() {
		return
	}
	for len(d.content) > 0 && d.content[0].text != "" {
		if _, _, ok := fieldMarker(d.content[0]); ok {
			break
		}
		d.more = append(d.more, d.content[0])
		d.content = d.content[1:]
	}
	d.content = flush(d.content)
}

// takeOptions moves options from content to options. They must directly follow the first line.
func (d *directive) takeOptions() {
	if d.apart() {
		return
	}
	for len(d.content) > 0 {
		name, value, ok := fieldMarker(d.content[0])
		if !ok {
			break
		}
		o := option{name, []line{value}}
		d.content = d.content[1:]
		for len(d.content) > 0 && d.content[0].indent() > 0 {
			o.value = append(o.value, d.content[0])
			d.content = d.content[1:]
		}
		d.options = append(d.options, o)
	}
	d.content = flush(d.content)
}

// code parses ".. code-block:: language" and the like.
func (p *blockParser) code(d *directive) bool {
	d.takeOptions()
	if len(d.content) == 0 {
		p.refuse(d, "\".. %s::\" has no content", d.name)
		return false
	}
	if !p.onlyOptions(d, append([]string{"caption"}, codeLayout...)) {
		return false
	}
	for _, o := range d.options {
		if o.name == "caption" {
			p.addParagraph(o.text(), o.value)
		}
	}
	l := literal(d.content)
	l.Lang = d.argument.text
	p.add(l)
	return true
}

// example parses ".. qmp-example::".
func (p *blockParser) example(d *directive) bool {
	d.takeOptions()
	switch {
	case d.argument.text != "":
		p.refuse(d, "\".. qmp-example::\" takes no argument: its title is an option, \":title:\"")
		return false
	case len(d.content) == 0:
		p.refuse(d, "\".. qmp-example::\" has no content")
		return false
	case !p.onlyOptions(d, []string{"title", "annotated"}):
		return false
	}
	var e Example
	for _, o := range d.options {
		switch {
		case o.name == "title":
			e.Title = p.inlines(o.value...)
		case o.text() == "":
			e.Annotated = true
		default:
			p.found.add(o.value[0], len(o.value[0].text), "\":annotated:\" takes no value")
			return false
		}
	}
	if !e.Annotated {
		e.Blocks = []Block{Dialog{dialogLines(d.content)}}
		p.add(e)
		return true
	}
	// Literal blocks between the prose are messages.
	for _, b := range p.nested(d.content) {
		if l, ok := b.(Literal); ok {
			b = Dialog{dialogLines(l.lines)}
		}
		e.Blocks = append(e.Blocks, b)
	}
	p.add(e)
	return true
}

// titledTable parses ".. table:: Title".
func (p *blockParser) titledTable(d *directive) bool {
	d.takeArgument()
	d.takeOptions()
	if !p.onlyOptions(d, tableLayout) {
		return false
	}
	if len(d.content) == 0 || !isSimpleBorder(d.content[0].text) && !isGridBorder(d.content[0].text) {
		p.refuse(d, "\".. table::\" has no table")
		return false
	}
	blocks := p.nested(d.content)
	if t, ok := blocks[0].(Table); ok {
		t.Title = p.inlines(d.title()...)
		blocks[0] = t
	} else {
		p.addParagraph(strings.TrimSpace(joinTrimmed(d.title())), d.title())
	}
	p.out = append(p.out, blocks...)
	return true
}
