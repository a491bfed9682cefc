package qmp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// maxInBand is how many commands a client may have in flight in band when
// out-of-band execution is on. The server reads no further when its queue of
// that length is full, and out-of-band commands would be stuck behind it.
const maxInBand = 8

// A Client is a connection to a QMP server, ready for commands. All its methods
// may be called from any number of goroutines.
type Client struct {
	conn      net.Conn
	opts      options
	deadlines bool // conn supports them
	greeting  *Greeting
	oob       bool
	framer    *framer
	events    hub

	writing chan struct{} // holds a token while somebody writes
	inBand  chan struct{} // tokens of commands in flight; nil unless oob

	done chan struct{} // closed when the connection has ended
	wait sync.WaitGroup

	mu        sync.Mutex
	lastID    uint64
	pending   map[uint64]*call
	abandoned int   // calls in pending that nobody waits for
	closed    bool  // by Close
	writeErr  error // of the first write that failed
	err       error // why the connection ended, set before done is closed
}

// A call is a command whose reply has not come.
type call struct {
	id        uint64
	reply     chan reply // of capacity 1, so that the reader never waits
	keep      bool       // the result is wanted
	inBand    bool       // holds a token of Client.inBand
	oob       bool
	abandoned bool
}

type reply struct {
	result []byte // a copy; nil if not wanted
	err    error
}

// NewClient makes a client of a connection: it waits for the greeting and
// negotiates capabilities, for as long as the context allows. The client owns
// the connection from then on; it is closed if NewClient fails.
func NewClient(ctx context.Context, conn net.Conn, opts ...Option) (*Client, error) {
	return newClient(ctx, conn, newOptions(opts))
}

func newClient(ctx context.Context, conn net.Conn, o options) (*Client, error) {
	c := &Client{
		conn:      conn,
		opts:      o,
		deadlines: conn.SetDeadline(time.Time{}) == nil,
		framer:    newFramer(conn, o.maxMessage),
		writing:   make(chan struct{}, 1),
		done:      make(chan struct{}),
		pending:   make(map[uint64]*call),
	}
	if err := c.boundedHandshake(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	if c.oob {
		c.inBand = make(chan struct{}, maxInBand)
	}
	c.wait.Add(1)
	go c.read()
	return c, nil
}

// boundedHandshake runs the handshake until the context is done.
func (c *Client) boundedHandshake(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("qmp: handshake: %w", err)
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(interrupted)
		if c.deadlines {
			c.conn.SetDeadline(time.Unix(1, 0))
		} else {
			c.conn.Close()
		}
	})
	step, err := c.handshake()
	if !stop() {
		<-interrupted
		return fmt.Errorf("qmp: %s: %w", step, ctx.Err())
	}
	if err == nil {
		return nil
	}
	var p *ProtocolError
	if errors.As(err, &p) {
		return err
	}
	if err == io.EOF {
		err = errors.New("connection closed by the other side")
	}
	return fmt.Errorf("qmp: %s: %w", step, err)
}

// handshake waits for the greeting and enters command mode. step says what it
// was doing.
func (c *Client) handshake() (step string, err error) {
	step = "waiting for the greeting"
	for c.greeting == nil {
		m, text, err := c.receive()
		switch {
		case err != nil:
			return step, err
		case m.greeting != nil:
			if c.greeting, err = parseGreeting(m.greeting); err != nil {
				return step, err
			}
		case m.event == nil: // QEMU 4.0 can send events before its greeting
			return step, &ProtocolError{Reason: "the other side sent something else than a QMP greeting", Input: excerpt(text)}
		}
	}
	step = "negotiating capabilities"
	command := `{"execute":"qmp_capabilities"`
	if c.opts.oob && c.greeting.Has(capabilityOOB) {
		command += `,"arguments":{"enable":["oob"]}`
		c.oob = true
	}
	command += `,"id":0}` + "\n" // 0 is never the id of a call
	c.show(Sent, []byte(command))
	if _, err := io.WriteString(c.conn, command); err != nil {
		return step, err
	}
	for {
		m, _, err := c.receive()
		switch {
		case err != nil:
			return step, err
		case m.failure != nil && (m.ownID && m.id == 0 || !m.hasID):
			return step, parseFailure(m.failure)
		case m.result != nil && m.ownID && m.id == 0:
			return step, nil
		}
	}
}

// receive returns the next message, in parts and whole. Both are valid until
// the next call.
func (c *Client) receive() (message, []byte, error) {
	text, err := c.framer.next()
	if err != nil {
		return message{}, nil, err
	}
	c.show(Received, text)
	m, err := parseMessage(text)
	return m, text, err
}

func (c *Client) show(dir Direction, msg []byte) {
	if c.opts.hook != nil {
		c.opts.hook(dir, msg)
	}
}

// read takes messages from the connection until it ends.
func (c *Client) read() {
	defer c.wait.Done()
	for {
		m, _, err := c.receive()
		if err == nil {
			err = c.dispatch(&m)
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// dispatch gives a message to those who wait for it. It never waits.
func (c *Client) dispatch(m *message) error {
	switch {
	case m.event != nil:
		c.events.publish(m.event, m.data, m.time)
	case m.failure != nil:
		err := parseFailure(m.failure)
		var p *ProtocolError
		if errors.As(err, &p) {
			return p
		}
		c.settle(m, err)
	case m.result != nil:
		c.settle(m, nil)
	}
	return nil
}

// settle hands a reply to its call.
func (c *Client) settle(m *message, failure error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var call *call
	switch {
	case m.ownID:
		call = c.pending[m.id]
	case !m.hasID && failure != nil:
		// The server could not read a command. It reads them in order, so it
		// is the oldest one without an answer.
		call = c.oldest()
	}
	if call == nil {
		return // the late reply of a call that is forgotten, or not ours
	}
	c.forget(call)
	if !call.oob {
		c.forgetAbandonedBefore(call.id)
	}
	if call.abandoned {
		return
	}
	r := reply{err: failure}
	if failure == nil && call.keep {
		r.result = append([]byte(nil), m.result...)
	}
	call.reply <- r
}

// oldest returns the call in band that was sent first.
func (c *Client) oldest() *call {
	var first *call
	for _, call := range c.pending {
		if !call.oob && (first == nil || call.id < first.id) {
			first = call
		}
	}
	return first
}

// forget removes a call that was answered, or never will be.
func (c *Client) forget(call *call) {
	delete(c.pending, call.id)
	if call.abandoned {
		c.abandoned--
	}
	if call.inBand {
		<-c.inBand
	}
}

// forgetAbandonedBefore removes abandoned calls that were sent before one that
// has been answered: a server that did not answer them by now will not.
func (c *Client) forgetAbandonedBefore(id uint64) {
	if c.abandoned == 0 {
		return
	}
	for _, call := range c.pending {
		if call.abandoned && !call.oob && call.id < id {
			c.forget(call)
		}
	}
}

// end closes the connection and tells everybody why. Only the reader calls it,
// when it has read all there was.
func (c *Client) end(cause error) {
	c.mu.Lock()
	switch {
	case c.closed:
		cause = ErrClosed
	case c.writeErr != nil && (errors.Is(cause, os.ErrDeadlineExceeded) || errors.Is(cause, net.ErrClosed)):
		cause = c.writeErr
	}
	err := &DisconnectError{Err: cause}
	c.err = err
	pending := c.pending
	c.pending = nil
	c.mu.Unlock()

	c.conn.Close()
	close(c.done)
	for _, call := range pending {
		if !call.abandoned {
			call.reply <- reply{err: err}
		}
	}
	c.events.close(err)
}

// Close ends the connection. Calls and sequences of events that are waiting
// return a [*DisconnectError] with [ErrClosed]. When Close returns, the client
// has no goroutine left.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	ended := c.err != nil
	c.mu.Unlock()
	var err error
	if !ended {
		err = c.conn.Close()
	}
	c.wait.Wait()
	if errors.Is(err, net.ErrClosed) { // the server was first
		err = nil
	}
	return err
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns nil while the connection lives, and then a [*DisconnectError].
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Greeting returns what the server said of itself. It must not be modified.
func (c *Client) Greeting() *Greeting { return c.greeting }

// OOB reports whether out-of-band execution was negotiated: see [WithOOB].
func (c *Client) OOB() bool { return c.oob }

// Subscribe starts to collect events. See [Events] for the usual way.
func (c *Client) Subscribe(opts SubscribeOptions) *Subscription {
	return c.events.subscribe(opts)
}

// Call runs any command by name: what no schema knows, or what is not known
// before run time. args is nil, a json.RawMessage, or anything encoding/json
// makes an object of; result is nil, a *json.RawMessage, or a pointer to decode
// the reply into, where numbers in an any become a json.Number.
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &Request{Command: name, Args: args, Result: result})
}
