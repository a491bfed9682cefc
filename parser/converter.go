package parser

import (
	"go/token"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// Items are kept as packed tokens, without commas and colons, and become nodes when
// they are looked at: nodes of a whole schema would be ten times as large.

// A packedToken is a token of an item that follows the grammar: its type, its length
// and its offset in the file.
type packedToken uint64

// packedBits is how many bits hold an offset or a length.
const packedBits = 28

const _ = uint(1<<packedBits - MaxFileSize) // fails to compile if it is too few

func pack(tok *lexer.Token) packedToken {
	return packedToken(tok.Type)<<(2*packedBits) | packedToken(len(tok.Value))<<packedBits | packedToken(tok.Pos.Offset)
}

func (p packedToken) typ() lexer.TokenType { return lexer.TokenType(p >> (2 * packedBits)) }
func (p packedToken) offset() int          { return int(p & (1<<packedBits - 1)) }
func (p packedToken) end() int             { return p.offset() + int(p>>packedBits&(1<<packedBits-1)) }

// pack returns the tokens of an item, which end with EOF.
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

// A converter makes nodes of packed tokens. Strings are cut from the text of the file.
type converter struct {
	unit   *unit
	tokens []packedToken // those that are left
	again  bool          // an object has a key twice: only the first is kept

	packed slab[packedToken]
	open   []packedToken // of the item that is being packed

	nodes   arena[node]
	parts   arena[parts]
	members arena[member]
	values  arena[*node]

	openPairs []member // of the objects that are being made, the outermost first
	openNodes []*node  // the same for arrays

	keys []map[string]bool // that no object uses
}

// item makes a node of the tokens of an item of u. It is good until the next call.
func (c *converter) item(u *unit, tokens []packedToken) *node {
	c.unit, c.tokens, c.again = u, tokens, false
	c.nodes.reset()
	c.parts.reset()
	c.members.reset()
	c.values.reset()
	return c.node()
}

// next takes the next token.
func (c *converter) next() packedToken {
	tok := c.tokens[0]
	c.tokens = c.tokens[1:]
	return tok
}

// node makes a node of the next value.
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

// array gives n its values and returns where it ends.
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

// object gives n its members and returns where it ends.
func (c *converter) object(n *node) token.Pos {
	start := len(c.openPairs)
	var seen map[string]bool // for objects of more than a few members
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
		pairs := c.openPairs[start:]
		if seen[key.Value] || seen == nil && find(pairs, key.Value) != nil {
			if c.unit.rules.repeats {
				find(pairs, key.Value).value = value
			} else {
				c.again = true
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

// keySet returns an empty set of keys, which is to be released.
func (c *converter) keySet() map[string]bool {
	if n := len(c.keys) - 1; n >= 0 {
		set := c.keys[n]
		c.keys = c.keys[:n]
		return set
	}
	return make(map[string]bool, maxKeptKeys)
}

// maxKeptKeys is how many keys a set may have to be used again: a larger one takes
// long to clear.
const maxKeptKeys = 64

// release has a set of keys used again. It may be nil.
func (c *converter) release(set map[string]bool) {
	if set != nil && len(set) <= maxKeptKeys {
		clear(set)
		c.keys = append(c.keys, set)
	}
}

// span returns where a token of u stands.
func (u *unit) span(tok packedToken) ast.Span {
	return ast.Span{From: u.file.Pos(tok.offset()), To: u.file.Pos(tok.end())}
}

// unquoted returns what a string in u means.
func (u *unit) unquoted(tok packedToken) string {
	return u.rules.escapes.unquote(u.src[tok.offset():tok.end()])
}

// str returns a string in u with its place.
func (u *unit) str(tok packedToken) ast.Str {
	return ast.Str{Span: u.span(tok), Value: u.unquoted(tok)}
}
