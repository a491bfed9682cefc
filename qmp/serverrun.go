package qmp

import (
	"context"
	"errors"
	"runtime"

	"github.com/qapi-go/qapi-go/internal/behind"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// run runs the queued commands in order, until no more will arrive and the out-of-band ones are
// answered.
func (c *serverConn) run(ctx context.Context) {
	defer close(c.ran)
	c.runQueue(ctx)
	c.queueing.Lock()
	//lint:ignore SA2001 whoever held the lock has queued its request, and nothing more is queued
	c.queueing.Unlock()
	c.mu.Lock()
	last := c.lastOOB
	c.mu.Unlock()
	for len(c.queue) > 0 {
		c.execute(ctx, <-c.queue)
	}
	if last != nil {
		<-last
	}
}

func (c *serverConn) runQueue(ctx context.Context) {
	for {
		c.out.await()
		select {
		case req := <-c.queue:
			c.execute(ctx, req)
			continue
		default:
		}
		select {
		case req := <-c.queue:
			c.execute(ctx, req)
		case <-c.stopped:
			return
		case <-c.ended:
			if len(c.queue) == 0 {
				return
			}
		}
	}
}

// execute runs and answers a request, or refuses it.
func (c *serverConn) execute(ctx context.Context, req request) {
	if req.answered != nil {
		defer close(req.answered)
	}
	defer req.files.close()
	if req.after != nil {
		<-req.after
	}
	if !c.begin() {
		c.refuse(req)
		return
	}
	var text []byte
	noReply, err := false, error(nil)
	switch {
	case req.err != nil:
		err = req.err
	case !c.out.isNegotiated():
		c.negotiate(req)
		return
	default:
		ctx, after := behind.ForCommand(ctx, c.out.flush)
		defer after.Do()
		text, noReply, err = c.call(req.files.with(ctx), req)
	}
	if err == nil && noReply || c.outer.Err() != nil {
		return
	}
	c.reply(&req, text, err)
}

// call runs a command and returns its result as JSON. A panic of the handler, or of its error or
// result, becomes an error. All errors are of type *Error.
func (c *serverConn) call(ctx context.Context, req request) (text []byte, noReply bool, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		if v := recover(); v != nil {
			stack := make([]byte, 64<<10)
			stack = stack[:runtime.Stack(stack, false)]
			c.server.logPanic(req.command, v, stack)
			text, noReply = nil, false
			err = &Error{ClassGenericError, "Internal error: the handler of " + req.command + " panicked"}
			return
		}
		// The handler has called runtime.Goexit, which ends this goroutine.
		c.server.log("qmp: the handler of " + req.command + " ended its goroutine; the connection is closed")
		c.abort(errGoexit)
	}()
	text, noReply, err = c.server.run(ctx, req)
	if err != nil {
		err = failure(err) // here, since it calls methods of the handler's error
	}
	returned = true
	return text, noReply, err
}

var errGoexit = errors.New("qmp: a handler ended its goroutine")

// reply answers a request.
func (c *serverConn) reply(req *request, result []byte, err error) {
	var buf []byte
	end := "\r\n"
	if c.server.agent {
		end = "\n"
		if err == nil && req.command == guestSyncDelimited {
			buf = append(buf, sentinel)
		}
	}
	c.out.reply(appendReply(buf, result, err, req.id, end))
}

// run runs a command and returns its result as JSON. noReply reports whether success has no reply.
// The checks are in QEMU's order.
func (s *Server) run(ctx context.Context, req request) (text []byte, noReply bool, err error) {
	row := s.commands[req.command]
	negotiating := req.command == commandCapabilities && !s.agent
	switch {
	case negotiating:
		row = &ServerCommand{AllowPreconfig: true}
	case row == nil || !s.answers(row):
		return nil, false, &Error{ClassCommandNotFound, "The command " + req.command + " has not been found"}
	}
	switch {
	case req.oob && !row.AllowOOB:
		return nil, false, &Error{ClassGenericError, "The command " + req.command + " does not support OOB"}
	case s.preconfig.Load() && !row.AllowPreconfig:
		return nil, false, &Error{ClassGenericError, "The command '" + req.command + "' is permitted only after machine initialization has completed"}
	case negotiating:
		if _, err := decodeInto(new(capabilitiesArgs), req.args); err != nil {
			return nil, false, err
		}
		return nil, false, &Error{ClassCommandNotFound, "Capabilities negotiation is already complete, command ignored"}
	case row.Run == nil:
		text, err := s.answer(row, req.args)
		return text, false, err
	}
	if err := s.checkArgs(row, req.args); err != nil {
		return nil, false, err
	}
	args, err := decodeArgs(row.Args, req.args)
	if err != nil {
		return nil, false, err
	}
	result, err := row.Run(ctx, args)
	if err != nil {
		return nil, false, err
	}
	if row.Result == nil || result == nil {
		if err := s.checkResult(row, []byte("{}")); err != nil {
			return nil, false, err
		}
		return []byte("{}"), row.NoReply, nil
	}
	if text, err = wire.Append(nil, result, wire.Strict); err == nil {
		err = s.checkResult(row, text)
	}
	if err != nil {
		err = wrap("cannot encode the result of "+req.command, err)
		s.log("qmp: " + err.Error())
		return nil, false, err
	}
	return text, row.NoReply, nil
}
