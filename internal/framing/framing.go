// Package framing splits the output of a QMP server or a guest agent into messages. It relies on
// the structure of JSON, not on the boundaries of reads: QEMU can print a message over several
// lines and send several messages at once. It does not check that a message is valid JSON. Line
// ends matter only if a message of a QMP server is cut off: it ends before a line that is a whole
// message.
package framing

import (
	"bytes"
	"io"
	"math"
	"strconv"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Sizes of buffers, in bytes.
const (
	idleBuffer  = 256      // enough for most replies without data
	FirstBuffer = 16 << 10 // enough for nearly all messages
	KeepBuffer  = 64 << 10 // a larger buffer is released after its message
)

// sentinel is a byte that occurs in no message. A guest agent sends it before the reply to
// guest-sync-delimited.
const sentinel = 0xFF

// An Error reports input that is not a sequence of JSON objects, or exceeds a limit.
type Error struct {
	Reason string
	Input  []byte // the rest of the received input, or nil; valid until the next call
}

// Error returns the reason.
func (e *Error) Error() string { return e.Reason }

// A Reader returns the messages of a connection.
type Reader struct {
	r     io.Reader
	max   int // bytes of one message
	parse func([]byte) bool

	agent *agent // nil unless the input is that of a guest agent

	buf        []byte
	start, end int // buf[start:end] was received and not yet returned
	pos        int // buf[start:pos] was scanned

	// State at pos, in the message that starts at start.
	depth    int
	inString bool
	escaped  bool

	cut bool // the last message was cut off

	scanFirst int // messages to scan before lines are tried again

	cutting // of the message that starts at start

	// outer is nil, or reports whether the text that was parsed last, a line of a message, can
	// be no part of that message.
	outer func() bool
}

// An agent is what the channel of a guest agent needs in addition.
type agent struct {
	scan  func(f *Reader) (bool, error) // a field, so that other clients do not link it
	noise []byte                        // the start of the input outside messages, since the last message
}

// maxNoise limits noise, in bytes.
const maxNoise = 256

// scanAfter is how many messages are scanned byte by byte after a line that was not a message:
// where messages are not lines, trying each line first would double the work.
const scanAfter = 64

// New returns a reader of messages of at most limit bytes. parse is called with each message that
// is returned, and before that with a line that looks like a message; it reports whether the text
// is one whole message. So the usual message, which is a line, is scanned once only.
func New(r io.Reader, limit int, parse func(text []byte) bool) *Reader {
	return &Reader{r: r, max: min(limit, math.MaxInt-FirstBuffer), parse: parse, buf: make([]byte, idleBuffer)}
}

// NewAgent returns a reader for the channel of a guest agent, which may contain remnants of
// earlier use. It drops input outside messages, and returns a nil text for a sentinel, which also
// ends an incomplete message.
func NewAgent(r io.Reader, limit int) *Reader {
	f := New(r, limit, func([]byte) bool { return true })
	f.agent = &agent{scan: (*Reader).scanNoisy}
	return f
}

// Next returns the next message, from its opening to its closing brace. It is valid until the next
// call. ok is the result of parse. The error is io.EOF between messages, io.ErrUnexpectedEOF
// within a message, an *Error, or that of the underlying reader.
func (f *Reader) Next() (text []byte, ok bool, err error) {
	if len(f.buf) > KeepBuffer {
		f.giveBack()
	}
	f.cut = false
	if f.start == f.end {
		if err := f.fill(); err != nil {
			return nil, false, err
		}
	}
	for {
		if text := f.line(); text != nil {
			return text, true, nil
		}
		done, err := f.scan()
		if err != nil {
			return nil, false, err
		}
		if done {
			text := f.buf[f.start:f.pos:f.pos]
			f.start = f.pos
			if f.agent != nil && len(text) == 0 {
				return nil, true, nil
			}
			return text, f.parse(text), nil
		}
		if err := f.fill(); err != nil {
			if f.ended == 0 {
				return nil, false, err
			}
			f.lineAt, f.openAt = 0, 0 // nothing follows; the next call returns the error
		}
	}
}

// Wait waits until a part of the next message has been received.
func (f *Reader) Wait() error {
	if f.start < f.end && !f.Idle() {
		return nil
	}
	if len(f.buf) > KeepBuffer {
		f.giveBack()
	}
	return f.fill()
}

// line returns the next message if it is a line that has been received, as nearly always, or else
// nil. A line that parses as a message is one, since only a whole object parses.
func (f *Reader) line() []byte {
	switch {
	case f.depth > 0 || f.ended > 0 || f.agent != nil:
		return nil
	case f.scanFirst > 0:
		return nil
	}
	for f.start < f.end && IsSpace(f.buf[f.start]) {
		f.start++
	}
	f.pos = f.start
	received := f.buf[f.start:min(f.end, f.start+FirstBuffer)]
	end := bytes.IndexByte(received, '\n')
	if end < 0 {
		return nil
	}
	text := received[:end]
	for len(text) > 0 && text[len(text)-1] == '\r' {
		text = text[:len(text)-1]
	}
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' || len(text) > f.max {
		return nil
	}
	if !f.parse(text) {
		f.scanFirst = scanAfter // several messages in a line, or bad ones
		return nil
	}
	f.start += end + 1
	f.pos = f.start
	return text
}

// scan advances pos towards the end of the message and reports whether it has reached it.
func (f *Reader) scan() (bool, error) {
	if f.agent != nil {
		return f.agent.scan(f)
	}
	if f.ended > 0 {
		return f.ends(), nil
	}
	buf, i := f.buf[:f.end], f.pos
	if f.depth == 0 {
		for i < len(buf) && IsSpace(buf[i]) {
			i++
		}
		f.start, f.pos = i, i
		if i == len(buf) {
			return false, nil
		}
		if buf[i] != '{' {
			return false, &Error{"the other side sent something that is not a QMP message", buf[i:]}
		}
	}
	done, err := f.object(buf, i)
	if done && err == nil {
		f.ended = f.pos - f.start
	}
	if f.ends() {
		return true, nil
	}
	return false, err
}

// scanNoisy is scan for a guest agent. A sentinel ends the message, which is then empty.
func (f *Reader) scanNoisy() (bool, error) {
	reset := bytes.IndexByte(f.buf[f.pos:f.end], sentinel)
	buf, i := f.buf[:f.end], f.pos
	if reset >= 0 {
		buf = f.buf[:f.pos+reset]
	}
	if f.depth == 0 {
		from := i
		if open := bytes.IndexByte(buf[i:], '{'); open >= 0 {
			i += open
		} else {
			i = len(buf)
		}
		f.addNoise(buf[from:i])
		f.start, f.pos = i, i
	}
	done, err := f.object(buf, i)
	if done {
		f.agent.noise = nil
	}
	if done || err != nil || reset < 0 {
		return done, err
	}
	f.agent.noise = nil
	f.start, f.pos = len(buf)+1, len(buf)+1
	f.depth, f.inString, f.escaped = 0, false, false
	return true, nil
}

// addNoise records input outside messages.
func (f *Reader) addNoise(text []byte) {
	if len(f.agent.noise) == 0 {
		text = bytes.TrimLeft(text, " \t\r\n")
	}
	f.agent.noise = append(f.agent.noise, text[:min(len(text), maxNoise-len(f.agent.noise))]...)
}

// TakeNoise returns and clears the start of the input outside messages since the last message or
// sentinel, without surrounding white space.
func (f *Reader) TakeNoise() []byte {
	noise := bytes.TrimSpace(f.agent.noise)
	f.agent.noise = nil
	return noise
}

// Partial reports whether a message has been received in part.
func (f *Reader) Partial() bool { return f.depth > 0 }

// object is scan at the start of an object or within it.
func (f *Reader) object(buf []byte, i int) (bool, error) {
	for i < len(buf) {
		if f.inString {
			i = f.scanString(buf, i)
			continue
		}
		c := buf[i]
		i++
		switch c {
		case '"':
			f.inString = true
		case '{', '[':
			f.depth++
			if f.depth > wire.MaxDepth {
				f.pos = i
				return false, &Error{Reason: "a message is nested more than " + strconv.Itoa(wire.MaxDepth) + " deep"}
			}
		case '}', ']':
			f.depth--
			if f.depth == 0 {
				f.pos = i
				f.scanFirst = max(f.scanFirst-1, 0)
				return true, f.checkSize()
			}
		}
	}
	f.pos = i
	return false, f.checkSize()
}

// scanString returns the index after the end of the string that contains i, or len(buf).
func (f *Reader) scanString(buf []byte, i int) int {
	for i < len(buf) {
		c := buf[i]
		i++
		switch {
		case f.escaped:
			f.escaped = false
		case c == '\\':
			f.escaped = true
		case c == '"':
			f.inString = false
			return i
		}
	}
	return i
}

func (f *Reader) checkSize() error {
	if f.pos-f.start > f.max {
		return &Error{Reason: "a message is longer than the limit of " + strconv.Itoa(f.max) + " bytes"}
	}
	return nil
}

// fill makes room in the buffer and reads.
func (f *Reader) fill() error {
	switch {
	case f.start == f.end:
		if f.end == len(f.buf) && len(f.buf) < KeepBuffer {
			f.buf = make([]byte, 4*len(f.buf)) // there is much to read
		}
		f.start, f.pos, f.end = 0, 0, 0
	case f.end == len(f.buf):
		f.makeRoom()
	}
	for tries := 0; tries < 100; tries++ {
		n, err := f.r.Read(f.buf[f.end:])
		f.end += n
		if n > 0 {
			return nil // the next read returns an error again
		}
		switch {
		case err == io.EOF && f.depth > 0:
			return io.ErrUnexpectedEOF
		case f.depth == 0 && dial.IsReset(err):
			// This replaces the end of file where a server closes a unix socket
			// before it has read all input, even if that is only the line end
			// after the last command. Its own output has arrived.
			return io.EOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// makeRoom moves the unfinished message to the start of the buffer, after enlarging the buffer if
// it is small or more than half full.
func (f *Reader) makeRoom() {
	to := f.buf
	switch {
	case len(f.buf) < KeepBuffer:
		to = make([]byte, min(4*len(f.buf), KeepBuffer, f.max+FirstBuffer))
	case f.end-f.start > len(f.buf)/2:
		to = make([]byte, min(2*len(f.buf), f.max+FirstBuffer))
	}
	n := copy(to, f.buf[f.start:f.end])
	f.pos -= f.start
	f.buf, f.start, f.end = to, 0, n
}

// giveBack replaces a buffer that a large message has enlarged.
//
//go:noinline
func (f *Reader) giveBack() {
	if f.end-f.start > FirstBuffer {
		return
	}
	to := make([]byte, max(idleBuffer, f.end-f.start))
	n := copy(to, f.buf[f.start:f.end])
	f.pos -= f.start
	f.buf, f.start, f.end = to, 0, n
}

// Idle reports whether nothing of the next message has been received.
//
//go:noinline
func (f *Reader) Idle() bool {
	for _, c := range f.buf[f.start:f.end] {
		if !IsSpace(c) {
			return false
		}
	}
	return true
}

// IsSpace reports whether c is white space in JSON.
func IsSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
