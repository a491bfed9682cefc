package qmp

import (
	"bytes"

	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
)

// A lexState is the position of a lexer in a token.
type lexState uint8

const (
	lexStart lexState = iota
	lexRecovery
	lexString
	lexEscape
	lexSign     // after "-"
	lexZero     // after a leading zero
	lexDigits   // in the integer part
	lexPoint    // after the point
	lexFraction // in the fraction
	lexExponent // after "e"
	lexExpSign  // after the sign of an exponent
	lexExpDigits
	lexKeyword
)

// A lexer splits the input from a client into tokens for the parser, as QEMU's json-lexer.c does:
// strings may have single quotes, messages need no separator, and after an error input is skipped
// up to a byte that can start a token.
type lexer struct {
	parser

	state lexState
	quote byte // of the string that the input is in

	// line and column, counted from 0, are those of the byte after the present
	// one. QEMU 11.1 counts this way, and reports for a token their values at the
	// end of the token before. A token after a number or keyword is therefore
	// reported one column too far to the right.
	line, column int

	// raw is the input since the end of the last message, if keepRaw.
	keepRaw bool
	raw     []byte
}

// rawMessage returns the input of the message that is being emitted, without surrounding white
// space, and starts the next one.
func (l *lexer) rawMessage() []byte {
	msg := bytes.TrimSpace(l.raw)
	l.raw = l.raw[:0]
	return msg
}

// isDigit reports whether c is a decimal digit.
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// feed processes input.
func (l *lexer) feed(data []byte) {
	for len(data) > 0 {
		n := 0
		switch l.state {
		case lexRecovery:
			n = skipped(data)
		case lexString:
			n = min(plain(data), maxTokenBytes-l.tokenSize())
			if n > 0 {
				l.text = append(l.text, data[:n]...)
			}
		}
		n = max(n, 0)
		if l.keepRaw {
			l.raw = append(l.raw, data[:n]...)
		}
		l.column += n
		if data = data[n:]; len(data) > 0 {
			l.byte(data[0])
			data = data[1:]
		}
	}
}

// byte processes one byte.
func (l *lexer) byte(c byte) {
	if l.column++; c == '\n' {
		l.line, l.column = l.line+1, 0
	}
	if l.keepRaw {
		l.raw = append(l.raw, c)
	}
	for !l.step(c) { // it ends a token and is not part of it
	}
	if l.state != lexStart && l.state != lexRecovery && l.tokenSize() > maxTokenBytes {
		l.accept(tokenTooLong)
		l.restart()
	}
}

// skipped returns how many bytes to skip after an error.
func skipped(data []byte) int {
	for i, c := range data {
		if restarts(c) {
			return i
		}
	}
	return len(data)
}

// plain returns how many bytes of a string stand for themselves.
func plain(data []byte) int {
	for i, c := range data {
		if c < 0x20 || c >= 0x7F || c == '"' || c == '\'' || c == '\\' {
			return i
		}
	}
	return len(data)
}

// idle reports whether the lexer is between messages.
func (l *lexer) idle() bool { return l.state == lexStart && l.parser.idle() }

// restart goes to the start of a token.
func (l *lexer) restart() {
	l.state = lexStart
	l.startToken(l.line, l.column)
}

// step processes one byte. It reports whether it has consumed it.
func (l *lexer) step(c byte) bool {
	switch l.state {
	case lexStart:
		l.start(c)
		return true
	case lexRecovery:
		if restarts(c) {
			l.restart()
			return false
		}
		return true
	case lexString, lexEscape:
		l.inString(c)
		return true
	}
	next, ok := l.inWord(c)
	switch {
	case !ok:
		l.stray(c)
		return true
	case next == lexStart:
		token := tokenNumber
		if l.state == lexKeyword {
			token = tokenKeyword
		}
		l.accept(token)
		l.restart()
		return false
	}
	l.state = next
	l.text = append(l.text, c)
	return true
}

// restarts reports whether a byte ends skipping after an error.
func restarts(c byte) bool {
	switch c {
	case '{', '}', '[', ']', ':', ',':
		return true
	}
	return c < 0x20 && c != '\t' || c >= 0xFE
}

// start processes the first byte of a token, or white space.
func (l *lexer) start(c byte) {
	switch {
	case isSpace(c):
		l.startToken(l.line, l.column)
	case c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',':
		l.text = append(l.text, c)
		l.accept(token(c))
		l.restart()
	case c == '"' || c == '\'':
		l.quote = c
		l.begin(lexString, c)
		l.plain = c == '"'
	case c == '-':
		l.begin(lexSign, c)
	case c == '0':
		l.begin(lexZero, c)
	case isDigit(c):
		l.begin(lexDigits, c)
	case 'a' <= c && c <= 'z':
		l.begin(lexKeyword, c)
	default:
		l.stray(c)
	}
}

func (l *lexer) begin(state lexState, c byte) {
	l.state = state
	l.text = append(l.text, c)
}

// inString processes a byte of a string.
func (l *lexer) inString(c byte) {
	if c < 0x20 || c >= 0xFE {
		l.stray(c)
		return
	}
	l.text = append(l.text, c)
	switch {
	case l.state == lexEscape:
		l.state = lexString
	case c == '\\':
		l.state = lexEscape
		l.plain = false
	case c == l.quote:
		l.accept(tokenString)
		l.restart()
	case c >= 0x7F:
		l.plain = false
	}
}

// inWord returns the next state in a number or keyword, or lexStart if c is not part of it. ok is
// false if c cannot follow and the token is incomplete.
func (l *lexer) inWord(c byte) (next lexState, ok bool) {
	switch l.state {
	case lexSign:
		if c == '0' {
			return lexZero, true
		}
		return lexDigits, isDigit(c)
	case lexPoint:
		return lexFraction, isDigit(c)
	case lexExponent:
		if c == '+' || c == '-' {
			return lexExpSign, true
		}
		return lexExpDigits, isDigit(c)
	case lexExpSign:
		return lexExpDigits, isDigit(c)
	case lexKeyword:
		if 'a' <= c && c <= 'z' {
			return lexKeyword, true
		}
		return lexStart, true
	case lexZero:
		if isDigit(c) {
			return 0, false
		}
	default: // lexDigits, lexFraction, lexExpDigits
		if isDigit(c) {
			return l.state, true
		}
	}
	switch {
	case c == '.' && (l.state == lexZero || l.state == lexDigits):
		return lexPoint, true
	case (c == 'e' || c == 'E') && (l.state == lexDigits || l.state == lexFraction):
		return lexExponent, true // QEMU has no exponent after a lone zero
	}
	return lexStart, true
}

// stray reports a byte that is not allowed, with the token that contains it.
func (l *lexer) stray(c byte) {
	l.text = append(l.text, c)
	l.accept(tokenError)
	l.state = lexRecovery
}

// quotable returns input for an error text as C's printf shows it: up to a zero byte.
func quotable(text []byte) string {
	for i, c := range text {
		if c == 0 {
			return string(text[:i])
		}
	}
	return string(text)
}

// appendEscaped appends a string from the input, which text holds with its quotes, as QEMU prints
// it. It returns what is wrong with the string, or "".
func appendEscaped(buf, text []byte) (_ []byte, wrong string) {
	quote := text[0]
	buf = append(buf, '"')
	for i := 1; text[i] != quote; {
		if text[i] != '\\' {
			r, size := qobject.DecodeRune(text[i:])
			if r < 0 {
				return buf, "invalid UTF-8 sequence in string"
			}
			buf = qobject.AppendRune(buf, r)
			i += size
			continue
		}
		r, size, known := unescape(text[i:])
		switch {
		case !known:
			return buf, "invalid escape sequence in string"
		case r < 0:
			return buf, quotable(text[i:min(i+size, len(text))]) + " is not a valid Unicode character"
		}
		buf = qobject.AppendRune(buf, r)
		i += size
	}
	return append(buf, '"'), ""
}

// unescape decodes the escape sequence at the start of text. It returns the character, or -1 if it
// is not valid, and the size of the sequence. known is false if there is no such sequence.
func unescape(text []byte) (r rune, size int, known bool) {
	switch text[1] {
	case '"', '\'', '\\', '/':
		return rune(text[1]), 2, true
	case 'b', 'f', 'n', 'r', 't', 'u':
		r, size = qobject.Unescape(text)
		return r, size, true
	}
	return 0, 0, false
}
