package qmp

import (
	"context"
	"io"
	"time"
)

// boundedHandshake runs the handshake until the context is done.
func (c *Client) boundedHandshake(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return wrap("qmp: handshake", err)
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
		return wrap("qmp: "+step, ctx.Err())
	}
	if err == nil {
		return nil
	}
	if _, ok := err.(*ProtocolError); ok {
		return err
	}
	if err == io.EOF {
		err = closedEarly{}
	}
	return wrap("qmp: "+step, err)
}

// closedEarly is the error of a server that closes the connection during the handshake, as a
// QEMU does that is about to exit: see [WithRetry].
type closedEarly struct{}

func (closedEarly) Error() string { return "connection closed by the other side" }

func (closedEarly) Unwrap() error { return io.EOF }

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
