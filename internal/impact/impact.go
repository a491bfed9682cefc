// Package impact finds which changes between two schemas reach a Go program that
// uses a package generated from the old one, and where.
//
// [Load] loads the program with types and collects its uses of generated
// packages: calls of commands, members read and written, values, branches, types,
// events, switches, and commands run by name (scan.go, raw.go, choice.go). What
// a name of the package stands for in the schema is read from the package itself
// (generated.go), so that options which rename things do not matter. [Match] then
// says which of the changes that package compat reports meet such a use, by a
// table of rules (match.go).
//
// What cannot be seen is said and not guessed: names that are not constant,
// reflection, and files that build constraints leave out ([Program].Unseen).
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
	Listen       Kind = "listen"        // an event is waited for, or its type is named
	Mention      Kind = "mention"       // a type is named
	Make         Kind = "make"          // a composite literal of a type
	Read         Kind = "read"          // a member is read
	Write        Kind = "write"         // a member is set
	Name         Kind = "name"          // a value is named
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
	// Raw says that it is named by a string, so that the compiler does not see it.
	Raw bool

	// Set are the members that a literal sets, if Kind is Make; Unkeyed says that
	// it sets all by position.
	Set     []string
	Unkeyed bool
}

// An Unseen is a place of which it is not known what it uses.
type Unseen struct {
	Why string // such as "the name of the command is not constant"
	Pos token.Position
}

// A Program is what is known of the packages that were loaded.
type Program struct {
	Uses      []Use // by position
	Unseen    []Unseen
	Generated []string // import paths of the generated packages that are used
	Packages  int      // that were looked at
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
