package wire

import (
	"slices"
	"unsafe"
)

// branch returns the plan and the address of the branch of the union at src, or nil if there is
// none. An unknown branch is written and nil is returned, too.
func (e *encoder) branch(n int, p *plan, src unsafe.Pointer) (int, *plan, unsafe.Pointer) {
	u := p.union
	field := (*words)(unsafe.Add(src, u.branch))
	if tag := p.members[u.tag].stringAt(src); tag != nil && field.data != nil && !u.hasShared {
		if b := u.find(*tag); b != nil && b.word == field.typ {
			return n, b.plan, field.data
		}
	}
	value := p.discriminator(src)
	chosen := u.find(value)
	switch {
	case field.typ == nil && value == "" && u.optional:
		return n, nil, nil
	case field.typ == nil:
		switch {
		case chosen == nil && e.strict:
			e.fail(ReasonValue, "unknown value "+quote(value))
		case chosen != nil && chosen.plan != nil && chosen.plan.mandatory:
			e.fail(ReasonGo, "Branch is nil, but "+quote(value)+" has mandatory members")
		default:
			return n, nil, nil
		}
	case field.data == nil:
		e.fail(ReasonGo, "Branch is a nil "+u.branchType(field).String())
	case chosen != nil && u.fits(field, chosen):
		if name := p.sharedTwice(src, chosen.plan, field.data); name != "" {
			e.fail(ReasonDuplicate, "the member is set in the union and in its branch")
			return e.in(name), nil, nil
		}
		return n, chosen.plan, field.data
	case chosen == nil && u.unknown.plan != nil && u.fits(field, &u.unknown):
		if !e.strict {
			return e.unknown(n, p, (*Unknown)(field.data)), nil, nil
		}
		e.fail(ReasonValue, "unknown value "+quote(value))
	default:
		e.fail(ReasonGo, quote(value)+" does not go with a Branch of type "+u.branchType(field).String())
	}
	return e.in(p.members[u.tag].name), nil, nil
}

// sharedTwice returns the name of a member that is set both among the common members at src and in
// the branch at data, or "".
func (p *plan) sharedTwice(src unsafe.Pointer, branch *plan, data unsafe.Pointer) string {
	if !p.union.hasShared {
		return ""
	}
	shared := &p.union.shared
	for k := range p.members {
		m := &p.members[k]
		if !shared.has(uint(k)) || !m.isSet(src) {
			continue
		}
		if b := branch.find(m.name); b >= 0 && branch.members[b].isSet(data) {
			return m.name
		}
	}
	return ""
}

// isSet reports whether a member of the struct at base is written.
func (m *member) isSet(base unsafe.Pointer) bool {
	v := unsafe.Add(base, m.off)
	switch {
	case !m.optional:
		return true
	case m.pointer || m.nilable():
		return *(*unsafe.Pointer)(v) != nil
	}
	return !isZero(m.plan, v)
}

// unknown writes the members of an unknown branch.
func (e *encoder) unknown(n int, p *plan, u *Unknown) int {
	var names nameSet
	for k := range u.Members {
		m := &u.Members[k]
		if p.find(m.Name) >= 0 || names.add(m.Name) {
			e.fail(ReasonDuplicate, "duplicate member in an unknown branch")
			return e.in(m.Name)
		}
		if n = e.name(n, m.Name); n >= 0 {
			n = e.raw(n, m.Value)
		}
		if n < 0 {
			return e.in(m.Name)
		}
	}
	return n
}

// branchHas reports whether the branch of the union at src, or a branch of that branch, has a
// member with this name.
func (p *plan) branchHas(src unsafe.Pointer, name string) bool {
	for p.union != nil {
		u := p.union
		field := (*words)(unsafe.Add(src, u.branch))
		if field.data == nil {
			return false
		}
		chosen := u.find(p.discriminator(src))
		if chosen == nil {
			return u.unknown.plan != nil && u.fits(field, &u.unknown) && slices.ContainsFunc((*Unknown)(field.data).Members,
				func(m RawMember) bool { return m.Name == name })
		}
		if chosen.plan == nil || !u.fits(field, chosen) {
			return false
		}
		if chosen.plan.find(name) >= 0 {
			return true
		}
		p, src = chosen.plan, field.data
	}
	return false
}
