package qga

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A message is what an agent sends: a reply, or a sentinel.
type message struct {
	sentinel bool
	text     []byte // of a reply, copied
	result   []byte // the value of "return", nil if absent
	failed   bool   // there is a member "error"
	id       string // as JSON; empty if absent
}

// parseMessage reads a reply as far as is needed to find out whose it is. What
// is none has neither a result nor an error.
func parseMessage(text []byte) message {
	var raw struct {
		Return json.RawMessage `json:"return,omitzero"`
		Error  json.RawMessage `json:"error,omitzero"`
		ID     json.RawMessage `json:"id,omitzero"`
	}
	m := message{text: append([]byte(nil), text...)}
	if wire.Decode(m.text, &raw, wire.Tolerant) != nil {
		return m
	}
	m.result, m.failed = raw.Return, raw.Error != nil
	m.id = string(raw.ID)
	return m
}

// Do runs one command and waits for its reply, or until the context is done: then
// it returns an error that wraps that of the context, the client stays usable,
// and the reply is dropped when it comes. Meanwhile the agent is busy, and the
// next call waits for it.
//
// An error reply of the agent is a [*qmp.Error]; if the connection ends the error
// is a [*qmp.DisconnectError]. A request with NoReply, such as guest-shutdown,
// succeeds if the agent closes the connection, goes on to other commands, or is
// silent for some time: see [WithGrace].
func (c *Client) Do(ctx context.Context, req *qmp.Request) error {
	err := c.do(ctx, req)
	var d *qmp.DisconnectError
	var e *qmp.Error
	if err == nil || errors.As(err, &d) || errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("qga: %s: %w", req.Command, err)
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
	if c.stale && !c.opts.ids {
		if err := c.sync(ctx); err != nil {
			return err
		}
	}
	id := ""
	if c.opts.ids {
		id = string(appendID(nil, c.newID()))
		msg = append(append(append(msg[:len(msg)-1], `,"id":`...), id...), '}')
	}
	msg = append(msg, '\n')
	if req.NoReply {
		return c.sendOnly(ctx, msg, id)
	}
	if err := c.put(ctx, msg); err != nil {
		return err // nothing was sent
	}
	m, err := c.reply(ctx, id)
	if err != nil {
		c.stale = true
		return err
	}
	return qmp.DecodeReply(m.text, req.Result)
}

// acquire waits for this call's turn.
func (c *Client) acquire(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		return nil
	case <-c.done:
		return c.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *Client) release() { <-c.turn }

// reply waits for the reply with an id, or for the next one if id is empty.
// Errors without an id count as well: an agent that could not read a command has
// not read its id.
func (c *Client) reply(ctx context.Context, id string) (message, error) {
	for {
		m, err := c.take(ctx)
		switch {
		case err != nil:
			return m, err
		case m.answers(id):
			return m, nil
		}
	}
}

// answers reports whether m is the reply to a command with an id.
func (m *message) answers(id string) bool {
	return (m.failed || m.result != nil) && (id == "" || m.id == id || m.failed && m.id == "")
}

// sendOnly sends a command that is not answered on success, and a
// synchronisation behind it, which an agent answers that has run the command and
// lives on. command is the id of the first.
func (c *Client) sendOnly(ctx context.Context, msg []byte, command string) error {
	id := c.newID()
	if err := c.put(ctx, appendSync(msg, id)); err != nil {
		return err
	}
	c.stale = true // until the synchronisation is answered
	graceful, cancel := context.WithTimeout(ctx, c.opts.grace)
	defer cancel()
	var failure error
	after := false // the sentinel
	for {
		m, err := c.take(graceful)
		var d *qmp.DisconnectError
		switch {
		case errors.As(err, &d) && !errors.Is(err, qmp.ErrClosed), err != nil && ctx.Err() == nil && graceful.Err() != nil:
			return failure // gone, or silent
		case err != nil:
			return err
		case m.sentinel:
			after = true
		case after && m.isSync(id):
			c.stale = false
			return failure
		case m.failed && !after && m.answers(command):
			failure = qmp.DecodeReply(m.text, nil)
		}
	}
}

// Sync synchronises with the agent: it sends a byte 0xFF and guest-sync-delimited
// and drops all that comes before the reply. It asks again, with a new number,
// until the agent answers or the context is done: see [WithRetry]. Calls do that
// by themselves after one that was given up.
func (c *Client) Sync(ctx context.Context) error {
	if err := c.acquire(ctx); err != nil {
		return err
	}
	defer c.release()
	return c.sync(ctx)
}

func (c *Client) sync(ctx context.Context) error {
	c.stale = true
	for {
		id := c.newID()
		if err := c.put(ctx, appendSync([]byte{sentinel}, id)); err != nil {
			return err
		}
		attempt, cancel := context.WithTimeout(ctx, c.opts.retry)
		err := c.synced(attempt, id)
		cancel()
		switch {
		case err == nil:
			c.stale = false
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.Is(err, context.DeadlineExceeded):
			return err
		}
	}
}

// synced waits for the reply to a synchronisation. Replies to earlier ones, which
// the agent may answer late, are not it.
func (c *Client) synced(ctx context.Context, id uint64) error {
	after := false
	for {
		m, err := c.take(ctx)
		switch {
		case err != nil:
			return err
		case m.sentinel:
			after = true
		case after && m.isSync(id):
			return nil
		}
	}
}

// isSync reports whether m is the reply to a synchronisation.
func (m *message) isSync(id uint64) bool { return string(m.result) == string(appendID(nil, id)) }

// appendSync appends a synchronisation with a number.
func appendSync(buf []byte, id uint64) []byte {
	buf = append(buf, `{"execute":"guest-sync-delimited","arguments":{"id":`...)
	return append(appendID(buf, id), "}}\n"...)
}
