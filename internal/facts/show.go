package facts

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/ir"
)

// Show writes definitions of a schema for humans: each with its place, the first sentence
// of its documentation and its members, then the types that they refer to, directly and
// through others, each once. Implicit types are shown where they are used.
func Show(w io.Writer, s *ir.Schema, defs []ir.Def) error {
	p := &shower{w: bufio.NewWriter(w), schema: s}
	for i, d := range withTypes(s, defs) {
		if i > 0 {
			p.w.WriteString("\n")
		}
		p.definition(d)
	}
	return p.w.Flush()
}

// withTypes returns definitions followed by the types that they refer to, each once.
func withTypes(s *ir.Schema, defs []ir.Def) []ir.Def {
	seen := make(map[ir.Def]bool)
	for _, d := range defs {
		seen[d] = true
		for ref := range ir.References(d) {
			if ref.Role == ir.RoleArgument && ref.Type.Head().Implicit {
				seen[ref.Type] = true // it is shown with d
			}
		}
	}
	all := slices.Clone(defs)
	for _, d := range defs {
		for t := range ir.Reachable(d, nil) {
			if isShown(s, t) && !seen[t] {
				seen[t] = true
				all = append(all, t)
			}
		}
	}
	return all
}

// isShown reports whether a type is a definition of its own: not built in, no list, and not
// implicit, as all types of an introspection are.
func isShown(s *ir.Schema, t ir.Type) bool {
	switch t.(type) {
	case *ir.Builtin, *ir.Array:
		return false
	}
	return len(s.Modules) == 0 || !t.Head().Implicit
}

type shower struct {
	w      *bufio.Writer
	schema *ir.Schema
}

// A row is a line of a definition: a part, and its documentation.
type row struct{ left, text string }

func (p *shower) definition(d ir.Def) {
	h := d.Head()
	fmt.Fprintf(p.w, "%s %s\n", d.Kind(), h.Name)
	var about []string
	if h.Module != nil {
		about = append(about, place(p.schema, h))
	}
	if since := strings.TrimSpace(h.Doc.Since()); since != "" {
		about = append(about, "since "+diag.Visible(since))
	}
	about = append(about, p.marks(h.If, h.Features, h.In)...)
	if len(about) > 0 {
		fmt.Fprintf(p.w, "  %s\n", strings.Join(about, ", "))
	}
	if text := firstSentence(h.Doc.Body()); text != "" {
		p.wrapped("  ", "", text)
	}
	switch d := d.(type) {
	case *ir.Command:
		p.command(d)
	case *ir.Event:
		p.group("data", "data of ", d.Arg)
	case *ir.Struct:
		if d.Base != nil {
			p.group("", "members of ", d.Base)
		}
		p.rows(p.members(d.Members))
	case *ir.Union:
		p.union(d)
	case *ir.Enum:
		var list []row
		for _, v := range d.Values {
			list = append(list, row{strings.Join(append([]string{v.Name}, p.marks(v.If, v.Features, v.In)...), ", "), docText(v.Doc)})
		}
		p.rows(list)
	case *ir.Alternate:
		var list []row
		for _, b := range d.Branches {
			list = append(list, row{strings.Join(append([]string{"or " + typeOf(b.Type)}, p.marks(b.If, nil, b.In)...), ", "), docText(b.Doc)})
		}
		p.rows(list)
	}
}

func (p *shower) command(c *ir.Command) {
	p.group("arguments", "arguments of ", c.Arg)
	if c.Returns != nil {
		fmt.Fprintf(p.w, "  returns %s\n", typeOf(c.Returns))
	}
	var flags []string
	for _, f := range []struct {
		on   bool
		text string
	}{
		{c.AllowOOB, "allowed out of band"}, {c.AllowPreconfig, "allowed in preconfig state"},
		{!c.SuccessResponse, "no reply on success"}, {!c.Gen, "accepts other members"},
	} {
		if f.on {
			flags = append(flags, f.text)
		}
	}
	if len(flags) > 0 {
		fmt.Fprintf(p.w, "  %s\n", strings.Join(flags, ", "))
	}
}

// group writes the members of an implicit type below a title, and the name of another type
// after of. The title may be empty.
func (p *shower) group(title, of string, t ir.Type) {
	s, ok := t.(*ir.Struct)
	switch {
	case t == nil, ok && s == nil:
	case ok && s.Implicit:
		if title != "" && len(s.AllMembers()) > 0 {
			fmt.Fprintf(p.w, "  %s:\n", title)
		}
		p.rows(p.members(s.AllMembers()))
	default:
		fmt.Fprintf(p.w, "  %s%s\n", of, typeOf(t))
	}
}

func (p *shower) union(u *ir.Union) {
	p.group("", "members of ", u.Base)
	var list []row
	var empty []string
	for _, b := range u.Branches {
		when := strings.Join(append([]string{"with " + u.Discriminator.Name + " " + b.Name}, p.marks(b.If, nil, b.In)...), ", ")
		s, isStruct := b.Type.(*ir.Struct)
		switch {
		case b.Type == nil:
			empty = append(empty, b.Name)
		case isStruct && s.Implicit:
			var parts []string
			for _, m := range s.AllMembers() {
				parts = append(parts, p.memberText(m))
			}
			list = append(list, row{when + ": " + strings.Join(parts, "; "), docText(b.Doc)})
		default:
			list = append(list, row{when + ": " + typeOf(b.Type), docText(b.Doc)})
		}
	}
	p.rows(list)
	if len(empty) > 0 {
		p.wrapped("  ", "", "no further members with "+u.Discriminator.Name+" "+strings.Join(empty, ", "))
	}
}

func (p *shower) members(list []*ir.Member) []row {
	rows := make([]row, len(list))
	for i, m := range list {
		rows[i] = row{p.memberText(m), docText(m.Doc)}
	}
	return rows
}

// memberText returns "name: type, optional" with its condition and features.
func (p *shower) memberText(m *ir.Member) string {
	text := m.Name + ": " + typeOf(m.Type)
	if m.Optional {
		text += ", optional"
	}
	return strings.Join(append([]string{text}, p.marks(m.If, m.Features, m.In)...), ", ")
}

// marks returns the features, the condition and the releases of something.
func (p *shower) marks(cond ir.Cond, features []ir.Feature, in ir.Presence) []string {
	var list []string
	for _, f := range features {
		list = append(list, f.Name)
	}
	if cond != nil {
		list = append(list, "if "+ir.CondString(cond))
	}
	if span := p.schema.ReleaseSpan(in); span != "" {
		list = append(list, "releases: "+span)
	}
	return list
}

// typeOf returns the name of a type, that of a list in brackets as schemas have it.
func typeOf(t ir.Type) string {
	if a, ok := t.(*ir.Array); ok {
		return "[" + typeOf(a.Elem) + "]"
	}
	return t.Head().Name
}

// Widths in characters.
const (
	showWidth  = 100
	leftMost   = 44 // of the left column
	showIndent = "    "
)

// rows writes rows in two columns.
func (p *shower) rows(list []row) {
	width := 0
	for _, r := range list {
		if n := len([]rune(r.left)); n <= leftMost && r.text != "" {
			width = max(width, n)
		}
	}
	for _, r := range list {
		switch n := len([]rune(r.left)); {
		case r.text == "":
			fmt.Fprintf(p.w, "%s%s\n", showIndent, r.left)
		case n > width:
			fmt.Fprintf(p.w, "%s%s\n", showIndent, r.left)
			p.wrapped(showIndent+strings.Repeat(" ", width+2), "", r.text)
		default:
			p.wrapped(showIndent+strings.Repeat(" ", width+2), showIndent+r.left+strings.Repeat(" ", width+2-n), r.text)
		}
	}
}

// wrapped writes text in lines that start with indent, the first with first if that is not empty.
func (p *shower) wrapped(indent, first, text string) {
	line := indent
	if first != "" {
		line = first
	}
	room := showWidth
	n := len([]rune(line))
	start := true
	for word := range strings.FieldsSeq(text) {
		w := len([]rune(word))
		if !start && n+1+w > room {
			p.w.WriteString(strings.TrimRight(line, " ") + "\n")
			line, n, start = indent, len([]rune(indent)), true
		}
		if !start {
			line, n = line+" ", n+1
		}
		line, n, start = line+diag.Visible(word), n+w, false
	}
	p.w.WriteString(line + "\n")
}

// docText returns the first sentence of a section, or "" if it is nil.
func docText(s *ir.Section) string {
	if s == nil {
		return ""
	}
	return firstSentence(s.Text)
}

// firstSentence returns the first sentence of a text without markup, or "".
func firstSentence(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n\n")
	text = strings.Join(strings.Fields(text), " ")
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '.' && text[i+1] == ' ' && !strings.HasSuffix(text[:i], "e.g") && !strings.HasSuffix(text[:i], "i.e") {
			text = text[:i]
			break
		}
	}
	text = strings.TrimRight(strings.NewReplacer("@", "", "``", "").Replace(text), ".:")
	return text
}
