package wire

import (
	"reflect"

	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
)

// explain returns the error that QEMU would report for data, which was refused, or nil if there is
// none.
func explain(data []byte, p *plan) error {
	// QEMU checks the schema only after parsing the complete JSON.
	if d := (decoder{data: data, strict: true, asQEMU: true}); Valid(data) && d.explain(p, skipSpace(data, 0)) < 0 {
		return d.finish()
	}
	return nil
}

// explain finds the error that QEMU would report for a value that was refused. Decode stops at the
// first error in the order of the text. QEMU visits the members of a type in the order of the
// schema, decoding each value on the way, and then looks for members that the schema does not have.
// explain does the same. It returns -1 with the error, or an index if there is none.
func (d *decoder) explain(p *plan, i int) int {
	if i >= len(d.data) {
		return d.syntaxError(errEnd, i)
	}
	switch p.kind {
	case kindPointer:
		return d.explain(p.elem, i)
	case kindSlice:
		return d.explainList(p, i)
	case kindStruct, kindUnion:
		return d.explainObject(p, i)
	case kindAlternate:
		if class := classOf(d.data[i]); class != classNone && p.classes[class] >= 0 && class != classNull {
			return d.explain(p.members[p.classes[class]].plan, i)
		}
	}
	return d.value(p, i, reflect.New(p.typ).UnsafePointer())
}

func (d *decoder) explainList(p *plan, i int) int {
	if i = d.open(i, '[', "array"); i < 0 {
		return -1
	}
	if i < len(d.data) && d.data[i] == ']' {
		d.depth--
		return i + 1
	}
	for n, done := 0, false; !done; n++ {
		if d.explain(p.elem, i) < 0 {
			return d.at(n)
		}
		if i = d.skip(i); i < 0 {
			return -1
		}
		i, done = d.more(i, ']')
	}
	return i
}

// A presentMember is a member of an object in the input.
type presentMember struct {
	name  string
	at    int // index of the name
	value int // index of the value
}

func (d *decoder) explainObject(p *plan, i int) int {
	if i = d.open(i, '{', "object"); i < 0 {
		return -1
	}
	depth, last := d.depth, i
	present, end := d.present(i)
	if end < 0 {
		return -1
	}
	d.depth = depth
	byName := make(map[string]*presentMember, len(present))
	names := make([]string, len(present))
	for k := range present {
		byName[present[k].name] = &present[k]
		names[k], last = present[k].name, present[k].at
	}
	var expected []string
	extra := false
	for p != nil {
		for k := range p.members {
			m := &p.members[k]
			found := byName[m.name]
			switch {
			case found != nil:
				expected = append(expected, m.name)
				if d.explain(m.plan, found.value) < 0 {
					return d.in(m.name)
				}
			case !m.optional:
				d.fail(last, ReasonMissing, "mandatory member is missing")
				return d.in(m.name)
			}
		}
		extra = extra || p.hasExtra
		if p.kind != kindUnion {
			break
		}
		var branch *plan
		tag := byName[p.members[p.union.tag].name]
		if tag != nil {
			var value string
			if d.string(tag.value, &value) < 0 {
				return d.in(tag.name)
			}
			if b := p.union.find(value); b != nil {
				branch = b.plan
			} else {
				d.unknownValue(value, tag.value)
				return d.in(tag.name)
			}
		}
		p = branch
	}
	if len(expected) < len(present) && !extra {
		name := qobject.FirstUnexpected(names, expected)
		d.fail(byName[name].at, ReasonUnexpected, "member is not in the schema")
		return d.in(name)
	}
	d.depth = depth - 1
	return end
}

// present returns the members of the object whose first is at data[i], and the index after the
// object.
func (d *decoder) present(i int) (list []presentMember, end int) {
	if i < len(d.data) && d.data[i] == '}' {
		return nil, i + 1
	}
	for done := false; !done; {
		m := presentMember{at: i}
		if m.name, m.value = d.name(i); m.value < 0 {
			return nil, -1
		}
		end, f := skipValue(d.data, m.value, d.depth, d.mode(), &d.skips)
		if f != noError {
			return nil, d.syntaxError(f, end)
		}
		list = append(list, m)
		if i, done = d.more(end, '}'); i < 0 {
			return nil, -1
		}
	}
	return list, i
}
