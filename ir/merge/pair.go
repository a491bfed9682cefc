package merge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// An instance is the type of a place in one release. A nil type is the object without members.
type instance struct {
	rel int // index of the release
	typ ir.Type
}

// A group is a type of the result with its instances.
type group struct {
	key    string
	list   []instance // newest first; within a release, one with the group's name first
	holder *place     // place of an alternate that no release has, else nil

	// moved holds, for a branch type, the types of those of its members that are common members
	// of the union in some releases.
	moved map[string][]instance
}

// A place is where a type is used.
type place struct{ owner, member string }

func (p place) String() string {
	if p.member == "" {
		return p.owner
	}
	return p.owner + "." + p.member
}

// path returns the place for reports, where the arguments of a command and the base of a union
// have the name of the command or union.
func (p place) path() string {
	if name, ok := strings.CutPrefix(p.owner, "q_obj_"); ok {
		for _, suffix := range []string{"-arg", "-base"} {
			if owner, ok := strings.CutSuffix(name, suffix); ok {
				return place{owner, p.member}.String()
			}
		}
	}
	return p.String()
}

// lead returns the newest type of the group.
func (g *group) lead() ir.Type {
	for _, i := range g.list {
		if i.typ != nil {
			return i.typ
		}
	}
	return nil
}

// releases returns the indices of the releases that have a type in the group.
func (g *group) releases() []int {
	var in []int
	for _, i := range g.list {
		if i.typ != nil {
			in = append(in, i.rel)
		}
	}
	return in
}

// holders returns the indices of the releases that have an instance in the group, including the
// object without members.
func (g *group) holders() []int {
	in := make([]int, len(g.list))
	for k, i := range g.list {
		in[k] = i.rel
	}
	return in
}

// A target is the type of a place in the result: a built-in type, a list or a group. If it is
// empty, there is no type.
type target struct {
	builtin *ir.Builtin
	elem    *target
	group   *group
}

// pair collects the instances of all groups.
func (m *merger) pair() {
	for i := m.newest(); i >= 0; i-- {
		for _, t := range m.list[i].Schema.Types {
			switch t.(type) {
			case *ir.Builtin, *ir.Array:
			default:
				m.join(m.home(instance{i, t}), instance{i, t})
			}
		}
	}
	for _, c := range m.commands() {
		argument(m, c)
		m.result(c)
	}
	for _, e := range m.events() {
		argument(m, e)
	}
	for len(m.work) > 0 {
		g := m.work[0]
		m.work = m.work[1:]
		m.visit(g)
	}
}

// visit pairs the types to which the instances of a group refer.
func (m *merger) visit(g *group) {
	switch {
	case g.isAlternate():
		for _, k := range m.alternate(g) {
			m.place(k.list, place{g.key, k.name})
		}
	case shapeOf(g.lead()) == object:
		v := m.object(g)
		m.base(g, v)
		for _, member := range v.members {
			m.place(member.types(), place{g.key, member.name})
		}
		for _, b := range v.branches {
			if t := m.place(v.branchTypes(b), place{g.key, b.name}); t.group != nil {
				m.moveInto(t.group, v, b)
			}
		}
	}
}

// home returns the group for the name of a type.
func (m *merger) home(i instance) *group {
	key := i.typ.Head().Name
	for rel := m.newest(); rel > i.rel; rel-- {
		lead, ok := m.list[rel].Schema.ByName[key].(ir.Type)
		if !ok {
			continue
		}
		if shapeOf(lead) != shapeOf(i.typ) { // a different type of the same name
			key += "@" + m.list[i.rel].Name
		}
		break
	}
	g := m.groups[key]
	if g == nil {
		g = &group{key: key}
		m.groups[key] = g
		m.order = append(m.order, g)
	}
	return g
}

// join adds an instance to a group.
func (m *merger) join(g *group, i instance) {
	if slices.Contains(g.list, i) {
		return
	}
	g.list = append(g.list, i)
	slices.SortStableFunc(g.list, func(a, b instance) int {
		return cmp.Or(cmp.Compare(b.rel, a.rel), cmp.Compare(g.borrowed(a), g.borrowed(b)))
	})
	m.joined[i] = append(m.joined[i], g)
	m.work = append(m.work, g)
}

// borrowed returns 1 for an instance whose name is not that of the group, else 0.
func (g *group) borrowed(i instance) int {
	if i.typ != nil && i.typ.Head().Name == g.key {
		return 0
	}
	return 1
}

// A shape is a form of values on the wire. Types of the same shape can be merged.
type shape int

const (
	object shape = iota
	array
	enumeration
	alternate
	builtin
)

func shapeOf(t ir.Type) shape {
	switch t.(type) {
	case *ir.Array:
		return array
	case *ir.Enum:
		return enumeration
	case *ir.Alternate:
		return alternate
	case *ir.Builtin:
		return builtin
	}
	return object
}

// isAlternate reports whether the group is an alternate, of a release or for values of
// different kinds.
func (g *group) isAlternate() bool { return g.holder != nil || shapeOf(g.lead()) == alternate }

// place returns the type for all types of a place and joins them to its group.
func (m *merger) place(list []instance, at place) *target {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b instance) int { return cmp.Compare(b.rel, a.rel) })
	shapes := make(map[shape]bool)
	for _, i := range list {
		shapes[shapeOf(i.typ)] = true
	}
	switch {
	case len(list) == 0:
		return &target{}
	case anyOf(list) != nil:
		return &target{builtin: anyOf(list)}
	case shapes[alternate]:
		return m.joinAll(list, alternate)
	case len(shapes) == 1 && shapes[array]:
		elems := make([]instance, len(list))
		for k, i := range list {
			elems[k] = instance{i.rel, i.typ.(*ir.Array).Elem}
		}
		return &target{elem: m.place(elems, at)}
	case len(shapes) == 1 && shapes[object]:
		if onlyNil(list) {
			return &target{}
		}
		return m.joinAll(list, object)
	case !shapes[array] && !shapes[object] && shapes[enumeration] && onlyStrings(list):
		return m.joinAll(slices.DeleteFunc(list, func(i instance) bool { return shapeOf(i.typ) == builtin }), enumeration)
	case len(shapes) == 1 && shapes[builtin]:
		if b := widest(list); b != nil {
			return &target{builtin: b}
		}
	}
	return m.holder(list, at)
}

// joinAll joins types to the home of the newest one of the given shape.
func (m *merger) joinAll(list []instance, s shape) *target {
	lead := list[slices.IndexFunc(list, func(i instance) bool { return i.typ != nil && shapeOf(i.typ) == s })]
	g := m.home(lead)
	for _, i := range list {
		m.join(g, i)
	}
	return &target{group: g}
}

// holder returns an alternate for types of different kinds.
func (m *merger) holder(list []instance, at place) *target {
	key := "alternate " + at.String()
	g := m.groups[key]
	if g == nil {
		g = &group{key: key, holder: &at}
		m.groups[key] = g
		m.order = append(m.order, g)
	}
	for _, i := range list {
		m.join(g, i)
	}
	return &target{group: g}
}

func onlyNil(list []instance) bool {
	return !slices.ContainsFunc(list, func(i instance) bool { return i.typ != nil })
}

func onlyStrings(list []instance) bool {
	return !slices.ContainsFunc(list, func(i instance) bool { return ir.JSONKindOf(i.typ) != ir.JSONString })
}

// anyOf returns the first type in the list that accepts any value, or nil.
func anyOf(list []instance) *ir.Builtin {
	for _, i := range list {
		if b, ok := i.typ.(*ir.Builtin); ok && b.JSON == ir.JSONValue {
			return b
		}
	}
	return nil
}
