// Package model is the model that the pages of the documentation share, whatever they are
// written in: what a reader wants to know of each definition, with everything resolved that
// is elsewhere in the schema.
//
// [New] reads a schema once: each text is parsed, each definition has a place
// among the pages, and knows what uses it and what its text speaks of. Nothing
// changes after that, so that pages can be written in parallel.
//
// A [Member] holds the facts of an argument, member, value or branch, once. Its place on a
// page, with its own members in place, is decided for each page by [Reference.Expand],
// which returns a tree of [Value]s.
//
// A back end asks [Definition.Path] and [Reference.Resolve] for where things
// are, and never puts a name together itself.
package model

import (
	"go/token"

	"github.com/qapi-go/qapi-go/internal/prose"
	"github.com/qapi-go/qapi-go/ir"
)

// A Reference is a schema prepared for rendering. It is safe for concurrent use.
type Reference struct {
	Schema  *ir.Schema
	Name    string // of the schema
	Title   string // of the documentation, without the release: "QEMU QMP Reference"
	Release string // that the schema belongs to, as the user named it; "" if that is not known

	// Releases are the releases that lifetimes are about, oldest first; nil if the
	// schema is of one only.
	Releases []string

	Modules     []*Module     // in the order of the schema
	Definitions []*Definition // in the order of the schema

	// Commands, Events and Types are the definitions by name, without regard to
	// case where that decides.
	Commands, Events, Types []*Definition

	exact    bool // Title is complete
	byName   map[string]*Definition
	byMember map[any]*Member // by *ir.Member, *ir.EnumValue, *ir.Branch or *ir.AltBranch
}

// A Module is a file of the schema.
type Module struct {
	Name  string // of the file, relative to the folder of the root file
	Slug  string // name of its page, unique without regard to case
	Title string // its first heading, or else its name without folder and extension
	Items []Item // prose and definitions in order
}

// An Item is a part of a module: one of its fields is set.
type Item struct {
	Prose      *Prose
	Definition *Definition
}

// Definitions returns the definitions of the module in order.
func (m *Module) Definitions() []*Definition {
	var out []*Definition
	for _, item := range m.Items {
		if item.Definition != nil {
			out = append(out, item.Definition)
		}
	}
	return out
}

// A Definition is a command, event or type that is written in the schema.
type Definition struct {
	Name   string
	Kind   Kind
	Module *Module
	Def    ir.Def

	Slug string // name of its page in the folder of its kind, unique without regard to case
	File string // of the schema, relative to the folder of the root file
	Line int

	Since      string // from the schema, such as "2.9"; "" if not given
	If         ir.Cond
	Features   []*Feature
	Deprecated *Feature // nil unless the definition itself is
	Unstable   *Feature

	RateLimited bool // an event of which the text says so

	Blurb       []Prose // what precedes everything else
	ReturnsText Prose
	Errors      []Prose
	Notes       []Prose // what follows everything else
	Examples    []*Example

	// Members are the arguments, members, values or branches that stand in the
	// text of the definition, in order. Inherited ones are those of the base.
	Members []*Member

	UsedBy     []Use         // definitions whose text names this type
	TakenBy    []*Definition // commands whose arguments it is part of
	ReturnedBy []*Definition // commands whose result it is part of
	CarriedBy  []*Definition // events whose data it is part of

	// Mentions are the commands and events that the text or an example speaks
	// of, MentionedBy those whose text speaks of this command or event.
	Mentions    []*Definition
	MentionedBy []*Definition

	Lifetime Lifetime
}

// Kind is the QAPI keyword of a definition.
type Kind string

// The kinds of definition.
const (
	Command   Kind = "command"
	Event     Kind = "event"
	Enum      Kind = "enum"
	Struct    Kind = "struct"
	Union     Kind = "union"
	Alternate Kind = "alternate"
)

// Reachable reports whether a type can be on the wire: an argument, a result, the
// data of an event, or part of them. Commands and events always can.
func (d *Definition) Reachable() bool {
	return !d.IsType() || len(d.TakenBy)+len(d.ReturnedBy)+len(d.CarriedBy) > 0
}

// IsType reports whether the definition is neither a command nor an event.
func (d *Definition) IsType() bool { return d.Kind != Command && d.Kind != Event }

// Command returns the command, or nil if the definition is not one.
func (d *Definition) Command() *ir.Command {
	c, _ := d.Def.(*ir.Command)
	return c
}

// A Member is an argument, member, value or branch: what the schema says where
// it is written.
type Member struct {
	Name     string
	Kind     MemberKind
	Owner    *Definition // whose page has it; nil if none has, as for the members of a simple union
	Type     ir.Type     // nil for values, and for branches without members
	Optional bool
	If       ir.Cond
	Features []ir.Feature
	Since    string // from its text, "(since 2.9)"; "" if not given
	Text     Prose  // without that, if it is the end of it
	SinceCut bool   // Since was the end of the text
	Pos      token.Pos

	Lifetime Lifetime
}

// A MemberKind is the kind of a [Member]. It is also the start of its anchor.
type MemberKind string

// The kinds of member.
const (
	Argument     MemberKind = "arg"    // of a command
	Data         MemberKind = "data"   // of an event
	ObjectMember MemberKind = "member" // of a struct, or common to the branches of a union
	EnumValue    MemberKind = "value"  // of an enum
	Result       MemberKind = "ret"    // of the result of a command: only as the start of anchors there
	Branch       MemberKind = "branch" // of a union or alternate
)

// Anchor names the place of the member on the page of its owner, such as
// "arg-copy-mode". It depends on the name only.
func (m *Member) Anchor() string { return string(m.Kind) + "-" + m.Name }

// Has reports whether the member has the feature.
func (m *Member) Has(feature string) bool { return ir.Has(m.Features, feature) }

// A Feature is a feature of a definition or of some of its members, with what is
// said of it.
type Feature struct {
	Name string
	Own  bool      // the definition itself has it
	If   ir.Cond   // of the definition's own
	On   []*Member // the members that have it
	Text Prose

	// Instead is the definition that the text names, other than the owner of the feature:
	// for "deprecated" that is what to use instead.
	Instead []Target
}

// Anchor names the place of the feature on the page of its definition.
func (f *Feature) Anchor() string { return "feature-" + f.Name }

// A Prose is marked-up text from a documentation comment. Its zero value is no
// text.
type Prose struct {
	Pos    token.Pos
	In     *Definition // whose comment contains it; nil for text of a module
	Blocks []prose.Block
}

// Empty reports whether there is no text.
func (p Prose) Empty() bool { return len(p.Blocks) == 0 }

// An Example shows messages between a client and a server.
type Example struct {
	Title  []prose.Inline // may be empty
	Blocks []prose.Block  // a prose.Dialog, with prose around it if it is annotated
	Pos    token.Pos      // NoPos if it was made

	Made   bool     // from the types, since the comment has none
	Elided bool     // a message has omissions
	Go     []string // what the client sends, as calls of the generated client; empty if that cannot be said
}

// A Use is a place in the schema that names a type.
type Use struct {
	By   *Definition
	As   UseKind
	Name string // of the member, argument or branch; "" if there is none
}

// A UseKind is the role in which a type is used.
type UseKind string

// The kinds of use.
const (
	AsArgument UseKind = "argument" // with a Name; without: all arguments
	AsData     UseKind = "data"     // likewise, of an event
	AsResult   UseKind = "result"
	AsMember   UseKind = "member"
	AsBase     UseKind = "base"
	AsBranch   UseKind = "branch"
)

// A Target is what a reference in prose means: a definition, or a member of it.
// The zero Target is nothing that has a place.
type Target struct {
	Definition *Definition
	Member     *Member
}

// Lookup returns the definition of that name, or nil.
func (r *Reference) Lookup(name string) *Definition { return r.byName[name] }
