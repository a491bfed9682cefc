// Package names determines the Go names of a schema's definitions.
//
// There are two levels. [Member], [Command], [Type], [Value] and similar functions convert a
// single QAPI name to a Go name, which depends on nothing else. A [Plan] holds the names of a
// whole package: the declarations of each file, and the names of these and their fields after
// the user's renamings. If two of them would have the same name, the error is a [ClashError]
// that lists every such pair.
//
// The generator writes what the plan contains, lint reports its clashes, and documentation and
// package impact use its names to refer to generated code.
package names

import (
	"github.com/qapi-go/qapi-go/ir"
)

// Options determine the contents of a package and how its names differ from the default. The
// zero value is a package with types only.
type Options struct {
	// Parts of the package besides the types. The names of each part's own declarations are
	// reserved.
	Client, Events, Server bool

	// Rename maps keys to Go names. The key of a type, command or event is its QAPI name, and
	// that of a member, a value or a branch of an alternate is "DEFINITION.MEMBER". The key of
	// a file is the name of its module, and its value ends in ".go". A key that does not exist
	// is an error.
	Rename map[string]string

	// Prefer is the name of a release of a merged schema, or empty. If two things would have
	// the same name, the one that this release has keeps it, and the other gets the suffix of
	// its last release.
	Prefer string
}

// A Plan describes a Go package: its files, their declarations, and all names. A Plan is
// immutable and safe for concurrent use.
type Plan struct {
	Files []*File // in the order of the schema's modules

	types map[ir.Type]string // Go names of enums, structs, unions and alternates
	links map[string]string  // doc links by the name of the definition
}

// Type returns the Go name of an enum, struct, union or alternate.
func (p *Plan) Type(t ir.Type) string { return p.types[t] }

// Link returns the text of a doc link to a definition, such as "BlockdevOptions" or
// "Client.BlockdevAdd". It returns false if the package has no declaration for the definition.
func (p *Plan) Link(definition string) (string, bool) {
	link, ok := p.links[definition]
	return link, ok
}

// A File is a Go file of the package. There is one for each module of the schema.
type File struct {
	Path   string // slash-separated, ends in ".go"
	Module *ir.Module
	Decls  []Decl
}

// A Decl is a declaration for a definition or part of one: *[Enum], *[Object], *[Alternate],
// *[Method] or *[Alias].
type Decl interface{ decl() }

// An Enum is a string type and its constants.
type Enum struct {
	Name   string
	Def    *ir.Enum
	Values []string // Go names of Def.Values
}

// An Object is a Go struct for a JSON object.
type Object struct {
	Name   string
	Def    ir.Def  // the struct, union, command or event
	Type   ir.Type // type with the members: Def, or that of the data; nil if there is no data
	Fields []Field

	Union *ir.Union // union that Type is; nil if it is not one
	Tag   string    // Go name of the discriminator's field

	Extra       bool // accepts members that are not in the schema
	RateLimited bool // an event that servers rate-limit
	JSON        bool // has methods for encoding/json
}

// IsEvent reports whether the object is an event.
func (o *Object) IsEvent() bool { _, ok := o.Def.(*ir.Event); return ok }

// A Field is the field for a member of an object.
type Field struct {
	Name   string
	Member *ir.Member
}

// An Alternate is a Go struct with a field for each branch of an alternate.
type Alternate struct {
	Name   string
	Def    *ir.Alternate
	Fields []string // Go names of Def.Branches
}

// A Method is a method of Client and a field of Handlers for a command.
type Method struct {
	Name    string // empty for [Negotiation], which the runtime handles
	Command *ir.Command
	Args    string // Go type of the arguments; empty if there are none
}

// An Alias is a name ending in Args for arguments of a named type.
type Alias struct {
	Name    string
	Command *ir.Command
}

func (*Enum) decl()      {}
func (*Object) decl()    {}
func (*Alternate) decl() {}
func (*Method) decl()    {}
func (*Alias) decl()     {}

// Names of declarations that do not come from the schema.
const (
	Client          = "Client"
	NewClient       = "NewClient"
	History         = "History"
	SubscribeAll    = "SubscribeAll"
	Handlers        = "Handlers"
	ReleaseFeatures = "ReleaseFeatures"
	UnknownBranch   = "UnknownBranch"
)
