package parser

import (
	"go/token"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// A node is a generic JSON value with its place. A nil *node is a value that is
// not there: its methods may be called.
type node struct {
	ast.Span
	kind    nodeKind
	text    string   // of a string
	flag    bool     // of a boolean
	members []member // of an object
	values  []*node  // of an array
}

type nodeKind uint8

const (
	kindObject nodeKind = iota + 1
	kindArray
	kindString
	kindBool
)

// A member is a key of an object with its value.
type member struct {
	key   ast.Str
	value *node
}

func (n *node) is(kind nodeKind) bool { return n != nil && n.kind == kind }

// get returns the value of a key of an object, nil if it is not there.
func (n *node) get(key string) *node {
	for i := range n.members {
		if n.members[i].key.Value == key {
			return n.members[i].value
		}
	}
	return nil
}

// str returns a string with its place.
func (n *node) str() ast.Str { return ast.Str{Span: n.Span, Value: n.text} }

// A converter makes nodes from what participle returns for a whole item.
type converter struct{ file *token.File }

func (c converter) span(from, to lexer.Token) ast.Span {
	return ast.Span{From: c.file.Pos(from.Pos.Offset), To: c.file.Pos(to.Pos.Offset + len(to.Value))}
}

func (c converter) node(v *cstValue) *node {
	switch {
	case v.Object != nil:
		n := &node{Span: c.span(v.Object.Open, v.Object.Close), kind: kindObject}
		n.members = make([]member, 0, len(v.Object.Members))
		for _, m := range v.Object.Members {
			n.members = append(n.members, member{c.str(m.Key), c.node(m.Value)})
		}
		return n
	case v.Array != nil:
		n := &node{Span: c.span(v.Array.Open, v.Array.Close), kind: kindArray}
		n.values = make([]*node, len(v.Array.Values))
		for i, e := range v.Array.Values {
			n.values[i] = c.node(e)
		}
		return n
	case v.Scalar.Type == tokString:
		s := c.str(*v.Scalar)
		return &node{Span: s.Span, kind: kindString, text: s.Value}
	}
	return &node{Span: c.span(*v.Scalar, *v.Scalar), kind: kindBool, flag: v.Scalar.Value == "true"}
}

func (c converter) str(tok lexer.Token) ast.Str {
	text := tok.Value[1 : len(tok.Value)-1]
	if strings.Contains(text, `\`) {
		text = strings.ReplaceAll(text, `\\`, `\`)
	}
	return ast.Str{Span: c.span(tok, tok), Value: text}
}
