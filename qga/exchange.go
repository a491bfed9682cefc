package qga

import (
	"context"
	"io"
	"math"
	"sync/atomic"

	"github.com/qapi-go/qapi-go/internal/framing"
	"github.com/qapi-go/qapi-go/qmp"
)

// An exchange is a command or a synchronization and the messages received after it was written.
// There is one at a time. Messages received outside an exchange, or before its text was written,
// are dropped.
type exchange struct {
	messages chan message
	over     chan struct{} // closed when nobody receives from messages any longer

	// before is the value of Client.reads when the text was written, and
	// math.MaxUint64 until then. A message that one of those reads completed is
	// older than the text.
	before atomic.Uint64

	last []byte // the start of the last message
}

// An outgoing is a text for the writer. If opens is set, the text begins that exchange.
type outgoing struct {
	text  []byte
	opens *exchange
}

// begin starts an exchange. The caller has acquired the client, and must call finish.
func (c *Client) begin() *exchange {
	x := &exchange{messages: make(chan message), over: make(chan struct{})}
	x.before.Store(math.MaxUint64)
	c.current.Store(x)
	return x
}

// outOfStep reports whether a message outside an exchange has been received since the last
// synchronization, or a part of one.
func (c *Client) outOfStep() bool {
	c.parsing.Lock()
	defer c.parsing.Unlock()
	return c.dropped > c.synced || c.partial
}

func (c *Client) finish(x *exchange) {
	c.current.Store(nil)
	close(x.over)
}

// put passes a text to the writer. If it fails, nothing was sent.
func (c *Client) put(ctx context.Context, out outgoing) error {
	select {
	case <-c.done:
		return c.Err()
	default:
	}
	c.show(qmp.Sent, out.text)
	select {
	case c.send <- out:
		return nil
	case <-c.done:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nextMessage waits for the next message of an exchange.
func (c *Client) nextMessage(ctx context.Context, x *exchange) (message, error) {
	select {
	case m := <-x.messages:
		if m.text != nil {
			x.last = excerpt(m.text)
		}
		return m, nil
	case <-c.done:
		return message{}, c.Err()
	case <-ctx.Done():
		return message{}, ctx.Err()
	}
}

// write writes the texts of calls. It has a goroutine of its own, since a write can block and
// cannot be cancelled.
func (c *Client) write() {
	for {
		select {
		case out := <-c.send:
			if out.opens != nil {
				out.opens.before.Store(c.reads.Load())
			}
			if _, err := c.conn.Write(out.text); err != nil {
				c.end(err)
				return
			}
		case <-c.done:
			return
		}
	}
}

// read reads messages until the connection ends, and delivers each to the exchange that it belongs
// to, if any.
func (c *Client) read() {
	c.parsing.Lock()
	defer c.parsing.Unlock()
	in := &input{client: c}
	in.framer = framing.NewAgent(in, c.opts.maxMessage)
	for {
		text, _, err := in.framer.Next()
		if err != nil {
			if e, ok := err.(*framing.Error); ok {
				err = &qmp.ProtocolError{Reason: e.Reason, Input: string(excerpt(e.Input))}
			}
			c.end(err)
			return
		}
		m := message{kind: sentinelMessage}
		if text != nil {
			c.show(qmp.Received, text)
			m = parseMessage(text)
		}
		if !c.deliver(m) {
			c.end(qmp.ErrClosed)
			return
		}
	}
}

// deliver delivers a message to the current exchange. It returns false if the client is being
// closed.
func (c *Client) deliver(m message) bool {
	c.received++
	m.number = c.received
	x := c.recipient()
	if x == nil {
		c.dropped = m.number
		return true
	}
	select {
	case x.messages <- m:
		return true
	case <-x.over:
		c.dropped = m.number
		return true
	case <-c.closing:
		return false
	}
}

// recipient returns the exchange that the last read may belong to, or nil.
func (c *Client) recipient() *exchange {
	x := c.current.Load()
	if x == nil || c.reads.Load() <= x.before.Load() {
		return nil
	}
	return x
}

func (c *Client) show(dir qmp.Direction, text []byte) {
	if c.opts.hook != nil {
		c.opts.hook(dir, text)
	}
}

// An input is the connection as the framer reads it. Before each read it handles input that the
// framer could not make a message of.
type input struct {
	client *Client
	framer *framing.Reader
	line   bool // the last read ended with a line end
}

func (in *input) Read(p []byte) (int, error) {
	c := in.client
	if in.framer.Partial() {
		reset, ok := in.incomplete()
		if !ok {
			return 0, io.ErrClosedPipe
		}
		if reset {
			c.received++
			c.dropped = c.received
			p[0] = sentinel
			return 1, nil
		}
	}
	if noise := in.framer.TakeNoise(); len(noise) > 0 {
		if !c.deliver(message{text: noise, reason: "it is not an object"}) {
			return 0, io.ErrClosedPipe
		}
	}
	c.partial = in.framer.Partial()
	c.parsing.Unlock()
	n, err := c.conn.Read(p)
	c.reads.Add(1)
	c.parsing.Lock()
	if n > 0 {
		in.line = p[n-1] == '\n'
	}
	return n, err
}

// incomplete decides if a message read in part is dropped (reset). It is if it is older than the
// command. If its line has ended, it may never be completed, since agents send lines: then the
// exchange is told. ok is false if the client is being closed.
func (in *input) incomplete() (reset, ok bool) {
	c := in.client
	if c.recipient() == nil {
		return true, true
	}
	if !in.line {
		return false, true
	}
	in.line = false
	return c.lineEnds.Load(), c.deliver(message{kind: incompleteMessage})
}
