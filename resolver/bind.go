package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// bind gives each name of a type its type, as far as there is one.
func (r *resolver) bind() {
	for _, p := range r.pending {
		if t := r.lookup(p.name); t != nil {
			*p.target = t
		}
	}
	for _, e := range r.entities {
		switch def := e.def.(type) {
		case *ir.Array: // an array is as available as its elements, and placed with them
			if def.Elem != nil {
				def.Module, def.If = def.Elem.Head().Module, def.Elem.Head().If
			}
		case *ir.Struct:
			if src, ok := e.src.(*ast.Struct); ok && src.Base != nil {
				def.Base, _ = r.lookup(src.Base.Value).(*ir.Struct)
			}
			if len(def.Members) > fewMembers {
				r.names[def] = ownNames(def)
			}
		case *ir.Union:
			if src, ok := e.src.(*ast.Union); ok && src.Base != nil && src.Base.Name != nil {
				r.bindBase(def, src.Base.Name.Value)
			}
		}
	}
	for _, w := range r.wrappers { // a wrapper is as available as what it wraps
		if t := w.Members[0].Type; t != nil {
			w.If = t.Head().If
		}
	}
}

// lookup returns the type of that name, or nil. Implicit structs have names, but
// no schema can use them.
func (r *resolver) lookup(name string) ir.Type {
	t, ok := r.schema.ByName[name].(ir.Type)
	if _, object := t.(*ir.Struct); !ok || object && t.Head().Implicit {
		return nil
	}
	return t
}

// bindBase gives a union the base it names. In a simple union (QEMU 1.6 to 2.3)
// the members of the named struct stand beside the discriminator.
func (r *resolver) bindBase(u *ir.Union, name string) {
	base, _ := r.lookup(name).(*ir.Struct)
	if u.Simple {
		u.Base.Base = base
		return
	}
	u.Base = base
}

// fewMembers is how many are searched one after the other. Most structs have no
// more, for which a map costs more than it helps.
const fewMembers = 8

// own returns the member of s, without those it inherits, that has the clash name,
// or nil. Of members that clash it is the first.
func (r *resolver) own(s *ir.Struct, clash string) *ir.Member {
	if len(s.Members) > fewMembers {
		return r.names[s][clash]
	}
	for _, m := range s.Members {
		if clashesWith(m.Name, clash) {
			return m
		}
	}
	return nil
}

// ownNames indexes the members of s, without those it inherits, by clash name.
// Of members that clash the first counts.
func ownNames(s *ir.Struct) map[string]*ir.Member {
	names := make(map[string]*ir.Member, len(s.Members))
	for _, m := range s.Members {
		if c := clashName(m.Name); names[c] == nil {
			names[c] = m
		}
	}
	return names
}
