package wire

import (
	"strings"
	"sync/atomic"
	"unsafe"
)

// enumValues caches decoded values of an enum, so that each is allocated once. The first value in a
// slot stays, so that the memory that a server can occupy is bounded.
type enumValues [32]atomic.Pointer[enumValue]

type enumValue struct {
	_    incomparable
	head uint64 // the first word, see cutWord
	text string
}

// maxEnumValue is the maximum size of a cached value, in bytes.
const maxEnumValue = 64

// place returns the slot for values with this first word.
func (v *enumValues) place(head uint64) *atomic.Pointer[enumValue] {
	return &v[head*0x9E3779B97F4A7C15>>(64-5)]
}

// find returns the value at data[i] if it is cached, or nil.
func (v *enumValues) find(data []byte, i int) *enumValue {
	if i+9 > len(data) || data[i] != '"' {
		return nil
	}
	head, quote := cutWord(load(unsafe.Pointer(unsafe.SliceData(data)), i+1))
	value := v.place(head).Load()
	if value == nil || value.head != head {
		return nil
	}
	if !quote {
		end := i + 1 + len(value.text)
		if end >= len(data) || data[end] != '"' || string(data[i+9:end]) != value.text[8:] {
			return nil
		}
	}
	return value
}

// add caches a value that has no escapes in the input, if its slot is free.
func (v *enumValues) add(text string) {
	if text == "" || len(text) > maxEnumValue {
		return
	}
	head := nameWord(text)
	if place := v.place(head); place.Load() == nil {
		place.CompareAndSwap(nil, &enumValue{head: head, text: strings.Clone(text)})
	}
}

// enum decodes a value of an enum into dst.
func (d *decoder) enum(p *plan, i int, dst *string) int {
	var next int
	if v := p.values.find(d.data, i); v != nil {
		*dst = v.text
		next = i + 2 + len(v.text)
	} else {
		if next = d.string(i, dst); next < 0 {
			return -1
		}
		if next == i+2+len(*dst) { // no escapes: an escape is longer than its value
			p.values.add(*dst)
		}
	}
	if d.strict && !p.knows(unsafe.Pointer(dst)) {
		return d.unknownValue(*dst, i)
	}
	return next
}

// knows reports whether the schema has the enum value at src.
func (p *plan) knows(src unsafe.Pointer) bool {
	v := words{p.known, src}
	return (*(*interface{ Known() bool })(unsafe.Pointer(&v))).Known()
}
