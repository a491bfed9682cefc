package qga

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A Client is a connection to a guest agent, and a [qmp.Caller]. All its methods
// may be called from any number of goroutines; calls run one after the other.
type Client struct {
	conn io.ReadWriteCloser
	opts options

	turn    chan struct{} // holds a token while a call is under way
	send    chan []byte   // to the writer
	receive chan message  // from the reader

	closing chan struct{} // closed by Close
	done    chan struct{} // closed when the connection has ended
	wait    sync.WaitGroup

	mu     sync.Mutex
	closed bool
	err    error // why the connection ended, set before done is closed

	// Of the one that holds the token.
	stale  bool // there may be replies on the way that nobody waits for
	lastID uint64
}

// NewClient makes a client of a connection, and synchronises: it asks again and
// again, until an agent answers or the context is done. The connection may be a
// net.Conn, or a file such as a serial device. The client owns it from then on;
// it is closed if NewClient fails.
func NewClient(ctx context.Context, conn io.ReadWriteCloser, opts ...Option) (*Client, error) {
	return newClient(ctx, conn, newOptions(opts))
}

func newClient(ctx context.Context, conn io.ReadWriteCloser, o options) (*Client, error) {
	c := &Client{
		conn:    conn,
		opts:    o,
		turn:    make(chan struct{}, 1),
		send:    make(chan []byte),
		receive: make(chan message),
		closing: make(chan struct{}),
		done:    make(chan struct{}),
	}
	// Ids differ from those of whoever used the channel before.
	c.lastID = rand.Uint64N(1 << 48)
	c.wait.Go(c.read)
	c.wait.Go(c.write)
	if err := c.Sync(ctx); err != nil {
		c.Close()
		return nil, fmt.Errorf("qga: waiting for the agent: %w", err)
	}
	return c, nil
}

// dial connects once.
func dial(ctx context.Context, network, address string, o options) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return newClient(ctx, conn, o)
}

// Dial connects to the agent's channel at addr, which is "unix:PATH",
// "tcp:HOST:PORT", a path, or what QEMU's option -chardev takes of those as in
// [qmp.Dial], and waits for the agent as [NewClient] does. While
// there is no socket, or whoever has it closes the connection, it tries again,
// until the context is done.
func Dial(ctx context.Context, addr string, opts ...Option) (*Client, error) {
	network, address, err := qmp.ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	o := newOptions(opts)
	for {
		c, err := dial(ctx, network, address, o)
		var p *qmp.ProtocolError
		if err == nil || errors.As(err, &p) {
			return c, err
		}
		pause := time.NewTimer(o.retry)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			if errors.Is(err, ctx.Err()) {
				return nil, fmt.Errorf("%s: %w", addr, err)
			}
			return nil, fmt.Errorf("qga: cannot reach the agent at %s: %w (last attempt: %w)", addr, ctx.Err(), err)
		}
	}
}

// read takes messages from the connection and hands them to the call that is
// under way. While there is none, the first one waits.
func (c *Client) read() {
	r := newReader(c.conn, c.opts.maxMessage)
	for {
		text, err := r.next()
		if err != nil {
			c.end(err)
			return
		}
		if c.opts.hook != nil && text != nil {
			c.opts.hook(qmp.Received, text)
		}
		var m message
		if text != nil {
			m = parseMessage(text)
		} else {
			m.sentinel = true
		}
		select {
		case c.receive <- m:
		case <-c.closing:
			c.end(qmp.ErrClosed)
			return
		}
	}
}

// write writes what calls send. It is a goroutine of its own since a write can
// take as long as it likes, and cannot be taken back.
func (c *Client) write() {
	for {
		select {
		case msg := <-c.send:
			if _, err := c.conn.Write(msg); err != nil {
				c.end(err)
				return
			}
		case <-c.done:
			return
		}
	}
}

// end notes why the connection has ended, closes it and tells everybody.
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
// goroutine left, unless Close of the connection does not interrupt its Read.
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
	c.wait.Wait()
	if errors.Is(err, os.ErrClosed) || errors.Is(err, net.ErrClosed) { // the other side was first
		return nil
	}
	return err
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

// put gives a message to the writer.
func (c *Client) put(ctx context.Context, msg []byte) error {
	select {
	case <-c.done:
		return c.Err()
	default:
	}
	if c.opts.hook != nil {
		c.opts.hook(qmp.Sent, msg)
	}
	select {
	case c.send <- msg:
		return nil
	case <-c.done:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take waits for the next message.
func (c *Client) take(ctx context.Context) (message, error) {
	select {
	case m := <-c.receive:
		return m, nil
	case <-c.done:
		return message{}, c.Err()
	case <-ctx.Done():
		return message{}, ctx.Err()
	}
}

// newID returns a number that was not used before on the channel, most likely.
func (c *Client) newID() uint64 {
	c.lastID++
	return c.lastID
}

func appendID(buf []byte, id uint64) []byte { return strconv.AppendUint(buf, id, 10) }
