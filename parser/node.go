package parser

import (
	"github.com/qapi-go/qapi-go/ast"
)

// A node is a generic JSON value with its position. A nil *node represents a missing value;
// method is accepts it.
type node struct {
	ast.Span
	text   string // of a string
	*parts        // of an object or array; &noParts otherwise
	kind   nodeKind
	flag   bool // of a boolean
}

// parts holds the contents of an object or array. It is separate because most nodes are
// strings, which it would double in size.
type parts struct {
	members []member // of an object
	values  []*node  // of an array
}

// noParts is shared by all nodes that are neither objects nor arrays.
var noParts parts

type nodeKind uint8

const (
	kindObject nodeKind = iota + 1
	kindArray
	kindString
	kindBool
	kindNull
)

// A member is a key of an object with its value.
type member struct {
	key   ast.Str
	value *node
}

func (n *node) is(kind nodeKind) bool { return n != nil && n.kind == kind }

// get returns the value of a key, or nil if n does not have it.
func (n *node) get(key string) *node {
	if m := find(n.members, key); m != nil {
		return m.value
	}
	return nil
}

// find returns the member with the given key, or nil.
func find(members []member, key string) *member {
	for i := range members {
		if members[i].key.Value == key {
			return &members[i]
		}
	}
	return nil
}

// str returns the text of a string node with its position.
func (n *node) str() ast.Str { return ast.Str{Span: n.Span, Value: n.text} }
