package qmp

// Limits of QEMU's JSON reader on one message.
const (
	maxTokenBytes = 64 << 20
	maxTokens     = 2 << 20
	maxNesting    = 1024
)

// A lexState is where in a token an input is.
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

// An input cuts what a client sends into messages, as QEMU's json-lexer.c and
// json-streamer.c do: strings may be in single quotes, messages need no
// separator, and after an error input is skipped up to a byte that can start a
// token again. Each error is reported once.
type input struct {
	// emit takes a message, or an error. The tokens are valid during the call.
	emit func(tokens *tokens, flaw *Error)

	state    lexState
	quote    byte // of the string that the input is in
	tokens   tokens
	braces   int
	brackets int
}

// tokens are those of one message, as JSON without white space.
type tokens struct {
	text   []byte // strings are in double quotes
	starts []int  // where each token starts in text
}

func (t *tokens) len() int { return len(t.starts) }

// at returns the text of a token.
func (t *tokens) at(i int) []byte {
	if i+1 < len(t.starts) {
		return t.text[t.starts[i]:t.starts[i+1]]
	}
	return t.text[t.starts[i]:]
}

// begin starts a token.
func (in *input) begin(state lexState, c byte) {
	in.state = state
	in.tokens.starts = append(in.tokens.starts, len(in.tokens.text))
	in.tokens.text = append(in.tokens.text, c)
}

// feed takes what has been received.
func (in *input) feed(data []byte) {
	for len(data) > 0 {
		switch in.state {
		case lexRecovery:
			data = data[skipped(data):]
		case lexString:
			n := min(plain(data), maxTokenBytes-len(in.tokens.text))
			if n > 0 {
				in.tokens.text = append(in.tokens.text, data[:n]...)
				data = data[n:]
			}
		}
		if len(data) > 0 {
			for !in.step(data[0]) { // it ends a token and is not part of it
			}
			data = data[1:]
		}
	}
}

// skipped returns how many bytes are to be skipped after an error.
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
		if c < 0x20 || c >= 0xFE || c == '"' || c == '\'' || c == '\\' {
			return i
		}
	}
	return len(data)
}

// idle reports whether no part of a message is left.
func (in *input) idle() bool { return in.state == lexStart && in.tokens.len() == 0 }

// step takes one byte. It reports whether it was consumed.
func (in *input) step(c byte) bool {
	switch in.state {
	case lexStart:
		in.start(c)
		return true
	case lexRecovery:
		if !restarts(c) {
			return true
		}
		in.state = lexStart
		return false
	case lexString, lexEscape:
		in.inString(c)
		return true
	}
	next, ok := in.inWord(c)
	switch {
	case !ok:
		in.stray(c)
		return true
	case next == lexStart:
		in.token()
		return false
	}
	in.state = next
	in.grow(c)
	return true
}

// restarts says whether a byte ends the skipping after an error.
func restarts(c byte) bool {
	switch c {
	case '{', '}', '[', ']', ':', ',':
		return true
	}
	return c < 0x20 && c != '\t' || c >= 0xFE
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// start takes the first byte of a token, or white space.
func (in *input) start(c byte) {
	switch {
	case isSpace(c):
	case c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',':
		in.begin(lexStart, c)
		in.token()
	case c == '"' || c == '\'':
		in.quote = c
		in.begin(lexString, '"')
	case c == '-':
		in.begin(lexSign, c)
	case c == '0':
		in.begin(lexZero, c)
	case isDigit(c):
		in.begin(lexDigits, c)
	case 'a' <= c && c <= 'z':
		in.begin(lexKeyword, c)
	default:
		in.begin(lexStart, c)
		in.tokens.text = in.tokens.text[:len(in.tokens.text)-1]
		in.stray(c)
	}
}

// inString takes a byte of a string.
func (in *input) inString(c byte) {
	switch {
	case c < 0x20 || c >= 0xFE:
		in.stray(c)
	case in.state == lexEscape:
		in.state = lexString
		if c == '\'' { // not an escape in JSON
			in.tokens.text[len(in.tokens.text)-1] = c
			return
		}
		in.grow(c)
	case c == '\\':
		in.state = lexEscape
		in.grow(c)
	case c == in.quote:
		if in.grow('"') {
			in.token()
		}
	case c == '"':
		in.grow('\\')
		in.grow('"')
	default:
		in.grow(c)
	}
}

// inWord says which state follows in a number or keyword; lexStart if c is not
// part of it. ok is false if the token is not complete, or cannot go on so.
func (in *input) inWord(c byte) (next lexState, ok bool) {
	switch in.state {
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
			return in.state, true
		}
	}
	switch {
	case c == '.' && (in.state == lexZero || in.state == lexDigits):
		return lexPoint, true
	case (c == 'e' || c == 'E') && in.state != lexExpDigits:
		return lexExponent, true
	}
	return lexStart, true
}

// grow appends a byte to the token. It reports false if that was too long.
func (in *input) grow(c byte) bool {
	in.tokens.text = append(in.tokens.text, c)
	if len(in.tokens.text) <= maxTokenBytes {
		return true
	}
	in.state = lexRecovery
	in.finish(parseFlaw("JSON token size limit exceeded"))
	return false
}

// stray reports a byte that cannot be there, with the token that it is in.
func (in *input) stray(c byte) {
	last := append(in.tokens.at(in.tokens.len()-1), c)
	in.state = lexRecovery
	in.finish(parseFlaw("JSON parse error, stray '" + string(last) + "'"))
}

// token takes note of a whole token, and of the message if that is whole too.
func (in *input) token() {
	in.state = lexStart
	t := &in.tokens
	switch t.text[t.starts[t.len()-1]] {
	case '{':
		in.braces++
	case '}':
		in.braces--
	case '[':
		in.brackets++
	case ']':
		in.brackets--
	}
	switch {
	case len(t.text) > maxTokenBytes:
		in.finish(parseFlaw("JSON token size limit exceeded"))
	case t.len() > maxTokens:
		in.finish(parseFlaw("JSON token count limit exceeded"))
	case in.braces+in.brackets > maxNesting:
		in.finish(parseFlaw("JSON nesting depth limit exceeded"))
	case (in.braces > 0 || in.brackets > 0) && in.braces >= 0 && in.brackets >= 0:
	default:
		in.finish(nil)
	}
}

// finish hands on the message or its error, and starts the next one.
func (in *input) finish(flaw *Error) {
	in.emit(&in.tokens, flaw)
	if cap(in.tokens.text) > keepBuffer {
		in.tokens = tokens{}
	}
	in.tokens.text, in.tokens.starts = in.tokens.text[:0], in.tokens.starts[:0]
	in.braces, in.brackets = 0, 0
}

func parseFlaw(desc string) *Error {
	return &Error{Class: ClassGenericError, Desc: desc}
}
