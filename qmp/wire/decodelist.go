package wire

import (
	"encoding/json"
	"reflect"
	"unsafe"
)

// emptyList is the target of the data pointers of empty lists, which are not nil.
var emptyList uint64

// list decodes an array into the slice at dst.
func (d *decoder) list(p *plan, i int, dst unsafe.Pointer) int {
	start := i
	if i = d.open(i, '[', "array"); i < 0 {
		return -1
	}
	h := (*sliceHeader)(dst)
	if i < len(d.data) && d.data[i] == ']' {
		d.depth--
		h.data = unsafe.Pointer(&emptyList)
		return i + 1
	}
	if p.elem.kind == kindString && p.typ.Elem() == stringType {
		return d.strings(i, (*[]string)(dst))
	}
	d.takeRoom(p.elem, h)
	for n := 0; ; n++ {
		if n == h.cap {
			more := d.growth(p.elem, start, i, n)
			if s := d.pool(p.elem); s != nil {
				s.grow(h, more)
			} else {
				reflect.NewAt(p.typ, dst).Elem().Grow(more)
			}
		}
		h.len = n + 1
		if i = d.value(p.elem, i, unsafe.Add(h.data, uintptr(n)*p.elem.bytes)); i < 0 {
			return d.at(n)
		}
		var done bool
		if i, done = d.more(i, ']'); done {
			d.keepRoom(p.elem, h)
			return i
		}
	}
}

// growth returns how many elements to make room for when the list at data[start] is full: n
// elements end at data[i].
func (d *decoder) growth(elem *plan, start, i, n int) int {
	switch {
	case n == 0:
		if known := d.skips.find(start); known != nil {
			return known.count
		}
		if s := d.pool(elem); s != nil {
			return s.twice(int32(maxListBytes/max(1, elem.bytes)), leastRoom)
		}
		return leastRoom
	case n < 64:
		return n
	}
	// At most as many as the rest of the message can hold if they are as long as those so far.
	rest := (len(d.data)-i)/((i-start)/n) + 1
	return max(n/2, min(rest, 3*n))
}

var stringType = reflect.TypeFor[string]()

// strings decodes the elements of an array of strings.
func (d *decoder) strings(i int, dst *[]string) int {
	list := d.rows
	d.rows = nil
	if list == nil {
		list = make([]string, 0, 4)
	}
	for {
		var s string
		if i = d.string(i, &s); i < 0 {
			return d.at(len(list))
		}
		list = append(list, s)
		var done bool
		if i, done = d.more(i, ']'); done {
			*dst = list[:len(list):len(list)]
			if rest := list[len(list):]; cap(rest) > 0 && len(d.data) >= minShared {
				d.rows = rest
			}
			return i
		}
	}
}

// any decodes a value of any kind. A number becomes a json.Number with the text as received. One
// that is not finite, which JSON cannot represent, becomes a float64.
func (d *decoder) any(i int) (any, int) {
	if i >= len(d.data) {
		return nil, d.syntaxError(errEnd, i)
	}
	if !d.strict {
		if f, n := notFinite(d.data, i); n > 0 {
			return f, i + n
		}
	}
	switch classOf(d.data[i]) {
	case classNull:
		return nil, d.null(i)
	case classBool:
		var v bool
		i = d.bool(i, &v)
		return v, i
	case classNumber:
		text, _, i := d.number(i, "number")
		return json.Number(text), i
	case classString:
		var v string
		i = d.string(i, &v)
		return v, i
	case classArray:
		return d.anyList(i)
	case classObject:
		m, i := d.anyMap(i)
		return m, i
	}
	return nil, d.syntaxError(errByte, i)
}

func (d *decoder) anyList(i int) (any, int) {
	if i = d.open(i, '[', "array"); i < 0 {
		return nil, -1
	}
	list := []any{}
	if i < len(d.data) && d.data[i] == ']' {
		d.depth--
		return list, i + 1
	}
	for {
		var v any
		if v, i = d.any(i); i < 0 {
			return nil, d.at(len(list))
		}
		list = append(list, v)
		var done bool
		if i, done = d.more(i, ']'); done {
			return list, i
		}
	}
}

func (d *decoder) anyMap(i int) (map[string]any, int) {
	if i = d.open(i, '{', "object"); i < 0 {
		return nil, -1
	}
	m := map[string]any{}
	if i < len(d.data) && d.data[i] == '}' {
		d.depth--
		return m, i + 1
	}
	for {
		at := i
		var name string
		if name, i = d.name(i); i < 0 {
			return nil, -1
		}
		if _, was := m[name]; was {
			d.duplicate(at)
			return nil, d.in(name)
		}
		var v any
		if v, i = d.any(i); i < 0 {
			return nil, d.in(name)
		}
		m[d.keep([]byte(name))] = v
		var done bool
		if i, done = d.more(i, '}'); done {
			return m, i
		}
	}
}
