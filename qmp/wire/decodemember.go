package wire

import "unsafe"

// A step is the way to decode the value of a member.
type step uint8

const (
	stepValue   step = iota // by its plan
	stepPointer             // by its plan, into a new variable
	stepString
	stepBool
	stepInt64
	stepEnum
	stepStringPointer
	stepBoolPointer
	stepInt64Pointer
	stepEnumPointer
	stepAny // optional
)

// stepOf returns the step of a member.
func (m *member) stepOf() step {
	var s step
	switch m.kind {
	case kindString:
		s = stepString
	case kindBool:
		s = stepBool
	case kindInt64:
		s = stepInt64
	case kindEnum:
		s = stepEnum
	case kindTag:
		s = stepString
		if m.plan.kind == kindEnum {
			s = stepEnum
		}
	}
	switch {
	case m.pointer && s == stepValue:
		return stepPointer
	case m.pointer:
		return s - stepString + stepStringPointer
	case m.kind == kindAny && m.optional:
		return stepAny
	}
	return s
}

// member decodes the value of a member into its field.
func (d *decoder) member(m *member, i int, dst unsafe.Pointer) int {
	switch m.step {
	case stepString:
		return d.string(i, (*string)(dst))
	case stepBool:
		return d.bool(i, (*bool)(dst))
	case stepInt64:
		return d.int64(i, (*int64)(dst))
	case stepEnum:
		return d.enum(m.plan, i, (*string)(dst))
	case stepStringPointer:
		v := next(&d.slabs.strings, d.slabs.least)
		*(**string)(dst) = v
		return d.string(i, v)
	case stepBoolPointer:
		v := next(&d.slabs.bools, d.slabs.least)
		*(**bool)(dst) = v
		return d.bool(i, v)
	case stepInt64Pointer:
		v := next(&d.slabs.ints, d.slabs.least)
		*(**int64)(dst) = v
		return d.int64(i, v)
	case stepEnumPointer:
		v := next(&d.slabs.strings, d.slabs.least)
		*(**string)(dst) = v
		return d.enum(m.plan, i, v)
	case stepPointer:
		return d.pointer(m.plan, i, dst)
	case stepAny:
		v, i := d.any(i)
		if i >= 0 && v == nil {
			v = Null{} // present, unlike nil
		}
		*(*any)(dst) = v
		return i
	}
	return d.value(m.plan, i, dst)
}

// alternate decodes a value into the field of an alternate for its JSON type.
func (d *decoder) alternate(p *plan, i int, dst unsafe.Pointer) int {
	if i >= len(d.data) {
		return d.syntaxError(errEnd, i)
	}
	class := classOf(d.data[i])
	if class == classNone || p.classes[class] < 0 {
		d.mismatch(i, p.wanted())
		return d.typed(p.typ.Name())
	}
	m := &p.members[p.classes[class]]
	if class == classNull {
		*(*bool)(unsafe.Add(dst, m.off)) = true
		return d.null(i)
	}
	return d.member(m, i, unsafe.Add(dst, m.off))
}

// wanted lists the JSON types that an alternate accepts.
func (p *plan) wanted() string {
	names := [...]string{"null", "boolean", "number", "string", "array", "object"}
	list := ""
	for class, k := range p.classes {
		if k >= 0 {
			if list != "" {
				list += " or "
			}
			list += names[class]
		}
	}
	return list
}
