package markdown

import (
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// body adds the members, values or forms of a definition.
func (p *page) body(s *sections, d *model.Definition) {
	limits := typeLimits
	if !d.IsType() {
		limits = wireLimits
	}
	body := p.Expand(d, limits)
	v := valueWriter{p, d}
	switch d.Kind {
	case model.Command:
		s.add(v.section("Arguments", body.Data)...)
		if c := d.Command(); c != nil && !c.Gen && c.Arg != nil {
			s.add("It accepts more arguments than the schema describes.")
		}
		v.returns(s, body.Returns)
	case model.Event:
		s.add(v.section("Data", body.Data)...)
	default:
		title := map[model.Kind]string{model.Enum: "Values", model.Alternate: "Forms"}[d.Kind]
		if title == "" {
			title = "Members"
		}
		s.add(v.section(title, body.Data)...)
	}
}

// A valueWriter writes the values of one definition.
type valueWriter struct {
	*page
	d *model.Definition
}

// section returns the section of arguments, data or members.
func (v valueWriter) section(title string, value *model.Value) []string {
	if value == nil || isBare(value) {
		return []string{"**" + title + ":** none"}
	}
	head := "**" + title + ":**"
	if value.Def != nil && value.Def != v.d {
		head += " those of " + v.link(value.Def)
	}
	return append([]string{head, ""}, v.parts(value)...)
}

// returns adds what a command returns.
func (v valueWriter) returns(s *sections, value *model.Value) {
	head := "**Returns:** nothing (an empty object)"
	if value != nil {
		head = "**Returns:** " + v.typeText(value)
	}
	if c := v.d.Command(); !c.SuccessResponse {
		head = "**Returns:** no reply on success"
	}
	text := v.d.ReturnsText
	s.add(v.described(head, text)...)
	if value != nil && v.hasParts(value) {
		if endsInList(text) {
			s.add(listBreak)
		}
		s.add(v.parts(value)...)
	}
}

// hasParts reports whether a value has parts to show besides its type.
func (v valueWriter) hasParts(value *model.Value) bool {
	return !value.Cut && !isBare(value) && (value.Object != nil || value.Values != nil || value.Forms != nil)
}

// isBare reports whether a value is an object without members.
func isBare(v *model.Value) bool {
	return v.Object != nil && len(v.Object.Rows) == 0 && len(v.Object.Branches) == 0
}

// parts lists the members, values or forms of a value.
func (v valueWriter) parts(value *model.Value) []string {
	var list []string
	switch {
	case value.Values != nil:
		return v.values(value)
	case value.Forms != nil:
		for _, f := range value.Forms {
			list = append(list, v.row(f)...)
		}
	case value.Object != nil:
		for _, r := range value.Object.Rows {
			list = append(list, v.row(r)...)
		}
		for _, c := range value.Object.Branches {
			list = append(list, v.branch(value.Object.Tag, c)...)
		}
	}
	return list
}

// values lists the values of an enum: on one line if none has documentation or conditions.
func (v valueWriter) values(value *model.Value) []string {
	own := value.Def == v.d
	if !own && plain(value.Values) {
		var names []string
		for _, m := range value.Values {
			names = append(names, code(m.Name))
		}
		return []string{"One of " + strings.Join(names, ", ")}
	}
	var list []string
	for _, m := range value.Values {
		lead := code(m.Name)
		if own {
			lead = mark(memberAnchor(v.d, m.Anchor())) + lead
		}
		if facts := v.facts(m); len(facts) > 0 {
			lead += " (" + strings.Join(facts, ", ") + ")"
		}
		list = append(list, item("-", v.described(lead, m.Text))...)
	}
	return list
}

// plain reports whether values have nothing but names.
func plain(values []*model.Member) bool {
	for _, m := range values {
		if !m.Text.Empty() || m.Since != "" || m.If != nil || len(m.Features) > 0 || m.Lifetime != (model.Lifetime{}) {
			return false
		}
	}
	return true
}

// row returns an item for a member, with nested members. Members of the first level have anchors.
func (v valueWriter) row(r *model.Row) []string {
	lead := code(r.Name)
	if r.Value.Depth == 2 { // the definition itself has 1
		lead = mark(memberAnchor(v.d, r.ID)) + lead
	}
	facts := []string{v.typeText(r.Value)}
	if r.Optional {
		facts = append(facts, "optional")
	}
	facts = append(facts, v.facts(r.Member)...)
	lines := v.described(lead+" ("+strings.Join(facts, ", ")+")", r.Text)
	return item("-", v.withParts(lines, r.Text, r.Value))
}

// withParts appends the parts of a value to lines that end with text. A list needs no blank line
// before it.
func (v valueWriter) withParts(lines []string, text model.Prose, value *model.Value) []string {
	if !v.hasParts(value) {
		return lines
	}
	parts := v.parts(value)
	switch {
	case endsInList(text):
		lines = append(lines, "", listBreak, "")
	case !strings.HasPrefix(parts[0], "- "):
		lines = append(lines, "")
	}
	return append(lines, parts...)
}

// branch returns an item for values of the discriminator, with the members of their branch.
func (v valueWriter) branch(tag string, c *model.Case) []string {
	var names []string
	for i, b := range c.Branches {
		name := code(b.Name)
		if c.Value == nil || c.Value.Depth == 2 {
			name = mark(memberAnchor(v.d, c.IDs[i])) + name
		}
		if facts := v.facts(b); len(facts) > 0 {
			name += " (" + strings.Join(facts, ", ") + ")"
		}
		names = append(names, name)
	}
	lead := "If " + code(tag) + " is " + model.List(names, "or")
	switch {
	case c.Value == nil || isBare(c.Value):
		lead += ": no further members"
	case c.Value.Def != nil:
		lead += ": the members of " + v.link(c.Value.Def)
	}
	text := c.Branches[0].Text
	lines := []string{lead}
	if !text.Empty() {
		lines = append(append(lines, ""), v.prose(text)...)
	}
	if c.Value != nil {
		lines = v.withParts(lines, text, c.Value)
	}
	return item("-", lines)
}

// facts returns the facts about a member besides its type.
func (v valueWriter) facts(m *model.Member) []string {
	var out []string
	if m.Since != "" {
		out = append(out, "since "+escape(m.Since))
	}
	lifetime, deprecated := m.Standing()
	for _, w := range lifetime.Words() {
		out = append(out, escape(w))
	}
	for _, f := range m.Features {
		fact := "**" + escape(f.Name) + "**"
		if f.Name == "deprecated" && deprecated != "" {
			fact += " in " + escape(deprecated)
		}
		if f.Name != "deprecated" && f.Name != "unstable" {
			fact = "feature " + code(f.Name)
		}
		if f.If != nil {
			fact += " if " + code(ir.CondString(f.If))
		}
		out = append(out, fact)
	}
	if m.If != nil {
		out = append(out, "only if "+code(ir.CondString(m.If)))
	}
	return out
}

// typeText returns the type of a value, with a link to its definition.
func (v valueWriter) typeText(value *model.Value) string {
	text := strings.Repeat("array of ", value.Arrays)
	switch t := value.Elem.(type) {
	case *ir.Builtin:
		return text + builtinText(t)
	case *ir.Enum, *ir.Struct, *ir.Union, *ir.Alternate:
		if value.Def != nil {
			return text + v.link(value.Def)
		}
	}
	if _, ok := value.Elem.(*ir.Enum); ok {
		return text + "string"
	}
	return text + "object"
}

// builtinText returns the JSON type of a built-in type.
func builtinText(t *ir.Builtin) string {
	switch t.JSON {
	case ir.JSONInt:
		if t.Name != "int" {
			return "integer, " + code(t.Name)
		}
		return "integer"
	case ir.JSONValue:
		return "any value"
	}
	return string(t.JSON)
}
