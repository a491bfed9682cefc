// Package impact finds which changes between two schemas affect a Go program that uses a
// package generated from the old one, and where.
//
// [Load] loads the program with types and collects its uses of generated packages: calls of
// commands, members read and written, values, branches, types, events, switches, and
// commands run by name (scan.go, raw.go, choice.go). What a name of the package refers to
// in the schema is read from the package itself (generated.go), so it does not depend on
// options that rename things. [Match] then selects the changes of package compat that
// affect such a use, by a table of rules (match.go).
//
// What cannot be determined is reported, not guessed: names that are not constant,
// reflection, and files excluded by build constraints ([Program].Unseen).
package impact

import (
	"cmp"
	"go/token"
	"slices"
)

// A Kind is a way of using something of a schema.
type Kind string

// The kinds of use.
const (
	Call         Kind = "call"          // a command is run
	Handle       Kind = "handle"        // a server handles a command
	Listen       Kind = "listen"        // an event is waited for, or its type is used
	Mention      Kind = "mention"       // a type is used
	Make         Kind = "make"          // a composite literal of a type
	Read         Kind = "read"          // a member is read
	Write        Kind = "write"         // a member is set
	Name         Kind = "name"          // a value is used
	Switch       Kind = "switch"        // a switch over an enum that has no default
	Compare      Kind = "compare"       // comparisons with all values of an enum
	BranchSwitch Kind = "branch-switch" // a type switch over the branches of a union that has no default
	OutOfBand    Kind = "out-of-band"   // a command is run out of band
)

// A Use is a place where a program uses something of a schema.
type Use struct {
	Kind Kind
	// Def is the definition: a command, event or type, by its name in the schema.
	Def string
	// Part is the member, value or branch of it; empty for the definition itself.
	Part string
	Pos  token.Position
	// Raw means that it is named by a string, which the compiler does not check.
	Raw bool

	// Set lists the members that a literal sets, if Kind is Make; Unkeyed means that it
	// sets all by position.
	Set     []string
	Unkeyed bool
}

// An Unseen is a place whose use of the schema cannot be determined.
type Unseen struct {
	Why string // such as "the name of the command is not constant"
	Pos token.Position
}

// A Program holds the uses in the loaded packages.
type Program struct {
	Uses      []Use // by position
	Unseen    []Unseen
	Generated []string // import paths of the generated packages that are used
	Packages  int      // that were scanned
}

func (p *Program) sort() {
	slices.SortStableFunc(p.Uses, func(a, b Use) int { return comparePos(a.Pos, b.Pos) })
	slices.SortStableFunc(p.Unseen, func(a, b Unseen) int { return comparePos(a.Pos, b.Pos) })
	p.Unseen = slices.Compact(p.Unseen)
	slices.Sort(p.Generated)
	p.Generated = slices.Compact(p.Generated)
}

func comparePos(a, b token.Position) int {
	return cmp.Or(cmp.Compare(a.Filename, b.Filename), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
