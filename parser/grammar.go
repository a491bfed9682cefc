package parser

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
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
