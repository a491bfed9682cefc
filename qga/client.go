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

// closeWait is how long Close waits for goroutines that the end of the
// connection does not interrupt.
const closeWait = time.Second

// A Client is a connection to a guest agent, and a [qmp.Caller]. All its methods
// may be called from any number of goroutines; calls run one after the other.
type Client struct {
	conn io.ReadWriteCloser
	opts options

	busy    chan struct{} // holds a token while a call is under way
	send    chan outgoing // to the writer
	current atomic.Pointer[exchange]
	reads   atomic.Uint64 // how often the connection's Read has returned

	// parsing is held by the reader, but for when it waits for the connection.
	parsing  sync.Mutex
	partial  bool   // the start of a message was read
	received uint64 // messages
	dropped  uint64 // the number of the last one that answered nothing

	// lineEnds is set if the agent sends no sentinel, so that the end of a line has to end an
	// incomplete message.
	lineEnds atomic.Bool

	closing chan struct{} // closed by Close
	done    chan struct{} // closed when the connection has ended
	wait    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	err    error // why the connection ended, set before done is closed

	// The following fields belong to the call that holds the token.

	stale  bool   // the agent may be in the middle of something: synchronise first
	synced uint64 // the number of the message that answered a synchronisation
	lastID uint64
	known
}

// NewClient creates a client on a connection and synchronises: it asks until an
// agent answers or the context is done. The connection may be a net.Conn, or a
// file such as a serial device. The client owns it from then on; it is closed if
// NewClient fails. The error says what was received last, if anything was.
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
	// Ids differ from those of whoever used the channel before.
	c.lastID = rand.Uint64N(1 << 48)
	c.wait.Go(c.read)
	c.wait.Go(c.write)
	if err := c.Sync(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("waiting for the agent: %w", err)
	}
	return c, nil
}

// end records why the connection has ended, closes it and wakes up everything that
// waits.
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

// Close ends the connection. A call that is under way returns a
// [*qmp.DisconnectError] with [qmp.ErrClosed]. When Close returns, the client has no
// goroutine left. If closing the connection does not interrupt its Read or Write,
// Close waits a second for them, and leaves them to end by themselves.
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
	if errors.Is(err, os.ErrClosed) || errors.Is(err, net.ErrClosed) { // the other side was first
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
		c.end(qmp.ErrClosed) // which neither has done
	}
}

// Done returns a channel that is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// Err returns nil while the connection lives, and then a [*qmp.DisconnectError].
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Call runs any command by name, as [qmp.Client.Call] does.
func (c *Client) Call(ctx context.Context, name string, args, result any) error {
	return c.Do(ctx, &qmp.Request{Command: name, Args: args, Result: result})
}
