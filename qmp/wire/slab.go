package wire

import (
	"math/bits"
	"reflect"
	"sync"
	"unsafe"
)

// Values of a message that are behind pointers or in lists share allocations:
// several of a type are made at once, the first time one, then twice as many each
// time. A value that is kept then keeps at most that much of its kind, or the
// rest of a long list. Small messages get a value an allocation.
const (
	maxSlab      = 16   // scalars
	singles      = 8    // values behind pointers that have an allocation each
	maxSlabBytes = 1024 // structs, unions and alternates behind pointers
	maxListBytes = 2048 // elements of short lists
	minShared    = 512  // bytes of a message that shares
	poolSlots    = 64   // one for each bit of scratch.used
)

// The slabs of a message are where optional scalars are.
type slabs struct {
	strings slab[string]
	bools   slab[bool]
	ints    slab[int64]
}

type slab[T any] struct {
	values []T // of the last allocation
	used   int
}

// next returns the address of a new zero value. It moves an index rather than the slice: a pointer
// that is stored costs much more while garbage is collected.
func next[T any](s *slab[T]) *T {
	if s.used == len(s.values) {
		s.values, s.used = make([]T, min(max(1, 2*len(s.values)), maxSlab)), 0
	}
	v := &s.values[s.used]
	s.used++
	return v
}

// A pool has zero values of a plan's type that are not in use yet. The first two fields outlive
// the message.
type pool struct {
	plan *plan
	room reflect.Value // the list at slice, to have elements allocated
	poolState
}

type poolState struct {
	slice sliceHeader
	data  unsafe.Pointer
	free  int32 // how many are at data
	size  int32 // of the last allocation
	made  int32 // how often a value was asked for while there was none
}

// A scratch is what a decoder needs for the time of a message. It is used again.
type scratch struct {
	pools [poolSlots]pool
	used  uint64 // bits of the pools of this message
	spans []span
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// maxSpans is how many spans a scratch keeps between messages.
const maxSpans = 1 << 12

// release gives the scratch back, without what would keep values in memory.
func (d *decoder) release() {
	s := d.scratch
	if s == nil {
		return
	}
	for ; s.used != 0; s.used &= s.used - 1 {
		s.pools[bits.TrailingZeros64(s.used)].poolState = poolState{}
	}
	s.spans = nil
	if cap(d.skips.spans) <= maxSpans {
		s.spans = d.skips.spans[:0]
	}
	scratches.Put(s)
}

// pool returns the pool for a plan, or nil if the message is too small for any.
// Plans may take each other's place.
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

// twice sets the size of the next allocation to twice that of the last.
func (s *pool) twice(most, least int32) int {
	s.size = max(least, min(2*s.size, most))
	return int(s.size)
}

// grow makes room for n more elements in the list at h, which is of the pool's type.
func (s *pool) grow(h *sliceHeader, n int) {
	if !s.room.IsValid() {
		s.room = reflect.NewAt(reflect.SliceOf(s.plan.typ), unsafe.Pointer(&s.slice)).Elem()
	}
	s.slice = *h
	s.room.Grow(n)
	*h = s.slice
	s.slice = sliceHeader{}
}

// make returns the address of a new zero value of a plan's type.
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

// leastRoom is the number of elements that a list starts with.
const leastRoom = 4

// takeRoom gives an empty list at h what the pool of its elements has, if that is
// enough to start with; keepRoom gives back what is left.
func (d *decoder) takeRoom(elem *plan, h *sliceHeader) {
	if s := d.pool(elem); s != nil && s.free >= leastRoom {
		h.data, h.cap = s.data, int(s.free)
		s.data, s.free = nil, 0
	}
}

// keepRoom cuts a complete list to its length.
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
