package resolver

import (
	"github.com/qapi-go/qapi-go/ast"
	"github.com/qapi-go/qapi-go/ir"
)

// bind binds names of types to the types, as far as these exist.
func (r *resolver) bind() {
	for _, e := range r.entities {
		r.bindTypes(e)
	}
	for _, e := range r.entities {
		switch def := e.def.(type) {
		case *ir.Array: // an array has the condition and module of its elements
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
	for _, w := range r.wrappers { // a wrapper has the condition of the type it wraps
		if t := w.Members[0].Type; t != nil {
			w.If = t.Head().If
		}
	}
}

// bindTypes binds the references to types in e.
func (r *resolver) bindTypes(e *entity) {
	switch def := e.def.(type) {
	case *ir.Array:
		def.Elem = r.lookup(e.use.Name.Value)
	case *ir.Struct:
		for i, written := range e.members {
			r.bindType(&def.Members[i].Type, &written.Type)
		}
	case *ir.Union:
		for i, b := range e.src.(*ast.Union).Branches {
			r.bindType(&def.Branches[i].Type, &b.Type)
		}
	case *ir.Alternate:
		for i, b := range e.src.(*ast.Alternate).Branches {
			r.bindType(&def.Branches[i].Type, &b.Type)
		}
	case *ir.Command:
		src := e.src.(*ast.Command)
		r.bindArguments(&def.Arg, src.Data)
		if src.Returns != nil {
			r.bindType(&def.Returns, src.Returns)
		}
	case *ir.Event:
		r.bindArguments(&def.Arg, e.src.(*ast.Event).Data)
	}
}

// bindType binds *target to the type that ref names, unless it is set: to an array or a
// nested struct.
func (r *resolver) bindType(target *ir.Type, ref *ast.TypeRef) {
	if *target == nil {
		*target = r.lookup(ref.Name.Value)
	}
}

func (r *resolver) bindArguments(target *ir.Type, data *ast.Data) {
	if data != nil && data.Name != nil {
		*target = r.lookup(data.Name.Value)
	}
}

// lookup returns the type of that name, or nil. Schemas cannot use the names of implicit
// structs.
func (r *resolver) lookup(name string) ir.Type {
	t, ok := r.schema.ByName[name].(ir.Type)
	if _, object := t.(*ir.Struct); !ok || object && t.Head().Implicit {
		return nil
	}
	return t
}

// bindBase binds the base of a union. In a simple union (QEMU 1.6 to 2.3) the members of the
// named struct are beside the discriminator.
func (r *resolver) bindBase(u *ir.Union, name string) {
	base, _ := r.lookup(name).(*ir.Struct)
	if u.Simple {
		u.Base.Base = base
		return
	}
	u.Base = base
}

// fewMembers is the number of members up to which own searches linearly. Most structs have no
// more, and for these a map does not pay.
const fewMembers = 8

// own returns the first member of s, not counting inherited ones, that has the given clash
// name, or nil.
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

// ownNames indexes the members of s, not counting inherited ones, by clash name. The first
// member of a name wins.
func ownNames(s *ir.Struct) map[string]*ir.Member {
	names := make(map[string]*ir.Member, len(s.Members))
	for _, m := range s.Members {
		if c := clashName(m.Name); names[c] == nil {
			names[c] = m
		}
	}
	return names
}
