package model

import "github.com/qapi-go/qapi-go/ir"

// Limits bound how much of nested types is shown on a page. Other types are only named; they
// have pages of their own.
type Limits struct {
	Depth int // levels of nesting; 1 is the arguments themselves
	Rows  int // rows in total

	// Whole is for documentation in which types have no other pages. A type is shown
	// where it is used first, whatever its level; types that are nested too deep are in
	// Body.Rest. Rows is ignored.
	Whole bool
}

// A Body is the content of a definition, laid out for its page.
type Body struct {
	Data    *Value // arguments, data, or the type itself; nil for none
	Returns *Value // nil: the empty object

	// Rest are the types that are nested too deep to be shown in place, if Limits.Whole.
	Rest []*Value

	// Shown has the first anchor on the page of each member that has one.
	Shown map[*Member]string
}

// A Value is the value of an argument, member or result at its place on a page.
type Value struct {
	Type   ir.Type
	Arrays int         // number of "array of" around Of
	Elem   ir.Type     // the type without arrays
	Def    *Definition // the definition of Elem; nil if it is built in or implicit

	// One of these has the content of Elem, unless Elem is built in or Cut is set.
	Object *Object
	Values []*Member // of an enum
	Forms  []*Row    // of an alternate: its branches

	// Cut means that the content is not shown here, but at At, or only on the page of
	// Def if At is nil.
	Cut bool
	At  *Value

	Named bool // another value of the page is Cut and refers to this one

	Anchor string  // of its row; "" for the body itself
	In     *Value  // the value that contains it; nil for the body itself
	Of     *Member // the member or branch of In that has this value
	Tag    string  // the discriminator, if Of is a branch of a union
	Depth  int     // 1 for the body itself
}

// An Object is the members of an object type.
type Object struct {
	Rows     []*Row // common members, those of bases first
	Tag      string // name of the discriminator; "" unless it is a union
	Branches []*Case
}

// A Row is a member at its place on a page.
type Row struct {
	*Member
	ID    string // anchor on this page, unique
	Value *Value
}

// A Case is a branch of a union at its place on a page, or several with the same members.
type Case struct {
	Branches []*Member
	IDs      []string // anchors on this page, one for each branch
	Value    *Value   // nil if it has only the common members
}

// Types up to these sizes are shown wherever they occur: that is easier to read than a
// reference.
const (
	smallEnum   = 8 // values
	smallObject = 3 // members
)

// Expand lays out the content of a definition. A type is shown once on a page, at the first
// place of the highest level; small types are shown everywhere.
func (r *Reference) Expand(d *Definition, l Limits) Body {
	e := expander{Reference: r, limits: l, sites: make(map[ir.Type]*Value)}
	body := Body{Shown: make(map[*Member]string)}
	e.shown = body.Shown
	switch def := d.Def.(type) {
	case *ir.Command:
		body.Data = e.root(def.Arg, Argument)
		body.Returns = e.root(def.Returns, Result)
	case *ir.Event:
		body.Data = e.root(def.Arg, Data)
	case ir.Type:
		body.Data = e.root(def, ObjectMember)
	}
	for len(e.queue) > 0 {
		next := e.queue[0]
		e.queue = e.queue[1:]
		if next.root && l.Whole {
			body.Rest = append(body.Rest, next.value)
		}
		e.expand(next)
	}
	return body
}

// An expander lays out one page, level by level.
type expander struct {
	*Reference
	limits Limits
	rows   int
	sites  map[ir.Type]*Value // where each type is shown
	shown  map[*Member]string
	queue  []pending
}

// A pending is a value whose content is still to be laid out.
type pending struct {
	value  *Value
	prefix string // of the anchors of its members
	root   bool
}

func (e *expander) root(t ir.Type, kind MemberKind) *Value {
	if t == nil {
		return nil
	}
	return e.value(t, "", string(kind)+"-", nil, nil, "")
}

// value returns a value, and queues it for expansion unless it is built in.
func (e *expander) value(t ir.Type, id, prefix string, in *Value, of *Member, tag string) *Value {
	v := &Value{Type: t, Anchor: id, Depth: 1, In: in, Of: of, Tag: tag}
	if in != nil {
		v.Depth = in.Depth + 1
	}
	v.Elem, v.Arrays = element(t)
	v.Def = e.page(v.Elem)
	if _, ok := v.Elem.(*ir.Builtin); ok {
		return v
	}
	p := pending{v, prefix, in == nil}
	if e.limits.Whole {
		e.expand(p)
	} else {
		e.queue = append(e.queue, p)
	}
	return v
}

// expand lays out the content of a value, or cuts it.
func (e *expander) expand(p pending) {
	v := p.value
	if v.Def != nil && !isSmall(v.Elem) {
		if e.limits.Whole && v.Depth > e.limits.Depth && e.sites[v.Elem] == nil {
			rest := &Value{Type: v.Elem, Elem: v.Elem, Def: v.Def, Depth: 1}
			e.sites[v.Elem] = rest
			e.queue = append(e.queue, pending{rest, p.prefix, true})
		}
		if at := e.sites[v.Elem]; at != nil && at != v {
			v.Cut, v.At = true, at
			at.Named = true
			return
		}
	}
	size := e.size(v.Elem)
	if !p.root && !e.limits.Whole && v.Def != nil && (v.Depth > e.limits.Depth || e.rows+size > e.limits.Rows) {
		v.Cut = true
		return
	}
	e.rows += size
	if v.Def != nil && e.sites[v.Elem] == nil {
		e.sites[v.Elem] = v
	}
	switch t := v.Elem.(type) {
	case *ir.Enum:
		for _, val := range t.Values {
			v.Values = append(v.Values, e.byMember[val])
		}
	case *ir.Alternate:
		for _, br := range t.Branches {
			m := e.byMember[br]
			id := p.branch(m, "")
			v.Forms = append(v.Forms, &Row{m, id, e.value(br.Type, id, id+".", v, m, "")})
		}
	case *ir.Struct:
		v.Object = new(Object)
		e.object(p, t)
	case *ir.Union:
		v.Object = &Object{Tag: t.Discriminator.Name}
		if t.Base != nil {
			e.object(p, t.Base)
		}
		e.branches(p, t)
	}
}

// branch returns the anchor of a branch. Anchors are the path of names to a part; a colon,
// which no name contains, precedes a branch.
func (p pending) branch(m *Member, tag string) string {
	if p.root && p.prefix == string(ObjectMember)+"-" {
		return m.Anchor()
	}
	if tag == "" {
		return p.prefix[:len(p.prefix)-1] + ":" + m.Name
	}
	return p.prefix + tag + ":" + m.Name
}

func (e *expander) object(p pending, s *ir.Struct) {
	for _, m := range s.AllMembers() {
		id := p.prefix + m.Name
		row := &Row{e.byMember[m], id, e.value(m.Type, id, id+".", p.value, e.byMember[m], "")}
		if e.shown[row.Member] == "" {
			e.shown[row.Member] = id
		}
		p.value.Object.Rows = append(p.value.Object.Rows, row)
	}
}

// branches adds the branches of a union. Branches of the same type and condition, without
// text, become one case. Those without members come last.
func (e *expander) branches(p pending, u *ir.Union) {
	type key struct {
		t    ir.Type
		cond string
	}
	at := make(map[key]*Case)
	var bare []*Case
	for _, br := range u.Branches {
		m := e.byMember[br]
		id := p.branch(m, u.Discriminator.Name)
		k := key{br.Type, ir.CondString(br.If)}
		if c := at[k]; c != nil && m.Text.Empty() {
			c.Branches, c.IDs = append(c.Branches, m), append(c.IDs, id)
			continue
		}
		c := &Case{Branches: []*Member{m}, IDs: []string{id}}
		at[k] = c
		if br.Type == nil {
			bare = append(bare, c)
			continue
		}
		c.Value = e.value(br.Type, id, id+".", p.value, m, u.Discriminator.Name)
		p.value.Object.Branches = append(p.value.Object.Branches, c)
	}
	p.value.Object.Branches = append(p.value.Object.Branches, bare...)
}

// size returns the number of rows that a type takes.
func (e *expander) size(t ir.Type) int {
	switch t := t.(type) {
	case *ir.Enum:
		if plain(t) {
			return 1 + len(t.Values)/4
		}
		return len(t.Values)
	case *ir.Struct:
		return len(t.AllMembers())
	case *ir.Union:
		n := len(t.Branches)
		if t.Base != nil {
			n += len(t.Base.AllMembers())
		}
		return n
	case *ir.Alternate:
		return len(t.Branches)
	}
	return 0
}

// plain reports whether no value has documentation or conditions.
func plain(t *ir.Enum) bool {
	for _, v := range t.Values {
		if v.Doc != nil && v.Doc.Text != "" {
			return false
		}
	}
	return true
}

func isSmall(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Enum:
		return len(t.Values) <= smallEnum && plain(t)
	case *ir.Struct:
		members := t.AllMembers()
		for _, m := range members {
			if _, ok := m.Type.(*ir.Builtin); !ok {
				return false
			}
		}
		return len(members) <= smallObject
	}
	return false
}
