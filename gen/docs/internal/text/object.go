package text

import (
	"slices"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// isEmpty reports whether a value is an object without members.
func isEmpty(v *model.Value) bool {
	return v.Object != nil && v.Arrays == 0 && len(v.Object.Rows) == 0 && len(v.Object.Branches) == 0
}

// hasBody reports whether a value has content besides its tag.
func hasBody(v *model.Value) bool {
	return v.Values != nil || v.Forms != nil || v.Object != nil && !isBare(v)
}

// isBare reports whether an object has no members, features or text.
func isBare(v *model.Value) bool {
	return len(v.Object.Rows) == 0 && len(v.Object.Branches) == 0 && (v.Def == nil || len(v.Def.Features) == 0 && len(passages(v.Def)) == 0)
}

// passages returns the texts about a type itself, without those about its members.
func passages(d *model.Definition) []model.Prose {
	list := slices.Concat(d.Blurb, d.Notes)
	for _, ex := range d.Examples {
		list = append(list, model.Prose{Pos: ex.Pos, In: d, Blocks: []prose.Block{prose.Example{Title: ex.Title, Blocks: ex.Blocks}}})
	}
	return list
}

// value writes the content of a value.
func (w entryWriter) value(indent string, v *model.Value) {
	switch {
	case v.Cut:
	case v.Values != nil:
		w.enum(indent, v.Values)
	case v.Object != nil:
		w.object(indent, v)
	default:
		for _, f := range v.Forms {
			w.text(f.Text).item(indent+"- "+wireName(f.Value.Type)+":", indent+step, f.Text.Blocks, w.formTag(f))
			w.value(indent+step, f.Value)
		}
	}
}

// object writes text about an object and its members. At the top of an entry, a blank line
// separates them.
func (w entryWriter) object(indent string, v *model.Value) {
	if v.Def != nil {
		for _, p := range passages(v.Def) {
			w.text(p).blocks(indent, p.Blocks)
			if indent == "" {
				w.gap()
			}
		}
	}
	for _, r := range v.Object.Rows {
		w.described(indent+`- "`+r.Name+`":`, indent+step, r.Member, w.tag(r.Value, r.Optional, marksOf(r.Member)))
		w.value(indent+step, r.Value)
	}
	for _, c := range v.Object.Branches {
		w.branch(indent, v.Object.Tag, c)
	}
	if v.Def != nil {
		for _, f := range v.Def.Features {
			w.feature(indent+"- Feature ", indent+step, f)
		}
	}
}

// described writes the text about a member or value, with a tag.
func (w entryWriter) described(lead, indent string, m *model.Member, tag []string) {
	w.text(m.Text).item(lead, indent, m.Text.Blocks, append(sinceOf(m), tag...))
}

// sinceOf returns "(since 2.9)" if that was cut from the text of a member.
func sinceOf(m *model.Member) []string {
	if m.Since == "" || !m.SinceCut {
		return nil
	}
	return []string{"(since", m.Since + ")"}
}

// branch writes the members of an object for some values of its discriminator.
func (w entryWriter) branch(indent, tag string, c *model.Case) {
	var names []string
	for _, b := range c.Branches {
		name := `"` + b.Name + `"`
		if words := b.Lifetime.Words(); words != nil {
			name += " " + tagOf(words)
		}
		names = append(names, name)
	}
	m, v := c.Branches[0], c.Value
	text := `- If "` + tag + `" is ` + model.List(names, "or")
	if cond := condition(m.If); cond != nil {
		text += " (" + cond[0] + ")"
	}
	text += ":"
	switch {
	case v != nil && v.Cut && v.At == w.body.Data:
		text += " members " + w.reference(v)
	case v != nil && v.Cut:
		text += " members of " + w.reference(v)
	case v == nil || isBare(v):
		text += " no further members"
	case v.Named:
		text += " (" + w.reference(v) + ")"
	}
	w.wrap(indent, indent+step, fields(text))
	if !m.Text.Empty() {
		w.text(m.Text).blocks(indent+step, m.Text.Blocks)
	}
	if v != nil && v.Object != nil {
		w.object(indent+step, v)
	}
}

// marksOf returns the marks of a member or value for its tag: its lifetime, features and
// condition.
func marksOf(m *model.Member) []string {
	lifetime, deprecated := m.Standing()
	marks := lifetime.Words()
	for _, f := range m.Features {
		mark := f.Name
		if mark != "deprecated" && mark != "unstable" {
			mark = `feature "` + mark + `"`
		}
		if f.Name == "deprecated" && deprecated != "" {
			mark += " in " + deprecated
		}
		if c := condition(f.If); c != nil {
			mark += " " + c[0]
		}
		marks = append(marks, mark)
	}
	return append(marks, condition(m.If)...)
}

// condition returns "only if X" for a tag, or nil.
func condition(c ir.Cond) []string {
	if c == nil {
		return nil
	}
	return []string{"only if " + ir.CondString(c)}
}
