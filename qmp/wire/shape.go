package wire

import (
	"sync/atomic"
)

// A shape is the list of members that an object may have: those of a struct, or those of a union
// and, once it is selected, of its branch. Each struct is a level: 0 is the struct or union itself,
// 1 its branch, 2 the branch of that.
type shape struct {
	members  []member // level by level
	names    nameTable
	order    order
	required uint64                  // bits of the mandatory ones among the first 64 members
	union    *unionPlan              // whose branch is not selected yet, at the last level, or nil
	start    int                     // index of that level's first member
	level    uint32                  // the last
	branches []atomic.Pointer[shape] // by branch: this shape with that branch, created on first use
}

// finish completes the shape when all members are known.
func (s *shape) finish() {
	names := make([]string, len(s.members))
	for k := range s.members {
		m := &s.members[k]
		names[k] = m.name
		m.spelling = spell(m.name)
		m.index = uint32(k)
	}
	s.names = makeNameTable(names)
	for k := range s.members {
		// Common members that the branch has, or may have, as well are never expected.
		if m := &s.members[k]; s.find(m.name) != k || s.union != nil && s.isShared(m) {
			m.spelling = unexpected
		}
	}
	s.order = makeOrder(len(names))
}

// with returns the shape with the branch k of its union, which is not empty.
func (s *shape) with(k int) *shape {
	if made := s.branches[k].Load(); made != nil {
		return made
	}
	b := s.union.branches[k].plan
	made := &shape{start: len(s.members), level: s.level + 1, union: b.union, required: s.required}
	made.members = append(append(made.members, s.members...), b.members...)
	for k := range b.members {
		made.members[made.start+k].level = made.level
	}
	if made.start < 64 {
		made.required |= b.required << made.start
	}
	if b.union != nil {
		made.branches = make([]atomic.Pointer[shape], len(b.union.branches))
	}
	made.finish()
	s.branches[k].CompareAndSwap(nil, made)
	return made
}

// find returns the index of the member with a name, or -1.
func (s *shape) find(name string) int { return s.names.find(name) }

// isTag reports whether m is the discriminator of the union whose branch is not selected yet.
func (s *shape) isTag(m *member) bool { return int(m.index) == s.start+s.union.tag }

// isShared reports whether m is a common member of that union that branches have as well. It
// belongs to the branch if the branch has it.
func (s *shape) isShared(m *member) bool {
	return m.level == s.level && s.union.shared.has(uint(int(m.index)-s.start))
}

// missing returns the first mandatory member that is not in the set, or nil.
func (s *shape) missing(seen *memberSet) *member {
	if len(s.members) <= 64 && s.required&^seen.low == 0 {
		return nil
	}
	for k := range s.members {
		if m := &s.members[k]; !m.optional && !seen.has(uint(k)) {
			return m
		}
	}
	return nil
}

// An order contains, for each member of a shape at its index + 1, the member that followed it in an
// earlier object, and at 0 the first member. Goroutines read and write it concurrently.
type order []uint32

func makeOrder(members int) order {
	o := make(order, members+1)
	for k := range o {
		o[k] = uint32(k) // initially the order of the schema; none after the last
	}
	return o
}
