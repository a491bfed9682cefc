// Package ast declares the syntax tree of a schema file.
//
// The tree records what is written, with positions. The shape of each definition has been
// checked (the second step of QEMU's compiler, scripts/qapi/expr.py), but names have not been
// resolved. Old spellings that mean the same as a current one are converted to that; others
// keep nodes of their own.
//
// Interfaces of nodes are sealed: a type switch over the types of this package is exhaustive.
package ast

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// A Node is an element of the syntax tree.
type Node interface {
	Pos() token.Pos // position of the first character
	End() token.Pos // position after the last character
}

// A Span implements [Node].
type Span struct{ From, To token.Pos }

// Pos returns the start of the span.
func (s Span) Pos() token.Pos { return s.From }

// End returns the end of the span, exclusive.
func (s Span) End() token.Pos { return s.To }

// A File is a schema file.
type File struct {
	// Name is the slash-separated path of the file relative to the directory of the root file.
	// It is also the name of the module.
	Name string

	// Display is the file's name in diagnostics.
	Display string

	// Release is the release whose rules give the schema its meaning, and Releases is the range
	// whose rules it may follow: a construct is refused if all of them refuse it. Both are set
	// in the root file only.
	Release  dialect.Release
	Releases dialect.Range
	// NoDocs is set in the root file if the text of documentation was omitted. Then there are
	// only sections on members, features, results and errors.
	NoDocs bool

	// Lost lists names of definitions that could not be read, so that their uses are not
	// reported as errors. Incomplete is set if there may be more of them, because an included
	// file could not be read.
	Lost       []string
	Incomplete bool

	// PragmasLost is set if a pragma directive could not be read, so that the pragma settings
	// are not known.
	PragmasLost bool

	// Comments lists the comments other than documentation, in source order.
	Comments []Comment
	// Decls lists the directives, definitions and free-form documentation, in source order.
	Decls []Decl
}

// A Comment is a comment other than documentation, from its '#' to the end of its line. Before
// QEMU 2.9 documentation had no syntax of its own, so comments that are used as documentation
// are included.
type Comment struct{ Span }

// A Decl is a top-level declaration: *[Include], *[Pragma], *[FreeDoc] or a [Def].
type Decl interface {
	Node
	decl()
}

// An Include is an include directive.
type Include struct {
	Span
	Path Str
	// File is the included file. It is nil if the file was read before or could not be read.
	File *File
}

// A Pragma is a pragma directive. The last setting of a pragma, in the order of reading,
// applies to the whole schema.
type Pragma struct {
	Span
	Settings []Setting
}

// A Setting is the setting of one pragma, by its current name.
type Setting struct {
	Name  Str
	Flag  bool  // of doc-required
	Names []Str // of all others
}

// A FreeDoc is a free-form documentation comment, which belongs to no definition.
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
	// Head returns the header that all definitions have.
	Head() *Header
	// Keyword returns the QAPI keyword of the definition.
	Keyword() string
}

// A Header holds what all definitions have in common.
type Header struct {
	Span     // of the whole object
	Name     Str
	Doc      *Doc // nil if there is none
	If       Cond // nil if there is none
	Features []*Feature

	// Incomplete is set if an error in the definition was reported, so that parts of it may be
	// missing.
	Incomplete bool
}

// Head returns h itself.
func (h *Header) Head() *Header { return h }

func (*Header) decl() {}

// A Feature is an entry of a 'features' list.
type Feature struct {
	Span
	Name Str
	If   Cond
}
