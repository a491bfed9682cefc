package qga

import (
	"context"
	"errors"
	"fmt"

	"github.com/qapi-go/qapi-go/qmp"
)

// Do runs a command and waits for its reply. If the context is done first, the error wraps that of
// the context, the client stays usable, and the late reply is dropped. The agent is busy until
// then, so the next call waits for it.
//
// The reply is recognized by its id if the agent echoes ids (QEMU 4.0 and later). With an older
// agent, Do synchronizes before each command. In both cases, input received before the command was
// written is dropped. After a message that cannot be parsed or has no id, Do synchronizes to see
// if the reply follows, and otherwise fails with a [*qmp.ProtocolError]; the client stays usable.
//
// The error wraps a [*qmp.Error] for an error reply, and is a [*qmp.DisconnectError] if the
// connection ends. A request with NoReply, such as guest-shutdown, succeeds if the agent closes
// the connection, answers a synchronization, or sends nothing for some time: see [WithGrace].
func (c *Client) Do(ctx context.Context, req *qmp.Request) error {
	err := c.do(ctx, req)
	var d *qmp.DisconnectError
	if err == nil || errors.As(err, &d) {
		return err
	}
	return wrap(req.Command, err)
}

func (c *Client) do(ctx context.Context, req *qmp.Request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if req.OOB || len(req.Files) > 0 {
		return ErrNotSupported
	}
	msg, err := qmp.AppendRequest(nil, req)
	if err != nil {
		return err
	}
	if err := c.acquire(ctx); err != nil {
		return err
	}
	defer c.release()
	if c.stale || !c.hasIDs() || c.outOfStep() {
		if err := c.sync(ctx); err != nil {
			return err
		}
	}
	id := ""
	if c.hasIDs() {
		id = string(appendID(nil, c.newID()))
		msg = append(append(append(msg[:len(msg)-1], `,"id":`...), id...), '}')
	}
	msg = append(msg, '\n')
	x := c.begin()
	defer c.finish(x)
	if req.NoReply {
		return c.sendOnly(ctx, x, msg, id)
	}
	if err := c.put(ctx, outgoing{msg, x}); err != nil {
		return err
	}
	m, err := c.reply(ctx, x, id)
	if err != nil {
		c.stale = true
		return x.explain(ctx, err)
	}
	return qmp.DecodeReply(m.text, req.Result)
}

// acquire waits until no other call is under way, and begins one.
func (c *Client) acquire(ctx context.Context) error {
	select {
	case c.busy <- struct{}{}:
		return nil
	case <-c.done:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) release() { <-c.busy }

// reply waits for the reply with an id, or for the next one if id is empty. After a message that
// may have been meant as the reply, it sends a synchronization, before whose reply the other one
// must arrive.
func (c *Client) reply(ctx context.Context, x *exchange, id string) (message, error) {
	for {
		m, err := c.nextMessage(ctx, x)
		switch {
		case err != nil:
			return m, err
		case m.answers(id):
			return m, nil
		case m.kind == sentinelMessage, m.isReply() && m.id != "":
			// the reply to an earlier command
		default:
			return c.replyBeforeSync(ctx, x, id, m.problem())
		}
	}
}

// replyBeforeSync waits for the reply. It sends synchronizations until one is answered, and then
// fails with problem.
func (c *Client) replyBeforeSync(ctx context.Context, x *exchange, id string, problem error) (message, error) {
	s := c.newSync(0)
	s.reset = false // the agent's error about the byte could be mistaken for the reply
	for {
		if err := c.put(ctx, outgoing{text: s.append(nil)}); err != nil {
			return message{}, err
		}
		bounded, cancel := context.WithTimeout(ctx, c.opts.retry)
		m, err := c.replyOrSync(bounded, x, id, &s)
		cancel()
		switch {
		case err == nil && m.isReply():
			return m, nil
		case err == nil:
			return m, problem
		case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
			return m, err
		}
		// The agent may not support this form.
		s.last = c.newID()
		s.withID = c.opts.ids
		s.reset = !c.noDelimited
	}
}

// replyOrSync waits for the reply, or for the reply to a synchronization: then it returns the zero
// message.
func (c *Client) replyOrSync(ctx context.Context, x *exchange, id string, s *syncRequest) (message, error) {
	for {
		m, err := c.nextMessage(ctx, x)
		switch {
		case err != nil:
			return m, err
		case s.isAnswer(&m):
			return message{}, nil
		case m.answers(id) && !(s.reset && id == "" && m.kind == errorMessage):
			return m, nil
		}
	}
}

// answers reports whether m is the reply to a command with an id, or to one without if id is
// empty.
func (m *message) answers(id string) bool { return m.isReply() && (id == "" || m.id == id) }

// sendOnly sends a command without a reply on success, followed by a synchronization, which the
// agent answers if it goes on running after the command. id is that of the command.
func (c *Client) sendOnly(ctx context.Context, x *exchange, msg []byte, id string) error {
	s := c.newSync(0)
	s.reset = false
	if err := c.put(ctx, outgoing{s.append(msg), x}); err != nil {
		return err
	}
	c.stale = true // until the synchronization is answered
	graceful, cancel := context.WithTimeout(ctx, c.opts.grace)
	defer cancel()
	var failure error
	for {
		m, err := c.nextMessage(graceful, x)
		var d *qmp.DisconnectError
		switch {
		case errors.As(err, &d) && !errors.Is(err, qmp.ErrClosed), err != nil && ctx.Err() == nil && graceful.Err() != nil:
			return failure // the agent has ended or sends nothing
		case err != nil:
			return err
		case s.isAnswer(&m):
			c.stale = false
			return failure
		case m.kind == errorMessage && (m.id == "" || m.id == id) && failure == nil:
			failure = qmp.DecodeReply(m.text, nil)
		}
	}
}

// explain adds the last message received to the error of a context.
func (x *exchange) explain(ctx context.Context, err error) error {
	if x.last == nil || ctx.Err() == nil {
		return err
	}
	return fmt.Errorf("%w (the agent said last: %s)", err, x.last)
}
