package qmp

import (
	"context"
	"errors"
	"net"
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
	opts      clientOptions
	deadlines bool // conn supports them
	greeting  *Greeting
	oob       bool
	framer    *framer
	events    hub

	writing chan struct{} // holds a token while somebody writes
	inBand  chan struct{} // tokens of commands in flight; nil unless oob

	wake  chan struct{} // passes the turn to read to the client's own goroutine
	grace *time.Timer   // does so when nobody has taken it for a while

	done chan struct{} // closed when the connection has ended
	wait sync.WaitGroup

	mu        sync.Mutex
	reading   bool // somebody has the turn to read
	alone     int  // replies since there was more than one call waiting
	lastID    uint64
	pending   map[uint64]*call
	abandoned int   // calls in pending that nobody waits for
	closed    bool  // by Close
	writeErr  error // of the first write that failed
	err       error // why the connection ended, set before done is closed
}

// NewClient makes a client of a connection: it waits for the greeting and
// negotiates capabilities, for as long as the context allows. The client owns
// the connection from then on; it is closed if NewClient fails.
func NewClient(ctx context.Context, conn net.Conn, opts ...Option) (*Client, error) {
	return newClient(ctx, conn, newClientOptions(opts))
}

func newClient(ctx context.Context, conn net.Conn, o clientOptions) (*Client, error) {
	c := &Client{
		conn:      conn,
		opts:      o,
		deadlines: conn.SetDeadline(time.Time{}) == nil,
		framer:    newFramer(conn, o.maxMessage),
		writing:   make(chan struct{}, 1),
		wake:      make(chan struct{}, 1),
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
	c.startReading()
	return c, nil
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
	c.readInBackground() // if nobody reads: it finds the connection closed
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

// Call runs any command by name: what no schema knows, or what is not known
// before run time. args is nil, a json.RawMessage, or anything encoding/json
// makes an object of; result is nil, a *json.RawMessage, or a pointer to decode
// the reply into, where numbers in an any become a json.Number.
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &Request{Command: name, Args: args, Result: result})
}
