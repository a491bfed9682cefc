package qmp

import (
	"bytes"
	"io"
	"math"
	"strconv"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DefaultMaxMessage is the limit on the size of one message, in bytes, unless
// an option sets another. QEMU has the same for what it reads.
const DefaultMaxMessage = 64 << 20

const (
	idleBuffer  = 4 << 10  // is enough for most messages
	firstBuffer = 16 << 10 // is enough for nearly all
	keepBuffer  = 64 << 10 // a larger buffer is given back after its message
)

// A framer cuts what a server sends into messages. It relies on the structure
// of JSON only: neither on line ends nor on one message a read, since QEMU may
// print prettily and may send several messages at once.
type framer struct {
	r   io.Reader
	max int // bytes of one message

	buf        []byte
	start, end int // buf[start:end] is received and not yet returned
	pos        int // buf[start:pos] is scanned

	// State at pos, in the message that starts at start.
	depth    int
	inString bool
	escaped  bool

	noLines bool // messages are not lines

	message message // the last one
}

func newFramer(r io.Reader, limit int) *framer {
	if limit <= 0 {
		limit = DefaultMaxMessage
	}
	return &framer{r: r, max: min(limit, math.MaxInt-firstBuffer), buf: make([]byte, idleBuffer)}
}

// next returns the next message: its text, which starts with a brace and ends
// with the one that closes it, and its parts. Both are valid until the next call.
// The error is io.EOF between messages, io.ErrUnexpectedEOF within one, a
// *ProtocolError, or that of the reader.
func (f *framer) next() ([]byte, *message, error) {
	f.giveBack()
	for {
		if text := f.line(); text != nil {
			return text, &f.message, nil
		}
		done, err := f.scan()
		if err != nil {
			return nil, nil, err
		}
		if done {
			text := f.buf[f.start:f.pos]
			f.start = f.pos
			return text, &f.message, f.message.parse(text)
		}
		if err := f.fill(); err != nil {
			return nil, nil, err
		}
	}
}

// line reads the next message if it is a line of its own and has been received,
// as nearly all messages are, and returns its text. A line that can be read as a
// message is one: nothing but the whole of an object can.
func (f *framer) line() []byte {
	if f.depth > 0 || f.noLines {
		return nil
	}
	for f.start < f.end && isSpace(f.buf[f.start]) {
		f.start++
	}
	f.pos = f.start
	received := f.buf[f.start:min(f.end, f.start+firstBuffer)]
	end := bytes.IndexByte(received, '\n')
	if end < 0 {
		return nil
	}
	text := bytes.TrimRight(received[:end], "\r")
	if len(text) < 2 || text[0] != '{' || text[len(text)-1] != '}' || len(text) > f.max {
		return nil
	}
	if err := f.message.parse(text); err != nil {
		f.noLines = true // several messages in a line, or bad ones
		return nil
	}
	f.start += end + 1
	f.pos = f.start
	return text
}

// scan advances pos to the end of the message and reports whether it got there.
func (f *framer) scan() (bool, error) {
	buf, i := f.buf[:f.end], f.pos
	if f.depth == 0 {
		for i < len(buf) && isSpace(buf[i]) {
			i++
		}
		f.start, f.pos = i, i
		if i == len(buf) {
			return false, nil
		}
		if buf[i] != '{' {
			return false, &ProtocolError{Reason: "the other side sent something that is not a QMP message", Input: excerpt(buf[i:])}
		}
	}
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
				return false, &ProtocolError{Reason: "a message is nested more than " + strconv.Itoa(wire.MaxDepth) + " deep"}
			}
		case '}', ']':
			f.depth--
			if f.depth == 0 {
				f.pos = i
				return true, f.checkSize()
			}
		}
	}
	f.pos = i
	return false, f.checkSize()
}

// scanString returns the index behind the end of the string that i is in, or
// len(buf).
func (f *framer) scanString(buf []byte, i int) int {
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

func (f *framer) checkSize() error {
	if f.pos-f.start > f.max {
		return &ProtocolError{Reason: "a message is longer than the limit of " + strconv.Itoa(f.max) + " bytes"}
	}
	return nil
}

// fill reads more, after making room.
func (f *framer) fill() error {
	switch {
	case f.start == f.end:
		if f.end == len(f.buf) && len(f.buf) < keepBuffer {
			f.buf = make([]byte, 2*len(f.buf)) // there is much to read
		}
		f.start, f.pos, f.end = 0, 0, 0
	case f.end == len(f.buf):
		f.makeRoom()
	}
	for tries := 0; tries < 100; tries++ {
		n, err := f.r.Read(f.buf[f.end:])
		f.end += n
		if n > 0 {
			return nil // an error comes again with the next read
		}
		switch {
		case err == io.EOF && f.depth > 0:
			return io.ErrUnexpectedEOF
		case f.depth == 0 && dial.IsReset(err):
			// A server that closes a unix socket before it has read all that
			// was sent to it, if only the line end after a last command, causes
			// this instead of an end of file. What it sent itself has come.
			return io.EOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// makeRoom moves the unfinished message to the start of the buffer, and
// enlarges that if it is more than half full.
func (f *framer) makeRoom() {
	to := f.buf
	if f.end-f.start > len(f.buf)/2 {
		to = make([]byte, min(2*len(f.buf), f.max+firstBuffer))
	}
	n := copy(to, f.buf[f.start:f.end])
	f.pos -= f.start
	f.buf, f.start, f.end = to, 0, n
}

// giveBack lets go of a buffer that a large message needed.
func (f *framer) giveBack() {
	if len(f.buf) <= keepBuffer || f.end-f.start > firstBuffer {
		return
	}
	to := make([]byte, idleBuffer)
	n := copy(to, f.buf[f.start:f.end])
	f.pos -= f.start
	f.buf, f.start, f.end = to, 0, n
}

// idle reports whether nothing of a next message has been received.
func (f *framer) idle() bool {
	for _, c := range f.buf[f.start:f.end] {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
