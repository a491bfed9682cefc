package parser

import (
	"go/token"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// Items are stored as packed tokens without commas and colons. Nodes are built from them on
// demand, since the nodes of a whole schema would take seven times the memory.

// A packedToken is a token of an item that follows the grammar: its type, length and offset in
// the file.
type packedToken uint64

// packedBits is the number of bits for an offset or a length.
const packedBits = 28

const _ = uint(1<<packedBits - MaxFileSize) // does not compile if packedBits is too small

func pack(tok *lexer.Token) packedToken {
	return packedToken(tok.Type)<<(2*packedBits) | packedToken(len(tok.Value))<<packedBits | packedToken(tok.Pos.Offset)
}

func (p packedToken) typ() lexer.TokenType { return lexer.TokenType(p >> (2 * packedBits)) }
func (p packedToken) offset() int          { return int(p & (1<<packedBits - 1)) }
func (p packedToken) end() int             { return p.offset() + int(p>>packedBits&(1<<packedBits-1)) }

// pack returns the tokens of an item, without the EOF that ends them.
func (c *converter) pack(tokens []lexer.Token) []packedToken {
	c.open = c.open[:0]
	for i := range tokens {
		switch tok := &tokens[i]; tok.Type {
		case tokComma, tokColon, lexer.EOF:
		default:
			c.open = append(c.open, pack(tok))
		}
	}
	return c.packed.copy(c.open)
}

// A converter builds nodes from packed tokens. Strings share the file's text unless they have
// escapes.
type converter struct {
	unit   *unit
	tokens []packedToken // not yet consumed
	known  bool          // no object has a duplicate key
	unique bool          // none has been found

	packed slab[packedToken]
	open   []packedToken // of the item being packed

	nodes   arena[node]
	parts   arena[parts]
	members arena[member]
	values  arena[*node]

	openPairs []member // of the objects under construction, outermost first
	openNodes []*node  // the same for arrays

	keys []map[string]bool // free sets; see keySet
}

// item builds a node from the tokens of an item of u. Of duplicate keys only the first is kept,
// or only the last value if the dialect allows them; unique tells that there are none. The node
// is valid until the next call.
func (c *converter) item(u *unit, tokens []packedToken, unique bool) *node {
	c.unit, c.tokens, c.known, c.unique = u, tokens, unique, true
	c.nodes.reset()
	c.parts.reset()
	c.members.reset()
	c.values.reset()
	return c.node()
}

// next consumes and returns the next token.
func (c *converter) next() packedToken {
	tok := c.tokens[0]
	c.tokens = c.tokens[1:]
	return tok
}

// node builds a node from the next value.
func (c *converter) node() *node {
	tok := c.next()
	n := c.nodes.new()
	n.Span, n.parts = c.unit.span(tok), &noParts
	switch tok.typ() {
	case tokLBrace:
		n.kind, n.parts = kindObject, c.parts.new()
		n.To = c.object(n)
	case tokLBracket:
		n.kind, n.parts = kindArray, c.parts.new()
		n.To = c.array(n)
	case tokString:
		n.kind = kindString
		n.text = c.unit.unquoted(tok)
	default:
		n.kind = kindBool
		switch c.unit.src[tok.offset()] {
		case 't':
			n.flag = true
		case 'n':
			n.kind = kindNull
		}
	}
	return n
}

// array sets the values of n and returns its end.
func (c *converter) array(n *node) token.Pos {
	start := len(c.openNodes)
	for c.tokens[0].typ() != tokRBracket {
		c.openNodes = append(c.openNodes, c.node())
	}
	n.values = c.values.copy(c.openNodes[start:])
	clear(c.openNodes[start:])
	c.openNodes = c.openNodes[:start]
	return c.unit.span(c.next()).To
}

// object sets the members of n and returns its end.
func (c *converter) object(n *node) token.Pos {
	start := len(c.openPairs)
	var seen map[string]bool // used once an object has more than a few members
	for {
		tok := c.next()
		if tok.typ() == tokRBrace {
			n.members = c.members.copy(c.openPairs[start:])
			clear(c.openPairs[start:])
			c.openPairs = c.openPairs[:start]
			c.release(seen)
			return c.unit.span(tok).To
		}
		key := c.unit.str(tok)
		value := c.node()
		if c.known {
			c.openPairs = append(c.openPairs, member{key, value})
			continue
		}
		pairs := c.openPairs[start:]
		if seen[key.Value] || seen == nil && find(pairs, key.Value) != nil {
			c.unique = false
			if c.unit.rules.repeats {
				find(pairs, key.Value).value = value
			}
			continue
		}
		c.openPairs = append(c.openPairs, member{key, value})
		switch {
		case seen != nil:
			seen[key.Value] = true
		case len(pairs) >= 8:
			seen = c.keySet()
			for _, m := range c.openPairs[start:] {
				seen[m.key.Value] = true
			}
		}
	}
}

// keySet returns an empty set of keys. The caller passes it to release when done.
func (c *converter) keySet() map[string]bool {
	if n := len(c.keys) - 1; n >= 0 {
		set := c.keys[n]
		c.keys = c.keys[:n]
		return set
	}
	return make(map[string]bool, maxKeptKeys)
}

// maxKeptKeys limits the size of sets that are reused, since clearing a large one is slow.
const maxKeptKeys = 64

// release makes a set of keys available for reuse. The set may be nil.
func (c *converter) release(set map[string]bool) {
	if set != nil && len(set) <= maxKeptKeys {
		clear(set)
		c.keys = append(c.keys, set)
	}
}

// span returns the extent of a token of u.
func (u *unit) span(tok packedToken) ast.Span {
	return ast.Span{From: u.file.Pos(tok.offset()), To: u.file.Pos(tok.end())}
}

// unquoted returns the value of a String token of u.
func (u *unit) unquoted(tok packedToken) string {
	return u.rules.escapes.unquote(u.src[tok.offset():tok.end()])
}

// str returns the value of a String token of u with its position.
func (u *unit) str(tok packedToken) ast.Str {
	return ast.Str{Span: u.span(tok), Value: u.unquoted(tok)}
}
