// Package compat compares two versions of a schema. It reports what a program written for
// the old version is affected by when it talks to a server of the new one.
//
// The comparison follows the wire format, from each command and event, and ignores the
// names of types: a type may be renamed, split into bases or reordered without a change
// being reported. What a client sends (the arguments of commands) and what it receives
// (results and the data of events) have different rules: a new mandatory member breaks the
// former only. The rules are those of "Compatibility considerations" in QEMU's
// docs/devel/qapi-code-gen.rst; [Rules] lists them. In addition, the Go source of generated
// packages is compared, where the names of types matter.
//
// [NewHistory] does the same for many releases: it finds the release that added each
// command, event, member and value, and checks the schema's own "Since:".
package compat

import (
	"go/token"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// A Severity is how much a change matters. Severities are ordered.
type Severity int

// The severities.
const (
	Info     Severity = iota // for the changelog only
	Note                     // would be breaking, but was announced by the feature "deprecated"
	Warning                  // can break some clients
	Breaking                 // breaks clients that use it
)

var severityNames = []string{"info", "note", "warning", "breaking"}

// String returns "info", "note", "warning" or "breaking".
func (s Severity) String() string { return severityNames[s] }

// A Direction is the direction in which data is sent.
type Direction string

// The directions. The zero value is used where there is none, as for a command.
const (
	Send Direction = "send" // to the server: reachable from the arguments of commands
	Recv Direction = "recv" // from the server: reachable from results and events
	Go   Direction = "go"   // not on the wire: the source of the generated Go package
)

// A Place is a position in a schema. The zero Place is unknown.
type Place struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// A Change is one difference between two schemas.
type Change struct {
	Rule      RuleCode
	Severity  Severity
	Direction Direction

	// Path is what changed: "blockdev-add" for a command, event or type, "Owner.name" for
	// a member, branch or value, where the owner is the definition that contains it.
	Path string

	// Message describes the change.
	Message string

	// Reason is why the severity differs from that of the rule; empty if it does not.
	Reason string

	// Old and New are the places. For something removed or added, one of them is the place
	// of what contains it, if known.
	Old, New Place

	// UsedBy lists the commands and events that are affected.
	UsedBy []string

	// Accepted is the reason given in a list of accepted changes; see [Accept].
	Accepted string
}

// Options select what is compared.
type Options struct {
	// Levels are the directions to report; empty means all. Changes of Go source are
	// [Breaking] if Levels contains Go, and [Warning] if Levels is empty.
	Levels []Direction

	// Introspected means that one of the schemas comes from a running server, by
	// introspection, which does not include everything. Ranges of integers, conditions,
	// some flags and Go source are then not compared, and what may be missing because a
	// condition does not hold is not a breaking change.
	Introspected bool

	// Vendors are prefixes of downstream names that count, such as "__com.redhat_". Other
	// names that start with "__" are ignored.
	Vendors []string
}

func (o *Options) has(d Direction) bool { return slices.Contains(o.Levels, d) }

// A Report is what Compare found.
type Report struct {
	Changes []*Change

	// Compared is the number of commands and events compared.
	Compared int

	pairs []typePair // types at the same place of the wire format
}

type typePair struct{ old, new ir.Type }

// Count returns the number of changes with the severity, without accepted ones.
func (r *Report) Count(s Severity) int {
	n := 0
	for _, c := range r.Changes {
		if c.Severity == s && c.Accepted == "" {
			n++
		}
	}
	return n
}

// AtLeast reports whether there is a change of at least that severity that is not accepted.
func (r *Report) AtLeast(s Severity) bool {
	return slices.ContainsFunc(r.Changes, func(c *Change) bool { return c.Severity >= s && c.Accepted == "" })
}

// Compare returns the changes between two schemas, most severe first, then in schema order.
// It is safe for concurrent use.
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

// places converts positions of a schema to Places.
type places struct {
	fset  *token.FileSet
	files map[string]string // file names as diagnostics print them, by name in fset
}

func newPlaces(s *ir.Schema) *places {
	p := &places{fset: s.Fset, files: make(map[string]string)}
	for _, m := range s.Modules {
		for def := range m.Definitions() {
			if def.Head().Pos.IsValid() {
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

// unstableName reports whether a name marks something as unstable, as was the convention
// before QEMU 6.2 added the feature "unstable".
func unstableName(name string) bool { return strings.HasPrefix(name, "x-") }
