// Package wire is the codec of generated QMP types. It is exact where
// encoding/json is not (64-bit integers, absent against null against empty,
// flat unions, alternates) and several times as fast.
//
// # What it encodes
//
// Any pointer to a generated type, and the Go types that those are made of. A
// struct field takes part by its json tag, "name" for a mandatory and
// "name,omitzero" for an optional member; `json:"-"` fields are left out, but
// for three: Branch of a union, Extra, and the fields of an alternate.
//
//	bool, string, float64, int64 … uint64   the JSON scalar; integers are range checked
//	a named string with Known() bool        an enum
//	*T of those or of a struct, union, …    optional
//	[]T                                     a list; nil and mandatory is written []
//	any                                     any value: json.Number for numbers
//	Null                                    null
//	struct                                  a struct
//	struct with method WireUnion            a union
//	struct with method WireAlternate        an alternate
//	field Extra map[string]any              members that are not declared, flattened
//
// A [json.RawMessage] is a value that is kept as it is, and a json.Number a
// number. A list of uint8 is a list of numbers, which encoding/json takes for
// base64.
//
// A plan for a type is made from its tags on first use and kept. Everything in
// this package may be used by many goroutines at once.
//
// Other types are read and written as encoding/json does, with all that is in
// them: structs with embedded fields, fields without tags or with options other
// than omitzero, maps, arrays, and types with methods for JSON or text of their
// own. Those are of their own that a generated type would not need: it has some
// if it is a union or alternate, or has members of which encoding/json would make
// something else, such as any. In these too numbers in values of type any are
// json.Number, duplicate members and strings that are not UTF-8 are refused, and
// what needs no escape has none; unknown and missing members are no mistake in
// either mode.
//
// # What encoding/json does otherwise
//
// Generated types work with encoding/json as well and mean the same there, but
// for what it does with all Go types. It writes a nil mandatory list as null. It
// takes null for any member whose type has no methods, as if the member were
// absent; here null is a value that a schema has or has not, and never a way to
// leave a member out. It takes the names of members in any case of letters, the
// last of duplicate members, and invalid UTF-8.
//
// # What it refuses
//
// In both modes: what is not JSON by RFC 8259, strings that are not UTF-8 or have
// half of a surrogate pair, null where the schema does not have it, numbers with
// a fraction or an exponent for integers, numbers out of range,
// duplicate members, and values nested deeper than [MaxDepth].
//
// # Modes
//
// [Tolerant] is for clients: a newer server may send members, enum values and
// branches that the schema does not have. [Strict] is for servers and tests.
package wire

import "encoding/json"

// Version1 is referred to by generated code, so that code and runtime that do
// not fit fail to compile.
const Version1 = 1

// A Mode says what to do with input that is not in the schema.
type Mode uint8

const (
	// Tolerant ignores unknown members, keeps unknown enum values as they
	// are and unknown branches of a union as [Unknown], and leaves missing
	// members zero. It reads nan, -nan, inf and -inf, which are not JSON but
	// which QEMU prints for such numbers, into float64 and any.
	Tolerant Mode = iota
	// Strict refuses unknown and missing members, unknown enum values and
	// unknown branches.
	Strict
)

// Limits of what is decoded and encoded.
const (
	MaxDepth = 1024 // nesting of objects and arrays, as in QEMU
)

// A Union describes a union type to the codec. The type has a method
//
//	func (*T) WireUnion() *Union
//
// a field with the json name Tag, which is a string type or a pointer to one,
// and a field Branch of an interface type. A pointer stands for a discriminator
// that some servers do not send: without it there is no branch.
//
// A union whose discriminator is empty is encoded with the value that its Branch
// stands for, if that type is the branch of one value only.
type Union struct {
	Tag      string        // the discriminator's name on the wire
	Branches []UnionBranch // values with and without members
	// Shared names the common members that a branch has, too, since servers differ
	// in where a member belongs: in an object with that branch it is the branch's.
	Shared  []string
	Unknown any // (*U)(nil), U a struct that embeds only Unknown
}

// A UnionBranch is the branch of one value of the discriminator.
type UnionBranch struct {
	Value string
	Type  any // (*T)(nil), T a struct or union; nil for an empty branch
}

// Unknown holds the members of a union's branch that the schema does not have,
// in the order in which they were received. It is written back unchanged.
type Unknown struct {
	Members []RawMember
}

// A RawMember is a member that was not decoded.
type RawMember struct {
	Name  string
	Value json.RawMessage
}

// Null is the JSON value null: the type of members of type null, and the value
// of an optional member of type any that is present and null.
type Null struct{}

// MarshalJSON returns null.
func (Null) MarshalJSON() ([]byte, error) { return []byte("null"), nil }
