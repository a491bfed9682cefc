// Package model is the model of the documentation that all formats render: the facts about
// each definition, with references to the rest of the schema resolved.
//
// [New] builds it from a schema: it parses all text, assigns each definition a page, and finds
// what uses and mentions it. The result is read-only, so that pages can be written in
// parallel.
//
// A [Member] has the facts about an argument, member, value or branch. [Reference.Expand] lays
// out the members of a definition for a page, with nested members, as a tree of [Value]s.
//
// Renderers get addresses from [Definition.Path] and [Reference.Resolve] only.
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
	Release string // of the schema, as the user named it; "" if it is not known

	// Releases are the releases that lifetimes are about, oldest first; nil if the
	// schema is of one only.
	Releases []string

	// Gone are the definitions of older releases that this one no longer has: commands, then
	// events, then types, by name. It is nil if the schema is of one release, or merged.
	Gone []Gone

	Modules     []*Module     // in the order of the schema
	Definitions []*Definition // in the order of the schema

	// Commands, Events and Types are the definitions sorted by name, first without case.
	Commands, Events, Types []*Definition

	exact    bool // Title is complete
	byName   map[string]*Definition
	byMember map[any]*Member // by *ir.Member, *ir.EnumValue, *ir.Branch or *ir.AltBranch
}

// A Gone is a definition of an older release.
type Gone struct {
	Name    string
	Kind    Kind
	Removed string // first release without it
	Last    string // last release with it
	Path    string // as [Definition.Path], in that release
	Module  string // as [Module.Path], in that release
}

// A Module is a file of the schema.
type Module struct {
	Name  string // of the file, relative to the folder of the root file
	Slug  string // name of its page, unique even if case is ignored
	Title string // its first heading, or its name without folder and extension
	Items []Item // prose and definitions in order
}

// An Item is an item of a module. Exactly one field is set.
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

// A Definition is a command, event or type that the schema defines explicitly.
type Definition struct {
	Name   string
	Kind   Kind
	Module *Module
	Def    ir.Def

	Slug string // name of its page in the folder of its kind, unique even if case is ignored
	File string // of the schema, relative to the folder of the root file
	Line int

	Since      string // from the schema, such as "2.9"; "" if not given
	If         ir.Cond
	Features   []*Feature
	Deprecated *Feature // nil unless the definition itself is
	Unstable   *Feature

	RateLimited bool // of an event, according to its documentation

	Blurb       []Prose // text at the start
	ReturnsText Prose
	Errors      []Prose
	Notes       []Prose // text at the end
	Examples    []*Example

	// Members are the arguments, members, values or branches that the definition itself
	// lists, in order, without those of its base.
	Members []*Member

	UsedBy     []Use         // definitions that refer to this type
	TakenBy    []*Definition // commands whose arguments it is part of
	ReturnedBy []*Definition // commands whose result it is part of
	CarriedBy  []*Definition // events whose data it is part of

	// Mentions are the commands and events that the documentation mentions, MentionedBy
	// those whose documentation mentions this command or event.
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

// Reachable reports whether the definition can occur on the wire: it is a command or event, or
// part of the arguments, result or data of one.
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

// A Member is an argument, member, value or branch as the schema defines it.
type Member struct {
	Name     string
	Kind     MemberKind
	Owner    *Definition // whose page has it; nil if none has, as for members of implicit types
	Type     ir.Type     // nil for values, and for branches without members
	Optional bool
	If       ir.Cond
	Features []ir.Feature
	Since    string // from "(since 2.9)" in its text; "" if not given
	Text     Prose  // without Since, if that was at its end
	SinceCut bool   // Since was at the end of the text
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
	Result       MemberKind = "ret"    // of the result of a command; only used in anchors
	Branch       MemberKind = "branch" // of a union or alternate
)

// Anchor returns the anchor of the member on the page of its owner, such as
// "arg-copy-mode". It depends only on the kind and the name.
func (m *Member) Anchor() string { return string(m.Kind) + "-" + m.Name }

// Has reports whether the member has the feature.
func (m *Member) Has(feature string) bool { return ir.Has(m.Features, feature) }

// A Feature is a feature of a definition or of some of its members, with its documentation.
type Feature struct {
	Name string
	Own  bool      // the definition itself has it
	If   ir.Cond   // of the definition's own
	On   []*Member // the members that have it
	Text Prose

	// Instead are the definitions and members that the text refers to, other than the
	// owners of the feature: for "deprecated", what to use instead.
	Instead []Target
}

// Anchor returns the anchor of the feature on the page of its definition.
func (f *Feature) Anchor() string { return "feature-" + f.Name }

// A Prose is text with markup from a documentation comment. The zero value is empty.
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
	Pos    token.Pos      // NoPos if Made

	Made   bool     // generated from the types, since the documentation has none
	Elided bool     // parts of a message are left out
	Go     []string // the client's messages as calls of the generated client; may be empty
}

// A Use is a reference to a type in the schema.
type Use struct {
	By   *Definition
	As   UseKind
	Name string // of the member, argument or branch; "" if there is none
}

// A UseKind is the role of a type in a reference.
type UseKind string

// The kinds of use.
const (
	AsArgument UseKind = "argument" // with Name: one argument; without: all arguments
	AsData     UseKind = "data"     // likewise, for an event
	AsResult   UseKind = "result"
	AsMember   UseKind = "member"
	AsBase     UseKind = "base"
	AsBranch   UseKind = "branch"
)

// A Target is the target of a reference in prose: a definition, or a member of it. The zero
// Target means that there is none.
type Target struct {
	Definition *Definition
	Member     *Member
}

// Lookup returns the definition with a name, or nil.
func (r *Reference) Lookup(name string) *Definition { return r.byName[name] }
