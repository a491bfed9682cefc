package qmp

import (
	"context"
	"fmt"
	"strconv"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Do runs one command and waits for its reply, or until the context is done:
// then it returns an error that wraps that of the context, the connection stays
// usable, and the reply is dropped when it comes. An error reply of the server
// is an [*Error]; if the connection ends the error is a [*DisconnectError].
func (c *Client) Do(ctx context.Context, req *Request) error {
	if err := ctx.Err(); err != nil {
		return callError(req, err)
	}
	if req.OOB && !c.oob {
		return callError(req, ErrNoOOB)
	}
	if err := checkFiles(c.conn, req.Files); err != nil {
		return callError(req, err)
	}
	msg, err := appendRequest(nil, req)
	if err != nil {
		return callError(req, err)
	}
	call := &call{
		reply:  make(chan reply, 1),
		keep:   req.Result != nil,
		oob:    req.OOB,
		inBand: c.inBand != nil && !req.OOB && !req.NoReply,
	}
	if err := c.start(ctx, call, msg, req); err != nil {
		return callError(req, err)
	}
	if req.NoReply {
		select {
		case r := <-call.reply:
			return r.err
		default:
			c.abandon(call)
			return nil
		}
	}
	select {
	case r := <-call.reply:
		return finish(req, r)
	case <-ctx.Done():
	}
	c.abandon(call)
	select {
	case r := <-call.reply: // it came in the meantime
		return finish(req, r)
	default:
		return callError(req, ctx.Err())
	}
}

// finish decodes a reply, in the goroutine of the caller.
func finish(req *Request, r reply) error {
	if r.err != nil || req.Result == nil {
		return r.err
	}
	if err := wire.Decode(r.result, req.Result, wire.Tolerant); err != nil {
		return callError(req, fmt.Errorf("cannot decode the reply: %w", err))
	}
	return nil
}

// callError adds to an error which command it is about. A *DisconnectError is
// about all of them.
func callError(req *Request, err error) error {
	if d, ok := err.(*DisconnectError); ok {
		return d
	}
	return fmt.Errorf("qmp: %s: %w", req.Command, err)
}

// appendRequest appends a command up to its id, which is not known yet.
func appendRequest(buf []byte, req *Request) ([]byte, error) {
	verb := `{"execute":`
	if req.OOB {
		verb = `{"exec-oob":`
	}
	buf = append(buf, verb...)
	buf, err := wire.Append(buf, &req.Command, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	return appendArgs(buf, `,"arguments":`, req.Args)
}

// start sends a command. Without an error the call has been entered in
// c.pending and its reply will come.
func (c *Client) start(ctx context.Context, call *call, msg []byte, req *Request) error {
	if call.inBand {
		if err := c.acquire(ctx, c.inBand); err != nil {
			return err
		}
	}
	err := c.acquire(ctx, c.writing)
	if err != nil {
		if call.inBand {
			<-c.inBand
		}
		return err
	}
	// Ids are given in the order of sending.
	if err := c.enter(call); err != nil {
		<-c.writing
		return err
	}
	msg = append(msg, `,"id":`...)
	msg = strconv.AppendUint(msg, call.id, 10)
	msg = append(msg, "}\n"...)
	c.show(Sent, msg)
	sent, err := c.write(ctx, msg, req.Files)
	switch {
	case err == nil:
		return nil
	case sent:
		c.abandon(call)
	default:
		c.remove(call)
	}
	return err
}

// acquire puts a token in a channel, or fails when that is of no use any more.
func (c *Client) acquire(ctx context.Context, tokens chan struct{}) error {
	select {
	case tokens <- struct{}{}:
		return nil
	default:
	}
	select {
	case tokens <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-c.done:
		return c.Err()
	}
}

// enter gives the call its id and has the reader look for its reply.
func (c *Client) enter(call *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return c.err
	case c.closed:
		return &DisconnectError{Err: ErrClosed}
	}
	c.lastID++
	call.id = c.lastID
	c.pending[call.id] = call
	return nil
}

// abandon says that nobody waits for the reply any more. The call is kept until
// that comes, since the server is still busy with it.
func (c *Client) abandon(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending[call.id] == call {
		call.abandoned = true
		c.abandoned++
	}
}

// remove takes back a call that was not sent.
func (c *Client) remove(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending[call.id] == call {
		c.forget(call)
	}
}
