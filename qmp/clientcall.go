package qmp

import (
	"context"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// noReplyTime is how long a command without a reply waits for an error reply.
const noReplyTime = 100 * time.Millisecond

// Do runs a command and waits for its reply. If the context is done first, the error wraps that of
// the context, the connection stays usable, and a late reply is dropped. An error reply is an
// [*Error]; if the connection ends, the error is a [*DisconnectError].
//
// When Do returns, the events that the server sent before the reply are in the queues of their
// subscriptions.
func (c *Client) Do(ctx context.Context, req *Request) error {
	if err := ctx.Err(); err != nil {
		return callError(req, err)
	}
	if req.OOB && c.inBand == nil {
		return callError(req, ErrNoOOB)
	}
	if c.check != nil {
		if err := c.check(ctx, c.greeting, unchecked{c}, req); err != nil {
			return err
		}
	}
	return c.send(ctx, req)
}

// unchecked runs the commands of a client without its feature check.
type unchecked struct{ client *Client }

func (u unchecked) Do(ctx context.Context, req *Request) error { return u.client.send(ctx, req) }

// send runs a command.
func (c *Client) send(ctx context.Context, req *Request) error {
	var files descriptors
	var err error
	if len(req.Files) > 0 {
		if files, err = duplicate(c.conn.ReadWriteCloser, req.Files); err != nil {
			return callError(req, err)
		}
	}
	call := c.newCall()
	call.files = files
	call.keep, call.oob = req.Result != nil, req.OOB
	call.inBand = c.inBand != nil && !req.OOB && !req.NoReply
	call.noReply, call.written, call.answered = req.NoReply, false, false
	call.stop.reset(c.conn.timed)
	err = c.do(ctx, call, req)
	call.unwatch()
	call.files.close() // unless they are in a batch
	call.release()
	return err
}

func (c *Client) do(ctx context.Context, call *call, req *Request) (err error) {
	if call.msg, err = appendRequest(call.msg[:0], req); err != nil {
		return callError(req, err)
	}
	reads, err := c.start(ctx, call, req)
	if err != nil {
		return callError(req, err)
	}
	if req.NoReply {
		return c.awaitError(ctx, call, req)
	}
	if reads {
		call.watch(ctx)
		c.readFor(call)
		if call.answered {
			return finish(req, call)
		}
	}
	select {
	case <-call.settled:
		return finish(req, call)
	default:
	}
	select {
	case <-call.settled:
		return finish(req, call)
	case <-ctx.Done():
	}
	if c.abandon(call) {
		return callError(req, ctx.Err())
	}
	<-call.settled // the reply has just arrived
	return finish(req, call)
}

// awaitError waits until a command that has no reply on success has been written, and then briefly
// for an error reply. The command may be one that ends the connection, so its end is no error.
func (c *Client) awaitError(ctx context.Context, call *call, req *Request) error {
	patience := time.NewTimer(c.opts.silence)
	defer patience.Stop()
	for settled := false; !settled; {
		written := true
		select {
		case <-call.settled:
			settled = true
			continue
		case <-patience.C:
			if !c.wasWritten(call) {
				patience.Reset(c.opts.silence)
				continue
			}
		case <-ctx.Done():
			written = c.wasWritten(call)
		}
		if !c.abandon(call) {
			<-call.settled // the reply has just arrived
			settled = true
		} else if written {
			return nil
		} else {
			return callError(req, ctx.Err())
		}
	}
	if _, ended := call.err.(*DisconnectError); ended && !call.unsent {
		return nil
	}
	return finish(req, call)
}

// finish decodes a reply, in the caller's goroutine.
func finish(req *Request, call *call) error {
	if req.sent != nil && call.unsent {
		*req.sent = false
	}
	if call.err != nil {
		return callError(req, call.err)
	}
	if req.Result == nil {
		return nil
	}
	if err := wire.Decode(call.result, req.Result, wire.Tolerant); err != nil {
		return callError(req, wrap("cannot decode the reply", err))
	}
	return nil
}

// callError adds the name of the command to an error, except to a *DisconnectError, which concerns
// all commands.
//
//go:noinline
func callError(req *Request, err error) error {
	if d, ok := err.(*DisconnectError); ok {
		return d
	}
	return &wrapped{"qmp: " + req.Command, err, req.Command}
}

// appendRequest appends a command without its id and its closing brace.
func appendRequest(buf []byte, req *Request) ([]byte, error) {
	verb := `{"execute":`
	if req.OOB {
		verb = `{"exec-oob":`
	}
	buf = append(buf, verb...)
	if isPlainName(req.Command) {
		buf = append(buf, '"')
		buf = append(buf, req.Command...)
		buf = append(buf, '"')
	} else {
		var err error
		if buf, err = wire.Append(buf, &req.Command, wire.Tolerant); err != nil {
			return buf, err
		}
	}
	return appendArgs(buf, `,"arguments":`, req.Args, wire.Tolerant)
}

// isPlainName reports whether a command's name is its own JSON text, as all names in schemas are.
func isPlainName(name string) bool {
	for i := range len(name) {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return true
}

// start sends a command or queues it. If it returns nil, the call is pending and will be settled.
// reads reports whether the caller has the turn to read.
func (c *Client) start(ctx context.Context, call *call, req *Request) (reads bool, err error) {
	if call.inBand {
		if err := c.acquire(ctx, c.inBand); err != nil {
			return false, err
		}
	}
	leads, together, err := c.register(call)
	if err != nil {
		return false, err
	}
	if req.sent != nil {
		*req.sent = true
	}
	return leads && c.write(ctx, call, together), nil
}

// acquire puts a token into a channel. It fails when the context is done or the connection ends.
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
