package wire

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
)

// A nameTable finds a name in a list: open addressing, at most half full.
type nameTable struct {
	slots []int32 // index of the name + 1; 0: free
	shift uint
}

func makeNameTable(names []string) nameTable {
	size := 2
	for size < 2*len(names) {
		size *= 2
	}
	t := nameTable{slots: make([]int32, size), shift: uint(64 - bits.TrailingZeros(uint(size)))}
	for k, name := range names {
		at := t.slot(name)
		for t.slots[at] != 0 {
			at = (at + 1) & (size - 1)
		}
		t.slots[at] = int32(k + 1)
	}
	return t
}

// slot returns where to look for a name first.
func (t *nameTable) slot(name string) int {
	return int((nameWord(name) * 0x9E3779B97F4A7C15) >> t.shift)
}

// nameWord mixes the length, the first and the last bytes of a name.
func nameWord(name string) uint64 {
	n := len(name)
	var first, last uint64
	switch b := []byte(name); {
	case n >= 8:
		first, last = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:])
	case n >= 4:
		first, last = uint64(binary.LittleEndian.Uint32(b)), uint64(binary.LittleEndian.Uint32(b[n-4:]))
	case n > 0:
		first, last = uint64(b[0]), uint64(b[n/2])<<8|uint64(b[n-1])
	}
	return first ^ bits.RotateLeft64(last, 29) ^ uint64(n)<<56
}

// find returns the index of the member with a name, or -1.
func (p *plan) find(name string) int {
	t := &p.names
	for at := t.slot(name); ; at = (at + 1) & (len(t.slots) - 1) {
		k := int(t.slots[at]) - 1
		if k < 0 || p.members[k].name == name {
			return k
		}
	}
}

// linkHints says which member is likely to follow each, and returns the
// likely first. QEMU writes the members of an object in the order of a hash of
// their names; of those that fall together, the one added last comes first.
// This is a hint only: any order is read.
func linkHints(hints []hint, names []string) (first int) {
	if len(names) == 0 {
		return 0
	}
	order := make([]int, len(names))
	for k, name := range names {
		at := k
		for ; at > 0 && qobject.Bucket(names[order[at-1]]) >= qobject.Bucket(name); at-- {
			order[at] = order[at-1]
		}
		order[at] = k
	}
	for k, m := range order {
		hints[m].next = order[(k+1)%len(order)]
	}
	return order[0]
}

// A memberSet holds the members of an object that were met.
type memberSet struct {
	low  uint64
	rest []uint64 // from the 65th on
}

// add adds a member and reports whether it was there.
func (s *memberSet) add(k int) bool {
	if k < 64 {
		bit := uint64(1) << k
		was := s.low&bit != 0
		s.low |= bit
		return was
	}
	return s.addRest(k - 64)
}

func (s *memberSet) addRest(k int) bool {
	for k/64 >= len(s.rest) {
		s.rest = append(s.rest, 0)
	}
	bit := uint64(1) << (k % 64)
	was := s.rest[k/64]&bit != 0
	s.rest[k/64] |= bit
	return was
}

func (s *memberSet) has(k int) bool {
	if k < 64 {
		return s.low&(1<<k) != 0
	}
	k -= 64
	return k/64 < len(s.rest) && s.rest[k/64]&(1<<(k%64)) != 0
}

// missing returns the first mandatory member that is not in the set, or nil.
func (p *plan) missing(s *memberSet) *member {
	if len(p.members) <= 64 && p.required&^s.low == 0 {
		return nil
	}
	for k := range p.members {
		if m := &p.members[k]; !m.optional && !s.has(k) {
			return m
		}
	}
	return nil
}

// A nameSet holds the names of an object's members that are not in the schema,
// to find those that are there twice.
type nameSet struct {
	few  []string
	many map[string]any // without values; programs have this type of map in any case
}

// add adds a name and reports whether it was there.
func (s *nameSet) add(name string) bool {
	if s.many == nil {
		if slices.Contains(s.few, name) {
			return true
		}
		if s.few = append(s.few, name); len(s.few) == 16 {
			s.many = make(map[string]any, 32)
			for _, n := range s.few {
				s.many[n] = nil
			}
		}
		return false
	}
	_, was := s.many[name]
	s.many[name] = nil
	return was
}
