package wire

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unsafe"
)

// object appends the struct or union at src.
func (e *encoder) object(b []byte, p *plan, src unsafe.Pointer) []byte {
	if !e.enter() {
		return b
	}
	start := len(b)
	b = e.members(b, p, src)
	if e.err != nil {
		return b
	}
	e.depth--
	if len(b) == start {
		return append(b, '{', '}')
	}
	b[start] = '{' // in place of the first comma
	return append(b, '}')
}

// members appends the members of a struct or union, each after a comma. There
// is always room for the names and the numbers and literals that are still to
// come, so these are written without a look.
func (e *encoder) members(b []byte, p *plan, src unsafe.Pointer) []byte {
	b = reserve(b, p.room)
	for k := range p.members {
		m := &p.members[k]
		v := unsafe.Add(src, m.off)
		if m.pointer {
			if v = *(*unsafe.Pointer)(v); v == nil {
				if m.optional {
					continue
				}
				e.fail(ReasonGo, "nil pointer in a mandatory member")
				e.in(m.name)
				return b
			}
		} else if m.optional && m.absent(v) {
			continue
		}
		n := len(b)
		if m.longKey == "" {
			*(*[keySize]byte)(b[n : n+keySize]) = m.key
			b = b[:n+int(m.keyLen)]
		} else {
			b = append(b, m.longKey...)
		}
		switch m.kind {
		case kindBool:
			b = appendBool(b, *(*bool)(v))
		case kindInt64:
			b = appendInt(b, *(*int64)(v))
		case kindString:
			s := *(*string)(v)
			b = reserve(b, len(s)+quotes+p.room)
			b = e.string(b, s)
		default:
			b = reserve(e.value(b, m.plan, v), p.room)
		}
		if e.err != nil {
			e.in(m.name)
			return b
		}
	}
	if p.union != nil {
		b = e.branch(b, p, src)
	}
	if p.hasExtra && e.err == nil {
		b = e.extra(b, p, *(*map[string]any)(unsafe.Add(src, p.extra)))
	}
	return b
}

// absent says whether the value of an optional member that is not a pointer is
// Go's zero value.
func (m *member) absent(v unsafe.Pointer) bool {
	switch m.kind {
	case kindSlice, kindRaw, kindMap:
		return *(*unsafe.Pointer)(v) == nil
	case kindAny:
		return (*words)(v).typ == nil
	}
	return isZero(m.plan, v)
}

// branch appends the members of a union's branch.
func (e *encoder) branch(b []byte, p *plan, src unsafe.Pointer) []byte {
	u := p.union
	tag := &p.members[u.tag]
	value := *(*string)(unsafe.Add(src, tag.off))
	field := (*words)(unsafe.Add(src, u.branch))
	chosen := u.branches[value]
	switch {
	case field.typ == nil:
		switch {
		case chosen == nil && e.strict:
			return e.refuse(b, tag, ReasonValue, "unknown value "+strconv.Quote(value))
		case chosen != nil && chosen.plan != nil && chosen.plan.mandatory:
			return e.refuse(b, tag, ReasonGo, fmt.Sprintf("Branch is nil, but %q has mandatory members", value))
		}
		return b
	case field.data == nil:
		return e.refuse(b, tag, ReasonGo, fmt.Sprintf("Branch is a nil %v", u.branchType(field)))
	case chosen != nil && u.fits(field, chosen):
		return e.members(b, chosen.plan, field.data)
	case chosen == nil && u.unknown.plan != nil && u.fits(field, &u.unknown):
		if e.strict {
			return e.refuse(b, tag, ReasonValue, "unknown value "+strconv.Quote(value))
		}
		return e.unknown(b, p, (*Unknown)(field.data))
	}
	return e.refuse(b, tag, ReasonGo, fmt.Sprintf("%q does not go with a Branch of type %v", value, u.branchType(field)))
}

func (e *encoder) refuse(b []byte, tag *member, reason Reason, msg string) []byte {
	e.fail(reason, msg)
	e.in(tag.name)
	return b
}

// unknown appends the members of a branch that the schema does not have.
func (e *encoder) unknown(b []byte, p *plan, u *Unknown) []byte {
	var names nameSet
	for k := range u.Members {
		m := &u.Members[k]
		if p.find(m.Name) >= 0 || names.add(m.Name) {
			e.fail(ReasonDuplicate, "member of an unknown branch is there twice")
			e.in(m.Name)
			return b
		}
		b = e.string(append(b, ','), m.Name)
		if e.err == nil {
			b = e.raw(append(b, ':'), m.Value)
		}
		if e.err != nil {
			e.in(m.Name)
			return b
		}
	}
	return b
}

// extra appends members that are not declared, in order of their names.
func (e *encoder) extra(b []byte, p *plan, extra map[string]any) []byte {
	if len(extra) == 0 {
		return b
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if p.find(name) >= 0 {
			e.fail(ReasonDuplicate, "member of Extra is a declared one")
			e.in(name)
			return b
		}
		b = e.string(append(b, ','), name)
		if e.err == nil {
			b = e.any(append(b, ':'), extra[name])
		}
		if e.err != nil {
			e.in(name)
			return b
		}
	}
	return b
}

// alternate appends the one field that is set.
func (e *encoder) alternate(b []byte, p *plan, src unsafe.Pointer) []byte {
	var set *member
	for k := range p.members {
		m := &p.members[k]
		v := unsafe.Add(src, m.off)
		if m.isNullField() && !*(*bool)(v) || !m.isNullField() && *(*unsafe.Pointer)(v) == nil {
			continue
		}
		if set != nil {
			e.fail(ReasonGo, fmt.Sprintf("%v has both %s and %s set", p.typ, set.name, m.name))
			return b
		}
		set = m
	}
	switch {
	case set == nil:
		e.fail(ReasonGo, fmt.Sprintf("%v has no field set", p.typ))
		return b
	case set.isNullField():
		return append(b, "null"...)
	case set.pointer:
		return e.value(b, set.plan, *(*unsafe.Pointer)(unsafe.Add(src, set.off)))
	}
	return e.value(b, set.plan, unsafe.Add(src, set.off))
}
