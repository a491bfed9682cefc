package parser

import (
	"github.com/qapi-go/qapi-go/ast"
)

// A node is a generic JSON value with its place. A nil *node is a value that is
// not there: its methods may be called.
type node struct {
	ast.Span
	text   string // of a string
	*parts        // of an object or array; of others it is empty
	kind   nodeKind
	flag   bool // of a boolean
}

// Parts are what stands in an object or array. Most nodes have none, and would be
// twice as large with them.
type parts struct {
	members []member // of an object
	values  []*node  // of an array
}

// noParts are those of nodes that have none.
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

// get returns the value of a key of an object, nil if it is not there.
func (n *node) get(key string) *node {
	if m := find(n.members, key); m != nil {
		return m.value
	}
	return nil
}

// find returns the member with the given key, nil if there is none.
func find(members []member, key string) *member {
	for i := range members {
		if members[i].key.Value == key {
			return &members[i]
		}
	}
	return nil
}

// str returns a string with its place.
func (n *node) str() ast.Str { return ast.Str{Span: n.Span, Value: n.text} }
