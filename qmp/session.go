package qmp

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// serverBuffer is how much a server reads at first, in bytes; it grows to
// firstBuffer for a client that sends much.
const serverBuffer = 2 << 10

// A session is a server's side of one connection. Three goroutines serve it:
// one reads, one runs the commands that come in band, one writes.
type session struct {
	server *Server
	conn   io.ReadWriteCloser
	out    *output
	queue  chan command
	oob    atomic.Bool // negotiated

	// Of the reader.
	files   []*os.File // received and not yet given to a command
	holding bool       // commands are held back
	held    []command

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
	with *received // nil if there are no files
}

func newSession(s *Server, conn io.ReadWriteCloser) *session {
	return &session{
		server:  s,
		conn:    conn,
		out:     newOutput(conn, s.hook),
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

	if ss.server.agent {
		ss.out.negotiated(nil)
	} else {
		greeting, err := appendGreeting(nil, &ss.server.greeting)
		if err != nil {
			ss.conn.Close()
			return err
		}
		ss.out.reply(greeting)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := ss.out.write(); err != nil {
			ss.abort(err)
			cancel()
		}
		ss.conn.Close()
	})
	wait.Go(func() { ss.read(ctx, cancel) })
	ss.run(ctx)
	ss.out.finish()
	wait.Wait()
	for len(ss.queue) > 0 { // read at the moment of a shutdown
		(<-ss.queue).with.close()
	}
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

// read reads commands until the connection ends, and cancels the context of the
// handlers: at once if the connection has failed, and a grace after the end of
// what the client sends, since it may still read.
func (ss *session) read(ctx context.Context, cancel context.CancelFunc) {
	in := input{emit: func(tokens *tokens, flaw *Error) { ss.message(ctx, tokens, flaw) }}
	buf := make([]byte, serverBuffer)
	defer func() { (&received{files: ss.files}).close() }()
	for {
		n, files, err := receive(ss.conn, buf)
		if ss.files = append(ss.files, files...); len(files) > 0 {
			ss.feedWithFiles(ctx, &in, buf[:n])
		} else {
			in.feed(buf[:n])
		}
		if n == len(buf) && n < firstBuffer {
			buf = make([]byte, 2*n)
		}
		switch {
		case errors.Is(err, io.EOF): // a *net.OpError with it on unix sockets
			ss.stop(nil)
			select {
			case <-ss.ran:
			case <-time.After(ss.server.grace):
				cancel()
			}
			return
		case err != nil:
			if errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed) {
				err = nil
			}
			ss.abort(err)
			cancel()
			return
		}
	}
}

// feedWithFiles is feed for what has come with files. They belong to the last
// message in it, which may not be complete yet: a client sends them with the
// first byte of a message, and the system delivers them at the end of a read.
func (ss *session) feedWithFiles(ctx context.Context, in *input, data []byte) {
	ss.holding = true
	in.feed(data)
	ss.holding = false
	if n := len(ss.held); n > 0 && in.idle() {
		ss.held[n-1].with, ss.files = &received{files: ss.files}, nil
	}
	for _, cmd := range ss.held {
		ss.accept(ctx, cmd)
	}
	ss.held = nil
}

// message takes one message, or the error of what was none.
func (ss *session) message(ctx context.Context, tokens *tokens, flaw *Error) {
	if hook := ss.server.hook; hook != nil && len(tokens.text) > 0 {
		hook(Received, tokens.text)
	}
	cmd := command{err: flaw}
	if flaw == nil {
		cmd = parseCommand(tokens, ss.oob.Load())
	}
	if ss.holding {
		ss.held = append(ss.held, cmd)
		return
	}
	if len(ss.files) > 0 {
		cmd.with, ss.files = &received{files: ss.files}, nil
	}
	ss.accept(ctx, cmd)
}

// accept runs a command that is to run out of band, and queues others.
func (ss *session) accept(ctx context.Context, cmd command) {
	if cmd.oob && cmd.err == nil {
		ss.execute(ctx, cmd)
		return
	}
	select {
	case <-ss.stopped:
		cmd.with.close()
		return
	default:
	}
	select {
	case ss.queue <- cmd:
	case <-ss.ran:
		cmd.with.close()
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
	defer cmd.with.close()
	if ss.out.failed() {
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
		text, noReply, err = ss.server.run(cmd.with.with(ctx), cmd)
	}
	if err == nil && noReply {
		return
	}
	ss.reply(&cmd, text, err)
}

// reply answers a command.
func (ss *session) reply(cmd *command, result []byte, err error) {
	var buf []byte
	end := "\r\n"
	if ss.server.agent {
		end = "\n"
		if err == nil && cmd.name == guestSyncDelimited {
			buf = append(buf, sentinel)
		}
	}
	ss.out.reply(append(buf, appendReply(nil, result, err, cmd.id, end)...))
}

// run runs a command and returns its result as JSON. noReply says that success
// is not to be answered.
func (s *Server) run(ctx context.Context, cmd command) (text []byte, noReply bool, err error) {
	if cmd.name == commandCapabilities && !s.agent {
		return nil, false, &Error{ClassCommandNotFound, "Capabilities negotiation is already complete, command ignored"}
	}
	row := s.commands[cmd.name]
	switch {
	case row == nil || !s.answers(row):
		return nil, false, &Error{ClassCommandNotFound, "The command " + cmd.name + " has not been found"}
	case cmd.oob && !row.AllowOOB:
		return nil, false, &Error{ClassGenericError, "The command " + cmd.name + " does not support OOB"}
	case s.preconfig.Load() && !row.AllowPreconfig:
		return nil, false, &Error{ClassGenericError, "The command '" + cmd.name + "' is permitted only after machine initialization has completed"}
	}
	if row.Run == nil {
		text, err := s.answer(row, cmd.args)
		return text, false, err
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
	if text, err = wire.Append(nil, result, wire.Strict); err != nil {
		return nil, false, wrap("cannot encode the result of "+cmd.name, err)
	}
	return text, row.NoReply, nil
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
				err = &Error{ClassGenericError, "Parameter 'null' does not accept value '" + name + "'"} // sic
			case !ss.server.greeting.Has(capabilityOOB):
				err = &Error{ClassGenericError, "Capability " + name + " not available"}
			}
		}
	}
	text := appendReply(nil, []byte("{}"), err, cmd.id, "\r\n")
	if err != nil {
		ss.out.reply(text)
		return
	}
	ss.oob.Store(len(args.Enable) > 0)
	ss.out.negotiated(text)
}
