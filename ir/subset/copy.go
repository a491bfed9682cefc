package subset

import "github.com/qapi-go/qapi-go/ir"

// A copier copies the reached part of a schema.
type copier struct {
	from    *ir.Schema
	holds   func(ir.Cond) bool // reports whether something with that condition remains
	decided bool               // remove conditions from what remains
	reached map[ir.Def]bool

	modules map[*ir.Module]*ir.Module
	defs    map[ir.Def]ir.Def
	members map[*ir.Member]*ir.Member
	values  map[*ir.EnumValue]*ir.EnumValue
}

func newCopier(s *ir.Schema, holds func(ir.Cond) bool) *copier {
	return &copier{
		from: s, holds: holds,
		reached: make(map[ir.Def]bool),
		modules: make(map[*ir.Module]*ir.Module),
		defs:    make(map[ir.Def]ir.Def),
		members: make(map[*ir.Member]*ir.Member),
		values:  make(map[*ir.EnumValue]*ir.EnumValue),
	}
}

// reach marks a definition and the types to which it refers.
func (c *copier) reach(def ir.Def) {
	if c.reached[def] {
		return
	}
	c.reached[def] = true
	for ref := range ir.References(def) {
		if c.allHold(ref.Conds) {
			c.reach(ref.Type)
		}
	}
}

func (c *copier) allHold(conds []ir.Cond) bool {
	for _, cond := range conds {
		if !c.holds(cond) {
			return false
		}
	}
	return true
}

func (c *copier) branchHolds(b *ir.Branch) bool {
	return c.holds(b.If) && (b.Value == nil || c.holds(b.Value.If))
}

// schema returns the copy.
func (c *copier) schema() *ir.Schema {
	s := *c.from
	s.Modules, s.Types, s.Commands, s.Events = nil, nil, nil, nil
	s.ByName = make(map[string]ir.Def, len(c.reached))
	for _, m := range c.from.Modules {
		if copied := c.items(m); copied != nil {
			s.Modules = append(s.Modules, copied)
		}
	}
	s.Root = c.module(c.from.Root)
	name := func(def ir.Def) {
		if c.from.ByName[def.Head().Name] == def {
			s.ByName[def.Head().Name] = c.defs[def]
		}
	}
	for _, t := range c.from.Types {
		if c.reached[t] {
			s.Types = append(s.Types, c.typ(t))
			name(t)
		}
	}
	for _, cmd := range c.from.Commands {
		if c.reached[cmd] {
			s.Commands = append(s.Commands, c.def(cmd).(*ir.Command))
			name(cmd)
		}
	}
	for _, e := range c.from.Events {
		if c.reached[e] {
			s.Events = append(s.Events, c.def(e).(*ir.Event))
			name(e)
		}
	}
	return &s
}

// items copies a module, or returns nil if it becomes empty.
func (c *copier) items(m *ir.Module) *ir.Module {
	copied, left := c.module(m), m == c.from.Root
	for _, item := range m.Items {
		switch item := item.(type) {
		case ir.Def:
			if c.reached[item] {
				copied.Items, left = append(copied.Items, c.def(item)), true
			}
		case *ir.Include:
			copied.Items = append(copied.Items, &ir.Include{Module: c.module(item.Module)})
		default:
			copied.Items = append(copied.Items, item)
		}
	}
	if !left {
		return nil
	}
	return copied
}

func (c *copier) module(m *ir.Module) *ir.Module {
	if m == nil {
		return nil
	}
	if c.modules[m] == nil {
		c.modules[m] = &ir.Module{Name: m.Name, File: m.File}
	}
	return c.modules[m]
}

func (c *copier) typ(t ir.Type) ir.Type {
	if t == nil {
		return nil
	}
	return c.def(t).(ir.Type)
}

func (c *copier) object(s *ir.Struct) *ir.Struct {
	if s == nil {
		return nil
	}
	return c.def(s).(*ir.Struct)
}

// def returns the copy of a definition. It is registered before it is complete, since types may
// be recursive.
func (c *copier) def(def ir.Def) ir.Def {
	if copied := c.defs[def]; copied != nil {
		return copied
	}
	switch d := def.(type) {
	case *ir.Builtin:
		n := *d
		c.defs[d] = &n
		n.Info = c.info(d.Info)
	case *ir.Enum:
		n := *d
		c.defs[d] = &n
		n.Info, n.Values = c.info(d.Info), nil
		for _, v := range d.Values {
			if c.holds(v.If) {
				n.Values = append(n.Values, c.value(v))
			}
		}
	case *ir.Array:
		n := *d
		c.defs[d] = &n
		n.Info, n.Elem = c.info(d.Info), c.typ(d.Elem)
	case *ir.Struct:
		n := *d
		c.defs[d] = &n
		n.Info, n.Base, n.Members = c.info(d.Info), c.object(d.Base), nil
		for _, m := range d.Members {
			if c.holds(m.If) {
				n.Members = append(n.Members, c.member(m))
			}
		}
	case *ir.Union:
		n := *d
		c.defs[d] = &n
		n.Info, n.Base, n.Discriminator, n.Branches = c.info(d.Info), c.object(d.Base), c.member(d.Discriminator), nil
		for _, b := range d.Branches {
			if c.branchHolds(b) {
				nb := *b
				nb.Type, nb.If, nb.Value = c.typ(b.Type), c.cond(b.If), c.value(b.Value)
				n.Branches = append(n.Branches, &nb)
			}
		}
	case *ir.Alternate:
		n := *d
		c.defs[d] = &n
		n.Info, n.Branches = c.info(d.Info), nil
		for _, b := range d.Branches {
			if c.holds(b.If) {
				nb := *b
				nb.Type, nb.If = c.typ(b.Type), c.cond(b.If)
				n.Branches = append(n.Branches, &nb)
			}
		}
	case *ir.Command:
		n := *d
		c.defs[d] = &n
		n.Info, n.Arg, n.Returns = c.info(d.Info), c.typ(d.Arg), c.typ(d.Returns)
	case *ir.Event:
		n := *d
		c.defs[d] = &n
		n.Info, n.Arg = c.info(d.Info), c.typ(d.Arg)
	}
	return c.defs[def]
}

func (c *copier) info(i ir.Info) ir.Info {
	i.Module, i.If, i.Features = c.module(i.Module), c.cond(i.If), c.features(i.Features)
	return i
}

// cond returns the condition of the copy of something that remains.
func (c *copier) cond(cond ir.Cond) ir.Cond {
	if _, undecided := cond.(ir.CondText); c.decided && !undecided {
		return nil
	}
	return cond
}

func (c *copier) features(features []ir.Feature) []ir.Feature {
	var kept []ir.Feature
	for _, f := range features {
		if c.holds(f.If) {
			f.If = c.cond(f.If)
			kept = append(kept, f)
		}
	}
	return kept
}

func (c *copier) value(v *ir.EnumValue) *ir.EnumValue {
	if v == nil {
		return nil
	}
	if c.values[v] == nil {
		n := *v
		c.values[v] = &n
		n.If, n.Features = c.cond(v.If), c.features(v.Features)
	}
	return c.values[v]
}

func (c *copier) member(m *ir.Member) *ir.Member {
	if m == nil {
		return nil
	}
	if c.members[m] == nil {
		n := *m
		c.members[m] = &n
		n.Type, n.If, n.Features = c.typ(m.Type), c.cond(m.If), c.features(m.Features)
		if m.Owner != nil {
			n.Owner = c.def(m.Owner)
		}
	}
	return c.members[m]
}
