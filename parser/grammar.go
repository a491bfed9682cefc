package parser

import (
	"sync"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// The grammar is generic JSON. Keys come in any order, and lowering gives better errors for
// wrong ones than a grammar could.
//
// Participle only decides whether an item follows the grammar and where it does not; nodes are
// built from the tokens. Participle's reflection and its allocations for captures and
// alternatives took half of the time and memory of "check". So the grammar is a single
// production that parses itself, using the lexer that participle passes to it.

// cstItem is a top-level value. Documentation comments are not part of the grammar.
//
//	Value  = String | Bool | Object | Array .
//	Object = LBrace ( String Colon Value ( Comma String Colon Value )* )? RBrace .
//	Array  = LBracket ( Value ( Comma Value )* )? RBracket .
//
// It stores nothing; [converter] builds the nodes.
type cstItem struct{}

// Parse parses an item. The lexer limits the nesting depth, so the recursion is bounded.
func (*cstItem) Parse(lex *lexer.PeekingLexer) error {
	if !parseValue(lex) {
		return participle.NextMatch // participle reports it at the next token
	}
	return nil
}

// parseValue parses a value and reports whether there is one. On failure the lexer is at the
// unexpected token.
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

// parsePair parses a member of an object.
func parsePair(lex *lexer.PeekingLexer) bool {
	return accept(lex, tokString) && accept(lex, tokColon) && parseValue(lex)
}

// parseList parses comma-separated elements and the closing token.
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

// accept consumes the next token if it has the given type.
func accept(lex *lexer.PeekingLexer, typ lexer.TokenType) bool {
	if lex.Peek().Type != typ {
		return false
	}
	lex.Next()
	return true
}

// itemParser builds the parser on first use, since most commands parse no schema.
var itemParser = sync.OnceValue(func() *participle.Parser[cstItem] {
	return participle.MustBuild[cstItem](participle.Lexer(definition{}), participle.UseLookahead(0))
})
