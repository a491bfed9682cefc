// Package ast declares the syntax tree of a schema file.
//
// The tree says what is written, with positions, after the shape of each
// definition has been checked (step 2 of QEMU's compiler, scripts/qapi/expr.py)
// but before any name has a meaning. Old spellings that mean the same as a new
// one are lowered when the tree is made; those that differ keep a node of their
// own.
//
// Node kinds are sealed: a type switch over the ones in this package is
// complete.
package ast

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// A Node is a piece of source.
type Node interface {
	Pos() token.Pos // of its first character
	End() token.Pos // behind its last one
}

// A Span implements [Node].
type Span struct{ From, To token.Pos }

// Pos returns where the span starts.
func (s Span) Pos() token.Pos { return s.From }

// End returns where the span ends, exclusive.
func (s Span) End() token.Pos { return s.To }

// A File is one schema file.
type File struct {
	// Name is the file's path relative to the folder of the root file, with
	// slashes. It names the module.
	Name string

	// Display is the file's name in diagnostics.
	Display string

	// Release is, in the root file, the release whose rules decide what the
	// schema means, and Releases are those whose rules it may follow: what is wrong
	// in all of them is refused.
	Release  dialect.Release
	Releases dialect.Range
	// NoDocs is set in the root file if the text of documentation was left out, and
	// with it all sections but those on members, features, results and errors.
	NoDocs bool

	// Lost are names of definitions that could not be read, so that what uses
	// them is not blamed. Incomplete is set if there may be others: a file it
	// includes could not be read.
	Lost       []string
	Incomplete bool

	// PragmasLost is set if a pragma directive could not be read, so that what
	// pragmas forbid or allow is not known.
	PragmasLost bool

	// Comments are the comments that are no documentation, in order.
	Comments []Comment
	// Decls are the directives, definitions and free-form comments that could
	// be read, in order.
	Decls []Decl
}

// A Comment is a comment that is no documentation, from its '#' to the end of its
// line. Before QEMU 2.9 all comments were plain ones: those that are taken for
// documentation are among them.
type Comment struct{ Span }

// A Decl is what a file holds at the top level: *[Include], *[Pragma],
// *[FreeDoc] or a [Def].
type Decl interface {
	Node
	decl()
}

// An Include is an include directive.
type Include struct {
	Span
	Path Str
	// File is the file that is read in place of the directive: nil if it was
	// read before or could not be read.
	File *File
}

// A Pragma is a pragma directive. The last setting of a pragma in the order of
// reading holds for the whole schema.
type Pragma struct {
	Span
	Settings []Setting
}

// A Setting sets one pragma, by its current name.
type Setting struct {
	Name  Str
	Flag  bool  // of doc-required
	Names []Str // of all others
}

// A FreeDoc is a documentation comment that belongs to no definition.
type FreeDoc struct {
	Span
	Doc *Doc
}

func (*Include) decl() {}
func (*Pragma) decl()  {}
func (*FreeDoc) decl() {}

// A Str is a string as written in the schema; its span includes the quotes.
type Str struct {
	Span
	Value string
}

// A Def is a definition: *[Enum], *[Struct], *[Union], *[Alternate],
// *[Command] or *[Event].
type Def interface {
	Decl
	// Head returns what all definitions have.
	Head() *Header
	// Keyword returns the QAPI word for the kind of definition.
	Keyword() string
}

// A Header is what all definitions have.
type Header struct {
	Span     // of the whole object
	Name     Str
	Doc      *Doc // nil if there is none
	If       Cond // nil if there is none
	Features []*Feature

	// Incomplete is set if an error in the definition has been reported and
	// that parts of it may be missing for that reason.
	Incomplete bool
}

// Head returns h itself.
func (h *Header) Head() *Header { return h }

func (*Header) decl() {}

// A Feature is one entry of a 'features' list.
type Feature struct {
	Span
	Name Str
	If   Cond
}
