package qmp

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/internal/framing"
)

// maxInBand is how many commands a client may have in flight in band when
// out-of-band execution is on. The server reads no further when its queue of
// that length is full, and out-of-band commands would be stuck behind it.
const maxInBand = 8

// A Client is a connection to a QMP server, ready for commands. All its methods
// may be called from any number of goroutines.
type Client struct {
	conn     clientConn
	opts     clientOptions
	greeting *Greeting
	oob      bool
	check    callCheck // nil without WithFeatureCheck
	events   hub

	// For the goroutine that has the turn.
	framer   *framing.Reader
	message  message // the last one
	parseErr error   // why it cannot be read

	writing chan struct{} // holds a token while somebody writes
	inBand  chan struct{} // tokens of commands in flight; nil unless oob

	done chan struct{} // closed when the connection has ended
	wait sync.WaitGroup

	mu        sync.Mutex
	turn      turn // to read
	solo      int  // replies since there was more than one call waiting
	ids       callIDs
	sent      uint64       // calls that were given an id
	pending   pendingCalls // nil while the client is idle
	abandoned int          // calls in pending that nobody waits for
	closed    bool         // by Close
	writeErr  error        // of the first write that failed
	err       error        // why the connection ended, set before done is closed
}

// NewClient creates a client on a connection: it waits for the greeting and
// negotiates capabilities, for as long as the context and [WithGreetingTimeout]
// allow. The client owns the connection from then on; it is closed if NewClient
// fails.
//
// The connection is a [net.Conn], or anything else whose Close ends a Read and a
// Write that are waiting, such as the standard input and output of a child
// process. Without the deadlines of a net.Conn each message of a call with a
// context that can end is written in a goroutine of its own. Files can be passed
// over a [*net.UnixConn] only.
func NewClient(ctx context.Context, conn io.ReadWriteCloser, opts ...Option) (*Client, error) {
	return newClient(ctx, conn, newClientOptions(opts))
}

func newClient(ctx context.Context, conn io.ReadWriteCloser, o clientOptions) (*Client, error) {
	c := &Client{
		conn:    newClientConn(conn),
		opts:    o,
		writing: make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	c.events.client = c
	c.framer = framing.New(conn, o.maxMessage, c.parse)
	if err := c.boundedHandshake(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	if o.newCheck != nil {
		c.check = o.newCheck()
	}
	if c.oob {
		c.inBand = make(chan struct{}, maxInBand)
	}
	c.startReading()
	return c, nil
}

// Close ends the connection. Calls and subscriptions that are waiting return a
// [*DisconnectError] with [ErrClosed]. When Close returns nil, the client has no
// goroutine left.
//
// A connection whose Close waits, or does not end its Read, does not make the
// client's wait for more than a second: it then returns an error, and the
// goroutines that are in the connection end when that lets them.
func (c *Client) Close() error {
	c.mu.Lock()
	c.closed = true
	ended := c.err != nil
	c.mu.Unlock()
	if c.conn.deadlines {
		return c.close(ended)
	}
	closed := make(chan error, 1)
	go func() { closed <- c.close(ended) }()
	patience := time.NewTimer(closeTime)
	defer patience.Stop()
	select {
	case err := <-closed:
		return err
	case <-patience.C:
	}
	c.end(nil)
	return errNotClosing
}

// closeTime is how long Close waits for a connection without deadlines.
const closeTime = time.Second

var errNotClosing = errors.New("qmp: the connection does not end when it is closed")

// close closes the connection, if it has not ended, and waits for the client's goroutines.
func (c *Client) close(ended bool) error {
	var err error
	if !ended {
		err = c.conn.Close()
	}
	c.readInBackground() // if nobody reads: it finds the connection closed
	<-c.done
	c.wait.Wait()
	if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) { // the server was first
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

// Greeting returns the server's greeting. It must not be modified.
func (c *Client) Greeting() *Greeting { return c.greeting }

// OOB reports whether out-of-band execution was negotiated: see [WithOOB].
func (c *Client) OOB() bool { return c.oob }

// Call runs a command by name: one that is not in the schema, or whose name is
// known at run time only. args is nil, a json.RawMessage, or anything that
// encoding/json encodes as an object; result is nil, a *json.RawMessage, or a pointer to decode
// the reply into, where numbers in an any become a json.Number.
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &Request{Command: name, Args: args, Result: result})
}
