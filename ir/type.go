package ir

import "go/token"

// A Type is one of *[Builtin], *[Enum], *[Array], *[Struct], *[Union] and
// *[Alternate].
type Type interface {
	Def
	isType()
}

// A JSONKind is a kind of JSON value, named as in the json-type of introspection.
type JSONKind string

// The kinds of JSON value.
const (
	JSONString  JSONKind = "string"
	JSONNumber  JSONKind = "number"
	JSONInt     JSONKind = "int"
	JSONBoolean JSONKind = "boolean"
	JSONNull    JSONKind = "null"
	JSONObject  JSONKind = "object"
	JSONArray   JSONKind = "array"
	JSONValue   JSONKind = "value" // any value
)

// A Builtin is a built-in type: str, number, int, int8 … uint64, size, bool,
// null or any.
type Builtin struct {
	Info
	JSON JSONKind
}

// integers describes the integer types.
var integers = map[string]struct {
	bits   int
	signed bool
}{
	"int": {64, true}, "int8": {8, true}, "int16": {16, true}, "int32": {32, true}, "int64": {64, true},
	"uint8": {8, false}, "uint16": {16, false}, "uint32": {32, false}, "uint64": {64, false}, "size": {64, false},
}

// Bits returns the size of an integer type in bits and whether it is signed. It returns 0 for
// other types.
func (b *Builtin) Bits() (n int, signed bool) {
	t := integers[b.Name]
	return t.bits, t.signed
}

// Range returns the smallest and largest value of an integer type.
func (b *Builtin) Range() (low int64, high uint64) {
	switch n, signed := b.Bits(); {
	case n == 0:
		return 0, 0
	case signed:
		return -1 << (n - 1), 1<<(n-1) - 1
	default:
		return 0, 1<<n - 1 // 0 - 1 where n is 64
	}
}

// An Enum is an enumeration type. The predefined enum QType is not written in any schema.
type Enum struct {
	Info
	Prefix string // prefix of C constants; empty if not given
	Values []*EnumValue
}

// An EnumValue is a value of an enumeration.
type EnumValue struct {
	Name     string
	Pos      token.Pos
	If       Cond
	Features []Feature
	Doc      *Section // nil if not documented
	In       Presence
}

// An Array is a list type. Its name is that of its element with "List" appended.
type Array struct {
	Info
	Elem Type
}

// A Struct is an object type: an explicit struct, the arguments of a command, the data of an
// event, or the inline base of a union.
type Struct struct {
	Info
	Base    *Struct   // nil if there is none
	Members []*Member // without those of Base

	// Nested marks an anonymous struct written in place of a member's type (up to QEMU 2.3).
	Nested bool
}

// AllMembers returns the members of all bases, outermost first, and then the struct's own. The
// caller owns the slice.
func (s *Struct) AllMembers() []*Member {
	n := 0
	for b := s; b != nil; b = b.Base {
		n += len(b.Members)
	}
	if n == 0 {
		return nil
	}
	all := make([]*Member, n)
	for b := s; b != nil; b = b.Base {
		n -= len(b.Members)
		copy(all[n:], b.Members)
	}
	return all
}

// A Member is a member of a struct or union base, or an argument.
type Member struct {
	Name     string // without the '*' of optional members
	Pos      token.Pos
	Type     Type
	Optional bool
	If       Cond
	Features []Feature
	Owner    Def      // explicit definition whose text contains the member
	Doc      *Section // nil if not documented
	In       Presence
}

// IsWildcard reports whether m is a wildcard for any further arguments rather than a member:
// '*props': '**' in commands up to QEMU 2.4.
func (m *Member) IsWildcard() bool { return m.Optional && m.Type.Head().Name == "**" }

// A Union is a discriminated union.
type Union struct {
	Info

	// Base holds the common members, including the discriminator. It is implicit if the schema
	// gives the base inline.
	Base *Struct

	// Discriminator is the member of Base, own or inherited, whose value selects the branch.
	// Its type is an *Enum, or str (up to QEMU 1.7).
	Discriminator *Member

	// Branches has a branch for each value of the discriminator: first the written ones in
	// source order, then empty ones in the order of the enum. If the discriminator is a str,
	// there are only the written ones.
	Branches []*Branch

	// Simple marks a simple union (up to QEMU 6.1), whose wire form is {"type": branch, "data":
	// value}. The type of each branch is an implicit struct with the single member "data".
	Simple bool
}

// A Branch is a branch of a union.
type Branch struct {
	Name  string // value of the discriminator
	Pos   token.Pos
	Type  Type // a *Struct or *Union; nil for an empty branch
	If    Cond
	Value *EnumValue // not part of an enum if the discriminator is a str
	Doc   *Section   // nil if not documented
	In    Presence
}

// An Alternate is a type whose branch is selected by the JSON kind of the value.
type Alternate struct {
	Info
	Branches []*AltBranch
}

// An AltBranch is a branch of an alternate. Its name is never on the wire.
type AltBranch struct {
	Name string
	Pos  token.Pos
	Type Type
	JSON JSONKind // kind that selects the branch
	If   Cond
	Doc  *Section // nil if not documented
	In   Presence
}

// The Kind methods return the words of QEMU's messages.

// Kind returns "built-in".
func (*Builtin) Kind() string { return "built-in" }

// Kind returns "enum".
func (*Enum) Kind() string { return "enum" }

// Kind returns "array".
func (*Array) Kind() string { return "array" }

// Kind returns "struct".
func (*Struct) Kind() string { return "struct" }

// Kind returns "union".
func (*Union) Kind() string { return "union" }

// Kind returns "alternate".
func (*Alternate) Kind() string { return "alternate" }

func (*Builtin) isType()   {}
func (*Enum) isType()      {}
func (*Array) isType()     {}
func (*Struct) isType()    {}
func (*Union) isType()     {}
func (*Alternate) isType() {}

var (
	_ Type = (*Builtin)(nil)
	_ Type = (*Enum)(nil)
	_ Type = (*Array)(nil)
	_ Type = (*Struct)(nil)
	_ Type = (*Union)(nil)
	_ Type = (*Alternate)(nil)
)

// JSONKindOf returns the JSON kind of the values of a type. A nil type, that of no data, is an
// object.
func JSONKindOf(t Type) JSONKind {
	switch t := t.(type) {
	case *Builtin:
		return t.JSON
	case *Enum:
		return JSONString
	case *Array:
		return JSONArray
	case *Alternate:
		return JSONValue
	}
	return JSONObject
}

// IsAny reports whether t accepts any JSON value.
func IsAny(t Type) bool {
	b, ok := t.(*Builtin)
	return ok && b.JSON == JSONValue
}
