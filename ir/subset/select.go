package subset

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A PatternError reports a pattern that is malformed or matches nothing.
type PatternError struct {
	Pattern string
	Why     string
	Names   []string // candidates for a spelling hint, in schema order
}

// Error describes the problem with the pattern.
func (e *PatternError) Error() string { return fmt.Sprintf("%q %s", e.Pattern, e.Why) }

// Select returns the part of a schema that some commands and events need: these and the types
// to which they refer, directly or indirectly. It selects those whose name matches a pattern of
// include, or all if include is empty, except those that match a pattern of exclude. Patterns
// have the syntax of [path.Match].
//
// Modules that become empty are removed, except the root. A pattern that matches nothing, or
// excludes everything, is a [*PatternError].
func Select(s *ir.Schema, include, exclude []string) (*ir.Schema, error) {
	var all []ir.Def
	for def := range s.ByModule() {
		switch def.(type) {
		case *ir.Command, *ir.Event:
			all = append(all, def)
		}
	}
	chosen := make(map[ir.Def]bool)
	if len(include) == 0 {
		for _, def := range all {
			chosen[def] = true
		}
	}
	for _, pattern := range include {
		if err := match(s, all, pattern, func(def ir.Def) { chosen[def] = true }); err != nil {
			return nil, err
		}
	}
	for _, pattern := range exclude {
		if err := match(s, all, pattern, func(def ir.Def) { delete(chosen, def) }); err != nil {
			return nil, err
		}
		if len(chosen) == 0 {
			return nil, &PatternError{Pattern: pattern, Why: "excludes all that was left"}
		}
	}
	return Of(s, slices.DeleteFunc(all, func(def ir.Def) bool { return !chosen[def] })), nil
}

// Of returns the part of a schema that the given definitions need: these and the types to which
// they refer, directly or indirectly. Modules that become empty are removed, except the root.
func Of(s *ir.Schema, defs []ir.Def) *ir.Schema {
	c := newCopier(s, func(ir.Cond) bool { return true })
	for _, def := range defs {
		c.reach(def)
	}
	for _, t := range s.Types {
		if _, ok := t.(*ir.Builtin); ok {
			c.reach(t)
		}
	}
	return c.schema()
}

// match calls found for each definition that a pattern matches.
func match(s *ir.Schema, all []ir.Def, pattern string, found func(ir.Def)) error {
	some := false
	for _, def := range all {
		ok, err := path.Match(pattern, def.Head().Name)
		if err != nil {
			return &PatternError{Pattern: pattern, Why: "is not a pattern"}
		}
		if ok {
			some = true
			found(def)
		}
	}
	if some {
		return nil
	}
	e := &PatternError{Pattern: pattern, Why: "matches no command or event", Names: candidates(all, pattern)}
	if def := s.ByName[pattern]; def != nil {
		e.Why += fmt.Sprintf(": it is %s %s, and types are included with what uses them", article(def.Kind()), def.Kind())
		e.Names = nil
	}
	return e
}

func article(noun string) string {
	if strings.IndexByte("aeiou", noun[0]) >= 0 && noun != "union" {
		return "an"
	}
	return "a"
}

// candidates returns names for which a pattern may have been meant: names of commands and
// events or, if the pattern ends in "*", prefixes of these followed by "*".
func candidates(all []ir.Def, pattern string) []string {
	_, isPrefix := strings.CutSuffix(pattern, "*")
	var names []string
	seen := make(map[string]bool)
	for _, def := range all {
		name := def.Head().Name
		if !isPrefix {
			names = append(names, name)
			continue
		}
		for i, r := range name {
			if prefix := name[:i] + string(r) + "*"; (r == '-' || r == '_') && !seen[prefix] {
				seen[prefix] = true
				names = append(names, prefix)
			}
		}
	}
	return names
}
