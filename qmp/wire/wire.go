// Package wire is the codec of generated QMP types. It is exact where encoding/json is not (64-bit
// integers, absent versus null versus empty, flat unions, alternates) and several times as fast.
//
// # Types
//
// Values are passed as pointers to generated types or to the Go types that those consist of. A
// struct field is a member if it has a json tag: "name" for a mandatory member, "name,omitzero" for
// an optional one. Fields tagged `json:"-"` are ignored, except Branch of a union, Extra, and the
// fields of an alternate.
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
//	field Extra map[string]any              undeclared members, flattened
//
// A [json.RawMessage] is a value kept as received, and a json.Number a number. A list of uint8 is a
// list of numbers, whereas encoding/json takes it for base64.
//
// The plan of a type is made from its tags on first use and cached. All functions may be called by
// several goroutines at once.
//
// All other types are treated as encoding/json treats them, with everything in them: structs with
// embedded fields, with fields without tags or with options other than omitzero; maps; arrays; and
// types with JSON or text methods of their own. (The methods of unions and alternates, and of
// structs with members that encoding/json would get wrong, such as any, are generated and do not
// count.) Even there, numbers in values of type any are json.Number, duplicate members and invalid
// UTF-8 are refused, only what JSON requires is escaped, and a name that differs from a field's in
// the case of letters belongs to it only if those are ASCII. Unknown and missing members are
// accepted in both modes.
//
// # Differences from encoding/json
//
// Generated types work with encoding/json, too, and mean the same there, with these exceptions. It
// writes a nil mandatory list as null. It accepts null for any member whose type has no methods, as
// if the member were absent; this package accepts null only where the schema has it. It matches
// member names in any case, keeps the last of duplicate members, and accepts invalid UTF-8.
//
// # Errors
//
// Both modes refuse: input that is not JSON by RFC 8259; invalid UTF-8 and lone surrogates in
// strings; null where the schema does not have it; integers with a fraction or an exponent; numbers
// out of range; duplicate members; and values nested deeper than [MaxDepth].
//
// # Modes
//
// [Tolerant] is for clients: a newer server may send members, enum values and branches that the
// schema does not have. [Strict] is for servers and tests.
package wire

import "encoding/json"

// Version1 is used by generated code, so that it does not compile with a runtime that does not fit.
const Version1 = 1

// A Mode selects how input that is not in the schema is treated.
type Mode uint8

const (
	// Tolerant ignores unknown members, keeps unknown enum values unchanged and
	// unknown branches of a union as [Unknown], and leaves missing members zero.
	// It accepts nan, -nan, inf and -inf for float64 and any: they are not JSON,
	// but QEMU prints them.
	Tolerant Mode = iota
	// Strict refuses unknown and missing members, unknown enum values and
	// unknown branches.
	Strict
)

// Limits of decoding and encoding.
const (
	MaxDepth = 1024 // of nested objects and arrays, as in QEMU
)

// A Union describes a union type to the codec. The type has a method
//
//	func (*T) WireUnion() *Union
//
// a field with the json name Tag, which is of a string type or a pointer to one,
// and a field Branch of an interface type. A pointer is for a discriminator that
// some servers do not send: without it there is no branch.
//
// If the discriminator is empty, it is encoded as the value that the type of
// Branch belongs to, if there is only one.
type Union struct {
	Tag      string        // the discriminator's name on the wire
	Branches []UnionBranch // values with and without members
	// Shared lists common members that some branch has, too, since releases differ
	// in where a member belongs. In an object with that branch it is the branch's.
	Shared  []string
	Unknown any // (*U)(nil), U a struct that embeds only Unknown
}

// A UnionBranch is the branch of one value of the discriminator.
type UnionBranch struct {
	Value string
	Type  any // (*T)(nil), T a struct or union; nil for an empty branch
}

// Unknown holds the members of a branch that the schema does not have, in the
// order received. It is encoded unchanged.
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
