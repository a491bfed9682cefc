package wire

import (
	"encoding/binary"
	"strings"
	"unsafe"
)

// open reads the first byte of an object or array, and the white space after it.
func (d *decoder) open(i int, first byte, want string) int {
	if i >= len(d.data) || d.data[i] != first {
		return d.mismatch(i, want)
	}
	if d.depth == MaxDepth {
		return d.syntaxError(errDepth, i)
	}
	d.depth++
	i++
	if i < len(d.data) && d.data[i] > ' ' {
		return i
	}
	return skipSpace(d.data, i)
}

// more reads what stands after a member or element: a comma, or the last byte of
// the object or array.
func (d *decoder) more(i int, last byte) (next int, done bool) {
	data := d.data
	if i < len(data) && data[i] == ',' {
		// QEMU writes ", ".
		if i++; i+1 < len(data) && data[i] == ' ' {
			i++
		}
		if i < len(data) && data[i] > ' ' {
			return i, false
		}
		return skipSpace(data, i), false
	}
	i = skipSpace(data, i)
	switch {
	case i >= len(data):
		return d.syntaxError(errEnd, i), true
	case data[i] == last:
		d.depth--
		return i + 1, true
	case data[i] == ',':
		return skipSpace(data, i+1), false
	}
	return d.syntaxError(errByte, i), true
}

// name reads the name of a member and what stands before its value. The name
// shares memory with the input.
func (d *decoder) name(i int) (string, int) {
	data := d.data
	if i >= len(data) {
		return "", d.syntaxError(errEnd, i)
	}
	if data[i] != '"' {
		return "", d.syntaxError(errName, i)
	}
	end, escaped, f := scanString(data, i+1)
	if f != noError {
		return "", d.syntaxError(f, end)
	}
	var name string
	switch text := data[i+1 : end]; {
	case escaped:
		name = unescape(text)
	case len(text) > 0:
		name = unsafe.String(&text[0], len(text))
	}
	return name, d.colon(end + 1)
}

// colon reads what stands between a name and its value.
func (d *decoder) colon(i int) int {
	data := d.data
	if i+2 < len(data) && data[i] == ':' {
		// QEMU writes ": ".
		if data[i+1] > ' ' {
			return i + 1
		}
		if data[i+1] == ' ' && data[i+2] > ' ' {
			return i + 2
		}
	}
	i, f := skipColon(data, i)
	if f != noError {
		return d.syntaxError(f, i)
	}
	return i
}

// A hint tells quickly whether a name may be that of a member, and which member
// is likely to come after it.
type hint struct {
	head uint64 // the first bytes of the name and the quote after it, at most eight
	mask uint64 // of the bytes that head has
	next int    // the member that QEMU is likely to write next
}

func makeHint(name string) hint {
	var text, mask [8]byte
	for k := range copy(text[:], name+`"`) {
		mask[k] = 0xFF
	}
	return hint{head: binary.LittleEndian.Uint64(text[:]), mask: binary.LittleEndian.Uint64(mask[:])}
}

// named reports whether the name at data[i] is that of the member, written
// plainly.
func (m *member) named(data []byte, i int) bool {
	end := i + 1 + len(m.name)
	return end < len(data) && data[end] == '"' && data[i] == '"' && string(data[i+1:end]) == m.name
}

// maxGuesses is how many members are tried in QEMU's order before the table of
// names is asked: optional members may be absent.
const maxGuesses = 8

// guess returns the member whose name is at data[i] if it comes soon after the
// member last, or -1. The order is that of QEMU or that of the schema; last is
// -1 at the start.
func (p *plan) guess(data []byte, i, last int) int {
	k := p.first
	if last >= 0 {
		k = p.hints[last].next
	}
	last++
	if i+9 > len(data) || data[i] != '"' {
		return -1 // too near the end to look at eight bytes
	}
	x := binary.LittleEndian.Uint64(data[i+1:])
	if last < len(p.hints) {
		if h := &p.hints[last]; x&h.mask == h.head && (h.mask != 1<<64-1 || p.members[last].named(data, i)) {
			return last
		}
	}
	for range min(maxGuesses, len(p.hints)) {
		h := &p.hints[k]
		if x&h.mask == h.head && (h.mask != 1<<64-1 || p.members[k].named(data, i)) {
			return k
		}
		k = h.next
	}
	return -1
}

// object reads an object into the struct at base.
func (d *decoder) object(p *plan, i int, base unsafe.Pointer) int {
	if i = d.open(i, '{', "object"); i < 0 {
		return -1
	}
	var seen memberSet
	var others nameSet
	if i < len(d.data) && d.data[i] == '}' {
		d.depth--
		return d.complete(p, i, &seen, i+1)
	}
	last := -1
	for {
		at := i
		k := p.guess(d.data, i, last)
		if k >= 0 {
			i = d.colon(i + len(p.members[k].name) + 2)
		} else {
			var name string
			if name, i = d.name(i); i < 0 {
				return -1
			}
			if k = p.find(name); k < 0 {
				if i = d.other(p, name, i, at, base, &others); i < 0 {
					return d.in(name)
				}
			}
		}
		if k >= 0 {
			m := &p.members[k]
			last = k
			if i < 0 {
				return -1
			}
			if seen.add(k) {
				d.duplicate(at)
				return d.in(m.name)
			}
			if i = d.member(m, i, unsafe.Add(base, m.off)); i < 0 {
				return d.in(m.name)
			}
		}
		var done bool
		if i, done = d.more(i, '}'); done {
			return d.complete(p, at, &seen, i)
		}
	}
}

// complete returns next if the members of an object are complete, or mode is
// such that it does not matter.
func (d *decoder) complete(p *plan, at int, seen *memberSet, next int) int {
	if d.strict && next >= 0 {
		if m := p.missing(seen); m != nil {
			d.fail(at, ReasonMissing, "mandatory member is missing")
			return d.in(m.name)
		}
	}
	return next
}

//go:noinline
func (d *decoder) duplicate(at int) int {
	return d.fail(at, ReasonDuplicate, "duplicate member")
}

// member reads the value of a member into its field.
func (d *decoder) member(m *member, i int, dst unsafe.Pointer) int {
	if m.pointer {
		return d.pointer(m.plan, i, dst)
	}
	switch m.kind {
	case kindString:
		return d.string(i, (*string)(dst))
	case kindEnum, kindTag:
		if !d.strict {
			return d.string(i, (*string)(dst))
		}
	case kindBool:
		return d.bool(i, (*bool)(dst))
	case kindInt64:
		return d.signed(i, 64, (*int64)(dst))
	case kindAny:
		if m.optional {
			v, i := d.any(i)
			if i >= 0 && v == nil {
				v = Null{} // present, unlike nil
			}
			*(*any)(dst) = v
			return i
		}
	}
	return d.value(m.plan, i, dst)
}

// other reads the value of a member that is not in the schema.
func (d *decoder) other(p *plan, name string, i, at int, base unsafe.Pointer, others *nameSet) int {
	if p.hasExtra {
		extra := (*map[string]any)(unsafe.Add(base, p.extra))
		if _, was := (*extra)[name]; was {
			return d.duplicate(at)
		}
		v, next := d.any(i)
		if next >= 0 {
			if *extra == nil {
				*extra = map[string]any{}
			}
			(*extra)[strings.Clone(name)] = v
		}
		return next
	}
	if d.strict {
		return d.fail(at, ReasonUnexpected, "member is not in the schema")
	}
	if others.add(name) {
		return d.duplicate(at)
	}
	return d.skip(i)
}

// alternate reads any of the kinds of an alternate.
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

// wanted lists the kinds of an alternate.
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

// unknownValue says that the schema does not have a value of an enum, or no
// branch for it.
func (d *decoder) unknownValue(value string, at int) int {
	d.fail(at, ReasonValue, "unknown value "+quote(value))
	d.err.Value = value
	return -1
}
