package merge

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// An objectView combines the instances of an object type.
type objectView struct {
	members       []*memberView
	discriminator string // name of the discriminator; empty for a struct
	branches      []*branchView
	bareIn        []bareOf
	flat          bool // some instance is not a union with this discriminator, so the base is not that of a release
	lead          ir.Type
}

// A memberView is a member of a struct or a common member of a union.
type memberView struct {
	name      string
	list      []memberOf // newest first
	mandatory int        // number of instances in which it is mandatory
	moved     []instance // types of the same member in branches; see group.moved
}

type memberOf struct {
	rel    int
	member *ir.Member
}

// A branchView is a branch of a union.
type branchView struct {
	name string
	list []branchOf // newest first
}

type branchOf struct {
	rel    int
	branch *ir.Branch
}

// A bareOf is a struct with a member named like the discriminator.
type bareOf struct {
	rel int
	typ ir.Type // of the member
}

func (v *memberView) types() []instance {
	list := make([]instance, len(v.list), len(v.list)+len(v.moved))
	for k, m := range v.list {
		list[k] = instance{m.rel, m.member.Type}
	}
	return append(list, v.moved...)
}

// branchTypes returns the types of a branch. In releases with a struct instead of the union, a
// value of the discriminator has no branch type.
func (v *objectView) branchTypes(b *branchView) []instance {
	list := make([]instance, len(b.list))
	for k, o := range b.list {
		list[k] = instance{o.rel, o.branch.Type}
	}
	for _, o := range v.bareIn {
		if e, ok := o.typ.(*ir.Enum); !ok || valueOf(e, b.name) != nil {
			list = append(list, instance{o.rel, nil})
		}
	}
	return list
}

// object combines the instances of a group of objects. The discriminator is that of the newest
// union. A union with another discriminator counts as a struct with the members of all
// branches.
func (m *merger) object(g *group) *objectView {
	v := &objectView{lead: g.lead()}
	for _, i := range g.list {
		if u, ok := i.typ.(*ir.Union); ok {
			v.discriminator, v.lead = u.Discriminator.Name, u
			break
		}
	}
	for _, i := range g.list {
		switch t := i.typ.(type) {
		case *ir.Struct:
			v.add(i.rel, t.AllMembers(), true)
			v.flat = v.flat || v.discriminator != ""
			v.bare(i.rel, t)
		case *ir.Union:
			v.add(i.rel, t.Base.AllMembers(), true)
			if t.Discriminator.Name != v.discriminator {
				v.flat = true
				v.bare(i.rel, t.Base)
				v.spread(i.rel, t, make(map[ir.Type]bool))
				continue
			}
			for _, b := range t.Branches {
				v.branch(i.rel, b)
			}
		default:
			v.flat = true
		}
	}
	for _, member := range v.members {
		member.moved = g.moved[member.name]
	}
	for _, b := range v.branches {
		for _, o := range b.list {
			for _, member := range ownMembers(o.branch.Type) {
				if common := v.member(member.Name); common != nil {
					common.moved = append(common.moved, instance{o.rel, member.Type})
				}
			}
		}
	}
	return v
}

// ownMembers returns the members of a struct or the common members of a union.
func ownMembers(t ir.Type) []*ir.Member {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers()
	case *ir.Union:
		return t.Base.AllMembers()
	}
	return nil
}

// member returns the member of that name, or nil.
func (v *objectView) member(name string) *memberView {
	for _, m := range v.members {
		if m.name == name {
			return m
		}
	}
	return nil
}

// moveInto records in the group of a branch the types of members that are common members in
// some releases, so that they are merged too.
func (m *merger) moveInto(branch *group, v *objectView, b *branchView) {
	changed := false
	for _, o := range b.list {
		for _, member := range ownMembers(o.branch.Type) {
			common := v.member(member.Name)
			if common == nil || member.Name == v.discriminator {
				continue
			}
			for _, c := range common.list {
				if i := (instance{c.rel, c.member.Type}); !slices.Contains(branch.moved[member.Name], i) {
					if branch.moved == nil {
						branch.moved = make(map[string][]instance)
					}
					branch.moved[member.Name] = append(branch.moved[member.Name], i)
					changed = true
				}
			}
		}
	}
	if changed {
		m.work = append(m.work, branch)
	}
}

// add adds the members of an instance. If always is not set, they count as optional.
func (v *objectView) add(rel int, members []*ir.Member, always bool) {
	for _, m := range members {
		k := slices.IndexFunc(v.members, func(have *memberView) bool { return have.name == m.Name })
		if k < 0 {
			k = len(v.members)
			v.members = append(v.members, &memberView{name: m.Name})
		}
		v.members[k].list = append(v.members[k].list, memberOf{rel, m})
		if always && !m.Optional {
			v.members[k].mandatory++
		}
	}
}

// spread adds the members of all branches of a union.
func (v *objectView) spread(rel int, u *ir.Union, seen map[ir.Type]bool) {
	for _, b := range u.Branches {
		if b.Type == nil || seen[b.Type] {
			continue
		}
		seen[b.Type] = true
		switch t := b.Type.(type) {
		case *ir.Struct:
			v.add(rel, t.AllMembers(), false)
		case *ir.Union:
			v.add(rel, t.Base.AllMembers(), false)
			v.spread(rel, t, seen)
		}
	}
}

// bare records a struct, or a union with another discriminator, that has a member named like
// the discriminator but no branches for its values.
func (v *objectView) bare(rel int, s *ir.Struct) {
	for _, m := range s.AllMembers() {
		if m.Name == v.discriminator {
			v.bareIn = append(v.bareIn, bareOf{rel, m.Type})
		}
	}
}

func (v *objectView) branch(rel int, b *ir.Branch) {
	k := slices.IndexFunc(v.branches, func(have *branchView) bool { return have.name == b.Name })
	if k < 0 {
		k = len(v.branches)
		v.branches = append(v.branches, &branchView{name: b.Name})
	}
	v.branches[k].list = append(v.branches[k].list, branchOf{rel, b})
}

// base returns the type for the named bases of all instances. It returns nil if the result has
// no named base, because some instance has none or is not a struct or union of this view.
func (m *merger) base(g *group, v *objectView) *target {
	if v.flat {
		return nil
	}
	var bases []instance
	for _, i := range g.list {
		var b *ir.Struct
		switch t := i.typ.(type) {
		case *ir.Struct:
			b = t.Base
		case *ir.Union:
			b = t.Base
		}
		if b == nil || b.Implicit {
			return nil
		}
		bases = append(bases, instance{i.rel, b})
	}
	return m.place(bases, place{g.key, "base"})
}
