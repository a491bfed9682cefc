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

// maxInBand limits the in-band commands in flight when out-of-band execution is on. The server
// stops reading when its queue of that length is full, and out-of-band commands would be stuck
// behind it.
const maxInBand = 8

// A Client is a negotiated connection to a QMP server. Its methods may be called from any number
// of goroutines.
type Client struct {
	conn     clientConn
	opts     clientOptions
	greeting *Greeting
	check    callCheck // nil without WithFeatureCheck
	events   hub

	// Used by the goroutine that has the turn.
	framer   *framing.Reader
	message  message   // the last one
	parseErr error     // why it could not be parsed
	settled  callQueue // calls whose callers must be woken
	reader   *call     // the call whose caller has the turn; nil if the client's goroutine has it

	inBand chan struct{} // tokens of commands in flight; nil unless OOB was negotiated

	done chan struct{} // closed when the connection has ended
	wait sync.WaitGroup

	mu        sync.Mutex
	turn      turn // to read
	solo      int  // replies in a row after which no other call was waiting
	ids       callIDs
	sent      uint64    // calls that were given an id
	queue     callQueue // to write
	burst     int       // calls that were settled together, less those made since
	pending   callTable
	abandoned int    // calls in pending whose callers have given up
	earliest  uint64 // no abandoned in-band call was sent before the one of this order
	sending   bool   // a goroutine writes
	closed    bool   // by Close
	writeErr  error  // of the write that failed; nothing is written after it
	err       error  // why the connection ended, set before done is closed
}

// NewClient returns a client for a connection, after it has received the greeting and negotiated
// capabilities. The context and [WithGreetingTimeout] bound that. The client owns the connection,
// which is closed if NewClient fails.
//
// The connection is a [net.Conn], or anything else whose Close interrupts a blocked Read and
// Write, such as the standard input and output of a child process. Without the deadlines of a
// net.Conn, and over TLS, a call whose context can be cancelled is written by another goroutine.
// Only a [*net.UnixConn] can pass files.
func NewClient(ctx context.Context, conn io.ReadWriteCloser, opts ...Option) (*Client, error) {
	return newClient(ctx, conn, newClientOptions(opts))
}

func newClient(ctx context.Context, conn io.ReadWriteCloser, o *clientOptions) (*Client, error) {
	c := &Client{
		conn: newClientConn(conn),
		opts: *o,
		done: make(chan struct{}),
	}
	c.events.client = c
	c.framer = framing.New(&clientInput{c}, o.maxMessage, c.parse)
	c.framer.SetOuter(c.isOuter)
	if err := c.boundedHandshake(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	if o.newCheck != nil {
		c.check = o.newCheck()
	}
	c.startReading()
	return c, nil
}

// Close closes the connection. Pending calls and waiting subscriptions return a [*DisconnectError]
// that wraps [ErrClosed]. When Close returns nil, all goroutines of the client have ended.
//
// If closing the connection takes more than a second, or does not interrupt its Read, Close
// returns an error, and those goroutines end when the connection lets them.
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

// closeTime bounds how long Close waits for a connection without deadlines.
const closeTime = time.Second

var errNotClosing = errors.New("qmp: closing the connection did not end it")

// close closes the connection, if it has not ended, and waits for the client's goroutines.
func (c *Client) close(ended bool) error {
	var err error
	if !ended {
		err = c.conn.Close()
	}
	c.readInBackground() // so that somebody reads and finds the connection closed
	<-c.done
	c.wait.Wait()
	if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) { // the server closed it first
		err = nil
	}
	return err
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns nil while the connection is open, and then a [*DisconnectError].
func (c *Client) Err() error {
	c.mu.Lock()
	err := c.err
	c.mu.Unlock()
	return err
}

// Greeting returns the server's greeting. It must not be modified.
func (c *Client) Greeting() *Greeting { return c.greeting }

// OOB reports whether out-of-band execution was negotiated: see [WithOOB].
func (c *Client) OOB() bool { return c.inBand != nil }

// Call runs a command by name, for commands without generated code. args is nil, a
// [json.RawMessage], or anything that encoding/json encodes as an object. result is nil, a
// *json.RawMessage, or a pointer to decode the result into; numbers in a value of type any become
// a [json.Number].
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &Request{Command: name, Args: args, Result: result})
}
