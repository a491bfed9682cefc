package golang

import "github.com/qapi-go/qapi-go/ir"

// findCycles numbers structs and unions: two have the same number if each contains the
// other by value, through mandatory members. Go rejects such types; QAPI accepts them,
// though no value of them is finite.
//
// It is Tarjan's algorithm for strongly connected components.
func findCycles(s *ir.Schema) map[ir.Type]int {
	f := &cycleFinder{
		index: make(map[ir.Type]int), low: make(map[ir.Type]int),
		component: make(map[ir.Type]int),
	}
	for _, t := range s.Types {
		if f.index[t] == 0 {
			f.visit(t)
		}
	}
	return f.component
}

type cycleFinder struct {
	index, low map[ir.Type]int // from 1
	stack      []ir.Type
	component  map[ir.Type]int // from 1; 0 while the type is on the stack
	next       int
}

func (f *cycleFinder) visit(t ir.Type) {
	f.next++
	f.index[t], f.low[t] = f.next, f.next
	f.stack = append(f.stack, t)
	for _, m := range byValue(t) {
		switch m.Type.(type) {
		case *ir.Struct, *ir.Union:
		default:
			continue
		}
		if f.index[m.Type] == 0 {
			f.visit(m.Type)
			f.low[t] = min(f.low[t], f.low[m.Type])
		} else if f.component[m.Type] == 0 {
			f.low[t] = min(f.low[t], f.index[m.Type])
		}
	}
	if f.low[t] != f.index[t] {
		return
	}
	for {
		last := f.stack[len(f.stack)-1]
		f.stack = f.stack[:len(f.stack)-1]
		f.component[last] = f.index[t]
		if last == t {
			return
		}
	}
}

// byValue returns the mandatory members of a type, which its Go type holds by value.
func byValue(t ir.Type) []*ir.Member {
	var members, held []*ir.Member
	switch t := t.(type) {
	case *ir.Struct:
		members = t.AllMembers()
	case *ir.Union:
		members = t.Base.AllMembers()
	}
	for _, m := range members {
		if !m.Optional {
			held = append(held, m)
		}
	}
	return held
}

// sameCycle reports whether t, the type of a member of holder, contains holder by value.
func (p *plan) sameCycle(holder, t ir.Type) bool {
	return p.cycles[holder] != 0 && p.cycles[holder] == p.cycles[t]
}
