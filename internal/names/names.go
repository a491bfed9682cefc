// Package names decides what a schema is called in Go.
//
// There are two levels. [Member], [Command], [Type], [Value] and the other
// functions turn one QAPI name into a Go name; the result depends on that name
// alone, never on a count or an order. A [Plan] holds the names of a whole
// package: which declarations each of its files has, what they and their fields
// are called once the user's renamings are applied, and, if two things would get
// the same name, a [ClashError] with every such pair.
//
// The generator writes what the plan says, lint reports its clashes, and
// documentation and package impact use the same names where they speak of
// generated code.
package names

import (
	"github.com/qapi-go/qapi-go/ir"
)

// Options say what a package has and how its names differ from the usual ones.
// The zero value is a package with types only.
type Options struct {
	// Parts that the package has beside the types. Each has declarations of its
	// own, whose names are then reserved.
	Client, Events, Server bool

	// Rename gives Go names, and file names, by key. The key of a type, command
	// or event is its QAPI name; that of a member, value or branch of an alternate
	// is "DEFINITION.MEMBER"; that of a file is the name of its module, and the
	// value then ends in ".go". A key that nothing has is an error.
	Rename map[string]string

	// Prefer is the name of a release of a merged schema, or empty. Where two
	// things would get the same name, it goes to the one that this release has,
	// and the other one gets the name of its last release as well.
	Prefer string
}

// A Plan is a Go package before it is written: its files, their declarations,
// and the names of all of them. It does not change, and is safe for concurrent use.
type Plan struct {
	Files []*File // in the order of the schema's modules

	types map[ir.Type]string // Go names of enums, structs, unions and alternates
	links map[string]string  // doc links by the name of the definition
}

// Type returns the Go name of an enum, struct, union or alternate.
func (p *Plan) Type(t ir.Type) string { return p.types[t] }

// Link returns what a doc link to a definition is written as, such as
// "BlockdevOptions" or "Client.BlockdevAdd". It reports false if the package
// has no declaration for the definition.
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

// A Decl is what is declared for a definition, or for a part of one. It is one of
// *[Enum], *[Object], *[Alternate], *[Method] and *[Alias].
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
	Def    ir.Def  // the struct or union, or the command or event whose data it is
	Type   ir.Type // has the members: Def, or the type of the data; nil without data
	Fields []Field

	Union *ir.Union // whose branches it has; nil if it has none
	Tag   string    // Go name of the discriminator's field

	Extra       bool // it takes members that the schema does not name
	RateLimited bool // an event whose rate a server limits
	JSON        bool // it has methods for encoding/json
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

// A Method is a command: a method of Client and a field of Handlers.
type Method struct {
	Name    string // empty for [Negotiation], which the runtime runs
	Command *ir.Command
	Args    string // Go type of the arguments; empty if there are none
}

// An Alias is the name that ends in Args of arguments whose type has a name in the
// schema.
type Alias struct {
	Name    string
	Command *ir.Command
}

func (*Enum) decl()      {}
func (*Object) decl()    {}
func (*Alternate) decl() {}
func (*Method) decl()    {}
func (*Alias) decl()     {}

// Names of declarations that a package has whatever its schema is called.
const (
	Client          = "Client"
	NewClient       = "NewClient"
	History         = "History"
	SubscribeAll    = "SubscribeAll"
	Handlers        = "Handlers"
	ReleaseFeatures = "ReleaseFeatures"
	UnknownBranch   = "UnknownBranch"
)
