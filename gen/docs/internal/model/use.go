package model

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// uses tells each type which definitions name it.
func (b *builder) uses() {
	for _, d := range b.Definitions {
		switch def := d.Def.(type) {
		case *ir.Command:
			b.use(d, AsArgument, "", def.Arg)
			b.use(d, AsResult, "", def.Returns)
		case *ir.Event:
			b.use(d, AsData, "", def.Arg)
		case *ir.Struct:
			if def.Base != nil {
				b.use(d, AsBase, "", def.Base)
			}
			b.useMembers(d, AsMember, def)
		case *ir.Union:
			if def.Base != nil {
				b.use(d, AsBase, "", def.Base)
			}
			for _, br := range def.Branches {
				b.use(d, AsBranch, br.Name, br.Type)
			}
		case *ir.Alternate:
			for _, br := range def.Branches {
				b.use(d, AsBranch, br.Name, br.Type)
			}
		}
	}
}

// use enters the use of a type. What is written in its place uses others.
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
		b.useMembers(d, as, s)
	}
}

func (b *builder) useMembers(d *Definition, as UseKind, s *ir.Struct) {
	for _, m := range s.Members {
		b.use(d, as, m.Name, m.Type)
	}
}

// element returns the type of the elements of an array, or of the elements of
// those and so on, and how often.
func element(t ir.Type) (ir.Type, int) {
	for n := 0; ; n++ {
		a, ok := t.(*ir.Array)
		if !ok {
			return t, n
		}
		t = a.Elem
	}
}

// page returns the definition of a type that has one in the schema, or nil.
func (r *Reference) page(t ir.Type) *Definition {
	if t == nil {
		return nil
	}
	if d := r.byName[t.Head().Name]; d != nil && d.Def == ir.Def(t) {
		return d
	}
	return nil
}

// reach tells each type which commands and events it is part of.
func (b *builder) reach() {
	for _, d := range b.Definitions {
		switch def := d.Def.(type) {
		case *ir.Command:
			b.visit(def.Arg, make(map[ir.Type]bool), func(t *Definition) { t.TakenBy = append(t.TakenBy, d) })
			b.visit(def.Returns, make(map[ir.Type]bool), func(t *Definition) { t.ReturnedBy = append(t.ReturnedBy, d) })
		case *ir.Event:
			b.visit(def.Arg, make(map[ir.Type]bool), func(t *Definition) { t.CarriedBy = append(t.CarriedBy, d) })
		}
	}
	for _, t := range b.Types {
		for _, list := range [][]*Definition{t.TakenBy, t.ReturnedBy, t.CarriedBy} {
			slices.SortFunc(list, byName)
		}
	}
}

// visit calls note for each definition that a value of the type can consist of,
// and for the bases of those.
func (b *builder) visit(t ir.Type, seen map[ir.Type]bool, note func(*Definition)) {
	t, _ = element(t)
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	if d := b.page(t); d != nil {
		note(d)
	}
	switch t := t.(type) {
	case *ir.Struct:
		if t.Base != nil {
			b.visit(t.Base, seen, note)
		}
		for _, m := range t.Members {
			b.visit(m.Type, seen, note)
		}
	case *ir.Union:
		if t.Base != nil {
			b.visit(t.Base, seen, note)
		}
		for _, br := range t.Branches {
			b.visit(br.Type, seen, note)
		}
	case *ir.Alternate:
		for _, br := range t.Branches {
			b.visit(br.Type, seen, note)
		}
	}
}
