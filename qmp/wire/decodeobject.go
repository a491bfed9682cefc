package wire

import (
	"strings"
	"sync/atomic"
	"unsafe"
)

// open skips the first byte of an object or array, and the white space after it.
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

// atNext reports whether data[i:] starts with a comma, a space and a quote, the separator that QEMU
// writes between members.
func (d *decoder) atNext(i int) bool {
	return i+4 <= len(d.data) && load4(unsafe.Pointer(unsafe.SliceData(d.data)), i)&0xFFFFFF == ','|' '<<8|'"'<<16
}

// more skips what follows a member or element: a comma, or the closing bracket of the object or
// array.
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

// name scans the name of a member, the colon and white space. The name shares memory with the
// input.
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

// colon skips the colon, and white space, between a name and its value.
func (d *decoder) colon(i int) int {
	i, f := skipColon(d.data, i)
	if f != noError {
		return d.syntaxError(f, i)
	}
	return i
}

// maxLevels is the maximum number of levels of an object.
const maxLevels = 4

// An object is the state of decoding an object.
type object struct {
	shape   *shape
	last    int  // the last member decoded, or -1
	open    bool // the branch is not selected yet
	seen    memberSet
	bases   [maxLevels]unsafe.Pointer // addresses of the structs, by level
	unknown *Unknown                  // members of an unknown branch
	others  nameSet                   // names of other unknown members
}

// object decodes an object into the struct or union at base. The discriminator of a union may be
// anywhere: it is searched for at the first member that is not a common one.
func (d *decoder) object(p *plan, i int, base unsafe.Pointer) int {
	if i = d.open(i, '{', "object"); i < 0 {
		return -1
	}
	o := object{shape: &p.shape, last: -1, open: p.union != nil}
	o.bases[0] = base
	if i < len(d.data) && d.data[i] == '}' {
		d.depth--
		return d.complete(&o, i, i+1)
	}
	for {
		at := i
		m, value := d.expected(&o, i)
		if m == nil {
			var name string
			if m, value, name = d.find(&o, i); value < 0 {
				return -1
			}
			if o.open && (m == nil || o.shape.isShared(m)) {
				if !d.lookForTag(&o, i) {
					return -1
				}
				continue
			}
			if m == nil {
				if i = d.other(p, &o, name, value, at); i < 0 {
					return d.in(name)
				}
			} else {
				d.learn(&o, m)
			}
		}
		if m != nil {
			if k := uint(m.index); k < 64 && o.seen.low>>k&1 == 0 {
				o.seen.low |= 1 << k // as add does, without a call
			} else if o.seen.add(k) {
				d.duplicate(at)
				return d.in(m.name)
			}
			if i = d.member(m, value, unsafe.Add(o.bases[m.level%maxLevels], m.off)); i < 0 {
				return d.in(m.name)
			}
			o.last = int(m.index)
			if m.kind == kindTag && o.open && o.shape.isTag(m) && !d.choose(&o, *m.stringAt(o.bases[m.level]), value) {
				return -1
			}
		}
		if d.atNext(i) {
			i += len(", ")
			continue
		}
		var done bool
		if i, done = d.more(i, '}'); done {
			return d.complete(&o, at, i)
		}
	}
}

// expected returns the member that followed the last one in an earlier object of this shape, and
// the index of its value, if it is the member at data[i]; otherwise nil.
func (d *decoder) expected(o *object, i int) (m *member, value int) {
	data := d.data
	s := o.shape
	k := int(atomic.LoadUint32(&s.order[o.last+1]))
	if i+17 > len(data) || k >= len(s.members) {
		return nil, i // too near the end to load two words, or no member is left
	}
	m = &s.members[k]
	base := unsafe.Pointer(unsafe.SliceData(data))
	if load(base, i+1)&m.headMask != m.head || load(base, i+9)&m.tailMask != m.tail || data[i] != '"' {
		return nil, i
	}
	v := i + 1 + len(m.text)
	if len(m.text) > 16 && (v > len(data) || string(data[i+17:v]) != m.text[16:]) {
		return nil, i
	}
	if v+1 < len(data) && data[v] == ' ' {
		v++ // QEMU writes one
	}
	if v < len(data) && data[v] > ' ' {
		return m, v
	}
	return m, skipSpace(data, v)
}

// find returns the member whose name is at data[i], or nil, and the index of its value. It also
// returns the name if that had to be parsed.
func (d *decoder) find(o *object, i int) (m *member, value int, name string) {
	s := o.shape
	if k := s.names.lookUp(d.data, i); k >= 0 {
		return &s.members[k], d.colon(i + len(s.members[k].name) + 2), ""
	}
	if name, value = d.name(i); value >= 0 {
		if k := s.find(name); k >= 0 {
			m = &s.members[k]
		}
	}
	return m, value, name
}

// maxLearned is the number of times that one message can change expectations.
const maxLearned = 16

// learn records that m followed the last member.
func (d *decoder) learn(o *object, m *member) {
	if d.learned < maxLearned {
		d.learned++
		atomic.StoreUint32(&o.shape.order[o.last+1], m.index)
	}
}

// complete returns next if no mandatory member is missing, or if the mode accepts that.
func (d *decoder) complete(o *object, at, next int) int {
	if d.strict && next >= 0 {
		if m := o.shape.missing(&o.seen); m != nil {
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

// other decodes the value of an unknown member of an object of plan p.
func (d *decoder) other(p *plan, o *object, name string, i, at int) int {
	if o.unknown != nil {
		return d.unknownMember(o, name, i, at)
	}
	if p.hasExtra {
		extra := (*map[string]any)(unsafe.Add(o.bases[0], p.extra))
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
	if o.others.add(name) {
		return d.duplicate(at)
	}
	return d.skip(i)
}

// unknownValue fails because an enum does not have a value, or a union has no branch for it.
func (d *decoder) unknownValue(value string, at int) int {
	d.fail(at, ReasonValue, "unknown value "+quote(value))
	d.err.Value = value
	return -1
}
