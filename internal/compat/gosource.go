package compat

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/ir"
)

// compareGo compares the Go source of packages generated from both schemas, where the names
// of types matter. What the wire rules reported of a path is not reported again, unless
// strict is set.
func (c *comparer) compareGo(old, new *ir.Schema, strict bool) {
	g := &goComparer{comparer: c, strict: strict, renamed: make(map[ir.Type]ir.Type), names: make(map[string]string), said: make(map[string]bool)}
	for _, p := range c.pairs {
		if named(p.old) && named(p.new) && p.old.Head().Name != p.new.Head().Name && g.renamed[p.old] == nil {
			g.renamed[p.old] = p.new
			if c.types[p.old.Head().Name] == nil {
				g.names[p.old.Head().Name] = p.new.Head().Name
			}
		}
	}
	for _, ch := range c.changes {
		removed := strings.HasSuffix(string(ch.Rule), "_REMOVED") || ch.Rule == RuleMovedToBranch
		if removed || ch.Severity >= Note && strings.Contains(ch.Path, ".") && ch.Rule != RuleCondNarrowed {
			g.said[ch.Path] = true
		}
	}
	c.dir, c.promise, c.cond, c.here = Go, stable, "", nil
	for _, t := range old.Types {
		if named(t) && !c.ignored(t.Head().Name) {
			g.compareType(t, new.ByName[t.Head().Name])
		}
	}
	commands := byName(new.Commands)
	for _, o := range old.Commands {
		if n := commands[o.Name]; n != nil && !c.ignored(o.Name) {
			g.compareCommand(o, n)
		}
	}
	events := byName(new.Events)
	for _, o := range old.Events {
		if n := events[o.Name]; n != nil && !c.ignored(o.Name) {
			c.below(o.Name, o.Features, nil, func() {
				g.compareFields(o.Name, goMembers(o.Arg), goMembers(n.Arg), c.new.at(n.Pos))
			})
		}
	}
	c.dir = ""
}

// A goComparer compares Go source.
type goComparer struct {
	*comparer
	strict  bool
	renamed map[ir.Type]ir.Type // old types, and the types of other names that replace them
	names   map[string]string   // their names, where no type has the old name any more
	said    map[string]bool     // paths that the wire rules reported
}

func (g *goComparer) say(rule RuleCode, path string, at, to Place, format string, args ...any) {
	if g.said[path] && !g.strict {
		return
	}
	s := severity(rule, Go)
	if g.strict {
		s = Breaking
	}
	g.reportAs(s, rule, path, at, to, format, args...)
}

// compareType compares the declaration of a type with that of its name in the
// new schema, which may be nil.
func (g *goComparer) compareType(o ir.Type, def ir.Def) {
	head := o.Head()
	n, _ := def.(ir.Type)
	g.below("", head.Features, nil, func() {
		at := g.old.at(head.Pos)
		if !named(n) {
			if to := g.renamed[o]; to != nil {
				g.say(RuleGoNameChanged, head.Name, at, g.new.at(to.Head().Pos), "type %s is now type %s", head.Name, to.Head().Name)
				return
			}
			g.say(RuleGoTypeRemoved, head.Name, at, Place{}, "type was removed")
			return
		}
		to := g.new.at(n.Head().Pos)
		if o.Kind() != n.Kind() {
			g.say(RuleGoKindChanged, head.Name, at, to, "now %s, was %s", n.Kind(), o.Kind())
			return
		}
		switch o := o.(type) {
		case *ir.Enum:
			g.compareConstants(o, n.(*ir.Enum), to)
		case *ir.Struct:
			g.compareFields(head.Name, goMembers(o), goMembers(n), to)
		case *ir.Union:
			g.compareFields(head.Name, goMembers(o), goMembers(n), to)
			g.compareBranches(o, n.(*ir.Union), to)
		case *ir.Alternate:
			g.compareAlternatives(o, n.(*ir.Alternate), to)
		}
	})
}

func (g *goComparer) compareConstants(o, n *ir.Enum, to Place) {
	for _, v := range o.Values {
		if slices.ContainsFunc(n.Values, func(w *ir.EnumValue) bool { return w.Name == v.Name }) || g.ignored(v.Name) {
			continue
		}
		g.below(v.Name, v.Features, nil, func() {
			g.say(RuleGoConstantRemoved, o.Name+"."+v.Name, g.old.at(v.Pos), to, "constant was removed")
		})
	}
}

// goMembers returns the members that are fields of the Go struct for a type.
func goMembers(t ir.Type) []*ir.Member {
	switch t := t.(type) {
	case *ir.Struct:
		return t.AllMembers()
	case *ir.Union:
		return t.Base.AllMembers()
	}
	return nil
}

func (g *goComparer) compareFields(owner string, old, new []*ir.Member, to Place) {
	fields := make(map[string]*ir.Member, len(new))
	for _, m := range new {
		fields[m.Name] = m
	}
	for _, m := range old {
		if g.ignored(m.Name) {
			continue
		}
		path, at := owner+"."+m.Name, g.old.at(m.Pos)
		if m.Owner != nil {
			path = m.Owner.Head().Name + "." + m.Name
		}
		n := fields[m.Name]
		g.below(m.Name, m.Features, nil, func() {
			if n == nil {
				g.say(RuleGoFieldRemoved, path, at, to, "field was removed from %s", owner)
				return
			}
			if was, is := goField(m, g.names), goField(n, nil); was != is {
				g.say(RuleGoFieldTypeChanged, path, at, g.new.at(n.Pos), "field now has type %s, had %s", is, was)
			}
		})
	}
}

// compareBranches compares the branch types of unions.
func (g *goComparer) compareBranches(o, n *ir.Union, to Place) {
	types := make(map[string]bool)
	for _, b := range n.Branches {
		if b.Type != nil {
			types[goName(b.Type, nil)] = true
		}
	}
	for _, b := range o.Branches {
		if b.Type != nil && !types[goName(b.Type, g.names)] && !g.ignored(b.Name) {
			g.say(RuleGoFieldTypeChanged, o.Name+"."+b.Name, g.old.at(b.Pos), to, "%s is no longer a branch", goName(b.Type, nil))
		}
	}
}

// compareAlternatives compares the fields of alternates, which are named after
// the branches.
func (g *goComparer) compareAlternatives(o, n *ir.Alternate, to Place) {
	for _, b := range o.Branches {
		path, at := o.Name+"."+b.Name, g.old.at(b.Pos)
		i := slices.IndexFunc(n.Branches, func(x *ir.AltBranch) bool { return x.Name == b.Name })
		if i < 0 {
			g.say(RuleGoFieldRemoved, path, at, to, "field was removed from %s", o.Name)
		} else if was, is := goName(b.Type, g.names), goName(n.Branches[i].Type, nil); was != is {
			g.say(RuleGoFieldTypeChanged, path, at, to, "field now has type *%s, had *%s", is, was)
		}
	}
}

// compareCommand compares the signatures of a command's method.
func (g *goComparer) compareCommand(o, n *ir.Command) {
	at, to := g.old.at(o.Pos), g.new.at(n.Pos)
	g.below(o.Name, o.Features, nil, func() {
		was, is := goArgs(o, g.names), goArgs(n, nil)
		switch {
		case was == is:
		case was == "" || is == "":
			g.say(RuleGoSignatureChanged, o.Name, at, to, "method now takes %s, took %s", orNothing(is), orNothing(was))
		default:
			g.say(RuleGoNameChanged, o.Name, at, to, "argument type is now %s, was %s", is, was)
		}
		if was == ownArgs && is == ownArgs {
			g.compareFields(o.Name, goMembers(o.Arg), goMembers(n.Arg), to)
		}
		was, is = goReturns(o, g.names), goReturns(n, nil)
		if was != is {
			g.say(RuleGoSignatureChanged, o.Name, at, to, "method now returns %s, returned %s", orNothing(is), orNothing(was))
		}
	})
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// ownArgs describes arguments whose type has no name.
const ownArgs = "an unnamed type"

// goArgs describes the type of a command's arguments; "" is none.
func goArgs(c *ir.Command, renamed map[string]string) string {
	switch {
	case c.Gen && empty(c.Arg):
		return ""
	case c.Arg == nil || c.Arg.Head().Implicit:
		return ownArgs
	}
	return goName(c.Arg, renamed)
}

func goReturns(c *ir.Command, renamed map[string]string) string {
	if c.Returns == nil {
		return ""
	}
	return goName(c.Returns, renamed)
}

// goName returns the Go type for a type. Renamed maps old names of types to new ones.
func goName(t ir.Type, renamed map[string]string) string {
	return names.GoType(t, func(t ir.Type) string {
		if name, ok := renamed[t.Head().Name]; ok {
			return name
		}
		return names.Type(t.Head().Name)
	})
}

// goField returns the Go type of a member's field.
func goField(m *ir.Member, renamed map[string]string) string {
	name := goName(m.Type, renamed)
	if m.Optional && !strings.HasPrefix(name, "[]") && name != "any" {
		return "*" + name
	}
	return name
}
