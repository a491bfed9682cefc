package compat

import (
	"reflect"
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// A view is an object type as on the wire: its members and, for a union, a case for each
// value of the discriminator. Bases are merged, and simple unions are the same as flat
// ones.
type view struct {
	name    string // of the type, or of what it belongs to if it is implicit
	at      Place
	members []*ir.Member
	tag     *ir.Member // one of members; nil if there are no cases
	cases   []viewCase
}

// A viewCase is the branch for a value of the discriminator.
type viewCase struct {
	name string
	typ  ir.Type       // nil: nothing
	def  *ir.EnumValue // nil if it is not known
	at   Place
	cond ir.Cond
}

// viewOf returns the view of an object type; nil is the empty object.
func viewOf(p *places, o operand) view {
	v := view{name: o.path, at: o.at}
	if named(o.typ) {
		v.name, v.at = o.typ.Head().Name, p.at(o.typ.Head().Pos)
	}
	switch t := o.typ.(type) {
	case *ir.Struct:
		v.members = t.AllMembers()
	case *ir.Union:
		v.members, v.tag = t.Base.AllMembers(), t.Discriminator
		for _, b := range t.Branches {
			at := p.at(b.Pos)
			if at == (Place{}) {
				at = v.at
			}
			v.cases = append(v.cases, viewCase{b.Name, b.Type, b.Value, at, b.If})
		}
	}
	return v
}

// member returns the member of that name that all cases have, or nil.
func (v *view) member(name string) *ir.Member {
	for _, m := range v.members {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// find returns the case of that name, or nil.
func (v *view) find(name string) *viewCase {
	for i := range v.cases {
		if v.cases[i].name == name {
			return &v.cases[i]
		}
	}
	return nil
}

// asUnion adds an empty case for each value of the member tag to a view without cases, as
// if it were a union with that discriminator. It reports whether the view has such a
// member.
func (v *view) asUnion(p *places, tag string) bool {
	if v.tag != nil {
		return v.tag.Name == tag
	}
	m := v.member(tag)
	if m == nil {
		return false
	}
	enum, ok := m.Type.(*ir.Enum)
	if !ok {
		return false
	}
	v.tag = m
	for _, value := range enum.Values {
		v.cases = append(v.cases, viewCase{name: value.Name, def: value, at: p.at(value.Pos)})
	}
	return true
}

// hasMember reports whether some value of an object type has the member. A nil type has none.
func hasMember(t ir.Type, name string) bool {
	v := viewOf(&places{}, operand{typ: t})
	return v.member(name) != nil ||
		slices.ContainsFunc(v.cases, func(c viewCase) bool { return hasMember(c.typ, name) })
}

// path returns the path of a member, after the definition that contains it.
func (v *view) path(m *ir.Member) string {
	if m.Owner != nil {
		return m.Owner.Head().Name + "." + m.Name
	}
	return v.name + "." + m.Name
}

// compareViews compares two object types. Members that are common in one and in branches of
// the other are compared branch by branch.
func (c *comparer) compareViews(a, b view) {
	switch {
	case a.tag == nil && b.tag != nil:
		a.asUnion(c.old, b.tag.Name)
	case a.tag != nil && b.tag == nil:
		b.asUnion(c.new, a.tag.Name)
	case a.tag != nil && b.tag != nil && a.tag.Name != b.tag.Name:
		c.report(RuleTypeChanged, a.name, a.at, b.at, "discriminator is now '%s', was '%s'", b.tag.Name, a.tag.Name)
		a.cases, b.cases = nil, nil
	}
	var gone, added []*ir.Member
	for _, m := range a.members {
		switch n := b.member(m.Name); {
		case c.ignored(m.Name):
		case n == nil:
			gone = append(gone, m)
		default:
			c.compareMembers(&a, m, &b, n, a.tag == m && b.tag == n && isEnum(m.Type) && isEnum(n.Type))
		}
	}
	for _, n := range b.members {
		if a.member(n.Name) == nil && !c.ignored(n.Name) {
			added = append(added, n)
		}
	}
	shared := c.compareCases(&a, &b)
	down := c.noLongerCommon(&a, &b, shared, gone)
	up := c.nowCommon(&a, &b, shared, added)
	for _, s := range shared {
		o, n := operand{s.old.typ, a.name, s.old.at}, operand{s.new.typ, b.name, s.new.at}
		if empty(s.old.typ) && empty(s.new.typ) {
			continue
		}
		c.below(s.old.name, valueFeatures(s.old.def), s.old.cond, func() {
			oldExtra, newExtra := down[s.old.name], up[s.old.name]
			if a.tag == nil {
				c.compareMoved(&a, oldExtra, n)
				return
			}
			if len(oldExtra) == 0 && len(newExtra) == 0 {
				c.compareTypes(o, n)
				return
			}
			va, vb := viewOf(c.old, o), viewOf(c.new, n)
			va.members = slices.Concat(oldExtra, va.members)
			vb.members = slices.Concat(newExtra, vb.members)
			c.compareViews(va, vb)
		})
	}
}

// compareMoved compares members with those of the branch that they moved to.
func (c *comparer) compareMoved(a *view, members []*ir.Member, branch operand) {
	b := viewOf(c.new, branch)
	for _, m := range members {
		if n := b.member(m.Name); n != nil {
			c.compareMembers(a, m, &b, n, false)
		}
	}
}

// A casePair is a value of the discriminator in both versions.
type casePair struct{ old, new *viewCase }

// compareCases compares the values of the discriminator and returns those in both.
func (c *comparer) compareCases(a, b *view) []casePair {
	var shared []casePair
	for i := range a.cases {
		o := &a.cases[i]
		if c.ignored(o.name) {
			continue
		}
		n := b.find(o.name)
		if n == nil && b.tag == nil {
			// The new version has no such discriminator: all its members are common.
			shared = append(shared, casePair{o, &viewCase{name: o.name, at: b.at}})
			continue
		}
		if n == nil {
			c.below(o.name, valueFeatures(o.def), firstCond(o), func() {
				if empty(o.typ) {
					c.report(RuleEnumValueRemoved, valuePath(a, o), c.valuePlace(c.old, o), b.at, "value was removed")
				} else {
					c.report(RuleBranchRemoved, a.name+"."+o.name, o.at, b.at, "branch was removed")
				}
			})
			continue
		}
		shared = append(shared, casePair{o, n})
		if o.def != nil && n.def != nil {
			c.compareValue(valuePath(a, o), o.def, n.def)
		}
		if !empty(o.typ) && !empty(n.typ) && !(asValue(o) && asValue(n)) {
			c.undirected(func() { c.compareCond(a.name+"."+o.name, o.at, n.at, o.cond, n.cond) })
		}
	}
	for i := range b.cases {
		n := &b.cases[i]
		if a.find(n.name) != nil || c.ignored(n.name) {
			continue
		}
		switch {
		case a.tag == nil:
			// The old version had no discriminator: no old client knows any branch.
			shared = append(shared, casePair{&viewCase{name: n.name, at: a.at}, n})
		case empty(n.typ):
			c.report(RuleEnumValueAdded, valuePath(b, n), a.at, c.valuePlace(c.new, n), "value is new%s", marks(valueFeatures(n.def)))
		default:
			c.report(RuleBranchAdded, b.name+"."+n.name, a.at, n.at, "branch is new%s", marks(valueFeatures(n.def)))
		}
	}
	return shared
}

// asValue reports whether the condition of a branch says no more than that of its value.
func asValue(c *viewCase) bool {
	return c.def != nil && reflect.DeepEqual(c.def.If, firstCond(c))
}

func valueFeatures(v *ir.EnumValue) []ir.Feature {
	if v == nil {
		return nil
	}
	return v.Features
}

// firstCond returns the condition of a case: its own or that of its value.
func firstCond(c *viewCase) ir.Cond {
	if c.cond == nil && c.def != nil {
		return c.def.If
	}
	return c.cond
}

// valuePath returns the path of a value of a discriminator, after its enum.
func valuePath(v *view, c *viewCase) string {
	if named(v.tag.Type) {
		return v.tag.Type.Head().Name + "." + c.name
	}
	return v.name + "." + c.name
}

func (c *comparer) valuePlace(p *places, v *viewCase) Place {
	if v.def != nil && v.def.Pos.IsValid() {
		return p.at(v.def.Pos)
	}
	return v.at
}

// noLongerCommon reports members that were common and are not any more, unless all cases
// have them. It returns, by case, those to compare there.
func (c *comparer) noLongerCommon(a, b *view, shared []casePair, gone []*ir.Member) map[string][]*ir.Member {
	down := make(map[string][]*ir.Member)
	for _, m := range gone {
		missing, found := 0, ""
		for _, s := range shared {
			if !hasMember(s.new.typ, m.Name) {
				missing++
				continue
			}
			down[s.old.name] = append(down[s.old.name], m)
			if found == "" {
				found = s.new.name
			}
		}
		c.below(m.Name, m.Features, m.If, func() {
			at := c.old.at(m.Pos)
			switch {
			case found == "":
				c.removed(a, b, m, at)
			case missing > 0:
				c.report(RuleMovedToBranch, a.path(m), at, b.at, "now only in some branches, such as '%s'", found)
			}
		})
	}
	return down
}

// removed reports a removed member. If the server now sends another type and the old type
// still exists, its optional members may never have been sent at this place.
func (c *comparer) removed(a, b *view, m *ir.Member, at Place) {
	switch {
	case c.dir == Send:
		c.report(RuleArgRemoved, a.path(m), at, b.at, "argument was removed")
	case m.Optional && a.name != b.name && hasMember(c.types[a.name], m.Name):
		ch := c.reportAs(Info, RuleMemberRemoved, a.path(m), at, b.at, "member was removed where %s is now sent", b.name)
		ch.Reason = "it was optional, and may never have been sent there"
	default:
		c.report(RuleMemberRemoved, a.path(m), at, b.at, "member was removed")
	}
}

// nowCommon reports members that became common, unless all cases had them. It returns, by
// case, those to compare there.
func (c *comparer) nowCommon(a, b *view, shared []casePair, added []*ir.Member) map[string][]*ir.Member {
	up := make(map[string][]*ir.Member)
	for _, m := range added {
		missing := len(shared) == 0
		for _, s := range shared {
			if !hasMember(s.old.typ, m.Name) {
				missing = true
				continue
			}
			up[s.old.name] = append(up[s.old.name], m)
		}
		if !missing {
			continue
		}
		path, to := b.path(m), c.new.at(m.Pos)
		switch {
		case c.dir == Recv:
			c.report(RuleMemberAdded, path, a.at, to, "member is new%s", marks(m.Features))
		case m.Optional:
			c.report(RuleArgAddedOptional, path, a.at, to, "optional argument is new%s", marks(m.Features))
		default:
			// It is less severe if its condition need not hold.
			c.below("", nil, m.If, func() {
				c.report(RuleArgAddedMandatory, path, a.at, to, "mandatory argument is new%s", marks(m.Features))
			})
		}
	}
	return up
}

// compareMembers compares two members of the same name. Values of a discriminator are
// compared together with the branches.
func (c *comparer) compareMembers(a *view, o *ir.Member, b *view, n *ir.Member, tags bool) {
	path, at, to := a.path(o), c.old.at(o.Pos), c.new.at(n.Pos)
	if o.Owner == nil && n.Owner != nil {
		path = b.path(n)
	}
	if at == (Place{}) {
		at = a.at
	}
	if to == (Place{}) {
		to = b.at
	}
	c.below(o.Name, o.Features, o.If, func() {
		c.undirected(func() {
			c.compareFeatures(path, at, to, o.Features, n.Features)
			c.compareCond(path, at, to, o.If, n.If)
		})
		switch {
		case o.Optional && !n.Optional:
			c.report(RuleOptionalToMandatory, path, at, to, "now mandatory, was optional")
		case !o.Optional && n.Optional:
			c.report(RuleMandatoryToOptional, path, at, to, "now optional, was mandatory")
		}
		if !tags {
			c.compareTypes(operand{o.Type, path, at}, operand{n.Type, path, to})
		}
	})
}

// undirected runs f for what is the same in both directions.
func (c *comparer) undirected(f func()) {
	dir := c.dir
	c.dir = ""
	f()
	c.dir = dir
}
