// Package merge merges the releases of a schema into one schema that describes servers of all
// of them.
//
// Types are paired by their place on the wire, starting with commands and events, which have
// names there. The type of an argument in one release and that of the same argument in the next
// become one type, whatever their names. The result uses the names of the newest release that
// has the place.
//
// The work has three steps. Pairing (pair.go) collects the instances of each type of the
// result: the types of the releases that it must hold. Pairing two types also pairs the types
// of their members, so it repeats until it finds nothing new. Views (object.go, alternate.go)
// combine the instances of one type. Building (build.go, definition.go, module.go) creates the
// definitions.
//
// A member is mandatory in the result if it is mandatory in all instances. Integers get the
// smallest type that holds those of all releases, except that int and uint64 become uint64,
// since QEMU makes this change to quantities that are never negative. Values of different JSON
// kinds become an alternate. A struct that became a union is a union with an optional
// discriminator. Members that the union has in branches only are also common members, where a
// server without the discriminator sends them.
package merge

import (
	"errors"
	"fmt"
	"slices"

	"github.com/qapi-go/qapi-go/ir"
)

// A Release is a schema of one release.
type Release struct {
	Name   string // as in comments and errors, such as "10.2.0"
	Schema *ir.Schema
}

// Options resolve conflicts. The zero value resolves none.
type Options struct {
	// Prefer names a release. If two definitions of the same name cannot be merged, that of
	// this release keeps the name and the other gets the suffix of its last release, as in
	// "OptionsIn2_3".
	Prefer string
}

// A Clash reports two definitions of the same name that cannot be merged: they differ in kind
// and both are used.
type Clash struct {
	Name         string
	Old, New     ir.Type
	OldIn, NewIn string // names of the releases
}

// Error describes the clash without positions.
func (c *Clash) Error() string {
	return fmt.Sprintf("%q is a type of kind %s in %s and of kind %s in %s", c.Name, c.Old.Kind(), c.OldIn, c.New.Kind(), c.NewIn)
}

// A ChangeKind is a kind of difference between the result and the newest release that has the
// place.
type ChangeKind string

// The kinds of change.
const (
	MadeOptional  ChangeKind = "optional"  // a mandatory member became optional
	Widened       ChangeKind = "widened"   // a built-in type became a larger one
	MadeUnion     ChangeKind = "union"     // a struct of some releases became a union
	MadeAlternate ChangeKind = "alternate" // values of different kinds became an alternate
	Renamed       ChangeKind = "renamed"   // a type has another name in some release
)

// A Change is a difference between the result and the newest release that has the place.
type Change struct {
	Kind   ChangeKind
	Path   string // "Type.member", or the name of a type or command
	Detail string
}

// A Result is the result of a merge.
type Result struct {
	Schema  *ir.Schema
	Changes []Change // in schema order
	Clashes []*Clash // if not empty, Schema must not be used
}

// Merge merges releases, given oldest first. Their schemas must share a token.FileSet. Merge
// does not change the schemas, but the result shares parts of them.
func Merge(list []Release, o Options) (*Result, error) {
	if len(list) == 0 {
		return nil, errors.New("merge: no releases")
	}
	seen := make(map[string]bool)
	for _, r := range list {
		if r.Schema.Fset != list[0].Schema.Fset {
			return nil, errors.New("merge: the schemas do not share a file set")
		}
		if seen[r.Name] {
			return nil, fmt.Errorf("merge: duplicate release %s", r.Name)
		}
		seen[r.Name] = true
	}
	if o.Prefer != "" && !seen[o.Prefer] {
		return nil, fmt.Errorf("merge: the preferred release %s does not exist", o.Prefer)
	}
	m := newMerger(list, o)
	m.pair()
	s := m.build()
	return &Result{Schema: s, Changes: m.changes, Clashes: m.clashes}, nil
}

// A merger performs one merge.
type merger struct {
	list    []Release
	options Options

	groups map[string]*group
	order  []*group // in order of creation
	joined map[instance][]*group
	work   []*group // groups whose instances must be paired, perhaps again

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

// presence converts indices of releases, in any order, to a Presence. It returns nil if they
// are the same as those of the holder.
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

// note records a change, unless it is recorded already.
func (m *merger) note(kind ChangeKind, path, format string, args ...any) {
	c := Change{kind, path, fmt.Sprintf(format, args...)}
	if !slices.Contains(m.changes, c) {
		m.changes = append(m.changes, c)
	}
}
