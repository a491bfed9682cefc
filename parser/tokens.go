package parser

import "github.com/alecthomas/participle/v2/lexer"

// A tokenBuffer holds the tokens of one item at a time for participle, which would otherwise
// allocate a slice for each item.
type tokenBuffer struct {
	lex    *lexer.PeekingLexer
	tokens []lexer.Token // the tokens of lex
}

// firstTokens is the initial size of the buffer. Few definitions have more tokens.
const firstTokens = 512

// fill reads all tokens of an item, including EOF. It returns them and a lexer positioned at
// the first. Both are valid until the next call.
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

// grow enlarges the buffer. A PeekingLexer reads all of its tokens when created and Range
// returns a view of them, so grow creates one from blank tokens and overwrites these.
func (b *tokenBuffer) grow() {
	size := max(firstTokens, 4*len(b.tokens))
	blank := blankLexer(size)
	old := b.tokens
	b.lex, _ = lexer.Upgrade(&blank) // blankLexer never fails
	b.tokens = b.lex.Range(0, lexer.RawCursor(size))
	copy(b.tokens, old)
}

// A blankLexer returns the given number of tokens, the last of which is EOF.
type blankLexer int

// Next returns the next token. It never fails.
func (l *blankLexer) Next() (lexer.Token, error) {
	if *l--; *l > 0 {
		return lexer.Token{Type: tokBad}, nil
	}
	return lexer.EOFToken(lexer.Position{}), nil
}
