package qga

import (
	"fmt"
	"io"

	"github.com/qapi-go/qapi-go/qmp"
)

const (
	firstBuffer = 4 << 10
	keepBuffer  = 1 << 20 // a larger buffer is given back after its message
	maxDepth    = 1024    // of objects and arrays
)

// A reader cuts what an agent sends into messages. It relies on the structure of
// JSON only, not on line ends. What stands between messages is dropped: the
// channel may hold the rest of anything.
type reader struct {
	r   io.Reader
	max int // bytes of one message

	buf        []byte
	start, end int // buf[start:end] is received and not yet returned
	pos        int // buf[start:pos] is scanned

	// noise is the start of what is no message, received since the last one.
	noise []byte

	// State at pos.
	depth    int
	inString bool
	escaped  bool
}

func newReader(r io.Reader, limit int) *reader {
	return &reader{r: r, max: limit, buf: make([]byte, firstBuffer)}
}

// next returns the next message, a text that starts with a brace and ends with
// the one that closes it, or nil for a sentinel, which also ends a message that
// is not complete. The text is valid until the next call. The error is that of
// the connection, or a [*qmp.ProtocolError].
func (r *reader) next() ([]byte, error) {
	if len(r.buf) > keepBuffer && r.end-r.start <= firstBuffer {
		r.move(make([]byte, firstBuffer))
	}
	for {
		for r.pos < r.end {
			c := r.buf[r.pos]
			r.pos++
			switch {
			case c == sentinel:
				r.start = r.pos
				r.noise = nil
				r.depth, r.inString, r.escaped = 0, false, false
				return nil, nil
			case r.depth == 0 && c != '{':
				r.start = r.pos
				r.drop(c)
			case r.scan(c):
				msg := r.buf[r.start:r.pos]
				r.start = r.pos
				r.noise = nil
				return msg, nil
			case r.depth > maxDepth:
				return nil, &qmp.ProtocolError{Reason: fmt.Sprintf("a reply is nested deeper than %d", maxDepth)}
			}
		}
		if r.end-r.start > r.max {
			return nil, &qmp.ProtocolError{Reason: fmt.Sprintf("a reply is longer than %d bytes", r.max)}
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// scan takes a byte of a message and reports whether it is the last one.
func (r *reader) scan(c byte) bool {
	switch {
	case r.escaped:
		r.escaped = false
	case r.inString:
		r.escaped = c == '\\'
		r.inString = c != '"'
	case c == '"':
		r.inString = true
	case c == '{' || c == '[':
		r.depth++
	case c == '}' || c == ']':
		r.depth--
		return r.depth == 0
	}
	return false
}

// drop notes a byte that is not part of a message.
func (r *reader) drop(c byte) {
	space := c == ' ' || c == '\n' || c == '\r' || c == '\t'
	if (!space || len(r.noise) > 0) && len(r.noise) <= maxExcerpt {
		r.noise = append(r.noise, c)
	}
}

// fill reads more.
func (r *reader) fill() error {
	switch {
	case r.start == r.end:
		r.start, r.pos, r.end = 0, 0, 0
	case r.end < len(r.buf):
	case r.start > 0:
		r.move(r.buf)
	default:
		r.move(make([]byte, 2*len(r.buf)))
	}
	for range 100 { // a reader that gives nothing each time is broken
		n, err := r.r.Read(r.buf[r.end:])
		r.end += n
		if n > 0 {
			return nil
		}
		if err == io.EOF && r.depth > 0 {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// move copies what is in the buffer to the start of another one, or its own.
func (r *reader) move(to []byte) {
	n := copy(to, r.buf[r.start:r.end])
	r.buf, r.pos, r.start, r.end = to, r.pos-r.start, 0, n
}
