// Package ir is the resolved schema: what every stage behind the resolver
// works on. Names are bound, arrays and implicit types exist, old spellings are
// lowered, documentation is connected to what it documents.
//
// Everything is in slices in a fixed order (that of the schema), so that what
// is made from it is the same each time. Nothing here changes after the
// resolver has returned it, and then it is safe for concurrent use.
//
// Words are those of QEMU's docs/devel/qapi-code-gen.rst: a struct, union or
// command argument object has members, a union has a discriminator and
// branches, an alternate has branches, an enum has values.
package ir

import (
	"go/token"

	"github.com/qapi-go/qapi-go/dialect"
)

// A Schema is all that a root file and its includes define.
type Schema struct {
	// Fset resolves every position in the schema.
	Fset *token.FileSet

	// Root is the main module: the first of Modules.
	Root *Module

	// Modules are the files of the schema in the order in which they were
	// opened.
	Modules []*Module

	// Types are all types: built-in ones first, then each in the order in
	// which it is entered, implicit ones where they are first met.
	Types []Type

	// Commands and Events are in the order of the schema.
	Commands []*Command
	Events   []*Event

	// Pragma is the final setting of the pragmas.
	Pragma Pragma

	// Release is the release of QEMU whose language the schema is written in.
	Release dialect.Release

	// Releases are the names of the releases that a merged schema was made of,
	// oldest first. They are nil for a schema as it was read.
	Releases []string

	// ByName finds a definition (explicit, implicit or built-in) by its name.
	// It is for look-up only: range over the slices instead.
	ByName map[string]Def
}

// A Module is one schema file.
type Module struct {
	// Name is the path of the file relative to the folder of the root file,
	// with slashes, such as "block-core.json" or "../../qapi/common.json".
	Name string

	// File is the name of the file as diagnostics print it.
	File string

	// Items are the definitions, the free-form documentation and the include
	// directives of the file in order.
	Items []Item
}

// An Item is something a module holds: a [Def], *[FreeDoc] or *[Include].
type Item interface{ item() }

// A FreeDoc is a documentation comment that belongs to no definition.
type FreeDoc struct{ Doc *Doc }

func (*FreeDoc) item() {}

// An Include is an include directive by which a file is read for the first time.
type Include struct{ Module *Module }

func (*Include) item() {}

// A Def is a definition: a [Type], *[Command] or *[Event].
type Def interface {
	Item
	// Head returns what all definitions have. The result is never nil.
	Head() *Info
	// Kind returns the QAPI keyword of the definition, such as "struct", or
	// "built-in" or "array".
	Kind() string
	def()
}

// Info is what all definitions have.
type Info struct {
	Name     string    // as in the schema
	Pos      token.Pos // of the opening brace; NoPos for built-in types
	NamePos  token.Pos // of the name
	Module   *Module   // nil for built-in types
	Doc      *Doc      // nil if there is none
	If       Cond      // nil: unconditional
	Features []Feature
	Implicit bool // not written in the schema, such as "q_obj_foo-arg" or an array
	In       Presence
}

// Head returns i itself. It makes the types that embed Info a [Def].
func (i *Info) Head() *Info { return i }

func (*Info) item() {}
func (*Info) def()  {}

// A Feature is a flag on a definition, member or enum value. The names
// "deprecated" and "unstable" have a meaning in QAPI itself.
type Feature struct {
	Name string
	Pos  token.Pos
	If   Cond
}

// Has reports whether the features hold the named one.
func Has(features []Feature, name string) bool {
	for _, f := range features {
		if f.Name == name {
			return true
		}
	}
	return false
}

// Pragma is the final setting of the pragma directives.
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
