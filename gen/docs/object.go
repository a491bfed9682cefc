package docs

import (
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// tag returns "(json-string, optional)" as one word for the end of a
// description, or as several if it is long.
func (v *value) tag(extra ...string) []string {
	parts := append([]string{v.wire}, extra...)
	if v.limit != "" {
		parts = append(parts, v.limit)
	}
	if v.empty {
		parts = append(parts, "empty")
	}
	if v.site != nil && v.site.used {
		parts = append(parts, reference(v.site, v.again))
	}
	tag := "(" + strings.Join(parts, ", ") + ")"
	if len(tag) > 50 {
		return strings.Fields(tag)
	}
	return []string{tag}
}

// reference names the place where a type is expanded.
func reference(s *site, again bool) string {
	switch {
	case again && s.isData:
		return "as all of this entry's arguments or data"
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
	return len(o.prose) == 0 && len(o.members) == 0 && len(o.branches) == 0 && len(o.features) == 0
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
	return strings.Fields("(" + strings.Join(parts, ", ") + ")")
}

// object writes the members of an object.
func (w entryWriter) object(indent string, o *object) {
	for _, p := range o.prose {
		w.text(p.doc).blocks(indent, p.blocks)
	}
	for _, m := range o.members {
		w.member(indent, m)
	}
	for _, b := range o.branches {
		w.branch(indent, o.tag, b)
	}
	for _, f := range o.features {
		w.text(f.text.doc).item(indent+`- Feature "`+f.name+`":`, indent+step, f.text.blocks, nil)
	}
}

func (w entryWriter) member(indent string, m member) {
	var extra []string
	if m.optional {
		extra = append(extra, "optional")
	}
	extra = append(extra, featureMarks(m.features)...)
	extra = append(extra, condition(m.cond)...)
	w.text(m.text.doc).item(indent+`- "`+m.name+`":`, indent+step, m.text.blocks, m.value.tag(extra...))
	w.body(indent+step, m.value)
}

// branch writes the members that an object has for some values of its
// discriminator.
func (w entryWriter) branch(indent, tag string, b branch) {
	lead := `- If "` + tag + `" is ` + list(quoted(b.values), "or")
	if c := condition(b.cond); c != nil {
		lead += " (" + c[0] + ")"
	}
	lead += ":"
	var tail []string
	switch {
	case b.again:
		tail = []string{"members", "as", "in", reference(b.site, true)}
	case b.object == nil || b.object.isBare():
		tail = []string{"no", "further", "members"}
	case b.site != nil && b.site.used:
		tail = strings.Fields("(" + reference(b.site, false) + ")")
	}
	words := append(strings.Fields(lead), tail...)
	w.wrap(indent, indent+step, words)
	if len(b.text.blocks) > 0 {
		w.text(b.text.doc).blocks(indent+step, b.text.blocks)
	}
	if b.object != nil {
		w.object(indent+step, b.object)
	}
}

// enum writes the possible values: in one list if none is described, else one
// below the other.
func (w entryWriter) enum(indent string, e *ir.Enum) {
	described := false
	for _, v := range e.Values {
		described = described || v.Doc != nil && v.Doc.Text != ""
	}
	words := []string{"Possible", "values:"}
	if described {
		w.wrap(indent, indent+step, words)
	}
	flush := func(lead string) {
		if len(words) > 0 {
			words[len(words)-1] = strings.TrimSuffix(words[len(words)-1], ",")
			w.wrap(lead, indent+step, words)
			words = nil
		}
	}
	if described {
		words = nil
	}
	for _, v := range e.Values {
		marks := append(featureMarks(v.Features), condition(v.If)...)
		text := sectionProse(e, v.Doc)
		if len(text.blocks) == 0 {
			word := `"` + v.Name + `"`
			if len(marks) > 0 {
				word += " (" + strings.Join(marks, ", ") + ")"
			}
			words = append(words, word+",")
			continue
		}
		flush(indent + "- ")
		var tail []string
		if len(marks) > 0 {
			tail = []string{"(" + strings.Join(marks, ", ") + ")"}
		}
		w.text(text.doc).item(indent+`- "`+v.Name+`":`, indent+step, text.blocks, tail)
	}
	if described {
		flush(indent + "- ")
	} else {
		flush(indent)
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
