package qmp

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"time"
)

// defaultGreetingTimeout is generous: a running server greets within milliseconds.
const defaultGreetingTimeout = 10 * time.Second

// boundedHandshake runs the handshake until the context is done.
func (c *Client) boundedHandshake(ctx context.Context) error {
	if _, bounded := ctx.Deadline(); !bounded && c.opts.greeting > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.greeting)
		defer cancel()
	}
	if err := ctx.Err(); err != nil {
		return wrap("qmp: handshake", err)
	}
	var greeted atomic.Bool
	handshake := make(chan error, 1)
	stop := func() bool { return true }
	interrupted := make(chan struct{})
	if c.conn.deadlines {
		stop = context.AfterFunc(ctx, func() {
			defer close(interrupted)
			c.conn.timed.SetReadDeadline(time.Unix(1, 0))
			c.conn.timed.SetWriteDeadline(time.Unix(1, 0))
		})
		handshake <- c.handshake(&greeted)
	} else {
		go func() { handshake <- c.handshake(&greeted) }()
	}
	var err error
	select {
	case err = <-handshake:
	case <-ctx.Done():
		return handshakeEnded(ctx, greeted.Load())
	}
	if !stop() {
		<-interrupted
		return handshakeEnded(ctx, greeted.Load())
	}
	if _, ok := err.(*ProtocolError); ok || err == nil {
		return err
	}
	if err == io.EOF {
		err = closedEarly{}
	}
	return handshakeError(greeted.Load(), err)
}

// handshakeError adds the step of the handshake to an error.
func handshakeError(greeted bool, err error) error {
	if greeted {
		return wrap("qmp: negotiating capabilities", err)
	}
	return wrap("qmp: waiting for the greeting", err)
}

// handshakeEnded returns the error of a handshake whose context is done.
func handshakeEnded(ctx context.Context, greeted bool) error {
	err := ctx.Err()
	if errors.Is(err, context.DeadlineExceeded) && !greeted {
		err = noGreetingError{err}
	}
	return handshakeError(greeted, err)
}

// A noGreetingError is the error of a context that ended before the greeting.
type noGreetingError struct{ error }

func (e noGreetingError) Error() string {
	return e.error.Error() +
		" (a monitor serves one client at a time: another one may be connected; a guest agent does not greet)"
}

func (e noGreetingError) Unwrap() error { return e.error }

// closedEarly is the error of a server that closes the connection during the handshake, as QEMU
// does when it exits: see [WithRetry].
type closedEarly struct{}

func (closedEarly) Error() string { return "connection closed by the other side" }

func (closedEarly) Unwrap() error { return io.EOF }

// handshake waits for the greeting and enters command mode. If the server greets again, as one does
// that was restarted behind a serial port, it may not have received the first command.
func (c *Client) handshake(greeted *atomic.Bool) error {
	for {
		m, text, err := c.nextMessage()
		switch {
		case err != nil:
			return err
		case c.parseErr != nil:
			var bad message
			intact := bad.salvage(text)
			passable := c.framer.Cut() || intact && (bad.event != nil || c.greeting != nil)
			if !passable || bad.answers(0) {
				return c.parseErr
			}
		case m.greeting != nil:
			if err := c.negotiate(m.greeting); err != nil {
				return err
			}
			greeted.Store(true)
		case m.event != nil: // QEMU 4.0 can send events before its greeting
		case c.greeting == nil:
			return protocolError("the other side sent something other than a QMP greeting", text)
		case m.hasID && !m.answers(0):
			// No other command is under way, so a reply without an id can only be to this one.
		case m.failure != nil:
			return parseFailure(m.failure)
		default:
			return nil
		}
	}
}

// negotiate sends qmp_capabilities after a greeting.
func (c *Client) negotiate(greeting []byte) (err error) {
	if c.greeting, err = parseGreeting(greeting); err != nil {
		return err
	}
	arguments := ""
	c.inBand = nil
	if c.opts.oob && c.greeting.Has(capabilityOOB) {
		c.inBand = make(chan struct{}, maxInBand)
		arguments = `,"arguments":{"enable":["oob"]}`
	}
	command := []byte(`{"execute":"qmp_capabilities"` + arguments + `,"id":0}` + "\n") // 0 is never the id of a call
	c.show(Sent, command)
	_, err = c.conn.writeMessage(command, nil)
	return err
}
