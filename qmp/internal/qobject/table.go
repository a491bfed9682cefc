package qobject

import "slices"

// FirstUnexpected returns the name that QEMU reports when an object has unexpected members. QEMU
// puts all names into a GLib hash table, in the order of their buckets, removes the expected ones,
// and reports the first that is left. names are those of the object in the order of the text;
// expected are those that QEMU has visited, in its order. The result is "" if no name is left.
func FirstUnexpected(names, expected []string) string {
	order := slices.Clone(names)
	slices.Reverse(order) // the last one of a bucket comes first
	slices.SortStableFunc(order, func(a, b string) int { return int(bucket(a)) - int(bucket(b)) })
	t := newTable(minShift)
	for _, name := range order {
		t.insert(name)
	}
	for _, name := range expected {
		t.remove(name)
	}
	for _, s := range t.slots {
		if s.hash > removed {
			return s.name
		}
	}
	return ""
}

// A table works as GLib's GHashTable since 2.60: open addressing with a step that grows by one,
// resized when it is too full or too empty.
type table struct {
	slots    []slot
	shift    int
	nodes    int // names
	occupied int // names, and slots that names were removed from
}

type slot struct {
	hash uint32 // unused, removed, or that of the name
	name string
}

const (
	unused   = 0
	removed  = 1
	minShift = 3
)

// primes has the prime below each power of two.
var primes = [...]uint32{
	1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521,
	131071, 262139, 524287, 1048573, 2097143, 4194301,
}

func newTable(shift int) *table { return &table{slots: make([]slot, 1<<shift), shift: shift} }

// hashOf is g_str_hash, except for the two values that mark slots.
func hashOf(name string) uint32 {
	h := uint32(5381)
	for k := range len(name) {
		if name[k] == 0 {
			return hashOf(replaceNUL(name))
		}
		h = h*33 + uint32(int32(int8(name[k])))
	}
	return max(h, removed+1)
}

func (t *table) home(hash uint32) int { return int(hash * 11 % primes[t.shift]) }

// find returns the slot of a name, or the one where it belongs.
func (t *table) find(name string, hash uint32) int {
	at, step, free := t.home(hash), 0, -1
	for t.slots[at].hash != unused {
		switch s := &t.slots[at]; {
		case s.hash == hash && s.name == name:
			return at
		case s.hash == removed && free < 0:
			free = at
		}
		step++
		at = (at + step) & (len(t.slots) - 1)
	}
	if free >= 0 {
		return free
	}
	return at
}

func (t *table) insert(name string) {
	hash := hashOf(name)
	at := t.find(name, hash)
	was := t.slots[at].hash
	t.slots[at] = slot{hash, name}
	if t.nodes++; was == unused {
		t.occupied++
		t.maybeResize()
	}
}

func (t *table) remove(name string) {
	hash := hashOf(name)
	at := t.find(name, hash)
	if t.slots[at].hash != hash {
		return
	}
	t.slots[at] = slot{hash: removed}
	t.nodes--
	t.maybeResize()
}

func (t *table) maybeResize() {
	size := len(t.slots)
	if size > t.nodes*4 && size > 1<<minShift || size <= t.occupied+t.occupied/16 {
		t.resize()
	}
}

// resize moves the names, in place, as GLib does: one that is in the way is moved
// next.
func (t *table) resize() {
	old := len(t.slots)
	t.shift = 0
	for n := int(float64(t.nodes) * 1.333); n > 0; n >>= 1 {
		t.shift++
	}
	t.shift = max(t.shift, minShift)
	size := 1 << t.shift
	if size > old {
		t.slots = append(t.slots, make([]slot, size-old)...)
	}
	moved := make([]bool, max(size, old))
	for i := range old {
		s := t.slots[i]
		if s.hash <= removed {
			t.slots[i] = slot{}
			continue
		}
		if moved[i] {
			continue
		}
		t.slots[i] = slot{}
		for s.hash > removed {
			at, step := t.home(s.hash), 0
			for moved[at] {
				step++
				at = (at + step) & (size - 1)
			}
			moved[at] = true
			s, t.slots[at] = t.slots[at], s
		}
	}
	t.slots = t.slots[:size]
	t.occupied = t.nodes
}
