package qmp

import (
	"errors"
	"net"
	"os"
	"strings"

	"github.com/qapi-go/qapi-go/internal/framing"
)

// read reads until it gives up the turn, which the caller has taken for it, or the connection
// ends.
func (c *Client) read() {
	defer c.wait.Done()
	for n := 0; ; n++ {
		if n > 0 && c.framer.Idle() && !c.expectsMore() {
			// Handling a message needs more stack than waiting, and a goroutine keeps its
			// stack: a new goroutine halves the memory of an idle client.
			c.startReader()
			return
		}
		var reply bool
		err := c.framer.Wait()
		if err == nil {
			reply, err = c.readOne()
		}
		if err != nil || c.framer.Idle() {
			c.wake()
		}
		if err != nil {
			c.end(err)
			return
		}
		if reply && c.stepAside() {
			return
		}
	}
}

// A clientInput reads from the connection of a client. Callers that were not woken yet, since more
// replies had arrived, are woken before.
type clientInput struct{ client *Client }

func (in *clientInput) Read(p []byte) (int, error) {
	in.client.wake()
	return in.client.conn.Read(p)
}

// expectsMore reports whether any call waits for its reply, or several callers have just been woken
// and are likely to make further calls.
func (c *Client) expectsMore() bool {
	c.mu.Lock()
	more := c.waiting() > 0 || c.burst > 1
	c.mu.Unlock()
	return more
}

// readFor reads until the call is settled or its context is done. The caller has the turn; readFor
// gives it up.
func (c *Client) readFor(call *call) {
	interruptible := call.unused != nil
	if interruptible && !call.stop.begin(reading) {
		c.passTurn()
		return
	}
	var err error
	c.reader = call
	for err == nil && !call.answered {
		_, err = c.readOne()
		c.wake()
	}
	c.reader = nil
	interrupted := interruptible && call.stop.end()
	if interrupted {
		c.restoreDeadline()
	}
	if err != nil && !(interrupted && errors.Is(err, os.ErrDeadlineExceeded)) {
		c.end(err)
		return
	}
	c.passTurn()
}

// readOne reads one message and delivers it to its call or to the subscriptions. It reports
// whether it was a reply.
func (c *Client) readOne() (reply bool, err error) {
	m, text, err := c.nextMessage()
	if err != nil {
		return false, err
	}
	switch {
	case c.parseErr != nil:
		return c.unreadable(text)
	case m.event != nil:
		c.events.publish(m.event, m.data, m.time)
		return false, nil
	case m.failure != nil:
		failure := parseFailure(m.failure)
		if e, ok := failure.(*Error); ok && strings.HasPrefix(e.Desc, "Expecting capabilities negotiation") {
			return false, errGreetedAgain // although the greeting was not received
		}
		c.settle(m, failure)
	case m.result != nil:
		c.settle(m, nil)
	default:
		return false, errGreetedAgain
	}
	return true, nil
}

// unreadable handles a message that cannot be parsed. It reports whether it was a reply.
//
//go:noinline
func (c *Client) unreadable(text []byte) (reply bool, err error) {
	var m message
	if intact := m.salvage(text); !intact && !c.framer.Cut() {
		return false, c.parseErr
	}
	return c.settleBad(&m, c.parseErr), nil
}

// errGreetedAgain ends a connection whose channel, such as a serial port, has a new server at its
// other end, which knows nothing of the pending calls and the negotiated capabilities.
var errGreetedAgain = &ProtocolError{Reason: "the server greets again, or expects negotiation: it was restarted"}

// settleBad fails the call that an unreadable message replies to, and reports whether it may be a
// reply. It drops other messages.
func (c *Client) settleBad(m *message, why error) bool {
	if m.event != nil || !m.ownID && (m.hasID || m.failure == nil) {
		return false
	}
	c.settle(m, why)
	return true
}

// parse parses a message into c.message, or sets c.parseErr.
func (c *Client) parse(text []byte) bool {
	m := &c.message
	c.parseErr = m.parse(text)
	if c.parseErr == nil && m.result == nil && m.event == nil && m.failure == nil && m.greeting == nil {
		c.parseErr = protocolError("a message is neither a reply nor an event", text)
	}
	return c.parseErr == nil
}

// isOuter reports whether the message that was parsed last, which is a line of another one, can be
// no part of a result. Results have objects with a member "error", such as those of query-jobs.
func (c *Client) isOuter() bool {
	m := &c.message
	return m.event != nil && m.time != nil || m.greeting != nil || m.ownID && (m.failure == nil || m.failure[0] == '{')
}

// nextMessage returns the next message and its text, which are valid until the next call. The
// message is not valid if c.parseErr is set.
func (c *Client) nextMessage() (*message, []byte, error) {
	text, _, err := c.framer.Next()
	if text != nil && c.opts.hook != nil {
		c.wake() // nobody whose reply was read waits for the hook
		c.show(Received, text)
	}
	if e, ok := err.(*framing.Error); ok {
		err = protocolError(e.Reason, e.Input)
	}
	return &c.message, text, err
}

func (c *Client) show(dir Direction, msg []byte) {
	if c.opts.hook != nil {
		c.opts.hook(dir, msg)
	}
}

// end closes the connection and fails all calls and subscriptions with the cause. It is called by
// the goroutine that has the turn, which keeps it, when everything has been read, and by Close if
// the reader does not end in time. Only the first call has an effect.
func (c *Client) end(cause error) {
	c.mu.Lock()
	switch {
	case c.err != nil:
		c.mu.Unlock()
		return
	case c.closed:
		cause = ErrClosed
	case c.writeErr != nil && (errors.Is(cause, os.ErrDeadlineExceeded) || errors.Is(cause, net.ErrClosed) || errors.Is(cause, os.ErrClosed)):
		cause = c.writeErr
	}
	err := &DisconnectError{Err: cause}
	c.err = err
	pending := c.pending.all()
	c.pending, c.queue = callTable{}, callQueue{}
	closed := c.closed
	c.turn.stop()
	c.mu.Unlock()

	c.events.close(err)
	close(c.done)
	for _, call := range pending {
		call.fail(err)
	}
	if !closed { // else by Close, which may be waiting in it
		c.conn.Close()
	}
}
