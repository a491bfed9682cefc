package qga

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// closeWait is how long Close waits for goroutines that closing the connection does not interrupt.
const closeWait = time.Second

// A Client is a connection to a guest agent, and a [qmp.Caller]. Its methods may be called from
// any number of goroutines; commands run one after the other.
type Client struct {
	conn io.ReadWriteCloser
	opts options

	busy    chan struct{} // holds a token while a call is under way
	send    chan outgoing // to the writer
	current atomic.Pointer[exchange]
	reads   atomic.Uint64 // number of reads of the connection so far

	// parsing is held by the reader except while it reads from the connection.
	parsing  sync.Mutex
	partial  bool   // a message was read in part
	received uint64 // number of messages
	dropped  uint64 // number of the last message that belonged to no exchange

	// lineEnds is set if the agent sends no sentinel, or does not answer, so that an incomplete
	// message ends with its line.
	lineEnds atomic.Bool

	closing chan struct{} // closed by Close
	done    chan struct{} // closed when the connection has ended
	wait    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	err    error // why the connection ended, set before done is closed

	// The following fields are used by the call that holds the token of busy.

	stale  bool   // a reply may be outstanding: synchronize first
	synced uint64 // number of the reply to the last synchronization
	lastID uint64
	known
}

// NewClient returns a client for a connection after it has synchronized with the agent. It waits
// for an agent until the context is done. The connection may be a [net.Conn], or a file such as a
// serial device. The client owns it; it is closed if NewClient fails. The error shows the last
// message received, if any.
func NewClient(ctx context.Context, conn io.ReadWriteCloser, opts ...Option) (*Client, error) {
	c, err := newClient(ctx, conn, newOptions(opts))
	if err != nil {
		return nil, fmt.Errorf("qga: %w", err)
	}
	return c, nil
}

func newClient(ctx context.Context, conn io.ReadWriteCloser, o options) (*Client, error) {
	c := &Client{
		conn:    conn,
		opts:    o,
		busy:    make(chan struct{}, 1),
		send:    make(chan outgoing),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	// Random, so that ids differ from those of earlier users of the channel.
	c.lastID = rand.Uint64N(1 << 48)
	c.wait.Go(c.read)
	c.wait.Go(c.write)
	if err := c.Sync(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("waiting for the agent: %w", err)
	}
	return c, nil
}

// end records why the connection has ended, closes it, and wakes up all waiting calls.
func (c *Client) end(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	if c.closed {
		cause = qmp.ErrClosed
	}
	c.err = &qmp.DisconnectError{Err: cause}
	c.conn.Close()
	close(c.done)
}

// Close closes the connection. A call under way returns a [*qmp.DisconnectError] that wraps
// [qmp.ErrClosed]. When Close returns, all goroutines of the client have ended, unless closing the
// connection does not interrupt its Read or Write: then Close waits for a second.
func (c *Client) Close() error {
	c.mu.Lock()
	first := !c.closed
	c.closed = true
	ended := c.err != nil
	c.mu.Unlock()
	if first {
		close(c.closing)
	}
	var err error
	if !ended {
		err = c.conn.Close()
	}
	c.awaitGoroutines()
	if errors.Is(err, os.ErrClosed) || errors.Is(err, net.ErrClosed) { // the other side closed it first
		return nil
	}
	return err
}

// awaitGoroutines waits for the end of the reader and the writer.
func (c *Client) awaitGoroutines() {
	ended := make(chan struct{})
	go func() {
		c.wait.Wait()
		close(ended)
	}()
	timeout := time.NewTimer(closeWait)
	defer timeout.Stop()
	select {
	case <-ended:
	case <-timeout.C:
		c.end(qmp.ErrClosed) // neither goroutine has called it
	}
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns nil while the connection is open, and then a [*qmp.DisconnectError].
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Call runs a command by name, as [qmp.Client.Call] does.
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &qmp.Request{Command: name, Args: args, Result: result})
}
