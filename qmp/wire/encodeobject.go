package wire

import (
	"slices"
	"unsafe"
)

// A field is what the encoder needs to know of a member, in one cache line. After those of a plan
// comes one with absentEnd.
type field struct {
	key    [keySize]byte // ,"name":
	plan   *plan         // the member's
	off    uintptr
	member *member
	keyLen uint8 // 0 if the key is longer than keySize
	absent absence
	kind   kind // the member's
}

// keySize is the number of bytes of a key that are always copied.
const keySize = 32

// fieldRoom is the size, in bytes, that the key and an integer or boolean take at most.
const fieldRoom = keySize + scalarSize

// makeFields describes the members of p, whose kinds are known, to the encoder.
func (p *plan) makeFields() {
	p.fields = make([]field, len(p.members)+1)
	p.fields[len(p.members)].absent = absentEnd
	for k := range p.members {
		m, f := &p.members[k], &p.fields[k]
		*f = field{plan: m.plan, off: m.off, member: m, absent: m.absenceOf(), kind: m.kind}
		if key := `,"` + m.name + `":`; len(key) <= keySize {
			f.keyLen = uint8(copy(f.key[:], key))
		}
	}
}

// object writes the struct or union at src: its members, each preceded by a comma, then those of
// its branch. It leaves room for one more byte.
func (e *encoder) object(n int, p *plan, src unsafe.Pointer) int {
	if !e.nest() {
		return e.tooDeep()
	}
	start := n
	for {
		for f := &p.fields[0]; ; f = (*field)(unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(field{}))) {
			v := unsafe.Add(src, f.off)
			if f.absent == absentEnd {
				break
			}
			if f.absent == absentZero {
				if isZero(f.plan, v) {
					continue
				}
			} else if f.absent != absentNever {
				word := *(*unsafe.Pointer)(v)
				switch {
				case word != nil:
					if f.absent != absentNil {
						v = word
					}
				case f.absent <= absentNil:
					continue
				case f.absent == absentBad:
					e.fail(ReasonGo, "nil pointer in a mandatory member")
					return e.in(f.member.name)
				default:
					v = unsafe.Pointer(&noTag)
				}
			}
			at := n
			e.reserve(n, fieldRoom)
			*(*[keySize]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(e.buf)), n)) = f.key
			n += int(f.keyLen)
			if f.keyLen == 0 {
				n = e.longKey(n, f.member.name)
			}
			var s string
			switch f.kind {
			case kindString:
				s = *(*string)(v)
			case kindBool:
				n = putBool(e.buf, n, *(*bool)(v))
				continue
			case kindInt64:
				if i := *(*int64)(v); uint64(i) < 10 {
					e.buf[n] = byte('0' + i)
					n++
				} else {
					n = putInt(e.buf, n, i)
				}
				continue
			case kindTag:
				if s = *(*string)(v); s == "" {
					s = p.discriminator(src)
				}
				if s == "" && v == unsafe.Pointer(&noTag) {
					n = at
					continue
				}
				if e.strict && f.plan.kind == kindEnum && s == *(*string)(v) && !f.plan.knows(v) {
					e.value(n, f.plan, v) // which refuses it
					return e.in(f.member.name)
				}
			case kindEnum:
				if e.strict && !f.plan.knows(v) {
					e.value(n, f.plan, v) // which refuses it
					return e.in(f.member.name)
				}
				s = *(*string)(v)
			default:
				switch f.kind {
				case kindStruct, kindUnion:
					n = e.object(n, f.plan, v)
				case kindSlice:
					n = e.list(n, f.plan, v)
				default:
					n = e.value(n, f.plan, v)
				}
				if n < 0 {
					return e.in(f.member.name)
				}
				continue
			}
			// This is e.string for short strings, for which there is room: most are short, and a
			// call costs as much as copying them.
			size := len(s)
			dst := unsafe.Add(unsafe.Pointer(unsafe.SliceData(e.buf)), n+1)
			from := unsafe.Pointer(unsafe.StringData(s))
			var marks uint64
			switch {
			case size > 16 || size == 0:
				if n = e.string(n, s); n < 0 {
					return e.in(f.member.name)
				}
				continue
			case size >= 8:
				first, last := load(from, 0), load(from, size-8)
				store(dst, 0, first)
				store(dst, size-8, last)
				marks = stringMarks(first) | stringMarks(last)
			case size >= 4:
				first, last := load4(from, 0), load4(from, size-4)
				store4(dst, 0, first)
				store4(dst, size-4, last)
				marks = stringMarks(uint64(first) | uint64(last)<<32)
			default:
				first, middle, last := *(*byte)(from), *(*byte)(unsafe.Add(from, size/2)), *(*byte)(unsafe.Add(from, size-1))
				*(*byte)(dst) = first
				*(*byte)(unsafe.Add(dst, size/2)) = middle
				*(*byte)(unsafe.Add(dst, size-1)) = last
				marks = stringMarks(uint64(first) | uint64(middle)<<8 | uint64(last)<<16 | ' '*everyByte&^0xFFFFFF)
			}
			if marks&highBits != 0 {
				if n = e.string(n, s); n < 0 {
					return e.in(f.member.name)
				}
				continue
			}
			*(*byte)(unsafe.Add(dst, -1)) = '"'
			*(*byte)(unsafe.Add(dst, size)) = '"'
			n += size + 2
		}
		if p.hasExtra {
			if n = e.extra(n, p, src); n < 0 {
				return -1
			}
		}
		if p.union == nil {
			break
		}
		if n, p, src = e.branch(n, p, src); p == nil {
			break
		}
	}
	if n < 0 {
		return -1
	}
	e.reserve(n, 3)
	if n == start {
		n++
	}
	e.buf[start] = '{' // in place of the first comma
	e.buf[n] = '}'
	e.depth--
	return n + 1
}

// longKey writes a comma, a name of any length and a colon, and leaves room for an integer or
// boolean.
//
//go:noinline
func (e *encoder) longKey(n int, name string) int {
	n = e.put(e.put(e.put(n, `,"`), name), `":`)
	e.reserve(n, scalarSize)
	return n
}

// noTag is the value of a discriminator that is absent.
var noTag string

// An absence is the way to detect that a member is absent.
type absence uint8

const (
	absentNever   absence = iota // mandatory
	absentZero                   // the zero value
	absentPointer                // a nil pointer
	absentNil                    // the first word of the field is nil
	absentTag                    // a nil pointer to a discriminator, whose value is derived from Branch
	absentBad                    // a nil pointer in a mandatory member: an error
	absentEnd                    // not a member: the end of the fields of a plan
)

// absenceOf returns the absence of a member whose kind is known.
func (m *member) absenceOf() absence {
	switch {
	case m.pointer && m.kind == kindTag:
		return absentTag
	case m.pointer && !m.optional:
		return absentBad
	case m.pointer:
		return absentPointer
	case !m.optional:
		return absentNever
	case m.nilable():
		return absentNil
	}
	return absentZero
}

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

// extra writes the members in Extra, sorted by name.
func (e *encoder) extra(n int, p *plan, src unsafe.Pointer) int {
	extra := *(*map[string]any)(unsafe.Add(src, p.extra))
	if len(extra) == 0 {
		return n
	}
	for _, name := range sortedKeys(extra) {
		if p.find(name) >= 0 || p.union != nil && p.branchHas(src, name) {
			e.fail(ReasonDuplicate, "member of Extra is a declared one")
			return e.in(name)
		}
		if n = e.name(n, name); n >= 0 {
			n = e.any(n, extra[name])
		}
		if n < 0 {
			return e.in(name)
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

// name writes a comma, a name that is not in the schema and a colon.
func (e *encoder) name(n int, name string) int {
	if n = e.string(e.putByte(n, ','), name); n < 0 {
		return -1
	}
	e.buf[n] = ':'
	return n + 1
}

// alternate writes the only field that is set.
func (e *encoder) alternate(n int, p *plan, src unsafe.Pointer) int {
	var set *member
	for k := range p.members {
		m := &p.members[k]
		v := unsafe.Add(src, m.off)
		if m.isNullField() && !*(*bool)(v) || !m.isNullField() && *(*unsafe.Pointer)(v) == nil {
			continue
		}
		if set != nil {
			return e.fail(ReasonGo, p.typ.String()+" has both "+set.name+" and "+m.name+" set")
		}
		set = m
	}
	switch {
	case set == nil:
		return e.fail(ReasonGo, p.typ.String()+" has no field set")
	case set.isNullField():
		return e.null(n)
	case set.pointer:
		return e.value(n, set.plan, *(*unsafe.Pointer)(unsafe.Add(src, set.off)))
	}
	return e.value(n, set.plan, unsafe.Add(src, set.off))
}
