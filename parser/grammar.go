package parser

import (
	"go/token"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// The grammar is generic JSON: keys come in any order, and what they may be is
// better explained after parsing.
//
// Participle only says whether an item follows the grammar, and where it does
// not: nodes are made of the tokens, which it hands out for nothing. Each
// capture, each struct and each alternative that is tried costs memory and
// time, so there are as few of them as can be, and what is most frequent stands
// first.

// cstItem is what stands at the top level of a file, documentation comments
// aside.
type cstItem struct {
	Tokens []lexer.Token
	Value  *cstValue `parser:"@@"`
}

// cstValue is a value. It holds nothing of use: participle recurses by captures
// only.
type cstValue struct {
	InMembers []*cstValue `parser:"  String | Bool | LBrace ( String Colon ( String | Bool | @@ ) ( Comma String Colon ( String | Bool | @@ ) )* )? RBrace"`
	InArray   []*cstValue `parser:"| LBracket ( ( String | Bool | @@ ) ( Comma ( String | Bool | @@ ) )* )? RBracket"`
}

// itemParser is strict LL(1): with more lookahead participle backs out of a
// trailing comma and blames the comma instead of what follows it.
var itemParser = buildParser()

func buildParser() *participle.Parser[cstItem] {
	// The limit on input is ours ([MaxFileSize] and maxItemTokens).
	participle.MaxIterations = maxItemTokens
	return participle.MustBuild[cstItem](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// A converter makes nodes of the tokens of a whole item, which follow the
// grammar.
type converter struct {
	file   *token.File
	rules  lexRules
	tokens []lexer.Token // those that are left
	again  bool          // an object has a key twice: only the first is kept
}

// next takes the next token.
func (c *converter) next() lexer.Token {
	tok := c.tokens[0]
	c.tokens = c.tokens[1:]
	return tok
}

// node makes a node of the next value.
func (c *converter) node() *node {
	tok := c.next()
	n := &node{Span: c.span(tok)}
	switch tok.Type {
	case tokLBrace:
		n.kind = kindObject
		n.To = c.members(n)
	case tokLBracket:
		n.kind = kindArray
		for c.tokens[0].Type != tokRBracket {
			if c.tokens[0].Type == tokComma {
				c.next()
			}
			n.values = append(n.values, c.node())
		}
		n.To = c.span(c.next()).To
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

// members adds the members of an object to n and returns where it ends.
func (c *converter) members(n *node) token.Pos {
	var seen map[string]bool // for objects of more than a few members
	for {
		tok := c.next()
		switch tok.Type {
		case tokRBrace:
			return c.span(tok).To
		case tokComma:
			tok = c.next()
		}
		key := c.str(tok)
		c.next() // the colon
		value := c.node()
		if seen[key.Value] || seen == nil && n.get(key.Value) != nil {
			if c.rules.repeats {
				n.set(key.Value, value)
			} else {
				c.again = true
			}
			continue
		}
		n.members = append(n.members, member{key, value})
		switch {
		case seen != nil:
			seen[key.Value] = true
		case len(n.members) > 8:
			seen = make(map[string]bool, 4*len(n.members))
			for _, m := range n.members {
				seen[m.key.Value] = true
			}
		}
	}
}

func (c *converter) span(tok lexer.Token) ast.Span {
	from := c.file.Pos(tok.Pos.Offset)
	return ast.Span{From: from, To: from + token.Pos(len(tok.Value))}
}

func (c *converter) str(tok lexer.Token) ast.Str {
	return ast.Str{Span: c.span(tok), Value: c.rules.escapes.unquote(tok.Value)}
}
