package wire

import (
	"math/bits"
	"reflect"
	"sync"
	"unsafe"
)

// Values of one message that are behind pointers or in lists share allocations: the first ones for
// a type have room for one value, and each later one for twice as many as the last, up to a limit.
// A value that a program keeps then retains at most that many of its type, or the rest of a long
// list. In small messages each value is allocated alone.
const (
	maxSlab      = 16   // scalars
	singles      = 16   // values behind pointers that are allocated alone
	maxSlabBytes = 1024 // structs, unions and alternates behind pointers
	maxListBytes = 2048 // elements of short lists
	minShared    = 512  // size in bytes from which a message shares allocations
	poolSlots    = 64   // one for each bit of scratch.used
)

// Slabs hold the optional scalars of a message.
type slabs struct {
	strings slab[string]
	bools   slab[bool]
	ints    slab[int64]
	least   int // size of the first allocations
}

type slab[T any] struct {
	values []T // of the last allocation
	used   int
}

// next returns the address of a new zero value. The first allocation is for at least that many.
// It advances an index instead of reslicing, since
// storing a pointer needs a write barrier during garbage collection.
func next[T any](s *slab[T], least int) *T {
	if s.used == len(s.values) {
		s.values, s.used = make([]T, min(max(least, 2*len(s.values)), maxSlab)), 0
	}
	v := &s.values[s.used]
	s.used++
	return v
}

// A pool holds unused zero values of a plan's type. The first two fields outlive the message.
type pool struct {
	plan *plan
	room reflect.Value // the slice at poolState.slice, to allocate elements
	poolState
}

type poolState struct {
	_     incomparable
	slice sliceHeader
	data  unsafe.Pointer
	free  int32 // number of values at data
	size  int32 // of the last allocation
	made  int32 // requests for a value while there was none
}

// A scratch is the working memory of a decoder for one message. It is reused.
type scratch struct {
	pools [poolSlots]pool
	used  uint64 // bit set of the pools used by this message
	spans []span
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// maxSpans is the number of spans that a scratch retains between messages.
const maxSpans = 1 << 12

// release returns the scratch to scratches, without pointers that would retain values.
func (d *decoder) release() {
	s := d.scratch
	if s == nil {
		return
	}
	for ; s.used != 0; s.used &= s.used - 1 {
		p := &s.pools[bits.TrailingZeros64(s.used)]
		if p.data != nil { // storing a pointer needs a write barrier during garbage collection
			p.data = nil
		}
		p.free, p.size, p.made = 0, 0, 0
	}
	s.spans = nil
	if cap(d.skips.spans) <= maxSpans {
		s.spans = d.skips.spans[:0]
	}
	scratches.Put(s)
}

// pool returns the pool for a plan, or nil if the message is too small to share allocations. Plans
// with the same slot displace each other's pools.
func (d *decoder) pool(p *plan) *pool {
	if d.scratch == nil {
		return nil
	}
	s := &d.scratch.pools[p.slot]
	if s.plan != p {
		*s = pool{plan: p}
	}
	d.scratch.used |= 1 << p.slot
	return s
}

// twice doubles the size of the next allocation, within limits, and returns it.
func (s *pool) twice(most, least int32) int {
	s.size = max(least, min(2*s.size, most))
	return int(s.size)
}

// grow makes room for n more elements in the list at h, whose elements are of the pool's type.
func (s *pool) grow(h *sliceHeader, n int) {
	if !s.room.IsValid() {
		s.room = reflect.NewAt(reflect.SliceOf(s.plan.typ), unsafe.Pointer(&s.slice)).Elem()
	}
	s.slice = *h
	s.room.Grow(n)
	*h = s.slice
	s.slice = sliceHeader{}
}

// make returns the address of a new zero value of p's type.
func (d *decoder) make(p *plan) unsafe.Pointer {
	s := d.pool(p)
	if s == nil {
		return reflect.New(p.typ).UnsafePointer()
	}
	if s.free == 0 {
		most := int32(maxSlabBytes / max(1, p.bytes))
		if s.made++; s.made <= singles || most < 2 {
			return reflect.New(p.typ).UnsafePointer()
		}
		var list sliceHeader
		s.grow(&list, s.twice(most, 2))
		s.data, s.free = list.data, int32(list.cap)
	}
	v := s.data
	if s.free--; s.free > 0 {
		s.data = unsafe.Add(v, p.bytes)
	} else {
		s.data = nil
	}
	return v
}

// leastRoom is the initial capacity of a list.
const leastRoom = 4

// takeRoom gives the empty list at h the unused values of the pool of its elements, if there are
// enough to start with. keepRoom returns those that the list did not need.
func (d *decoder) takeRoom(elem *plan, h *sliceHeader) {
	if s := d.pool(elem); s != nil && s.free >= leastRoom {
		h.data, h.cap = s.data, int(s.free)
		s.data, s.free = nil, 0
	}
}

// keepRoom reduces the capacity of a complete list to its length and returns the rest to the pool.
func (d *decoder) keepRoom(elem *plan, h *sliceHeader) {
	rest := h.cap - h.len
	if rest == 0 || rest >= 1<<16 {
		return
	}
	if s := d.pool(elem); s != nil && int(s.free) < rest {
		s.data, s.free = unsafe.Add(h.data, uintptr(h.len)*elem.bytes), int32(rest)
		h.cap = h.len
	}
}
