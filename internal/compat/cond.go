package compat

import (
	"reflect"
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// maxMacros is the number of macros up to which conditions are compared by meaning, with
// all 2^n values; with more macros, they are compared as written.
const maxMacros = 12

// compareConds reports whether the new condition holds wherever the old one does, and
// whether both hold in the same builds. A list means the same as 'all'.
func compareConds(old, new ir.Cond) (implied, equal bool) {
	if reflect.DeepEqual(old, new) {
		return true, true
	}
	macros := addMacros(addMacros(nil, old), new)
	if len(macros) > maxMacros {
		return new == nil, false
	}
	implied, equal = true, true
	for set := range 1 << len(macros) {
		a, b := holds(old, macros, set), holds(new, macros, set)
		implied = implied && (!a || b)
		equal = equal && a == b
	}
	return implied, equal
}

// addMacros adds the macros of a condition that are not in the list yet.
func addMacros(macros []string, c ir.Cond) []string {
	switch c := c.(type) {
	case ir.CondMacro:
		if !slices.Contains(macros, c.Name) {
			macros = append(macros, c.Name)
		}
	case ir.CondNot:
		macros = addMacros(macros, c.Cond)
	case ir.CondAll:
		for _, c := range c.Conds {
			macros = addMacros(macros, c)
		}
	case ir.CondAny:
		for _, c := range c.Conds {
			macros = addMacros(macros, c)
		}
	}
	return macros
}

// holds reports whether a condition holds if the macros whose bits are set are
// defined.
func holds(c ir.Cond, macros []string, set int) bool {
	switch c := c.(type) {
	case ir.CondMacro:
		return set&(1<<slices.Index(macros, c.Name)) != 0
	case ir.CondNot:
		return !holds(c.Cond, macros, set)
	case ir.CondAll:
		return !slices.ContainsFunc(c.Conds, func(c ir.Cond) bool { return !holds(c, macros, set) })
	case ir.CondAny:
		return slices.ContainsFunc(c.Conds, func(c ir.Cond) bool { return holds(c, macros, set) })
	}
	return true
}
