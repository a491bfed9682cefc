// Package merge makes one schema of a schema's several releases: what is in it
// speaks to servers of each of them.
//
// Types are paired by where they stand on the wire, beginning with commands and
// events, which have a name there: the type of an argument in one release and
// that of the same argument in the next are one type of the result, whatever
// they are called. The result has the names of the newest release that has the
// place.
//
// The work is done in three steps. Pairing (pair.go) collects, for each type of
// the result, its instances: the types of the releases that it must hold. It
// goes on until nothing new is met, since two types that are paired pair those
// of their members. Views (object.go, alternate.go) look at the instances of one
// type together. Building (build.go, definition.go, module.go) makes the
// definitions.
//
// A member is mandatory in the result if it is in all instances. Integers get
// the smallest type that holds those of all releases, but for int and uint64,
// which become uint64: QEMU makes this change to quantities that are never
// negative. What has different kinds of JSON values in different releases
// becomes an alternate. A struct that became a union is a union whose
// discriminator is optional: members that the union has in branches only are
// common members, too, and a server without the discriminator sends them there.
package merge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// A Release is a schema as it was in one release.
type Release struct {
	Name   string // as comments and errors have it, such as "10.2.0"
	Schema *ir.Schema
}

// Options settle what cannot be merged. The zero value settles nothing.
type Options struct {
	// Prefer is the name of the release whose definition keeps its name where two
	// definitions of one name cannot be one. The name of the other gets that of its
	// last release, as in "OptionsIn2_3".
	Prefer string
}

// A Clash is two definitions of one name that cannot be one: they differ in kind,
// and something uses each of them.
type Clash struct {
	Name         string
	Old, New     ir.Type
	OldIn, NewIn string // the releases
}

// Error describes the clash without its places.
func (c *Clash) Error() string {
	return fmt.Sprintf("%q is a type of kind %s in %s and of kind %s in %s", c.Name, c.Old.Kind(), c.OldIn, c.New.Kind(), c.NewIn)
}

// A ChangeKind is a way in which the result differs from the newest release that
// has the place.
type ChangeKind string

// The kinds of change.
const (
	MadeOptional ChangeKind = "optional"  // a mandatory member became optional
	Widened      ChangeKind = "widened"   // a built-in type became one that holds more
	MadeUnion    ChangeKind = "union"     // a struct of some releases is held by a union
	MadeHolder   ChangeKind = "alternate" // an alternate holds different kinds of value
	Renamed      ChangeKind = "renamed"   // a type had another name
)

// A Change is a difference of the result from the newest release, for reports.
type Change struct {
	Kind   ChangeKind
	Path   string // "Type.member", or a type or command
	Detail string
}

// A Result is what was merged.
type Result struct {
	Schema  *ir.Schema
	Changes []Change // in the order of the schema
	Clashes []*Clash // if there are any, the result is not to be used
}

// Merge merges releases, oldest first. All of their schemas must have been loaded
// into one token.FileSet. The schemas are not changed; the result shares parts of
// them.
func Merge(list []Release, o Options) (*Result, error) {
	if len(list) == 0 {
		return nil, errors.New("merge: no releases")
	}
	seen := make(map[string]bool)
	for _, r := range list {
		if r.Schema.Fset != list[0].Schema.Fset {
			return nil, errors.New("merge: the schemas are not of one file set")
		}
		if seen[r.Name] {
			return nil, fmt.Errorf("merge: there are two releases %s", r.Name)
		}
		seen[r.Name] = true
	}
	if o.Prefer != "" && !seen[o.Prefer] {
		return nil, fmt.Errorf("merge: there is no release %s to be preferred", o.Prefer)
	}
	m := newMerger(list, o)
	m.pair()
	s := m.build()
	return &Result{Schema: s, Changes: m.changes, Clashes: m.clashes}, nil
}

// A merger does one merge.
type merger struct {
	list    []Release
	options Options

	groups map[string]*group
	order  []*group // in the order in which they were met
	joined map[instance][]*group
	work   []*group // whose instances are to be paired (again)

	built   *builder
	changes []Change
	clashes []*Clash
}

func newMerger(list []Release, o Options) *merger {
	return &merger{list: list, options: o,
		groups: make(map[string]*group), joined: make(map[instance][]*group)}
}

// newest returns the index of the newest release.
func (m *merger) newest() int { return len(m.list) - 1 }

// presence returns the releases, given by their indices in any order, or nil if
// they are all of those in which the holder is.
func (m *merger) presence(in, holder []int) ir.Presence {
	in = slices.Clone(in)
	slices.Sort(in)
	in = slices.Compact(in)
	holder = slices.Clone(holder)
	slices.Sort(holder)
	if slices.Equal(in, slices.Compact(holder)) {
		return nil
	}
	p := make(ir.Presence, len(in))
	for i, rel := range in {
		p[i] = m.list[rel].Name
	}
	return p
}

// all returns the indices of all releases.
func (m *merger) all() []int {
	all := make([]int, len(m.list))
	for i := range all {
		all[i] = i
	}
	return all
}

// note adds a change to the report, once.
func (m *merger) note(kind ChangeKind, path, format string, args ...any) {
	c := Change{kind, path, fmt.Sprintf(format, args...)}
	if !slices.Contains(m.changes, c) {
		m.changes = append(m.changes, c)
	}
}
