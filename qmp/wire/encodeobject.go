package wire

import "unsafe"

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

// next returns the field after f in the same plan.
func (f *field) next() *field { return (*field)(unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(field{}))) }

// keySize is the number of bytes of a key that are always copied.
const keySize = 32

// fieldRoom is the size, in bytes, that the key and an integer or boolean take at most.
const fieldRoom = keySize + scalarSize

// makeFields describes the members of p, whose kinds are known, to the encoder.
func (p *plan) makeFields() {
	p.fields = make([]field, len(p.members)+1)
	end := &p.fields[len(p.members)]
	if end.absent = absentEnd; p.hasExtra || p.union != nil {
		end.absent = absentMore
	}
	for k := range p.members {
		m, f := &p.members[k], &p.fields[k]
		*f = field{plan: m.plan, off: m.off, member: m, absent: m.absenceOf(), kind: m.kind}
		if key := `,"` + m.name + `":`; len(key) <= keySize {
			f.keyLen = uint8(copy(f.key[:], key))
		}
	}
}

// An objectList is the state of [encoder.objects] that is not needed for each member. Being too
// large for registers, it leaves them to what is.
type objectList struct {
	plan        *plan
	next        unsafe.Pointer // the struct that is written
	count, done int            // structs
	start       int            // of the object that is written
	branch      *plan          // whose members are written
}

// objects writes count structs or unions that are in memory one after the other, at least one, with
// commas between them: of each its members, each preceded by a comma, then those of its branch. It
// leaves room for one more byte. If it fails, it returns -1 less the index of the failed one.
//
// It is one loop over all of them, since a call for each costs as much as writing a member.
func (e *encoder) objects(n int, p *plan, src unsafe.Pointer, count int) int {
	if !e.nest() {
		return e.tooDeep()
	}
	var l objectList
	l.plan, l.next, l.count = p, src, count
	for {
		l.start = n
		l.branch = l.plan
		base := l.next
		for {
			f := unsafe.SliceData(l.branch.fields)
			for ; ; f = f.next() {
				v := unsafe.Add(base, f.off)
				if f.absent != absentNever {
					if f.absent >= absentEnd {
						break
					}
					if f.absent == absentZero {
						if isZero(f.plan, v) {
							continue
						}
					} else {
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
							return e.in(f.member.name) - l.done
						default:
							v = unsafe.Pointer(&noTag)
						}
					}
				}
				at := n
				e.reserve(n, fieldRoom)
				*(*[keySize]byte)(e.place(n)) = f.key
				n += int(f.keyLen)
				if f.keyLen == 0 {
					n = e.longKey(n, f.member.name)
				}
				var s string
				switch f.kind {
				case kindString:
					s = *(*string)(v)
				case kindBool:
					if *(*bool)(v) {
						store4(e.place(n), 0, 't'|'r'<<8|'u'<<16|'e'<<24)
						n += 4
					} else {
						store(e.place(n), 0, 'f'|'a'<<8|'l'<<16|'s'<<24|'e'<<32)
						n += 5
					}
					continue
				case kindInt64, kindUint64:
					u := *(*uint64)(v)
					if u < 10 {
						*(*byte)(e.place(n)) = byte('0' + u)
						n++
						continue
					}
					if f.kind == kindInt64 && int64(u) < 0 {
						*(*byte)(e.place(n)) = '-'
						n++
						u = -u
					}
					n += putUint(e.place(n), u)
					continue
				case kindTag:
					if s = *(*string)(v); s == "" {
						s = l.branch.discriminator(base)
					}
					if s == "" && v == unsafe.Pointer(&noTag) {
						n = at
						continue
					}
					if e.strict && f.plan.kind == kindEnum && s == *(*string)(v) && !f.plan.knows(v) {
						e.value(n, f.plan, v) // which refuses it
						return e.in(f.member.name) - l.done
					}
				case kindEnum:
					if e.strict && !f.plan.knows(v) {
						e.value(n, f.plan, v) // which refuses it
						return e.in(f.member.name) - l.done
					}
					s = *(*string)(v)
				default:
					switch f.kind {
					case kindStruct, kindUnion:
						n = e.objects(n, f.plan, v, 1)
					case kindSlice:
						n = e.list(n, f.plan, v)
					default:
						n = e.value(n, f.plan, v)
					}
					if n < 0 {
						return e.in(f.member.name) - l.done
					}
					continue
				}
				// This is e.string for short strings, for which there is room: most are short,
				// and a call costs as much as copying them.
				size := len(s)
				if uint(size-1) >= 16 {
					if n = e.string(n, s); n < 0 {
						return e.in(f.member.name) - l.done
					}
					continue
				}
				dst := e.place(n)
				*(*byte)(dst) = '"'
				dst = unsafe.Add(dst, 1)
				*(*byte)(unsafe.Add(dst, size)) = '"'
				n += size + 2
				from := unsafe.Pointer(unsafe.StringData(s))
				var marks uint64
				switch {
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
					if n = e.string(n-size-2, s); n < 0 {
						return e.in(f.member.name) - l.done
					}
				}
			}
			if f.absent == absentEnd {
				break
			}
			if l.branch.hasExtra {
				if n = e.extra(n, l.branch, base); n < 0 {
					return -1 - l.done
				}
			}
			if l.branch.union == nil {
				break
			}
			if n, l.branch, base = e.branch(n, l.branch, base); l.branch == nil {
				break
			}
		}
		if n < 0 {
			return -1 - l.done
		}
		e.reserve(n, 3)
		if n == l.start {
			n++
		}
		*(*byte)(e.place(l.start)) = '{' // in place of the first comma
		*(*byte)(e.place(n)) = '}'
		n++
		if l.done++; l.done == l.count {
			e.depth--
			return n
		}
		*(*byte)(e.place(n)) = ','
		n++
		l.next = unsafe.Add(l.next, l.plan.bytes)
	}
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
	absentMore                   // the same, where Extra or a branch follows
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
	var set *field
	for f := unsafe.SliceData(p.fields); f.absent != absentEnd; f = f.next() {
		v := unsafe.Add(src, f.off)
		if f.member.isNullField() {
			if !*(*bool)(v) {
				continue
			}
		} else if *(*unsafe.Pointer)(v) == nil {
			continue
		}
		if set != nil {
			return e.fail(ReasonGo, p.typ.String()+" has both "+set.member.name+" and "+f.member.name+" set")
		}
		set = f
	}
	switch {
	case set == nil:
		return e.fail(ReasonGo, p.typ.String()+" has no field set")
	case set.member.isNullField():
		return e.null(n)
	case set.member.pointer:
		src = *(*unsafe.Pointer)(unsafe.Add(src, set.off))
		switch set.kind {
		case kindString:
			return e.string(n, *(*string)(src))
		case kindStruct, kindUnion:
			return e.objects(n, set.plan, src, 1)
		}
		return e.value(n, set.plan, src)
	}
	return e.value(n, set.plan, unsafe.Add(src, set.off))
}
