// Package subset derives smaller schemas from a schema. [Decide] removes what conditions ('if')
// exclude from a build, and [Select] what some commands and events do not need.
//
// The original schema is not changed, and the result shares no definitions with it. Order,
// names, positions and documentation are preserved.
package subset

import "github.com/qapi-go/qapi-go/ir"

// Decide returns the part of a schema that exists in a build that defines the given macros and
// no others. Definitions, members, values, branches and features whose condition is false are
// removed; a branch is removed with its value. What remains has no conditions, except for C
// expressions of old schemas, which count as true.
//
// A type whose condition is false remains if a remaining definition refers to it. Compiled as
// C, such a schema would be an error.
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

// isUnowned reports whether a type can exist without another definition.
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

// Macros returns the macros in the conditions of a schema, in order of first use.
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
	// A copier evaluates every condition.
	c := newCopier(s, func(cond ir.Cond) bool { add(cond); return true })
	for def := range s.ByModule() {
		c.holds(def.Head().If)
		c.reach(def)
	}
	c.schema()
	return list
}
