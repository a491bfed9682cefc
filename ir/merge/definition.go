package merge

import (
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// typ returns the type of a group. It is registered before it is complete, since types may be
// recursive.
func (b *builder) typ(g *group) ir.Type {
	if t := b.types[g]; t != nil {
		return t
	}
	for _, i := range g.list {
		if i.typ == nil || g.borrowed(i) == 0 || g.holder != nil || i.typ.Head().Implicit || shapeOf(i.typ) == builtin {
			continue
		}
		if !b.keptApart(i) {
			b.note(Renamed, place{owner: g.lead().Head().Name}.path(), "%s in %s", i.typ.Head().Name, b.merger.list[i.rel].Name)
		}
	}
	switch {
	case g.isAlternate():
		return b.alternateOf(g)
	case shapeOf(g.lead()) == enumeration:
		return b.enum(g)
	}
	v := b.object(g)
	if v.discriminator != "" {
		return b.union(g, v)
	}
	return b.structure(g, v)
}

// keptApart reports whether a type is also in the result under its own name.
func (b *builder) keptApart(i instance) bool { return b.keeps(b.home(i)) }

// info returns the Info of a definition from that of its newest instance.
func (b *builder) info(i *ir.Info, in, holder []int) ir.Info {
	n := *i
	n.Module = b.modules[i.Module]
	n.In = b.presence(in, holder)
	return n
}

func (b *builder) register(g *group, t ir.Type) {
	b.types[g] = t
	b.made = append(b.made, t)
}

func (b *builder) enum(g *group) ir.Type {
	lead := g.lead().(*ir.Enum)
	e := &ir.Enum{Info: b.info(&lead.Info, g.releases(), b.all()), Prefix: lead.Prefix}
	e.If = g.condition()
	b.register(g, e)
	in := make(map[string][]int)
	conds := make(map[string][]ir.Cond)
	for _, i := range g.list {
		for _, v := range i.typ.(*ir.Enum).Values {
			if in[v.Name] == nil {
				n := *v
				e.Values = append(e.Values, &n)
			}
			in[v.Name] = append(in[v.Name], i.rel)
			conds[v.Name] = append(conds[v.Name], v.If)
		}
	}
	for _, v := range e.Values {
		v.In = b.presence(in[v.Name], g.releases())
		v.If = either(conds[v.Name])
	}
	return e
}

func (b *builder) structure(g *group, v *objectView) ir.Type {
	lead := v.lead.(*ir.Struct)
	s := &ir.Struct{Info: b.info(&lead.Info, g.releases(), b.all()), Nested: lead.Nested}
	s.If = g.condition()
	b.register(g, s)
	inherited := make(map[string]bool)
	if base, ok := b.typeOf(b.base(g, v)).(*ir.Struct); ok {
		s.Base = base
		for _, m := range base.AllMembers() {
			inherited[m.Name] = true
		}
	}
	for _, m := range v.members {
		if !inherited[m.name] {
			s.Members = append(s.Members, b.member(g, s, m))
		}
	}
	return s
}

// member creates a member of the holder.
func (b *builder) member(g *group, holder ir.Type, v *memberView) *ir.Member {
	newest := v.list[0].member
	n := *newest
	at := place{g.key, v.name}
	n.Type = b.typeOf(b.place(v.types(), at))
	n.Optional = v.mandatory < len(g.list)
	if n.Optional && !newest.Optional {
		b.note(MadeOptional, at.path(), "missing or optional in some release")
	}
	if was, ok := newest.Type.(*ir.Builtin); ok && n.Type.Head().Name != was.Name && was.JSON != ir.JSONValue {
		b.note(Widened, at.path(), "%s, was %s", n.Type.Head().Name, was.Name)
	}
	n.Owner = b.owner(newest.Owner, holder)
	var in []int
	var conds []ir.Cond
	for _, m := range v.list {
		in = append(in, m.rel)
		conds = append(conds, m.member.If)
	}
	n.In, n.If = b.presence(in, g.holders()), either(conds)
	return &n
}

// owner returns the definition of the result whose text contains a member.
func (b *builder) owner(was ir.Def, holder ir.Type) ir.Def {
	if was == nil {
		return nil
	}
	if def := b.defs[was]; def != nil {
		return def
	}
	if t, ok := was.(ir.Type); ok {
		for rel, r := range b.merger.list {
			if r.Schema.ByName[t.Head().Name] == was {
				if made := b.types[b.home(instance{rel, t})]; made != nil {
					return made
				}
			}
		}
	}
	return holder
}

func (b *builder) union(g *group, v *objectView) ir.Type {
	lead := v.lead.(*ir.Union)
	info := b.info(&lead.Info, g.releases(), b.all())
	if head := g.lead().Head(); head != &lead.Info { // the newest instance is a struct
		info = b.info(head, g.releases(), b.all())
	}
	u := &ir.Union{Info: info, Simple: lead.Simple && !v.flat}
	u.If = g.condition()
	b.register(g, u)
	if v.flat {
		b.note(MadeUnion, u.Name, "a struct or another union in some release")
	}
	u.Base = b.unionBase(g, v, lead, u)
	for _, m := range u.Base.AllMembers() {
		if m.Name == v.discriminator {
			u.Discriminator = m
		}
	}
	enum, _ := u.Discriminator.Type.(*ir.Enum)
	for _, br := range v.branches {
		n := *br.list[0].branch
		n.Type = b.typeOf(b.place(v.branchTypes(br), place{g.key, br.name}))
		var in []int
		var conds []ir.Cond
		for _, o := range br.list {
			in = append(in, o.rel)
			conds = append(conds, o.branch.If)
		}
		n.In, n.If = b.presence(in, g.holders()), either(conds)
		if enum != nil {
			n.Value = valueOf(enum, br.name)
		}
		u.Branches = append(u.Branches, &n)
	}
	if enum != nil {
		for _, value := range enum.Values {
			if !slices.ContainsFunc(u.Branches, func(br *ir.Branch) bool { return br.Name == value.Name }) {
				u.Branches = append(u.Branches, &ir.Branch{Name: value.Name, Pos: value.Pos, If: value.If, Value: value, In: value.In})
			}
		}
	}
	return u
}

func valueOf(e *ir.Enum, name string) *ir.EnumValue {
	for _, v := range e.Values {
		if v.Name == name {
			return v
		}
	}
	return nil
}

// unionBase returns the struct with the common members of a union: the named base if it has all
// of them, else a new one.
func (b *builder) unionBase(g *group, v *objectView, lead, u *ir.Union) *ir.Struct {
	if base, ok := b.typeOf(b.base(g, v)).(*ir.Struct); ok {
		have := make(map[string]bool)
		for _, m := range base.AllMembers() {
			have[m.Name] = true
		}
		if !slices.ContainsFunc(v.members, func(m *memberView) bool { return !have[m.name] }) {
			return base
		}
	}
	head := lead.Base.Head()
	base := &ir.Struct{}
	if head.Implicit {
		base.Info = b.info(head, nil, nil)
		b.bases[lead.Base] = base
	} else {
		base.Info = ir.Info{Name: "q_obj_" + u.Name + "-base", Pos: u.Pos, NamePos: u.NamePos, Module: u.Module, Implicit: true}
	}
	b.made = append(b.made, base)
	for _, m := range v.members {
		base.Members = append(base.Members, b.member(g, u, m))
	}
	return base
}

func (b *builder) alternateOf(g *group) ir.Type {
	a := &ir.Alternate{}
	if g.holder != nil {
		at := *g.holder
		a.Info = ir.Info{Name: b.holderName(at), Module: b.holderModule(at), In: b.presence(g.releases(), b.all())}
		if def := b.find(at.owner); def != nil {
			a.Pos, a.NamePos = def.Head().Pos, def.Head().NamePos
		}
		b.note(MadeAlternate, at.path(), "%s, for values of different kinds", a.Name)
	} else {
		var lead *ir.Alternate
		for _, i := range g.list {
			if t, ok := i.typ.(*ir.Alternate); ok {
				lead = t
				break
			}
		}
		a.Info = b.info(&lead.Info, g.releases(), b.all())
		a.If = g.condition()
	}
	b.register(g, a)
	for _, k := range b.merger.alternate(g) {
		n := ir.AltBranch{Name: k.name, Pos: a.Pos, JSON: ir.JSONKindOf(k.list[0].typ)}
		if k.branch != nil {
			n = *k.branch
			n.Name = k.name
		}
		n.Type = b.typeOf(b.place(k.list, place{g.key, k.name}))
		n.JSON = ir.JSONKindOf(n.Type)
		var in []int
		for _, i := range k.list {
			in = append(in, i.rel)
		}
		n.In = b.presence(in, g.holders())
		a.Branches = append(a.Branches, &n)
	}
	return a
}

// command creates a command.
func (b *builder) command(c *named[*ir.Command]) {
	newest := c.newest()
	n := *newest
	n.Info = b.info(&newest.Info, c.releases(), b.all())
	var conds []ir.Cond
	for _, r := range c.list {
		b.defs[r.def] = &n
		conds = append(conds, r.def.If)
		n.Gen = n.Gen && r.def.Gen
		n.SuccessResponse = n.SuccessResponse && r.def.SuccessResponse
	}
	n.If = either(conds)
	n.Arg = b.typeOf(argument(b.merger, c))
	result, sometimes := b.result(c)
	n.Returns, n.ReturnsSometimes = b.typeOf(result), sometimes
	b.schema.Commands = append(b.schema.Commands, &n)
}

// event creates an event.
func (b *builder) event(e *named[*ir.Event]) {
	newest := e.newest()
	n := *newest
	n.Info = b.info(&newest.Info, e.releases(), b.all())
	var conds []ir.Cond
	for _, r := range e.list {
		b.defs[r.def] = &n
		conds = append(conds, r.def.If)
	}
	n.If = either(conds)
	n.Arg = b.typeOf(argument(b.merger, e))
	b.schema.Events = append(b.schema.Events, &n)
}
