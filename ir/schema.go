// Package ir declares the resolved schema, on which everything after the resolver works. Names
// are bound, arrays and implicit types exist, old spellings are lowered, and documentation is
// attached to what it documents.
//
// Slices are in schema order, so that output made from them is deterministic. The resolver does
// not change a schema after returning it, so it is safe for concurrent use.
//
// The terms are those of QEMU's docs/devel/qapi-code-gen.rst: a struct, a union or the
// arguments of a command have members, a union has a discriminator and branches, an alternate
// has branches, and an enum has values.
package ir

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// A Schema is a root file with all its includes.
type Schema struct {
	// Fset is the file set of all positions in the schema.
	Fset *token.FileSet

	// Root is the main module, the first of Modules.
	Root *Module

	// Modules lists the files of the schema in the order in which they were opened.
	Modules []*Module

	// Types lists all types: the built-in ones, then the others in schema order. An implicit
	// type is listed where it is first used.
	Types []Type

	// Commands and Events are in schema order.
	Commands []*Command
	Events   []*Event

	// Pragma holds the final settings of the pragmas.
	Pragma Pragma

	// Release is the release of QEMU whose rules give the schema its meaning.
	Release dialect.Release

	// Releases lists the names of the releases from which a schema was merged, oldest first. It
	// is nil for a schema that was not merged.
	Releases []string

	// ByName maps names to definitions: explicit, implicit and built-in ones. Do not range over
	// it; range over the slices.
	ByName map[string]Def
}

// A Module is a schema file.
type Module struct {
	// Name is the slash-separated path of the file relative to the directory of the root file,
	// such as "block-core.json" or "../../qapi/common.json".
	Name string

	// File is the name of the file in diagnostics.
	File string

	// Items lists the definitions, free-form documentation and include directives of the file,
	// in source order.
	Items []Item
}

// An Item is an element of a module: a [Def], *[FreeDoc] or *[Include].
type Item interface{ item() }

// A FreeDoc is a free-form documentation comment, which belongs to no definition.
type FreeDoc struct{ Doc *Doc }

func (*FreeDoc) item() {}

// An Include is an include directive that is the first to include its file.
type Include struct{ Module *Module }

func (*Include) item() {}

// A Def is a definition: a [Type], *[Command] or *[Event].
type Def interface {
	Item
	// Head returns the Info that all definitions have. It is never nil.
	Head() *Info
	// Kind returns the QAPI keyword of the definition, such as "struct", or
	// "built-in" or "array".
	Kind() string
	def()
}

// Info holds what all definitions have in common.
type Info struct {
	Name     string    // as in the schema
	Pos      token.Pos // of the opening brace; NoPos for built-in types
	NamePos  token.Pos // of the name
	Module   *Module   // nil for built-in types
	Doc      *Doc      // nil if there is none
	If       Cond      // nil: unconditional
	Features []Feature
	Implicit bool     // not written in the schema: an array, or a type such as "q_obj_foo-arg"
	In       Presence // releases that have it
}

// Head returns i itself. It makes types that embed Info implement [Def].
func (i *Info) Head() *Info { return i }

func (*Info) item() {}
func (*Info) def()  {}

// A Feature is a flag on a definition, member or enum value. QAPI itself gives the names
// "deprecated" and "unstable" a meaning.
type Feature struct {
	Name string
	Pos  token.Pos
	If   Cond
}

// Has reports whether features contains the named one.
func Has(features []Feature, name string) bool {
	for _, f := range features {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Pragma holds the final settings of the pragma directives.
type Pragma struct {
	DocRequired              bool
	CommandNameExceptions    []string
	CommandReturnsExceptions []string
	MemberNameExceptions     []string
	DocumentationExceptions  []string
}

var (
	_ Item = (*FreeDoc)(nil)
	_ Def  = (*Command)(nil)
	_ Def  = (*Event)(nil)
)
