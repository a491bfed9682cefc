package parser

import (
	"go/token"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/qapi-go/qapi-go/ast"
)

// The grammar is generic JSON with documentation comments between the values:
// keys come in any order, and what they may be is better explained after
// parsing.
//
// Nothing is captured but structure: participle fills in Tokens, the tokens of a
// piece, for nothing, while each capture costs memory and time.

// cstItem is what stands at the top level of a file.
type cstItem struct {
	Tokens []lexer.Token
	Value  *cstValue `parser:"Doc | @@"`
}

// cstValue is a value. What kind it is of can be told from its first token.
type cstValue struct {
	Tokens  []lexer.Token
	Members []*cstMember `parser:"  LBrace ( @@ ( Comma @@ )* )? RBrace"`
	Values  []*cstValue  `parser:"| LBracket ( @@ ( Comma @@ )* )? RBracket | String | Bool"`
}

// cstMember is a member of an object. Its first token is the key.
type cstMember struct {
	Tokens []lexer.Token
	Value  *cstValue `parser:"String Colon @@"`
}

// itemParser is strict LL(1): with more lookahead participle backs out of a
// trailing comma and blames the comma instead of what follows it.
var itemParser = buildParser()

func buildParser() *participle.Parser[cstItem] {
	// The limit on input is ours ([MaxFileSize] and maxItemTokens).
	participle.MaxIterations = maxItemTokens
	return participle.MustBuild[cstItem](participle.Lexer(definition{}), participle.UseLookahead(0))
}

// A converter makes nodes from what participle returns for a whole item.
type converter struct {
	file  *token.File
	again bool // an object has a key twice: only the first is kept
}

func (c *converter) node(v *cstValue) *node {
	first, last := v.Tokens[0], v.Tokens[len(v.Tokens)-1]
	n := &node{Span: ast.Span{From: c.file.Pos(first.Pos.Offset), To: c.file.Pos(last.Pos.Offset + len(last.Value))}}
	switch first.Type {
	case tokLBrace:
		n.kind = kindObject
		n.members = make([]member, 0, len(v.Members))
		var seen map[string]bool // for objects of more than a few members
		if len(v.Members) > 8 {
			seen = make(map[string]bool, len(v.Members))
		}
		for _, m := range v.Members {
			key := c.str(m.Tokens[0])
			if seen[key.Value] || seen == nil && n.get(key.Value) != nil {
				c.again = true
				continue
			}
			if seen != nil {
				seen[key.Value] = true
			}
			n.members = append(n.members, member{key, c.node(m.Value)})
		}
	case tokLBracket:
		n.kind = kindArray
		n.values = make([]*node, len(v.Values))
		for i, e := range v.Values {
			n.values[i] = c.node(e)
		}
	case tokString:
		n.kind = kindString
		n.text = unquote(first.Value)
	default:
		n.kind = kindBool
		n.flag = first.Value == "true"
	}
	return n
}

func (c *converter) str(tok lexer.Token) ast.Str {
	from := c.file.Pos(tok.Pos.Offset)
	return ast.Str{Span: ast.Span{From: from, To: from + token.Pos(len(tok.Value))}, Value: unquote(tok.Value)}
}

// unquote returns the value of a String token. The only escape is of the
// backslash.
func unquote(text string) string {
	text = text[1 : len(text)-1]
	if strings.Contains(text, `\`) {
		text = strings.ReplaceAll(text, `\\`, `\`)
	}
	return text
}
