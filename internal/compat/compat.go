// Package compat compares two versions of a schema: what does a program that
// was written for the old one meet when it talks to a server of the new one?
//
// Versions are compared by what is on the wire, along what can be reached from
// commands and events, and never by the names of types: a type may be renamed,
// split into bases or written in another order without a finding. What a client
// sends (the arguments of commands) and what it receives (results and the data
// of events) have different rules: a mandatory member that is new breaks the
// one and not the other. The rules are those of "Compatibility considerations"
// in QEMU's docs/devel/qapi-code-gen.rst; [Rules] lists them. Beside them stands
// the Go source of generated packages, in which the names of types do count.
//
// [NewHistory] does the same for many releases: since when is there each
// command, event, member and value, and does the schema's own "Since:" agree?
package compat

import (
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A Severity is how much a change matters. They are ordered.
type Severity int

// The severities.
const (
	Info     Severity = iota // the changelog: what is new
	Note                     // would break, but was announced by the feature "deprecated"
	Warning                  // can break some clients
	Breaking                 // breaks clients that use it
)

var severityNames = []string{"info", "note", "warning", "breaking"}

// String returns "info", "note", "warning" or "breaking".
func (s Severity) String() string { return severityNames[s] }

// A Direction is the way that data goes.
type Direction string

// The directions. The zero value is for what has none, such as a command.
const (
	Send Direction = "send" // to the server: reachable from the arguments of commands
	Recv Direction = "recv" // from the server: reachable from results and events
	Go   Direction = "go"   // nowhere: the source of the generated Go package
)

// A Place is where something stands in a schema. The zero Place is unknown.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// A Change is one difference between two schemas.
type Change struct {
	Rule      RuleCode
	Severity  Severity
	Direction Direction

	// Path says what changed: "blockdev-add" for a command, event or type,
	// "Owner.name" for a member, branch or value, where the owner is the
	// definition in whose text it stands.
	Path string

	// Message says how it changed, in words.
	Message string

	// Reason says why the severity is not that of the rule; empty if it is.
	Reason string

	// Old and New are the places; that of something removed or added is where
	// what it belongs to stands, if that is known.
	Old, New Place

	// UsedBy are the commands and events that the change reaches.
	UsedBy []string

	// Accepted is the reason given in a list of accepted changes; see [Accept].
	Accepted string
}

// Options say what to compare.
type Options struct {
	// Levels are the directions that count; empty means Send and Recv. With
	// Go among them, changes of Go source are [Breaking]; with no levels
	// given, they are reported as [Warning]; else not at all.
	Levels []Direction

	// Introspected says that one of the schemas comes from a running server
	// by [FromIntrospection], which does not tell everything: ranges of
	// integers, conditions and some flags are then not compared, nor is Go
	// source, and what is missing because a condition does not hold is no
	// breaking change.
	Introspected bool

	// Vendors are prefixes of downstream names that count, such as
	// "__com.redhat_". Other names that begin with "__" are left out.
	Vendors []string
}

func (o *Options) has(d Direction) bool { return slices.Contains(o.Levels, d) }

// A Report is what Compare found.
type Report struct {
	Changes []*Change

	// Compared is the number of commands and events compared.
	Compared int

	pairs []typePair // types that stand at the same place
}

type typePair struct{ old, new ir.Type }

// Count returns how many changes have the severity and are not accepted.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, c := range r.Changes {
		if c.Severity == s && c.Accepted == "" {
			n++
		}
	}
	return n
}

// AtLeast reports whether a change that is not accepted has that severity or a
// higher one.
func (r *Report) AtLeast(s Severity) bool {
	return slices.ContainsFunc(r.Changes, func(c *Change) bool { return c.Severity >= s && c.Accepted == "" })
}

// Compare returns what changed between two schemas, most severe first, and then
// in the order of the schemas. It may be called with any two schemas, and by
// several goroutines at once.
func Compare(old, new *ir.Schema, o Options) *Report {
	showGo := len(o.Levels) == 0 || slices.Contains(o.Levels, Go)
	strictGo := slices.Contains(o.Levels, Go)
	if len(o.Levels) == 0 {
		o.Levels = []Direction{Send, Recv}
	}
	c := &comparer{
		opts: o, old: newPlaces(old), new: newPlaces(new),
		nodes: make(map[pairKey]*node), found: make(map[changeKey]*Change),
	}
	c.compareSchemas(old, new)
	if showGo && !o.Introspected {
		c.compareGo(old, new, strictGo)
	}
	changes := c.changes
	slices.SortStableFunc(changes, func(a, b *Change) int { return int(b.Severity) - int(a.Severity) })
	return &Report{Changes: changes, Compared: c.compared, pairs: c.pairs}
}

// places finds where things stand in a schema.
type places struct {
	fset  *token.FileSet
	files map[string]string // as diagnostics print them, by name in fset
}

func newPlaces(s *ir.Schema) *places {
	p := &places{fset: s.Fset, files: make(map[string]string)}
	for _, m := range s.Modules {
		for _, item := range m.Items {
			if def, ok := item.(ir.Def); ok && def.Head().Pos.IsValid() {
				p.files[s.Fset.Position(def.Head().Pos).Filename] = m.File
				break
			}
		}
	}
	return p
}

func (p *places) at(pos token.Pos) Place {
	if p.fset == nil || !pos.IsValid() {
		return Place{}
	}
	at := p.fset.Position(pos)
	if file, ok := p.files[at.Filename]; ok {
		at.Filename = file
	}
	return Place{File: at.Filename, Line: at.Line}
}

// unstableName reports whether a name says that it may change at any time, as
// was the custom before QEMU 6.2 brought the feature "unstable".
func unstableName(name string) bool { return strings.HasPrefix(name, "x-") }
