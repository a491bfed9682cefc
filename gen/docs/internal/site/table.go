package site

import (
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// isBare reports whether a value is an object without members.
func isBare(v *model.Value) bool {
	return v.Object != nil && len(v.Object.Rows) == 0 && len(v.Object.Branches) == 0
}

// consists writes the content of a value.
func (w *writer) consists(v *model.Value) {
	switch {
	case v.Cut:
		w.see(v)
	case v.Object != nil:
		w.object(v)
	case v.Forms != nil:
		w.table("members", v.Depth == 1)
		for _, f := range v.Forms {
			w.row(f)
		}
		w.close("tbody", "table")
		w.newline()
	case v.Values != nil:
		w.values(v)
	}
}

// table starts a table. Nested tables have no head.
func (w *writer) table(class string, head bool) {
	w.open("table", "class", class)
	if head {
		w.open("thead")
		w.open("tr")
		w.element("th", "Name", "scope", "col")
		if class == "members" {
			w.element("th", "Type", "scope", "col")
		}
		w.element("th", "Description", "scope", "col")
		w.close("tr", "thead")
	}
	w.open("tbody")
	w.newline()
}

// object writes the members of an object and the branches of a union.
func (w *writer) object(v *model.Value) {
	if len(v.Object.Rows) > 0 {
		w.table("members", v.Depth == 1)
		for _, r := range v.Object.Rows {
			w.row(r)
		}
		w.close("tbody", "table")
		w.newline()
	}
	if len(v.Object.Branches) > 0 {
		w.branches(v.Object)
	}
}

// row writes a member and, in a row of its own, its content.
func (w *writer) row(r *model.Row) {
	w.open("tr", "id", r.ID)
	w.open("th", "scope", "row")
	w.codeLink(fragment(r.ID), r.Name, "class", "self")
	if r.Optional {
		w.badge("optional", "optional")
	}
	w.memberBadges(r.Member)
	w.close("th")
	w.open("td", "class", "type")
	w.valueType(r.Value)
	w.close("td")
	w.open("td", "class", "text")
	w.cell(r.Text)
	if v := r.Value; v.Cut && v.At != nil {
		w.see(v)
	}
	if r.Owner != nil && r.Owner != w.here && w.inherits(r) {
		w.open("p", "class", "see")
		w.text("From ")
		w.codeLink(w.toDefinition(r.Owner)+fragment(r.Anchor()), r.Owner.Name)
		w.text(".")
		w.close("p")
	}
	w.close("td", "tr")
	w.newline()
	w.nested(r)
}

// inherits reports whether r is an inherited member on the page of a type.
func (w *writer) inherits(r *model.Row) bool {
	return w.here != nil && w.here.IsType() && r.ID == r.Anchor()
}

// memberBadges writes the badges of a member.
func (w *writer) memberBadges(m *model.Member) {
	w.standingBadges(m)
	w.conditionBadge(m)
}

// standingBadges writes the lifetime and features of a member.
func (w *writer) standingBadges(m *model.Member) {
	if m.Since != "" {
		w.badge("since", "since "+m.Since)
	}
	lifetime, deprecated := m.Standing()
	w.lifetime(lifetime)
	for _, f := range m.Features {
		class := "feature"
		if f.Name == "deprecated" || f.Name == "unstable" {
			class = f.Name
		}
		text := f.Name
		if f.Name == "deprecated" && deprecated != "" {
			text += " in " + deprecated
		}
		if f.If != nil {
			text += " if " + ir.CondString(f.If)
		}
		if m.Owner != nil {
			if described := m.Owner.Feature(f.Name); described != nil {
				w.text(" ")
				w.link(w.toFeature(m.Owner, described), text, "class", "badge "+class)
				continue
			}
		}
		w.badge(class, text)
	}
}

func (w *writer) conditionBadge(m *model.Member) {
	if m.If != nil {
		w.badge("if", "only if "+ir.CondString(m.If))
	}
}

func (p *page) toFeature(d *model.Definition, f *model.Feature) string {
	if d == p.here {
		return fragment(f.Anchor())
	}
	return p.toDefinition(d) + fragment(f.Anchor())
}

// nested writes the content of a member in a row of its own, folded if it is long.
func (w *writer) nested(r *model.Row) {
	v := r.Value
	if v.Cut || isBare(v) || v.Object == nil && v.Forms == nil && v.Values == nil {
		return
	}
	w.open("tr", "class", "nested")
	w.open("td", "colspan", "3")
	rows, what := count(v)
	switch {
	case v.Values != nil && rows <= maxOpen && saysNothing(v.Values):
		w.plainValues("Possible values: ", v.Values)
	default:
		how := ""
		if v.Depth <= 2 && rows <= maxOpen {
			how = "open"
		}
		w.open("details", "class", "nested", how, "")
		name := ""
		if v.Def != nil {
			name = v.Def.Name + ": "
		}
		w.element("summary", name+strconv.Itoa(rows)+" "+what)
		w.consists(v)
		w.close("details")
	}
	w.close("td", "tr")
	w.newline()
}

// count returns the number of rows of a value, and what they are.
func count(v *model.Value) (int, string) {
	n, one, more := len(v.Values), "value", "values"
	switch {
	case v.Forms != nil:
		n, one, more = len(v.Forms), "form", "forms"
	case v.Object != nil:
		n, one, more = len(v.Object.Rows), "member", "members"
		if len(v.Object.Branches) > 0 {
			by := ", and more by " + v.Object.Tag
			one, more = one+by, more+by
		}
	}
	if n == 1 {
		return n, one
	}
	return n, more
}

// branches writes the branches of a union.
func (w *writer) branches(o *model.Object) {
	w.open("div", "class", "union", "data-tag", o.Tag)
	w.newline()
	for _, c := range o.Branches {
		if c.Value == nil {
			w.open("p", "class", "bare")
			w.caseNames(o.Tag, c)
			w.text(": no further members. ")
			w.cell(c.Branches[0].Text)
			w.close("p")
			w.newline()
			continue
		}
		var names []string
		for _, b := range c.Branches {
			names = append(names, b.Name)
		}
		w.open("details", "class", "branch", "data-values", strings.Join(names, " "))
		w.open("summary")
		w.caseNames(o.Tag, c)
		w.close("summary")
		w.open("p", "class", "type")
		w.link(fragment(c.IDs[0]), "#", "class", "self", "aria-label", "Link to "+c.Branches[0].Name)
		w.text(" ")
		w.valueType(c.Value)
		w.close("p")
		w.prose(c.Branches[0].Text)
		if c.Value.Cut {
			w.see(c.Value)
		} else if isBare(c.Value) {
			w.element("p", "No further members.")
		} else {
			w.consists(c.Value)
		}
		w.close("details")
		w.newline()
	}
	w.close("div")
	w.newline()
}

// caseNames writes "If driver is a, b or c" with the badges of each. All have the same
// condition.
func (w *writer) caseNames(tag string, c *model.Case) {
	w.text("If ")
	w.element("code", tag)
	w.text(" is ")
	for i, b := range c.Branches {
		switch {
		case i == 0:
		case i == len(c.Branches)-1:
			w.text(" or ")
		default:
			w.text(", ")
		}
		w.element("code", b.Name, "id", c.IDs[i])
		w.standingBadges(b)
	}
	w.conditionBadge(c.Branches[0])
}

// see writes a link to where a value is shown, on this page or another.
func (w *writer) see(v *model.Value) {
	if v.At == nil {
		w.open("p", "class", "see")
		w.text("See ")
		w.codeLink(w.toDefinition(v.Def), v.Def.Name)
		w.text(".")
		w.close("p")
		return
	}
	w.open("p", "class", "see")
	if v.At.Anchor == "" {
		w.text("Shown at ")
		w.link("#"+w.top(v.At), "the top")
	} else {
		w.text("Shown at ")
		w.placeOf(v.At)
	}
	w.text(".")
	w.close("p")
}

// top returns the id of the section that shows the body of the page.
func (w *writer) top(*model.Value) string {
	switch w.here.Kind {
	case model.Command:
		return "arguments"
	case model.Event:
		return "data"
	case model.Alternate:
		return "branches"
	default:
		return "members"
	}
}

// placeOf writes a link to where on the page a value is shown, innermost first: "image, if driver
// is blkdebug". It does not name the body of the page.
func (w *writer) placeOf(v *model.Value) {
	w.open("a", "href", fragment(v.Anchor))
	for at := v; at.In != nil; at = at.In {
		switch {
		case at != v && at.Tag == "":
			w.text(" of ")
			w.element("code", at.Of.Name)
		case at.Tag == "":
			w.element("code", at.Of.Name)
		default:
			if at != v {
				w.text(", ")
			}
			w.text("if ")
			w.element("code", at.Tag)
			w.text(" is ")
			w.element("code", at.Of.Name)
		}
	}
	w.close("a")
}

// values writes the values of an enum, as rows if they have documentation.
func (w *writer) values(v *model.Value) {
	root := v.Depth == 1
	if !root && saysNothing(v.Values) {
		w.plainValues("", v.Values)
		return
	}
	w.table("values", root)
	for _, m := range v.Values {
		id := m.Anchor()
		switch {
		case root && m.Owner == w.here:
			w.open("tr", "id", id)
			w.open("th", "scope", "row")
			w.codeLink(fragment(id), m.Name, "class", "self")
		default:
			w.open("tr")
			w.open("th", "scope", "row")
			w.value(m)
		}
		w.memberBadges(m)
		w.close("th")
		w.open("td", "class", "text")
		w.cell(m.Text)
		w.close("td", "tr")
		w.newline()
	}
	w.close("tbody", "table")
	w.newline()
}

// value writes a value as a link to its definition, if that has a page.
func (w *writer) value(m *model.Member) {
	if m.Owner == nil {
		w.element("code", m.Name)
		return
	}
	w.codeLink(w.toMember(m), m.Name)
}

func (w *writer) plainValues(lead string, list []*model.Member) {
	w.open("p", "class", "values")
	w.text(lead)
	for i, m := range list {
		if i > 0 {
			w.text(", ")
		}
		w.value(m)
		w.memberBadges(m)
	}
	w.close("p")
	w.newline()
}

func saysNothing(list []*model.Member) bool {
	for _, m := range list {
		if !m.Text.Empty() {
			return false
		}
	}
	return true
}

// valueType writes the name of a value's type and its JSON type.
func (w *writer) valueType(v *model.Value) {
	for range v.Arrays {
		w.text("array of ")
	}
	if v.Def == nil {
		w.text(model.Wire(v.Elem))
		return
	}
	w.link(w.toDefinition(v.Def), v.Def.Name)
	w.text(" (" + model.Wire(v.Elem) + ")")
}
