package text

import (
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// tag returns "(json-string, optional)" as one word for the end of a
// description, or as several if it is long.
func (v *value) tag() []string { return v.tagOf(false, nil) }

// tagOf is the tag of a member.
func (v *value) tagOf(optional bool, marks []string) []string {
	parts := []string{v.wire}
	if optional {
		parts = append(parts, "optional")
	}
	if v.limit != "" {
		parts = append(parts, v.limit)
	}
	parts = append(parts, marks...)
	if v.empty {
		parts = append(parts, "empty")
	}
	if v.site != nil && v.site.used {
		parts = append(parts, reference(v.site, v.again))
	}
	return unbroken("(" + strings.Join(parts, ", ") + ")")
}

// unbroken returns the text as one word, unless it is long.
func unbroken(text string) []string {
	if len(text) > maxUnbroken {
		return strings.Fields(text)
	}
	return []string{text}
}

// reference names the place where a type is expanded.
func reference(s *site, again bool) string {
	switch {
	case again && s.all != "":
		return "as " + s.all
	case again && s.below:
		return "type " + s.name + ", see below"
	case again:
		return "type " + s.name + ", see above"
	default:
		return "type " + s.name
	}
}

// hasBody tells whether there is more to say of the value than its tag does.
func (v *value) hasBody() bool {
	return !v.again && (v.enum != nil || v.forms != nil || v.object != nil && !v.object.isBare())
}

func (o *object) isBare() bool {
	return len(o.passage) == 0 && len(o.members) == 0 && len(o.branches) == 0 && len(o.features) == 0
}

// body writes what the value consists of.
func (w entryWriter) body(indent string, v *value) {
	switch {
	case v.again:
	case v.enum != nil:
		w.enum(indent, v.enum)
	case v.object != nil:
		w.object(indent, v.object)
	default:
		for _, f := range v.forms {
			w.text(f.text.doc).item(indent+"- "+f.value.wire+":", indent+step, f.text.blocks, f.tag())
			w.body(indent+step, f.value)
		}
	}
}

// tag is that of the form's value, without the kind, which stands before it.
func (f *form) tag() []string {
	parts := condition(f.cond)
	if s := f.value.site; s != nil && s.used {
		parts = append(parts, reference(s, f.value.again))
	}
	if len(parts) == 0 {
		return nil
	}
	return unbroken("(" + strings.Join(parts, ", ") + ")")
}

// object writes the members of an object. At the top of an entry, text about the
// object stands apart from them.
func (w entryWriter) object(indent string, o *object) {
	for _, p := range o.passage {
		w.text(p.doc).blocks(indent, p.blocks)
		if indent == "" {
			w.gap()
		}
	}
	for _, m := range o.members {
		w.member(indent, m)
	}
	for _, b := range o.branches {
		w.branch(indent, o.tag, b)
	}
	for _, f := range o.features {
		w.feature(indent+"- Feature ", indent+step, f)
	}
}

func (w entryWriter) member(indent string, m member) {
	marks := append(featureMarks(m.features), condition(m.cond)...)
	w.text(m.text.doc).item(indent+`- "`+m.name+`":`, indent+step, m.text.blocks, m.value.tagOf(m.optional, marks))
	w.body(indent+step, m.value)
}

// branch writes the members that an object has for some values of its
// discriminator.
func (w entryWriter) branch(indent, tag string, b branch) {
	text := `- If "` + tag + `" is ` + list(quoted(b.values), "or")
	if c := condition(b.cond); c != nil {
		text += " (" + c[0] + ")"
	}
	text += ":"
	switch {
	case b.again && b.site.all != "":
		text += " members as " + b.site.all
	case b.again:
		text += " members of " + reference(b.site, true)
	case b.object == nil || b.object.isBare():
		text += " no further members"
	case b.site != nil && b.site.used:
		text += " (" + reference(b.site, false) + ")"
	}
	w.wrap(indent, indent+step, strings.Fields(text))
	if len(b.text.blocks) > 0 {
		w.text(b.text.doc).blocks(indent+step, b.text.blocks)
	}
	if b.object != nil {
		w.object(indent+step, b.object)
	}
}

// featureMarks names features for a tag.
func featureMarks(features []ir.Feature) []string {
	var out []string
	for _, f := range features {
		mark := f.Name
		if mark != "deprecated" && mark != "unstable" {
			mark = `feature "` + mark + `"`
		}
		if c := condition(f.If); c != nil {
			mark += " " + c[0]
		}
		out = append(out, mark)
	}
	return out
}

// condition returns "only if X" for a tag, or nothing.
func condition(c ir.Cond) []string {
	if c == nil {
		return nil
	}
	return []string{"only if " + ir.CondString(c)}
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = `"` + n + `"`
	}
	return out
}
