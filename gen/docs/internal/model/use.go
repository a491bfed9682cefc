package model

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// uses finds the definitions that refer to each type.
func (b *builder) uses() {
	for _, d := range b.Definitions {
		for ref := range ir.References(d.Def) {
			b.use(d, useOf(d, ref.Role), ref.Name, ref.Type)
		}
	}
}

// useOf returns the kind of use for a reference of a definition.
func useOf(d *Definition, role ir.Role) UseKind {
	switch role {
	case ir.RoleBase:
		return AsBase
	case ir.RoleBranch:
		return AsBranch
	case ir.RoleReturn:
		return AsResult
	case ir.RoleArgument:
		if d.Kind == Event {
			return AsData
		}
		return AsArgument
	}
	return AsMember
}

// use records the use of a type. For an implicit type, it records the types of its members.
func (b *builder) use(d *Definition, as UseKind, name string, t ir.Type) {
	t, _ = element(t)
	if t == nil {
		return
	}
	if to := b.page(t); to != nil {
		u := Use{d, as, name}
		for i := len(to.UsedBy) - 1; i >= 0 && to.UsedBy[i].By == d; i-- {
			if to.UsedBy[i] == u {
				return
			}
		}
		to.UsedBy = append(to.UsedBy, u)
		return
	}
	if s, ok := t.(*ir.Struct); ok {
		if as == AsBase || as == AsResult {
			as = AsMember
		}
		for _, m := range s.Members {
			b.use(d, as, m.Name, m.Type)
		}
	}
}

// element returns the innermost element type of an array and the number of dimensions.
func element(t ir.Type) (ir.Type, int) {
	for n := 0; ; n++ {
		a, ok := t.(*ir.Array)
		if !ok {
			return t, n
		}
		t = a.Elem
	}
}

// page returns the definition of a type, or nil if it is built in or implicit.
func (r *Reference) page(t ir.Type) *Definition {
	if t == nil {
		return nil
	}
	if d := r.byName[t.Head().Name]; d != nil && d.Def == ir.Def(t) {
		return d
	}
	return nil
}

// reach finds the commands and events that each type is part of.
func (b *builder) reach() {
	for _, d := range b.Definitions {
		for ref := range ir.References(d.Def) {
			switch {
			case ref.Role == ir.RoleReturn:
				b.visit(ref.Type, func(t *Definition) { t.ReturnedBy = append(t.ReturnedBy, d) })
			case ref.Role != ir.RoleArgument:
			case d.Kind == Event:
				b.visit(ref.Type, func(t *Definition) { t.CarriedBy = append(t.CarriedBy, d) })
			default:
				b.visit(ref.Type, func(t *Definition) { t.TakenBy = append(t.TakenBy, d) })
			}
		}
	}
	for _, t := range b.Types {
		for _, list := range [][]*Definition{t.TakenBy, t.ReturnedBy, t.CarriedBy} {
			slices.SortFunc(list, byName)
		}
	}
}

// visit calls note for the definition of each type that is part of t, bases included.
func (b *builder) visit(t ir.Type, note func(*Definition)) {
	own := b.page(t)
	if own != nil {
		note(own)
	}
	for part := range ir.Reachable(t, nil) {
		if d := b.page(part); d != nil && d != own {
			note(d)
		}
	}
}
