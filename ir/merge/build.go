package merge

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A builder creates the definitions of the result.
type builder struct {
	*merger
	schema  *ir.Schema
	types   map[*group]ir.Type
	lists   map[ir.Type]*ir.Array // by element
	bases   map[*ir.Struct]*ir.Struct
	defs    map[ir.Def]ir.Def // of releases → of the result: commands and events
	modules map[*ir.Module]*ir.Module
	made    []ir.Type // in order of creation
}

// build makes the schema. All groups must have been paired.
func (m *merger) build() *ir.Schema {
	newest := m.list[m.newest()].Schema
	b := &builder{merger: m,
		types: make(map[*group]ir.Type), lists: make(map[ir.Type]*ir.Array),
		bases: make(map[*ir.Struct]*ir.Struct), defs: make(map[ir.Def]ir.Def),
		modules: make(map[*ir.Module]*ir.Module),
		schema: &ir.Schema{Fset: newest.Fset, Pragma: newest.Pragma, Release: newest.Release,
			ByName: make(map[string]ir.Def)},
	}
	for _, r := range m.list {
		b.schema.Releases = append(b.schema.Releases, r.Name)
	}
	m.built = b
	b.makeModules()
	for _, c := range m.commands() {
		b.command(c)
	}
	for _, e := range m.events() {
		b.event(e)
	}
	for _, g := range m.order {
		if b.keeps(g) {
			b.typ(g)
		}
	}
	b.orderTypes()
	b.fillModules()
	m.findClashes()
	return b.schema
}

// keeps reports whether a type written in a schema is kept even if nothing refers to it: some
// instance of its name has not become part of another type.
func (b *builder) keeps(g *group) bool {
	lead := g.lead()
	if g.holder != nil || lead == nil || lead.Head().Implicit {
		return false
	}
	return slices.ContainsFunc(g.list, func(i instance) bool {
		return i.typ != nil && g.borrowed(i) == 0 && len(b.joined[i]) == 1
	})
}

// typeOf returns the type of a target.
func (b *builder) typeOf(t *target) ir.Type {
	switch {
	case t == nil:
		return nil
	case t.builtin != nil:
		return b.builtin(t.builtin)
	case t.elem != nil:
		return b.list(b.typeOf(t.elem))
	case t.group != nil:
		return b.typ(t.group)
	}
	return nil
}

// builtin returns the built-in type of that name in the newest release that has it. Former
// names of any become any.
func (b *builder) builtin(t *ir.Builtin) ir.Type {
	name := t.Name
	newest := b.merger.list[b.newest()].Schema
	if t.JSON == ir.JSONValue && newest.ByName[name] == nil {
		name = "any"
	}
	for rel := b.newest(); rel >= 0; rel-- {
		if same, ok := b.merger.list[rel].Schema.ByName[name].(*ir.Builtin); ok {
			return same
		}
	}
	return t
}

// list returns the list type of an element type.
func (b *builder) list(elem ir.Type) *ir.Array {
	a := b.lists[elem]
	if a == nil {
		h := elem.Head()
		a = &ir.Array{Info: ir.Info{Name: h.Name + "List", Pos: h.Pos, NamePos: h.NamePos, Module: h.Module, Implicit: true}, Elem: elem}
		b.lists[elem] = a
		b.made = append(b.made, a)
	}
	return a
}

// orderTypes sorts the types: those of the newest release in its order, then those of older
// ones, then those that no release has.
func (b *builder) orderTypes() {
	seen := make(map[ir.Type]bool)
	add := func(t ir.Type) {
		if t != nil && !seen[t] {
			seen[t] = true
			b.schema.Types = append(b.schema.Types, t)
			if name := t.Head().Name; b.schema.ByName[name] == nil {
				b.schema.ByName[name] = t
			}
		}
	}
	for rel := b.newest(); rel >= 0; rel-- {
		for _, t := range b.merger.list[rel].Schema.Types {
			add(b.ofRelease(rel, t))
		}
	}
	for _, t := range b.made {
		add(t)
	}
	for _, c := range b.schema.Commands {
		b.schema.ByName[c.Name] = c
	}
	for _, e := range b.schema.Events {
		b.schema.ByName[e.Name] = e
	}
}

// ofRelease returns the type of the result for the type t of a release, or nil if there is
// none.
func (b *builder) ofRelease(rel int, t ir.Type) ir.Type {
	switch t := t.(type) {
	case *ir.Builtin:
		if rel == b.newest() {
			return t
		}
		return nil
	case *ir.Array:
		elem := b.ofRelease(rel, t.Elem)
		if elem == nil {
			return nil
		}
		if rel == b.newest() {
			a := b.list(elem)
			if a.Pos != t.Pos {
				a.Info = t.Info
				a.Module = b.modules[t.Module]
			}
			return a
		}
		if a := b.lists[elem]; a != nil {
			return a
		}
		return nil
	case *ir.Struct:
		if base := b.bases[t]; base != nil {
			return base
		}
	}
	g := b.home(instance{rel, t})
	return b.types[g]
}

// settle renames one of two types of the same name, that which the preferred release does not
// have. It returns false if that release has neither or both.
func (m *merger) settle(a, b *group) bool {
	prefer := slices.IndexFunc(m.list, func(r Release) bool { return r.Name == m.options.Prefer })
	if prefer < 0 {
		return false
	}
	if slices.Contains(a.releases(), prefer) {
		a, b = b, a
	}
	if !slices.Contains(b.releases(), prefer) {
		return false
	}
	head := m.built.types[a].Head()
	if m.built.schema.ByName[head.Name] == m.built.types[a] {
		m.built.schema.ByName[head.Name] = m.built.types[b]
	}
	head.Name += "In" + strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r == '+' {
			return '_'
		}
		return r
	}, m.list[a.list[0].rel].Name)
	m.built.schema.ByName[head.Name] = m.built.types[a]
	return true
}

// findClashes reports types of the same name that were not merged.
func (m *merger) findClashes() {
	for _, g := range m.order {
		lead := g.lead()
		if lead == nil || g.holder != nil || lead.Head().Implicit || m.built.types[g] == nil {
			continue
		}
		name := lead.Head().Name
		other := m.groups[name]
		if other == nil || other == g || m.built.types[other] == nil {
			continue
		}
		if m.settle(g, other) {
			continue
		}
		m.clashes = append(m.clashes, &Clash{Name: name,
			Old: lead, OldIn: m.list[g.list[0].rel].Name,
			New: other.lead(), NewIn: m.list[other.list[0].rel].Name})
	}
}
