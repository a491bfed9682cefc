package parser

import (
	"go/token"
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// The grammar is generic JSON: keys come in any order, and what they may be is
// better explained after parsing.
//
// Participle only reports whether an item follows the grammar, and where it does
// not: nodes are made of the tokens. It reflects on each struct and allocates for
// each capture and each alternative that it tries, which was half of the time and
// of the memory of "check". So the grammar is one production that parses itself,
// over the lexer that participle hands to it.

// cstItem is what stands at the top level of a file, documentation comments
// aside: a value.
//
//	Value  = String | Bool | Object | Array .
//	Object = LBrace ( String Colon Value ( Comma String Colon Value )* )? RBrace .
//	Array  = LBracket ( Value ( Comma Value )* )? RBracket .
//
// It holds nothing: see [converter].
type cstItem struct{}

// Parse reads an item. The lexer limits how deep values nest.
func (*cstItem) Parse(lex *lexer.PeekingLexer) error {
	if !parseValue(lex) {
		return participle.NextMatch // an error with the place of the next token
	}
	return nil
}

// parseValue reads a value. If there is none it stops at the token that cannot stand
// where it does, and returns false.
func parseValue(lex *lexer.PeekingLexer) bool {
	switch lex.Peek().Type {
	case tokString, tokBool:
		lex.Next()
		return true
	case tokLBrace:
		lex.Next()
		return accept(lex, tokRBrace) || parseList(lex, parsePair, tokRBrace)
	case tokLBracket:
		lex.Next()
		return accept(lex, tokRBracket) || parseList(lex, parseValue, tokRBracket)
	}
	return false
}

// parsePair reads a member of an object.
func parsePair(lex *lexer.PeekingLexer) bool {
	return accept(lex, tokString) && accept(lex, tokColon) && parseValue(lex)
}

// parseList reads elements with commas between them, and what closes the list.
func parseList(lex *lexer.PeekingLexer, element func(*lexer.PeekingLexer) bool, closer lexer.TokenType) bool {
	for element(lex) {
		if accept(lex, closer) {
			return true
		}
		if !accept(lex, tokComma) {
			return false
		}
	}
	return false
}

// accept reads a token if it is of the given type.
func accept(lex *lexer.PeekingLexer, typ lexer.TokenType) bool {
	if lex.Peek().Type != typ {
		return false
	}
	lex.Next()
	return true
}

// itemParser is built on first use: most commands parse no schema.
var itemParser = sync.OnceValue(func() *participle.Parser[cstItem] {
	return participle.MustBuild[cstItem](participle.Lexer(definition{}), participle.UseLookahead(0))
})

// A converter makes nodes of the tokens of whole items, which follow the
// grammar. Nodes and members are cut from larger pieces of memory, and strings
// from the text of the file.
type converter struct {
	file   *token.File
	rules  lexRules
	tokens []lexer.Token // those that are left
	again  bool          // an object has a key twice: only the first is kept

	nodes     slab[node]
	parts     slab[parts]
	members   slab[member]
	values    slab[*node]
	openPairs []member // of the objects that are being made, the outermost first
	openNodes []*node  // the same for arrays

	keys []map[string]bool // that no object uses
}

// item makes a node of the tokens of an item of u. The tokens may be used again
// afterwards.
func (c *converter) item(u *unit, tokens []lexer.Token) *node {
	c.file, c.rules, c.tokens, c.again = u.file, u.rules, tokens, false
	n := c.node()
	c.tokens = nil
	return n
}

// next takes the next token.
func (c *converter) next() *lexer.Token {
	tok := &c.tokens[0]
	c.tokens = c.tokens[1:]
	return tok
}

// node makes a node of the next value.
func (c *converter) node() *node {
	tok := c.next()
	n := c.nodes.new()
	n.Span, n.parts = c.span(tok), &noParts
	switch tok.Type {
	case tokLBrace:
		n.kind, n.parts = kindObject, c.parts.new()
		n.To = c.object(n)
	case tokLBracket:
		n.kind, n.parts = kindArray, c.parts.new()
		n.To = c.array(n)
	case tokString:
		n.kind = kindString
		n.text = c.rules.escapes.unquote(tok.Value)
	default:
		n.kind = kindBool
		n.flag = tok.Value == "true"
		if tok.Value == "null" {
			n.kind = kindNull
		}
	}
	return n
}

// array gives n its values and returns where it ends.
func (c *converter) array(n *node) token.Pos {
	start := len(c.openNodes)
	for c.tokens[0].Type != tokRBracket {
		if c.tokens[0].Type == tokComma {
			c.next()
		}
		c.openNodes = append(c.openNodes, c.node())
	}
	n.values = c.values.copy(c.openNodes[start:])
	clear(c.openNodes[start:])
	c.openNodes = c.openNodes[:start]
	return c.span(c.next()).To
}

// object gives n its members and returns where it ends.
func (c *converter) object(n *node) token.Pos {
	start := len(c.openPairs)
	var seen map[string]bool // for objects of more than a few members
	for {
		tok := c.next()
		switch tok.Type {
		case tokRBrace:
			n.members = c.members.copy(c.openPairs[start:])
			clear(c.openPairs[start:])
			c.openPairs = c.openPairs[:start]
			c.release(seen)
			return c.span(tok).To
		case tokComma:
			tok = c.next()
		}
		key := c.str(tok)
		c.next() // the colon
		value := c.node()
		pairs := c.openPairs[start:]
		if seen[key.Value] || seen == nil && find(pairs, key.Value) != nil {
			if c.rules.repeats {
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

func (c *converter) span(tok *lexer.Token) ast.Span {
	from := c.file.Pos(tok.Pos.Offset)
	return ast.Span{From: from, To: from + token.Pos(len(tok.Value))}
}

func (c *converter) str(tok *lexer.Token) ast.Str {
	return ast.Str{Span: c.span(tok), Value: c.rules.escapes.unquote(tok.Value)}
}
