package compat

import (
	"github.com/qapi-go/qapi-go/ir"
)

// An operand is a type, with the path and place of what has the type.
type operand struct {
	typ  ir.Type
	path string
	at   Place
}

// named reports whether a type has a name in the schema.
func named(t ir.Type) bool {
	return t != nil && !t.Head().Implicit && t.Head().Module != nil
}

// isObject reports whether the values of a type are objects; nil is the empty
// object.
func isObject(t ir.Type) bool {
	switch t.(type) {
	case nil, *ir.Struct, *ir.Union:
		return true
	}
	return false
}

// isEnum reports whether a type is an enum.
func isEnum(t ir.Type) bool {
	_, ok := t.(*ir.Enum)
	return ok
}

// empty reports whether a type is the object without members.
func empty(t ir.Type) bool {
	if t == nil {
		return true
	}
	s, ok := t.(*ir.Struct)
	return ok && len(s.AllMembers()) == 0
}

// builtin returns the kind of a built-in type, or "".
func builtin(t ir.Type) ir.JSONKind {
	if b, ok := t.(*ir.Builtin); ok {
		return b.JSON
	}
	return ""
}

// describe returns a description of a type for messages.
func describe(t ir.Type) string {
	switch t := t.(type) {
	case *ir.Array:
		return "[" + describe(t.Elem) + "]"
	case *ir.Builtin:
		return t.Name
	}
	switch {
	case named(t):
		return t.Kind() + " " + t.Head().Name
	case isObject(t):
		return "an object"
	}
	return "an " + t.Kind()
}

// compareTypes compares the types of something in both versions.
func (c *comparer) compareTypes(o, n operand) {
	switch a := o.typ.(type) {
	case *ir.Array:
		if b, ok := n.typ.(*ir.Array); ok {
			c.compareTypes(operand{a.Elem, o.path, o.at}, operand{b.Elem, n.path, n.at})
			return
		}
	case *ir.Enum:
		if b, ok := n.typ.(*ir.Enum); ok {
			c.visit(o, n, func() { c.compareEnums(o, a, n, b) })
			return
		}
	case *ir.Alternate:
		if b, ok := n.typ.(*ir.Alternate); ok {
			c.visit(o, n, func() { c.compareAlternates(o, a, n, b) })
			return
		}
	case *ir.Builtin:
		if b, ok := n.typ.(*ir.Builtin); ok {
			c.compareBuiltins(o, a, n, b)
			return
		}
	default:
		if isObject(n.typ) {
			c.visit(o, n, func() { c.compareViews(viewOf(c.old, o), viewOf(c.new, n)) })
			return
		}
	}
	c.compareKinds(o, n)
}

// visit compares a pair of types, once for each direction and promise.
func (c *comparer) visit(o, n operand, compare func()) {
	key := pairKey{o.typ, n.typ, c.dir, c.promise, c.cond}
	if o.typ == nil || n.typ == nil {
		compare() // belongs to one command or event
		return
	}
	at, ok := c.nodes[key]
	if c.here != nil && at != nil {
		c.here.edges = append(c.here.edges, at)
	}
	if ok {
		return
	}
	at = new(node)
	c.nodes[key] = at
	from := c.here
	if from != nil {
		from.edges = append(from.edges, at)
	}
	c.here = at
	c.pairs = append(c.pairs, typePair{o.typ, n.typ})
	a, b := o.typ.Head(), n.typ.Head()
	path, pa, pb := o.path, o.at, n.at
	if named(o.typ) {
		path, pa = a.Name, c.old.at(a.Pos)
	}
	if named(n.typ) {
		pb = c.new.at(b.Pos)
		if !named(o.typ) {
			path = b.Name
		}
	}
	c.below("", a.Features, nil, func() {
		c.undirected(func() { c.compareFeatures(path, pa, pb, a.Features, b.Features) })
		compare()
	})
	c.here = from
}

// compareEnums compares the values of two enums.
func (c *comparer) compareEnums(o operand, a *ir.Enum, n operand, b *ir.Enum) {
	at, to, prefix := o.at, n.at, o.path
	switch {
	case named(a):
		prefix = a.Name
	case named(b):
		prefix = b.Name
	}
	if named(a) {
		at = c.old.at(a.Pos)
	}
	if named(b) {
		to = c.new.at(b.Pos)
	}
	values := make(map[string]*ir.EnumValue, len(b.Values))
	for _, v := range b.Values {
		values[v.Name] = v
	}
	was := make(map[string]bool, len(a.Values))
	for _, v := range a.Values {
		was[v.Name] = true
		path, now := prefix+"."+v.Name, values[v.Name]
		switch {
		case c.ignored(v.Name):
		case now == nil:
			c.below(v.Name, v.Features, v.If, func() {
				c.report(RuleEnumValueRemoved, path, c.old.at(v.Pos), to, "value was removed")
			})
		default:
			c.compareValue(path, v, now)
		}
	}
	for _, v := range b.Values {
		if !was[v.Name] && !c.ignored(v.Name) {
			c.report(RuleEnumValueAdded, prefix+"."+v.Name, at, c.new.at(v.Pos), "value is new%s", marks(v.Features))
		}
	}
}

// compareValue compares the features and conditions of a value.
func (c *comparer) compareValue(path string, o, n *ir.EnumValue) {
	at, to := c.old.at(o.Pos), c.new.at(n.Pos)
	c.undirected(func() {
		c.below(o.Name, o.Features, o.If, func() {
			c.compareFeatures(path, at, to, o.Features, n.Features)
			c.compareCond(path, at, to, o.If, n.If)
		})
	})
}

// compareAlternates compares alternates by the kinds of JSON value that they accept: names
// of branches are not on the wire.
func (c *comparer) compareAlternates(o operand, a *ir.Alternate, n operand, b *ir.Alternate) {
	path := o.path
	if named(a) {
		path = a.Name
	}
	paired := make(map[*ir.AltBranch]bool)
	for _, x := range a.Branches {
		if y := branchFor(b, x.Type); y != nil {
			paired[y] = true
			at, to := c.old.at(x.Pos), c.new.at(y.Pos)
			c.undirected(func() { c.compareCond(path+"."+x.Name, at, to, x.If, y.If) })
			c.compareTypes(operand{x.Type, path + "." + x.Name, at}, operand{y.Type, path + "." + x.Name, to})
			continue
		}
		c.below("", nil, x.If, func() {
			c.report(RuleAltRemoved, path+"."+x.Name, c.old.at(x.Pos), n.at, "no longer accepts %s", describe(x.Type))
		})
	}
	for _, y := range b.Branches {
		if !paired[y] && branchFor(a, y.Type) == nil {
			c.report(RuleAltAdded, path+"."+y.Name, o.at, c.new.at(y.Pos), "now also accepts %s", describe(y.Type))
		}
	}
}

// branchFor returns the branch of an alternate that takes values of a type, or
// nil.
func branchFor(a *ir.Alternate, t ir.Type) *ir.AltBranch {
	kind := ir.JSONKindOf(t)
	for _, b := range a.Branches {
		if ir.JSONKindOf(b.Type) == kind {
			return b
		}
	}
	if kind == ir.JSONInt { // a number takes integers
		for _, b := range a.Branches {
			if ir.JSONKindOf(b.Type) == ir.JSONNumber {
				return b
			}
		}
	}
	return nil
}

// compareKinds compares types of different kinds.
func (c *comparer) compareKinds(o, n operand) {
	const now = "now %s, was %s"
	report := func(rule RuleCode) {
		c.report(rule, o.path, o.at, n.at, now, describe(n.typ), describe(o.typ))
	}
	if a, ok := o.typ.(*ir.Alternate); ok && builtin(n.typ) != ir.JSONValue {
		b := branchFor(a, n.typ)
		if b == nil {
			report(RuleTypeChanged)
			return
		}
		report(RuleAlternateToSingle)
		c.compareTypes(operand{b.Type, o.path, o.at}, n)
		return
	}
	if b, ok := n.typ.(*ir.Alternate); ok && builtin(o.typ) != ir.JSONValue {
		a := branchFor(b, o.typ)
		if a == nil {
			report(RuleTypeChanged)
			return
		}
		report(RuleWidenedToAlternate)
		c.compareTypes(o, operand{a.Type, n.path, n.at})
		return
	}
	switch from, to := builtin(o.typ), builtin(n.typ); {
	case from == ir.JSONString && isEnum(n.typ):
		report(RuleStringToEnum)
	case isEnum(o.typ) && to == ir.JSONString:
		report(RuleEnumToString)
	case from == ir.JSONValue:
		report(RuleTypeNarrowed)
	case to == ir.JSONValue:
		report(RuleTypeWidened)
	default:
		report(RuleTypeChanged)
	}
}

// compareBuiltins compares built-in types.
func (c *comparer) compareBuiltins(o operand, a *ir.Builtin, n operand, b *ir.Builtin) {
	switch {
	case a.JSON == ir.JSONInt && b.JSON == ir.JSONInt:
		c.compareRanges(o, a, n, b)
	case a.JSON == b.JSON:
	case a.JSON == ir.JSONInt && b.JSON == ir.JSONNumber:
		c.report(RuleTypeWidened, o.path, o.at, n.at, "now %s, was %s", b.Name, a.Name)
	case a.JSON == ir.JSONNumber && b.JSON == ir.JSONInt:
		c.report(RuleTypeNarrowed, o.path, o.at, n.at, "now %s, was %s", b.Name, a.Name)
	default:
		c.compareKinds(o, n)
	}
}

// compareRanges compares integer types. A range that a client sends must not shrink, and
// one that it receives must not grow.
func (c *comparer) compareRanges(o operand, a *ir.Builtin, n operand, b *ir.Builtin) {
	if c.opts.Introspected {
		return
	}
	low, high := a.Range()
	newLow, newHigh := b.Range()
	if low == newLow && high == newHigh {
		return
	}
	narrower := newLow > low || newHigh < high
	wider := newLow < low || newHigh > high
	s := Info
	if c.dir == Send && narrower || c.dir == Recv && wider {
		s = severity(RuleIntRangeChanged, c.dir)
	}
	c.reportAs(s, RuleIntRangeChanged, o.path, o.at, n.at, "now %s, was %s", b.Name, a.Name)
}
