package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A promise is the stability that a client was promised of something and all it contains.
type promise int

const (
	stable     promise = iota
	deprecated         // may be removed
	unstable           // may change at any time
)

// A pairKey is a place in the walk over both schemas: types that are compared.
type pairKey struct {
	old, new ir.Type
	dir      Direction
	promise  promise
	cond     string // the condition in the old schema; empty if it does not matter
}

// A node holds the changes found at a place, and the places it leads to.
type node struct {
	edges   []*node
	changes []*Change
	mark    int // of the last root that reached it
}

type changeKey struct {
	rule    RuleCode
	dir     Direction
	path    string
	message string
}

// A comparer compares two schemas.
type comparer struct {
	opts     Options
	old, new *places
	nodes    map[pairKey]*node
	pairs    []typePair
	here     *node              // the current place
	types    map[string]ir.Type // the named types of the new schema

	dir     Direction
	promise promise
	cond    string // a condition of what contains it, in words; only if introspected

	found    map[changeKey]*Change
	changes  []*Change
	compared int
}

// ignored reports whether a name is a downstream one, and not among Options.Vendors.
func (c *comparer) ignored(name string) bool {
	return strings.HasPrefix(name, "__") &&
		!slices.ContainsFunc(c.opts.Vendors, func(p string) bool { return strings.HasPrefix(name, p) })
}

// report adds a change at the current place. Its severity is that of the rule, or lower if
// less was promised.
func (c *comparer) report(rule RuleCode, path string, old, new Place, format string, args ...any) *Change {
	return c.reportAs(severity(rule, c.dir), rule, path, old, new, format, args...)
}

func (c *comparer) reportAs(s Severity, rule RuleCode, path string, old, new Place, format string, args ...any) *Change {
	if c.dir != "" && c.dir != Go && !c.opts.has(c.dir) {
		return &Change{} // not wanted
	}
	reason := ""
	switch {
	case s <= Note:
	case c.promise == unstable:
		s, reason = Info, "it was unstable"
	case c.promise == deprecated:
		s, reason = Note, "announced: it was deprecated"
	case c.cond != "":
		s, reason = Info, "its condition need not hold: "+c.cond
	}
	ch := &Change{Rule: rule, Severity: s, Direction: c.dir, Path: path, Message: fmt.Sprintf(format, args...),
		Reason: reason, Old: old, New: new}
	key := changeKey{rule, c.dir, path, ch.Message}
	if was, ok := c.found[key]; ok {
		if was.Severity < s {
			was.Severity, was.Reason = s, reason
		}
		ch = was
	} else {
		c.found[key] = ch
		c.changes = append(c.changes, ch)
	}
	if c.here != nil && !slices.Contains(c.here.changes, ch) {
		c.here.changes = append(c.here.changes, ch)
	}
	return ch
}

// promiseOf returns what a client was promised of something in an old schema.
func (c *comparer) promiseOf(name string, features []ir.Feature) promise {
	switch {
	case c.promise == unstable || ir.Has(features, "unstable") || unstableName(name):
		return unstable
	case c.promise == deprecated || ir.Has(features, "deprecated"):
		return deprecated
	}
	return stable
}

// below runs f for something in the old schema with the given name, features and condition,
// from which the promise of what f reports follows.
func (c *comparer) below(name string, features []ir.Feature, cond ir.Cond, f func()) {
	promise, around := c.promise, c.cond
	c.promise = c.promiseOf(name, features)
	if c.opts.Introspected && cond != nil {
		c.cond = ir.CondString(cond)
	}
	f()
	c.promise, c.cond = promise, around
}

// compareSchemas compares the commands and events.
func (c *comparer) compareSchemas(old, new *ir.Schema) {
	c.types = make(map[string]ir.Type)
	for _, t := range new.Types {
		if named(t) {
			c.types[t.Head().Name] = t
		}
	}
	var roots []root
	commands := byName(new.Commands)
	for _, o := range old.Commands {
		if n := commands[o.Name]; !c.ignored(o.Name) {
			roots = append(roots, c.root(o.Name, func() { c.compareCommand(o, n) }))
		}
	}
	was := byName(old.Commands)
	for _, n := range new.Commands {
		if was[n.Name] == nil && !c.ignored(n.Name) {
			c.compared++
			c.report(RuleCommandAdded, n.Name, Place{}, c.new.at(n.Pos), "command is new%s", marks(n.Features))
		}
	}
	events := byName(new.Events)
	for _, o := range old.Events {
		if n := events[o.Name]; !c.ignored(o.Name) {
			roots = append(roots, c.root(o.Name, func() { c.compareEvent(o, n) }))
		}
	}
	wasEvent := byName(old.Events)
	for _, n := range new.Events {
		if wasEvent[n.Name] == nil && !c.ignored(n.Name) {
			c.compared++
			c.report(RuleEventAdded, n.Name, Place{}, c.new.at(n.Pos), "event is new%s", marks(n.Features))
		}
	}
	for i, r := range roots {
		spread(r.node, r.name, i+1)
	}
}

// byName makes a table of commands or events.
func byName[T ir.Def](defs []T) map[string]T {
	m := make(map[string]T, len(defs))
	for _, d := range defs {
		m[d.Head().Name] = d
	}
	return m
}

// marks returns a remark on something new that is deprecated or unstable.
func marks(features []ir.Feature) string {
	var words []string
	for _, name := range []string{"unstable", "deprecated"} {
		if ir.Has(features, name) {
			words = append(words, name)
		}
	}
	if len(words) == 0 {
		return ""
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// A root is a command or event, where the walk starts.
type root struct {
	name string
	node *node
}

func (c *comparer) root(name string, f func()) root {
	c.compared++
	c.here = new(node)
	r := root{name, c.here}
	f()
	c.here = nil
	return r
}

// spread adds a command or event to UsedBy of all changes that it reaches.
func spread(n *node, name string, mark int) {
	if n.mark == mark {
		return
	}
	n.mark = mark
	for _, ch := range n.changes {
		if !slices.Contains(ch.UsedBy, name) {
			ch.UsedBy = append(ch.UsedBy, name)
		}
	}
	for _, e := range n.edges {
		spread(e, name, mark)
	}
}

// compareCommand compares a command with that of the same name in the new schema, or nil.
func (c *comparer) compareCommand(o, n *ir.Command) {
	c.below(o.Name, o.Features, o.If, func() {
		at := c.old.at(o.Pos)
		if n == nil {
			c.report(RuleCommandRemoved, o.Name, at, Place{}, "command was removed")
			return
		}
		to := c.new.at(n.Pos)
		c.compareFeatures(o.Name, at, to, o.Features, n.Features)
		c.compareCond(o.Name, at, to, o.If, n.If)
		c.compareFlag(RuleAllowOOBDropped, o.Name, at, to, o.AllowOOB, n.AllowOOB, "allowed out of band")
		if !c.opts.Introspected {
			c.compareFlag(RuleAllowPreconfigDropped, o.Name, at, to, o.AllowPreconfig, n.AllowPreconfig, "allowed in preconfig state")
			c.compareFlag(RuleSuccessResponseDropped, o.Name, at, to, o.SuccessResponse, n.SuccessResponse, "replies on success")
			if !o.Gen && n.Gen {
				c.report(RuleExtraArgsRefused, o.Name, at, to, "no longer takes arguments beyond the schema")
			}
		}
		c.dir = Send
		c.compareTypes(operand{o.Arg, o.Name, at}, operand{n.Arg, n.Name, to})
		c.dir = Recv
		c.compareReturns(o, n, at, to)
		c.dir = ""
	})
}

// compareReturns compares the results of a command. No result is the same as an empty
// object.
func (c *comparer) compareReturns(o, n *ir.Command, at, to Place) {
	path := o.Name + ".return"
	switch {
	case empty(o.Returns) && empty(n.Returns):
	case empty(n.Returns):
		c.report(RuleReturnRemoved, path, at, to, "command now returns nothing, returned %s", describe(o.Returns))
	case empty(o.Returns) && isObject(n.Returns):
		c.report(RuleReturnAdded, path, at, to, "command now returns %s, returned nothing", describe(n.Returns))
	default:
		c.compareTypes(operand{o.Returns, path, at}, operand{n.Returns, path, to})
	}
}

func (c *comparer) compareEvent(o, n *ir.Event) {
	c.below(o.Name, o.Features, o.If, func() {
		at := c.old.at(o.Pos)
		if n == nil {
			c.report(RuleEventRemoved, o.Name, at, Place{}, "event was removed")
			return
		}
		to := c.new.at(n.Pos)
		c.compareFeatures(o.Name, at, to, o.Features, n.Features)
		c.compareCond(o.Name, at, to, o.If, n.If)
		c.dir = Recv
		c.compareTypes(operand{o.Arg, o.Name, at}, operand{n.Arg, n.Name, to})
		c.dir = ""
	})
}

// compareFlag compares a flag of a command.
func (c *comparer) compareFlag(rule RuleCode, path string, at, to Place, old, new bool, what string) {
	switch {
	case old && !new:
		c.report(rule, path, at, to, "no longer %s", what)
	case !old && new:
		c.report(RuleFlagAdded, path, at, to, "now %s", what)
	}
}

// compareFeatures compares the features of something.
func (c *comparer) compareFeatures(path string, at, to Place, old, new []ir.Feature) {
	for _, f := range old {
		if ir.Has(new, f.Name) {
			continue
		}
		switch f.Name {
		case "deprecated":
			c.report(RuleUndeprecated, path, at, to, "no longer deprecated")
		case "unstable":
			c.report(RuleUnstableToStable, path, at, to, "now stable, was unstable")
		default:
			c.report(RuleFeatureRemoved, path, at, to, "feature '%s' was removed", f.Name)
		}
	}
	for _, f := range new {
		if ir.Has(old, f.Name) {
			continue
		}
		switch f.Name {
		case "deprecated":
			c.report(RuleDeprecated, path, at, to, "now deprecated")
		case "unstable":
			c.report(RuleStableToUnstable, path, at, to, "now unstable")
		default:
			c.report(RuleFeatureAdded, path, at, to, "feature '%s' is new", f.Name)
		}
	}
}

// compareCond compares the conditions of something.
func (c *comparer) compareCond(path string, at, to Place, old, new ir.Cond) {
	if c.opts.Introspected {
		return
	}
	switch implied, equal := compareConds(old, new); {
	case equal:
	case implied:
		c.report(RuleCondChanged, path, at, to, "condition is now %s, was %s", condWords(new), condWords(old))
	default:
		c.report(RuleCondNarrowed, path, at, to, "condition is now %s, was %s", condWords(new), condWords(old))
	}
}

func condWords(c ir.Cond) string {
	if c == nil {
		return "none"
	}
	return ir.CondString(c)
}
