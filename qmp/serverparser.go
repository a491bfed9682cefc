package qmp

import (
	"strconv"
)

// Limits of QEMU's JSON parser on one message.
const (
	maxTokenBytes = 64 << 20
	maxTokens     = 2 << 20
	maxNesting    = 1024
)

// A token is a kind of token: the byte of a punctuator, or one of these.
type token byte

const (
	tokenString  token = '"'
	tokenNumber  token = '0'
	tokenKeyword token = 'a'
	tokenError   token = 0 // a byte that is not allowed, and the token before it
	tokenTooLong token = 1 // the start of a token over the limit
)

// A span is a part of parser.text.
type span struct{ start, end int }

// An inputMember is a member of a message that is an object.
type inputMember struct{ name, value span }

// A parser checks the tokens of messages as QEMU's json-streamer.c and json-parser.c do, with
// their error texts, and collects the text of each message.
//
// QEMU has had two parsers. That of 11.1 reports an error at its token, with line and column, and
// then ignores input until all braces and brackets are closed. The older one reports the first
// error of a message at the end of the message, where its braces and brackets are closed.
type parser struct {
	// emit is called with each message or error, which are valid during the call.
	emit func(msg *inputMessage, err *Error)

	located bool // as in QEMU 11.1

	// text is the message so far, as JSON without white space and with strings as
	// QEMU prints them, followed from text[tokenStart] on by the present token, as
	// the client wrote it.
	text       []byte
	tokenStart int
	plain      bool // the token is a string that QEMU prints unchanged
	line       int  // of the token
	column     int

	stack   []container
	names   []span // the names of the members of the open objects
	members []inputMember
	failure *Error // the first error in the message

	// Counts for the limits. In the older parser they may be negative.
	braces, brackets int
	size, count      int
}

// An inputMessage is one message of a client, a JSON value.
type inputMessage struct {
	text    []byte
	object  bool
	members []inputMember // if it is an object
}

func (m *inputMessage) part(s span) []byte { return m.text[s.start:s.end] }

func (p *parser) idle() bool {
	return len(p.text) == 0 && len(p.stack) == 0 && p.failure == nil && p.braces == 0 && p.brackets == 0
}

func (p *parser) tokenSize() int { return len(p.text) - p.tokenStart }

// startToken records where a token starts, in the input and in the text.
func (p *parser) startToken(line, column int) {
	p.tokenStart, p.line, p.column = len(p.text), line, column
}

// accept processes the token at the end of the text.
func (p *parser) accept(t token) {
	size := p.tokenSize()
	if p.located {
		p.acceptLocated(t, size)
		return
	}
	switch t {
	case '{':
		p.braces++
	case '}':
		p.braces--
	case '[':
		p.brackets++
	case ']':
		p.brackets--
	case tokenError:
		p.finish(&Error{ClassGenericError, "JSON parse error, stray '" + quotable(p.text[p.tokenStart:]) + "'"})
		return
	}
	if desc := p.limit(size); desc != "" {
		p.finish(&Error{ClassGenericError, desc})
		return
	}
	p.size += size
	p.count++
	if p.failure == nil {
		p.parse(t)
	}
	if p.failure != nil {
		p.text = p.text[:0]
	}
	if (p.braces > 0 || p.brackets > 0) && p.braces >= 0 && p.brackets >= 0 {
		return
	}
	p.finish(p.failure)
}

// acceptLocated is accept as in QEMU 11.1. After an error, failure is set until the end of the
// message.
func (p *parser) acceptLocated(t token, size int) {
	switch {
	case t == '{':
		p.braces++
	case t == '[':
		p.brackets++
	case t == '}' && p.braces > 0:
		p.braces--
	case t == ']' && p.brackets > 0:
		p.brackets--
	case t == '}', t == ']', t == tokenError:
		p.braces, p.brackets = 0, 0
	}
	if p.failure == nil {
		if desc := p.limit(size); desc != "" {
			p.failure = &Error{ClassGenericError, desc}
		} else if t == tokenError {
			p.fail("stray '" + quotable(p.text[p.tokenStart:]) + "'")
		} else {
			p.parse(t)
		}
		if p.failure != nil {
			p.emit(nil, p.failure)
		}
	}
	p.size += size
	p.count++
	over := p.braces == 0 && p.brackets == 0
	switch {
	case over && p.failure != nil:
		p.reset()
	case over:
		p.finish(nil)
	case p.failure != nil:
		p.text = p.text[:0]
	}
}

// limit returns the error text if a token of this size exceeds a limit, or "".
func (p *parser) limit(size int) string {
	switch {
	case p.size+size >= maxTokenBytes:
		return "JSON token size limit exceeded"
	case p.count >= maxTokens:
		return "JSON token count limit exceeded"
	case p.braces+p.brackets > maxNesting:
		return "JSON nesting depth limit exceeded"
	}
	return ""
}

// finish emits the message or its error, and starts the next one.
func (p *parser) finish(err *Error) {
	if err != nil {
		p.emit(nil, err)
	} else {
		p.emit(&inputMessage{text: p.text, object: p.text[0] == '{', members: p.members}, nil)
	}
	p.reset()
}

// reset starts a new message.
func (p *parser) reset() {
	if p.text = p.text[:0]; cap(p.text) > keepBuffer {
		p.text = nil
	}
	if cap(p.names) > maxNesting {
		p.names = nil
	}
	p.stack, p.names, p.members, p.failure = p.stack[:0], p.names[:0], p.members[:0], nil
	p.braces, p.brackets, p.size, p.count = 0, 0, 0, 0
}

// maxErrorText is the maximum length of an error text in QEMU, in bytes.
const maxErrorText = 1023

// fail records the first error of the message.
func (p *parser) fail(why string) {
	if len(why) > maxErrorText {
		why = why[:maxErrorText]
	}
	text := "JSON parse error, " + why
	if p.located {
		text = strconv.Itoa(p.line+1) + ":" + strconv.Itoa(p.column+1) + ": " + text
	}
	p.failure = &Error{ClassGenericError, text}
}

// word returns the error text of the parser that is played.
func (p *parser) word(old, located string) string {
	if p.located {
		return located
	}
	return old
}
