package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// What is this small is expanded wherever it occurs: that is easier to read
// than a reference.
const (
	smallEnum   = 8 // values
	smallObject = 3 // members
)

// value plans a value of the type.
func (p *planner) value(t ir.Type) *value {
	v := &value{wire: wireName(t), limit: limitOf(t)}
	for {
		a, ok := t.(*ir.Array)
		if !ok {
			break
		}
		t = a.Elem
	}
	if t == nil {
		return v
	}
	if _, ok := t.(*ir.Builtin); ok {
		return v
	}
	if v.site, v.again = p.visit(t); !v.again {
		p.expand(v, t)
	}
	return v
}

// expand plans what a value of the type consists of.
func (p *planner) expand(v *value, t ir.Type) {
	switch t := t.(type) {
	case *ir.Enum:
		v.enum = t
	case *ir.Alternate:
		for _, b := range t.Branches {
			v.forms = append(v.forms, form{b.If, sectionProse(t, b.Doc), p.value(b.Type)})
		}
	default:
		v.object = p.object(t)
		v.empty = len(v.object.members) == 0 && len(v.object.branches) == 0
	}
}

// appendix expands what was put off.
func (p *planner) appendix() []*value {
	var out []*value
	for len(p.deferred) > 0 {
		t := p.deferred[0]
		p.deferred = p.deferred[1:]
		v := &value{wire: wireName(t), site: p.sites[t]}
		p.expand(v, t)
		out = append(out, v)
	}
	return out
}

// visit returns the site of the type, and whether it is expanded there
// already. Small types have none.
func (p *planner) visit(t ir.Type) (*site, bool) {
	if t.Head().Implicit || isSmall(t) {
		return nil, false
	}
	if s, ok := p.sites[t]; ok {
		s.used = true
		return s, true
	}
	s := &site{name: t.Head().Name, below: p.depth >= maxDepth}
	p.sites[t] = s
	if s.below {
		s.used = true
		p.deferred = append(p.deferred, t)
	}
	return s, s.below
}

func isSmall(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Enum:
		isPlain := func(v *ir.EnumValue) bool { return v.Doc == nil || v.Doc.Text == "" }
		return len(t.Values) <= smallEnum && !slices.ContainsFunc(t.Values, func(v *ir.EnumValue) bool { return !isPlain(v) })
	case *ir.Struct:
		members := t.AllMembers()
		return len(members) <= smallObject && !slices.ContainsFunc(members, func(m *ir.Member) bool {
			_, isBuiltin := m.Type.(*ir.Builtin)
			return !isBuiltin
		})
	}
	return false
}

// object plans the members of a struct or union.
func (p *planner) object(t ir.Type) *object {
	p.depth++
	defer func() { p.depth-- }()
	o := new(object)
	if info := t.Head(); !info.Implicit {
		o.passage = append(typeProse(info), strays(t)...)
		o.features = describedFeatures(info)
	}
	switch t := t.(type) {
	case *ir.Struct:
		p.members(o, t)
	case *ir.Union:
		if t.Base != nil {
			p.members(o, t.Base)
		}
		o.tag = t.Discriminator.Name
		p.branches(o, t)
	}
	return o
}

// typeProse returns the text about a type that is not about its members.
func typeProse(info *ir.Info) []passage {
	if info.Doc == nil {
		return nil
	}
	var out []passage
	for _, s := range info.Doc.Sections {
		switch s.Kind {
		case ir.SectionBody, ir.SectionPlain:
			if s.Text != "" {
				out = append(out, passage{info.Doc, prose.Parse(s.Text)})
			}
		case ir.SectionNote:
			out = append(out, note(info.Doc, s))
		case ir.SectionExample:
			out = append(out, passage{info.Doc, []prose.Block{prose.ParseExample(s.Text)}})
		}
	}
	return out
}

func (p *planner) members(o *object, s *ir.Struct) {
	for _, m := range s.AllMembers() {
		o.members = append(o.members, member{
			name: m.Name, text: sectionProse(m.Owner, m.Doc), value: p.value(m.Type),
			optional: m.Optional, cond: m.If, features: m.Features,
		})
	}
}

// branches plans the branches of a union. Those of one type are one, and so
// are those without members, which come last.
func (p *planner) branches(o *object, u *ir.Union) {
	type key struct {
		t    ir.Type
		cond string
	}
	at := make(map[key]int)
	var bare []branch
	for _, b := range u.Branches {
		k := key{b.Type, ir.CondString(b.If)}
		if i, ok := at[k]; ok && (b.Doc == nil || b.Doc.Text == "") {
			list := o.branches
			if b.Type == nil {
				list = bare
			}
			list[i].values = append(list[i].values, b.Name)
			continue
		}
		br := branch{values: []string{b.Name}, cond: b.If, text: sectionProse(u, b.Doc)}
		if b.Type == nil {
			at[k] = len(bare)
			bare = append(bare, br)
			continue
		}
		at[k] = len(o.branches)
		if br.site, br.again = p.visit(b.Type); !br.again {
			br.object = p.object(b.Type)
		}
		o.branches = append(o.branches, br)
	}
	o.branches = append(o.branches, bare...)
}

// wireName says what a value of the type is in JSON.
func wireName(t ir.Type) string {
	switch t := t.(type) {
	case *ir.Builtin:
		return jsonName(t.JSON)
	case *ir.Enum:
		return "json-string"
	case *ir.Array:
		elem := wireName(t.Elem)
		if strings.Contains(elem, " or ") {
			elem = "(" + elem + ")"
		}
		return "json-array of " + elem
	case *ir.Alternate:
		var kinds []string
		for _, b := range t.Branches {
			if k := wireName(b.Type); !slices.Contains(kinds, k) {
				kinds = append(kinds, k)
			}
		}
		return list(kinds, "or")
	default:
		return "json-object"
	}
}

func jsonName(k ir.JSONKind) string {
	if k == ir.JSONBoolean {
		return "json-bool"
	}
	return "json-" + string(k)
}

// limitOf describes the values of an integer type, and of a list of integers, if
// they are not those of an int64.
func limitOf(t ir.Type) string {
	if a, ok := t.(*ir.Array); ok {
		return limitOf(a.Elem)
	}
	b, ok := t.(*ir.Builtin)
	if !ok {
		return ""
	}
	n, signed := b.Bits()
	low, high := b.Range()
	switch {
	case n == 0 || n == 64 && signed:
		return ""
	case n == 64:
		return "unsigned"
	case n <= 16:
		return fmt.Sprintf("%d to %d", low, high)
	case signed:
		return fmt.Sprintf("%d bits", n)
	}
	return fmt.Sprintf("unsigned %d bits", n)
}

// list joins the items as "a, b or c".
func list(items []string, word string) string {
	if n := len(items) - 1; n > 0 {
		return strings.Join(items[:n], ", ") + " " + word + " " + items[n]
	}
	return strings.Join(items, "")
}
