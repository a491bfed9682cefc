package qmp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A session is a server's side of one connection. Three goroutines serve it:
// one reads, one runs the commands that come in band, one writes.
type session struct {
	server *Server
	conn   net.Conn
	out    *output
	queue  chan command
	oob    atomic.Bool // negotiated

	stopped chan struct{} // closed when no more is to be read
	ran     chan struct{} // closed when no command will be run any more
	done    chan struct{} // closed when serve has returned

	mu    sync.Mutex
	cause error // why it was stopped; nil: the client closed the connection
	once  sync.Once
}

// A command is what a client has sent: a request, or an error if it sent none.
type command struct {
	name string
	oob  bool
	args []byte          // nil if there are none
	id   json.RawMessage // nil if there is none
	err  *Error
}

func newSession(s *Server, conn net.Conn) *session {
	return &session{
		server:  s,
		conn:    conn,
		out:     newOutput(conn),
		queue:   make(chan command, maxInBand),
		stopped: make(chan struct{}),
		ran:     make(chan struct{}),
		done:    make(chan struct{}),
	}
}

// serve serves the connection until its end.
func (ss *session) serve(ctx context.Context) error {
	outer := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	release := context.AfterFunc(outer, func() { ss.abort(outer.Err()) })
	defer release()

	greeting, err := appendGreeting(nil, &ss.server.greeting)
	if err != nil {
		ss.conn.Close()
		return err
	}
	ss.out.reply(greeting)
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := ss.out.write(); err != nil {
			ss.abort(err)
			cancel()
		}
		ss.conn.Close()
	})
	wait.Go(func() { ss.read(ctx) })
	ss.run(ctx)
	ss.out.finish()
	wait.Wait()
	ss.mu.Lock()
	defer ss.mu.Unlock()
	return ss.cause
}

// stop has the session end when the commands that were read are answered.
func (ss *session) stop(cause error) {
	ss.once.Do(func() {
		ss.mu.Lock()
		ss.cause = cause
		ss.mu.Unlock()
		close(ss.stopped)
	})
}

// abort has the session end at once.
func (ss *session) abort(cause error) {
	ss.stop(cause)
	ss.out.fail()
	ss.conn.Close()
}

// read reads commands until the connection ends.
func (ss *session) read(ctx context.Context) {
	in := input{emit: func(tokens *tokens, flaw *Error) { ss.accept(ctx, tokens, flaw) }}
	buf := make([]byte, firstBuffer)
	for {
		n, err := ss.conn.Read(buf)
		in.feed(buf[:n])
		switch {
		case err == io.EOF || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed):
			ss.stop(nil)
			return
		case err != nil:
			ss.stop(err)
			return
		}
	}
}

// accept takes one message, or the error of what was none. Commands that are to
// run out of band it runs, others it queues.
func (ss *session) accept(ctx context.Context, tokens *tokens, flaw *Error) {
	cmd := command{err: flaw}
	if flaw == nil {
		cmd = parseCommand(tokens, ss.oob.Load())
	}
	if cmd.oob && cmd.err == nil {
		ss.execute(ctx, cmd)
		return
	}
	select {
	case <-ss.stopped:
		return
	default:
	}
	select {
	case ss.queue <- cmd:
	case <-ss.ran:
	}
}

// run runs the queued commands in order, until no more will come.
func (ss *session) run(ctx context.Context) {
	defer close(ss.ran)
	for {
		ss.out.await()
		select {
		case cmd := <-ss.queue:
			ss.execute(ctx, cmd)
			continue
		default:
		}
		select {
		case cmd := <-ss.queue:
			ss.execute(ctx, cmd)
		case <-ss.stopped:
			select {
			case cmd := <-ss.queue:
				ss.execute(ctx, cmd)
			default:
				return
			}
		}
	}
}

// execute runs a command and answers it.
func (ss *session) execute(ctx context.Context, cmd command) {
	if ctx.Err() != nil {
		return // nobody is there any more
	}
	var text []byte
	noReply, err := false, error(nil)
	switch {
	case cmd.err != nil:
		err = cmd.err
	case !ss.out.isNegotiated():
		ss.negotiate(cmd)
		return
	default:
		text, noReply, err = ss.server.run(ctx, cmd)
	}
	if err == nil && noReply {
		return
	}
	ss.out.reply(appendReply(nil, text, err, cmd.id))
}

// run runs a command and returns its result as JSON. noReply says that success
// is not to be answered.
func (s *Server) run(ctx context.Context, cmd command) (text []byte, noReply bool, err error) {
	if cmd.name == commandCapabilities {
		return nil, false, &Error{ClassCommandNotFound, "Capabilities negotiation is already complete, command ignored"}
	}
	row := s.commands[cmd.name]
	switch {
	case row == nil || row.Run == nil:
		return nil, false, &Error{ClassCommandNotFound, "The command " + cmd.name + " has not been found"}
	case cmd.oob && !row.AllowOOB:
		return nil, false, &Error{ClassGenericError, "The command " + cmd.name + " does not support OOB"}
	}
	args, err := decodeArgs(row.Args, cmd.args)
	if err != nil {
		return nil, false, err
	}
	result, err := row.Run(ctx, args)
	if err != nil {
		return nil, false, err
	}
	if row.Result == nil || result == nil {
		return []byte("{}"), row.NoReply, nil
	}
	text, err = wire.Append(nil, result, wire.Tolerant)
	return text, row.NoReply, err
}

// negotiate answers a command of a client that has not negotiated.
func (ss *session) negotiate(cmd command) {
	var args struct {
		Enable []string `json:"enable,omitzero"`
	}
	err := error(nil)
	if cmd.name != commandCapabilities {
		err = &Error{ClassCommandNotFound, "Expecting capabilities negotiation with '" + commandCapabilities + "'"}
	} else if _, err = decodeInto(&args, cmd.args); err == nil {
		for _, name := range args.Enable {
			switch {
			case name != capabilityOOB:
				err = &Error{ClassGenericError, "Parameter 'enable' does not accept value '" + name + "'"}
			case !ss.server.greeting.Has(capabilityOOB):
				err = &Error{ClassGenericError, "Capability " + name + " not available"}
			}
		}
	}
	text := appendReply(nil, []byte("{}"), err, cmd.id)
	if err != nil {
		ss.out.reply(text)
		return
	}
	ss.oob.Store(len(args.Enable) > 0)
	ss.out.negotiated(text)
}
