package ir

import (
	"iter"
	"slices"
)

// Definitions returns an iterator over the definitions written in the schema, in the order in
// which QEMU's compiler reads them: an included file is read at the first directive that
// includes it.
func (s *Schema) Definitions() iter.Seq[Def] {
	return func(yield func(Def) bool) {
		seen := make(map[*Module]bool)
		if s.Root != nil && !s.Root.read(seen, yield) {
			return
		}
		for _, m := range s.Modules { // modules that no module includes
			if !m.read(seen, yield) {
				return
			}
		}
	}
}

// read yields the definitions of a module and its includes.
func (m *Module) read(seen map[*Module]bool, yield func(Def) bool) bool {
	if seen[m] {
		return true
	}
	seen[m] = true
	for _, item := range m.Items {
		switch item := item.(type) {
		case Def:
			if !yield(item) {
				return false
			}
		case *Include:
			if !item.Module.read(seen, yield) {
				return false
			}
		}
	}
	return true
}

// ByModule returns an iterator over the definitions written in the schema, module by module in
// the order in which the files were opened.
func (s *Schema) ByModule() iter.Seq[Def] {
	return func(yield func(Def) bool) {
		for _, m := range s.Modules {
			for def := range m.Definitions() {
				if !yield(def) {
					return
				}
			}
		}
	}
}

// Docs returns an iterator over the documentation comments of the schema, module by module in
// source order. Each comes with its definition, or nil if it is free-form.
func (s *Schema) Docs() iter.Seq2[*Doc, Def] {
	return func(yield func(*Doc, Def) bool) {
		for _, m := range s.Modules {
			for _, item := range m.Items {
				var doc *Doc
				var def Def
				switch item := item.(type) {
				case *FreeDoc:
					doc = item.Doc
				case Def:
					doc, def = item.Head().Doc, item
				}
				if doc != nil && !yield(doc, def) {
					return
				}
			}
		}
	}
}

// Definitions returns an iterator over the definitions of the module itself.
func (m *Module) Definitions() iter.Seq[Def] {
	return func(yield func(Def) bool) {
		for _, item := range m.Items {
			if def, ok := item.(Def); ok && !yield(def) {
				return
			}
		}
	}
}

// A Role is the role of a type in a definition that refers to it.
type Role uint8

// The roles.
const (
	RoleBase     Role = iota // base of a struct or union
	RoleMember               // type of a struct member
	RoleBranch               // branch of a union or alternate
	RoleElement              // element of an array
	RoleArgument             // arguments of a command, data of an event
	RoleReturn               // result of a command
)

// A Reference is a reference from a definition to a type.
type Reference struct {
	Role Role
	Name string // name of the member or branch
	Type Type   // never nil

	// Member is the member, for RoleMember.
	Member *Member

	// Conds are the conditions of the reference, all of which must hold. A branch of a union
	// has its own condition and that of the discriminator's value.
	Conds []Cond
}

// References returns an iterator over the references of a definition in source order. It does
// not follow them: the members of a union's base are references of the base, and those of an
// implicit type are references of that type.
func References(d Def) iter.Seq[Reference] {
	return func(yield func(Reference) bool) { references(d, yield) }
}

func references(d Def, yield func(Reference) bool) bool {
	one := func(role Role, t Type) bool { return t == nil || yield(Reference{Role: role, Type: t}) }
	base := func(s *Struct) bool { return s == nil || one(RoleBase, s) }
	switch d := d.(type) {
	case *Command:
		return one(RoleArgument, d.Arg) && one(RoleReturn, d.Returns)
	case *Event:
		return one(RoleArgument, d.Arg)
	case *Array:
		return one(RoleElement, d.Elem)
	case *Struct:
		if !base(d.Base) {
			return false
		}
		for _, m := range d.Members {
			if m.Type != nil && !yield(Reference{RoleMember, m.Name, m.Type, m, conds(m.If)}) {
				return false
			}
		}
	case *Union:
		if !base(d.Base) {
			return false
		}
		for _, b := range d.Branches {
			when := conds(b.If)
			if b.Value != nil {
				when = append(when, conds(b.Value.If)...)
			}
			if b.Type != nil && !yield(Reference{RoleBranch, b.Name, b.Type, nil, when}) {
				return false
			}
		}
	case *Alternate:
		for _, b := range d.Branches {
			if b.Type != nil && !yield(Reference{RoleBranch, b.Name, b.Type, nil, conds(b.If)}) {
				return false
			}
		}
	}
	return true
}

func conds(c Cond) []Cond {
	if c == nil {
		return nil
	}
	return []Cond{c}
}

// Reachable returns an iterator over the types to which a definition refers, directly or
// indirectly, each once. The definition itself is included only if it refers to itself.
// References for which skip returns true are not followed; a nil skip follows all.
func Reachable(d Def, skip func(Reference) bool) iter.Seq[Type] {
	return func(yield func(Type) bool) {
		seen := make(map[Type]bool)
		todo := []Def{d}
		for len(todo) > 0 {
			next := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			at := len(todo)
			for ref := range References(next) {
				if seen[ref.Type] || skip != nil && skip(ref) {
					continue
				}
				seen[ref.Type] = true
				if !yield(ref.Type) {
					return
				}
				todo = append(todo, ref.Type)
			}
			slices.Reverse(todo[at:])
		}
	}
}
