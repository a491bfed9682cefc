package merge

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/qapi-go/qapi-go/ir"
)

// A maker creates random values that are valid in a release.
type maker struct {
	*rand.Rand
	held map[*ir.Member]ir.Type // of members of built-in types: what holds them in the result
	free bool                   // a value is not one of those of the enum that holds it
}

// maxDepth is the depth from which optional members and elements are omitted.
const maxDepth = 5

// object returns an object, as it is on the wire, of a type or nil.
func (m *maker) object(t ir.Type, depth int) map[string]any {
	o := make(map[string]any)
	switch t := t.(type) {
	case *ir.Struct:
		m.members(o, t, depth)
	case *ir.Union:
		m.members(o, t.Base, depth)
		b := t.Branches[m.IntN(len(t.Branches))]
		for try := 0; depth >= maxDepth && b.Type != nil && try < 20; try++ {
			b = t.Branches[m.IntN(len(t.Branches))]
		}
		o[t.Discriminator.Name] = b.Name
		for name, v := range m.object(b.Type, depth+1) {
			o[name] = v
		}
	}
	return o
}

func (m *maker) members(o map[string]any, s *ir.Struct, depth int) {
	for _, member := range s.AllMembers() {
		if member.Optional && (depth >= maxDepth || m.IntN(2) == 0) {
			continue
		}
		v := m.value(member.Type, depth+1)
		switch held := m.held[member].(type) {
		case *ir.Builtin:
			n, ok := v.(int64)
			if ok && held.JSON == ir.JSONNumber { // held in 53 bits
				v = n >> 11
			} else if _, signed := held.Bits(); ok && n < 0 && held.JSON == ir.JSONInt && !signed {
				v = -(n + 1) // int became uint64: quantities, which are never negative
			}
		case *ir.Enum:
			if m.IntN(2) == 0 {
				v = m.value(held, depth)
			} else {
				m.free = true
			}
		}
		o[member.Name] = v
	}
}

// value returns a value of a type: nil, bool, int64, uint64, float64, string,
// []any or map[string]any.
func (m *maker) value(t ir.Type, depth int) any {
	switch t := t.(type) {
	case *ir.Builtin:
		return m.builtin(t)
	case *ir.Enum:
		return t.Values[m.IntN(len(t.Values))].Name
	case *ir.Array:
		list := []any{}
		for n := m.IntN(3); n > 0 && depth < maxDepth; n-- {
			list = append(list, m.value(t.Elem, depth+1))
		}
		return list
	case *ir.Alternate:
		return m.value(t.Branches[m.IntN(len(t.Branches))].Type, depth)
	}
	return m.object(t, depth)
}

func (m *maker) builtin(t *ir.Builtin) any {
	switch t.JSON {
	case ir.JSONString:
		return []string{"", "a", "täglich \"x\"\n", "virtio0"}[m.IntN(4)]
	case ir.JSONBoolean:
		return m.IntN(2) == 0
	case ir.JSONNull:
		return nil
	case ir.JSONNumber:
		return []float64{0, -0.5, 1e300, 3}[m.IntN(4)]
	case ir.JSONValue:
		return []any{nil, true, "x", map[string]any{"a": []any{}}, []any{map[string]any{}}}[m.IntN(5)]
	}
	bits, signed := t.Bits()
	shift := m.IntN(bits)
	if !signed {
		return m.Uint64() >> (64 - bits) >> shift
	}
	return int64(m.Uint64()) >> (64 - bits) >> shift
}

// A sample is a line of the file that the program in testdata/wire reads.
type sample struct {
	Release string
	Kind    string // "args", "result" or "event"
	Name    string // of the command or event
	Free    bool   // not valid in the result, whose enums take any value if not strict
	JSON    any
}

// samples returns n values for each command, result and event of a release.
func samples(m *maker, r Release, n int) []sample {
	var list []sample
	add := func(kind, name string, make func() any) {
		m.free = false
		v := make()
		list = append(list, sample{r.Name, kind, name, m.free, v})
	}
	for range n {
		for _, c := range r.Schema.Commands {
			if c.Arg != nil {
				add("args", c.Name, func() any { return m.object(c.Arg, 0) })
			}
			if c.Returns != nil {
				add("result", c.Name, func() any { return m.value(c.Returns, 0) })
			}
		}
		for _, e := range r.Schema.Events {
			add("event", e.Name, func() any { return m.object(e.Arg, 0) })
		}
	}
	return list
}

func seeded(text string) *rand.Rand {
	var seed [32]byte
	copy(seed[:], fmt.Sprint(strconv.Itoa(len(text)), text))
	return rand.New(rand.NewChaCha8(seed))
}
