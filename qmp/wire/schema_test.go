package wire_test

import (
	"encoding/json"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// The types below are written like generated ones.

func ptr[T any](v T) *T { return &v }

type Color string

const (
	ColorRed   Color = "red"
	ColorGreen Color = "green"
)

func (v Color) Known() bool {
	switch v {
	case ColorRed, ColorGreen:
		return true
	}
	return false
}

// Scalars has a member of every built-in type.
type Scalars struct {
	Str    string    `json:"str"`
	Bool   bool      `json:"bool"`
	Number float64   `json:"number"`
	Int    int64     `json:"int"`
	Int8   int8      `json:"int8"`
	Int16  int16     `json:"int16"`
	Int32  int32     `json:"int32"`
	Uint8  uint8     `json:"uint8"`
	Uint16 uint16    `json:"uint16"`
	Uint32 uint32    `json:"uint32"`
	Uint64 uint64    `json:"uint64"`
	Color  Color     `json:"color"`
	Null   wire.Null `json:"null"`
	List   []string  `json:"list"`
}

// Optionals has the same members, all optional.
type Optionals struct {
	Str    *string    `json:"str,omitzero"`
	Bool   *bool      `json:"bool,omitzero"`
	Number *float64   `json:"number,omitzero"`
	Int    *int64     `json:"int,omitzero"`
	Int8   *int8      `json:"int8,omitzero"`
	Uint64 *uint64    `json:"uint64,omitzero"`
	Color  *Color     `json:"color,omitzero"`
	Null   *wire.Null `json:"null,omitzero"`
	List   []string   `json:"list,omitzero"`
	Ints   []int16    `json:"ints,omitzero"`
	Self   *Optionals `json:"self,omitzero"`
	Node   *Node      `json:"node,omitzero"`
}

// Anything has members of type any, and therefore methods.
type Anything struct {
	Must any   `json:"must"`
	May  any   `json:"may,omitzero"`
	List []any `json:"list,omitzero"`
}

func (v Anything) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *Anything) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

// DeviceAddArgs has the arguments of a 'gen': false command.
type DeviceAddArgs struct {
	Driver string         `json:"driver"`
	ID     *string        `json:"id,omitzero"`
	Extra  map[string]any `json:"-"`
}

func (v DeviceAddArgs) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *DeviceAddArgs) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

type UnknownBranch struct{ wire.Unknown }

func (*UnknownBranch) isNodeBranch()    {}
func (*UnknownBranch) isAddressBranch() {}

type Driver string

func (v Driver) Known() bool {
	switch v {
	case "file", "host_device", "qcow2", "null", "nbd":
		return true
	}
	return false
}

// Node is a union: two drivers share a branch type, one has no branch, and the branch of one is a
// union.
type Node struct {
	Driver   Driver     `json:"driver"`
	NodeName *string    `json:"node-name,omitzero"`
	ReadOnly *bool      `json:"read-only,omitzero"`
	Branch   NodeBranch `json:"-"`
}

type NodeBranch interface{ isNodeBranch() }

func (*NodeFile) isNodeBranch()  {}
func (*NodeQcow2) isNodeBranch() {}
func (*Address) isNodeBranch()   {}

var nodeUnion = wire.Union{
	Tag: "driver",
	Branches: []wire.UnionBranch{
		{Value: "file", Type: (*NodeFile)(nil)},
		{Value: "host_device", Type: (*NodeFile)(nil)},
		{Value: "qcow2", Type: (*NodeQcow2)(nil)},
		{Value: "null", Type: nil},
		{Value: "nbd", Type: (*Address)(nil)},
	},
	Unknown: (*UnknownBranch)(nil),
}

func (*Node) WireUnion() *wire.Union { return &nodeUnion }

func (v Node) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *Node) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

type NodeFile struct {
	Filename string `json:"filename"`
	Locking  *Color `json:"locking,omitzero"`
	Size     *int64 `json:"size,omitzero"`
}

type NodeQcow2 struct {
	File    NodeRef  `json:"file"`
	Backing *NodeRef `json:"backing,omitzero"`
	Lazy    *bool    `json:"lazy-refcounts,omitzero"`
}

// NodeRef is an alternate with a null branch.
type NodeRef struct {
	Definition *Node   `json:"-"`
	Reference  *string `json:"-"`
	Null       bool    `json:"-"`
}

func (*NodeRef) WireAlternate() {}

func (v NodeRef) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *NodeRef) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

// Address is a union that is also a branch of one.
type Address struct {
	Type   AddressType   `json:"type"`
	Export *string       `json:"export,omitzero"`
	Branch AddressBranch `json:"-"`
}

type AddressType string

func (v AddressType) Known() bool { return v == "inet" || v == "unix" || v == "none" }

type AddressBranch interface{ isAddressBranch() }

func (*AddressInet) isAddressBranch() {}
func (*AddressUnix) isAddressBranch() {}

var addressUnion = wire.Union{
	Tag: "type",
	Branches: []wire.UnionBranch{
		{Value: "inet", Type: (*AddressInet)(nil)},
		{Value: "unix", Type: (*AddressUnix)(nil)},
		{Value: "none", Type: nil},
	},
	Unknown: (*UnknownBranch)(nil),
}

func (*Address) WireUnion() *wire.Union { return &addressUnion }

func (v Address) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *Address) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

type AddressInet struct {
	Host string `json:"host"`
	Port string `json:"port"`
}

// AddressUnix has only optional members.
type AddressUnix struct {
	Abstract *bool `json:"abstract,omitzero"`
}

// Mixed is an alternate with a branch of each possible JSON type.
type Mixed struct {
	Flag   *bool    `json:"-"`
	Count  *int32   `json:"-"`
	Color  *Color   `json:"-"`
	Names  []string `json:"-"`
	Object *Scalars `json:"-"`
}

func (*Mixed) WireAlternate() {}

func (v Mixed) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&v) }
func (v *Mixed) UnmarshalJSON(data []byte) error { return wire.UnmarshalJSON(data, v) }

// Lists has lists of all kinds of types.
type Lists struct {
	Nodes  []Node      `json:"nodes"`
	Refs   []NodeRef   `json:"refs"`
	Mixed  []Mixed     `json:"mixed,omitzero"`
	Colors []Color     `json:"colors,omitzero"`
	Ints   []int64     `json:"ints,omitzero"`
	Nulls  []wire.Null `json:"nulls,omitzero"`
	Nested [][]string  `json:"nested,omitzero"`
	Small  []Small     `json:"small,omitzero"`
}

// Small is smaller than a machine word.
type Small struct {
	X uint8 `json:"X"`
}

// Tree is recursive through a list and an optional member.
type Tree struct {
	Name     string  `json:"name"`
	Children []Tree  `json:"children,omitzero"`
	Next     *Tree   `json:"next,omitzero"`
	Raw      rawJSON `json:"raw,omitzero"`
}

type rawJSON = json.RawMessage

// Empty has no members.
type Empty struct{}
