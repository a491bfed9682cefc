package wire

import (
	"encoding/json"
	"slices"
	"strings"
)

// lookForTag selects the branch of o by the discriminator, which follows the member at data[i]. It
// reports whether that succeeded.
func (d *decoder) lookForTag(o *object, i int) bool {
	tag := &o.shape.members[o.shape.start+o.shape.union.tag]
	value, found, ok := d.lookAhead(i, tag.name)
	switch {
	case !ok:
		return false
	case !found && tag.pointer:
		o.open = false // no discriminator, no branch
		return true
	case !found && d.strict:
		d.fail(i, ReasonMissing, "mandatory member is missing")
		d.in(tag.name)
		return false
	}
	return d.choose(o, value, i)
}

// choose creates the branch of o for a value of the discriminator at data[at], and reports whether
// that succeeded.
func (d *decoder) choose(o *object, value string, at int) bool {
	u := o.shape.union
	base := o.bases[o.shape.level]
	k := u.names.find(value)
	o.open = false
	switch {
	case k < 0 && (d.strict || u.unknown.word == nil):
		d.unknownValue(value, at)
		d.in(o.shape.members[o.shape.start+u.tag].name)
		return false
	case k < 0:
		o.unknown = (*Unknown)(d.setBranch(u, base, &u.unknown))
	case u.branches[k].plan != nil:
		if o.shape.level == maxLevels-1 {
			d.fail(at, ReasonGo, "too many unions in each other's branches")
			return false
		}
		o.shape = o.shape.with(k)
		o.bases[o.shape.level] = d.setBranch(u, base, &u.branches[k])
		o.open = o.shape.union != nil
	}
	return true
}

// unknownMember stores the value of a member of an unknown branch.
func (d *decoder) unknownMember(o *object, name string, i, at int) int {
	if o.others.add(name) {
		return d.duplicate(at)
	}
	next := d.skip(i)
	if next >= 0 {
		o.unknown.Members = append(o.unknown.Members, RawMember{
			Name:  strings.Clone(name),
			Value: json.RawMessage(slices.Clone(d.data[i:next])),
		})
	}
	return next
}

// lookAhead returns the value of the discriminator if it is among the members that start at
// data[i]. The values of the other members are skipped, not decoded. ok is false if it failed.
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

// A skipMemo records the ends of objects and arrays that were skipped to find a discriminator.
// Without it, a union whose discriminator comes last would be skipped once for each union that
// contains it.
type skipMemo struct {
	spans []span // in the order of their starts
	end   int    // objects and arrays that start before it have been skipped
	count int    // elements or members of the object or array skipped last
}

type span struct{ start, end, count int }

// minSpan is the size, in bytes, from which objects and arrays are recorded.
const minSpan = 64

// skip is skipContainer with a memo.
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

// find returns the record of the object or array at data[i], or nil.
func (s *skipMemo) find(i int) *span {
	if i >= s.end {
		return nil
	}
	low, high := 0, len(s.spans)
	for low < high {
		middle := (low + high) / 2
		if s.spans[middle].start < i {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low == len(s.spans) || s.spans[low].start != i || s.spans[low].end == 0 {
		return nil
	}
	return &s.spans[low]
}
