package parser

import "github.com/alecthomas/participle/v2/lexer"

// A tokenBuffer holds the tokens of one item after the other for participle,
// which would keep a slice of its own for each.
type tokenBuffer struct {
	lex    *lexer.PeekingLexer
	tokens []lexer.Token // those that lex hands out
}

// firstTokens is the initial size of the buffer: few definitions have more tokens.
const firstTokens = 512

// fill reads all tokens of an item and returns a lexer of them, which stands at
// the first, and their number with that of the EOF. Both are good until the next call.
func (b *tokenBuffer) fill(il *itemLexer) (*lexer.PeekingLexer, []lexer.Token) {
	for n := 0; ; n++ {
		if n == len(b.tokens) {
			b.grow()
		}
		tok := &b.tokens[n]
		il.read(tok)
		if tok.EOF() {
			b.lex.LoadCheckpoint(lexer.Checkpoint{})
			return b.lex, b.tokens[:n+1]
		}
	}
}

// grow makes the buffer larger. A PeekingLexer reads all tokens when it is made,
// and its Range is a view of them: so it is made of blank ones.
func (b *tokenBuffer) grow() {
	size := max(firstTokens, 4*len(b.tokens))
	blank := blankLexer(size)
	old := b.tokens
	b.lex, _ = lexer.Upgrade(&blank) // it never fails
	b.tokens = b.lex.Range(0, lexer.RawCursor(size))
	copy(b.tokens, old)
}

// A blankLexer returns so many tokens, the last of which is EOF.
type blankLexer int

// Next never fails.
func (l *blankLexer) Next() (lexer.Token, error) {
	if *l--; *l > 0 {
		return lexer.Token{Type: tokBad}, nil
	}
	return lexer.EOFToken(lexer.Position{}), nil
}
