// Package subset makes smaller schemas of a schema: [Decide] leaves out what
// the conditions ('if') leave out of a build, [Select] what some commands and
// events do not need. Both are passes from ir to ir, so that every back end can
// work on the result.
//
// A result shares no definition with the schema that it was made from, which is
// not changed. It keeps order, names, positions and documentation.
package subset

import "github.com/qapi-go/qapi-go/ir"

// Decide returns what is left of a schema in a build that defines the given
// macros and no others. What has a condition that does not hold is left out:
// definitions, members, values, branches and features; a branch goes with its
// value. What stays has no condition any more, but for those of old schemas that
// are the text of a C expression: they count as holding.
//
// A type whose condition does not hold stays all the same if something that
// stays refers to it: a compiler of C would refuse such a schema.
func Decide(s *ir.Schema, macros []string) *ir.Schema {
	defined := make(map[string]bool, len(macros))
	for _, m := range macros {
		defined[m] = true
	}
	c := newCopier(s, func(cond ir.Cond) bool { return holds(cond, defined) })
	c.decided = true
	for def := range s.ByModule() {
		if c.holds(def.Head().If) {
			c.reach(def)
		}
	}
	for _, t := range s.Types {
		if c.holds(t.Head().If) && !c.reached[t] && isUnowned(t) {
			c.reach(t)
		}
	}
	return c.schema()
}

// isUnowned reports whether a type can be there without another definition.
func isUnowned(t ir.Type) bool {
	switch t := t.(type) {
	case *ir.Builtin:
		return true
	case *ir.Enum:
		return t.Module == nil // QType
	}
	return false
}

// holds evaluates a condition.
func holds(cond ir.Cond, defined map[string]bool) bool {
	switch c := cond.(type) {
	case ir.CondMacro:
		return defined[c.Name]
	case ir.CondNot:
		return !holds(c.Cond, defined)
	case ir.CondAll:
		for _, sub := range c.Conds {
			if !holds(sub, defined) {
				return false
			}
		}
	case ir.CondAny:
		for _, sub := range c.Conds {
			if holds(sub, defined) {
				return true
			}
		}
		return false
	}
	return true
}

// Macros returns the macros that the conditions of a schema mention, in the
// order in which they are first met.
func Macros(s *ir.Schema) []string {
	var list []string
	seen := make(map[string]bool)
	var add func(cond ir.Cond)
	add = func(cond ir.Cond) {
		switch c := cond.(type) {
		case ir.CondMacro:
			if !seen[c.Name] {
				seen[c.Name] = true
				list = append(list, c.Name)
			}
		case ir.CondNot:
			add(c.Cond)
		case ir.CondAll:
			for _, sub := range c.Conds {
				add(sub)
			}
		case ir.CondAny:
			for _, sub := range c.Conds {
				add(sub)
			}
		}
	}
	// A copier asks about every condition.
	c := newCopier(s, func(cond ir.Cond) bool { add(cond); return true })
	for def := range s.ByModule() {
		c.holds(def.Head().If)
		c.reach(def)
	}
	c.schema()
	return list
}
