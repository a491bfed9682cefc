package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"unsafe"
)

// A level is a struct that takes members of the object being read: a union, its
// branch, and if that is a union, the branch of the branch, and so on.
type level struct {
	plan    *plan
	base    unsafe.Pointer
	seen    memberSet
	order   order // of the members of the level below, then its own
	below   int   // how many are of the level below
	decided bool  // the branch is chosen, or this is no union
}

// union reads an object into the union at base. The discriminator may stand
// anywhere: it is looked for when the first member comes that is not a common
// one.
func (d *decoder) union(p *plan, i int, base unsafe.Pointer) int {
	if i = d.open(i, '{', "object"); i < 0 {
		return -1
	}
	var room [2]level
	levels := room[:1]
	top := &levels[0]
	top.plan, top.base, top.order = p, base, p.order
	var unknown *Unknown
	var others nameSet
	done := i < len(d.data) && d.data[i] == '}'
	at := i
	if done {
		d.depth--
		i++
	}
	last := -1 // the member that came last, in top.order
	for !done {
		at = i
		var m *member
		value := -1
		v, k := top, top.order.after(last)-top.below
		if k < 0 {
			v, k = &levels[len(levels)-2], k+top.below
		}
		if k < len(v.plan.members) {
			if m = &v.plan.members[k]; v == top || !v.shares(m) {
				value = d.named(m, i)
			}
		}
		var name string
		found := value < 0
		if found {
			if v, m, value, name = d.findIn(levels, i); value < 0 {
				return -1
			}
		}
		if !top.decided && (m == nil || v == top && v.shares(m)) {
			tag := &top.plan.members[top.plan.union.tag]
			value, found, ok := d.lookAhead(i, tag.name)
			if !ok {
				return -1
			}
			if !found && tag.pointer {
				top.decided = true // without a branch
				continue
			}
			if !found && d.strict {
				d.fail(at, ReasonMissing, "mandatory member is missing")
				return d.in(tag.name)
			}
			last = max(last-top.below, -1)
			if levels, unknown, ok = d.decide(levels, value, at); !ok {
				return d.in(tag.name)
			}
			top = &levels[len(levels)-1]
			continue
		}
		if m != nil {
			if v.seen.add(uint(m.index)) {
				d.duplicate(at)
				return d.in(m.name)
			}
			if i = d.member(m, value, unsafe.Add(v.base, m.off)); i < 0 {
				return d.in(m.name)
			}
			if now := v.place(m, levels); now >= 0 {
				if found {
					d.learn(top.order, last, now)
				}
				last = now
			}
			if !v.decided && int(m.index) == v.plan.union.tag {
				var ok bool
				if levels, unknown, ok = d.decide(levels, d.tagOf(v), value); !ok {
					return d.in(m.name)
				}
				last = int(m.index)
				top = &levels[len(levels)-1]
			}
		} else if i = d.unionOther(&levels[0], unknown, name, value, at, &others); i < 0 {
			return d.in(name)
		}
		if d.atNext(i) {
			i += len(", ")
			continue
		}
		i, done = d.more(i, '}')
	}
	if d.strict {
		for k := range levels {
			i = d.complete(levels[k].plan, at, &levels[k].seen, i)
		}
	}
	return i
}

// place returns where a member of v is in the order of the last level, or -1.
func (v *level) place(m *member, levels []level) int {
	switch n := len(levels) - 1; {
	case v == &levels[n]:
		return v.below + int(m.index)
	case v == &levels[n-1]:
		return int(m.index)
	}
	return -1
}

// shares reports whether m is a common member that branches have, too: it is of the branch if that
// has it.
func (v *level) shares(m *member) bool {
	return v.plan.union != nil && v.plan.union.shared.has(uint(m.index))
}

// tagOf returns the value of the discriminator that was read into a level.
func (d *decoder) tagOf(v *level) string {
	value, _ := v.plan.tagValue(v.base)
	return value
}

// findIn finds the member whose name is at data[i], nil if no level has it, and the index of its
// value. A branch goes before the common members.
func (d *decoder) findIn(levels []level, i int) (v *level, m *member, value int, name string) {
	for l := len(levels) - 1; l >= 0; l-- {
		v := &levels[l]
		if m, value := d.find(v.plan, i); m != nil {
			return v, m, value, ""
		}
	}
	if name, value = d.name(i); value < 0 {
		return nil, nil, -1, ""
	}
	for l := len(levels) - 1; l >= 0; l-- {
		v := &levels[l]
		if k := v.plan.find(name); k >= 0 {
			return v, &v.plan.members[k], value, name
		}
	}
	return nil, nil, value, name
}

// decide makes the branch for a value of the discriminator of the last level,
// and a level for it.
func (d *decoder) decide(levels []level, tag string, at int) (_ []level, unknown *Unknown, ok bool) {
	last := &levels[len(levels)-1]
	last.decided = true
	u := last.plan.union
	b := u.find(tag)
	switch {
	case b == nil && (d.strict || u.unknown.word == nil):
		d.unknownValue(tag, at)
		return levels, nil, false
	case b == nil:
		return levels, (*Unknown)(d.setBranch(u, last.base, &u.unknown)), true
	case b.plan == nil:
		return levels, nil, true
	}
	base := d.setBranch(u, last.base, b)
	return append(levels, level{plan: b.plan, base: base, order: b.order, below: len(last.plan.members), decided: b.plan.kind != kindUnion}), nil, true
}

// unionOther reads the value of a member that no level has.
func (d *decoder) unionOther(top *level, unknown *Unknown, name string, i, at int, others *nameSet) int {
	if unknown == nil {
		return d.other(top.plan, name, i, at, top.base, others)
	}
	if others.add(name) {
		return d.duplicate(at)
	}
	next := d.skip(i)
	if next >= 0 {
		unknown.Members = append(unknown.Members, RawMember{
			Name:  strings.Clone(name),
			Value: json.RawMessage(slices.Clone(d.data[i:next])),
		})
	}
	return next
}

// lookAhead returns the value of a discriminator that stands after the member at
// data[i] in the same object. It does not read the members before.
func (d *decoder) lookAhead(i int, tag string) (value string, found, ok bool) {
	for {
		name, v := d.name(i)
		if v < 0 {
			return "", false, false
		}
		if name == tag {
			if d.string(v, &value) < 0 {
				d.in(tag)
				return "", false, false
			}
			return value, true, true
		}
		end, f := skipValue(d.data, v, d.depth, d.mode(), &d.skips)
		if f != noError {
			d.syntaxError(f, end)
			d.in(name)
			return "", false, false
		}
		depth := d.depth
		next, done := d.more(end, '}')
		d.depth = depth
		if done {
			return "", false, next >= 0
		}
		i = next
	}
}

// A skipMemo remembers where objects and arrays end that were skipped to find a
// discriminator. Without it, unions within unions, each with its discriminator
// at the end, would be skipped once for each union around them.
type skipMemo struct {
	spans []span // in order of their start
	end   int    // what starts before it was skipped already
	count int    // of the elements or members of what was skipped last
}

type span struct{ start, end, count int }

// minSpan is the size from which objects are remembered.
const minSpan = 64

// skip is skipContainer with the memo's help.
func (s *skipMemo) skip(data []byte, i, depth int, mode Mode) (int, syntaxError) {
	if i < s.end {
		if known := s.find(i); known != nil {
			return known.end, noError
		}
		return skipContainer(data, i, depth, mode, nil)
	}
	at := len(s.spans)
	s.spans = append(s.spans, span{start: i})
	end, f := skipContainer(data, i, depth, mode, s)
	s.spans[at].end, s.spans[at].count = end, s.count
	if end-i < minSpan {
		s.spans = s.spans[:at]
	}
	s.end = max(s.end, end)
	return end, f
}

// find returns what is known of the object or array at data[i], or nil.
func (s *skipMemo) find(i int) *span {
	if i >= s.end {
		return nil
	}
	at, found := slices.BinarySearchFunc(s.spans, i, func(s span, i int) int { return s.start - i })
	if !found || s.spans[at].end == 0 {
		return nil
	}
	return &s.spans[at]
}
