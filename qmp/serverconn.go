package qmp

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/qapi-go/qapi-go/internal/behind"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// serverBuffer is how much a server reads at first, in bytes; it grows to
// firstBuffer for a client that sends much.
const serverBuffer = 2 << 10

// lingerTime is how long a server that is shut down waits for a client to close
// its side, after the last reply. A connection that is closed while there is
// unread input is reset, and TCP then drops what the client has not received.
const lingerTime = 500 * time.Millisecond

// errShuttingDown is the answer to a command that was not begun when the server
// was shut down.
var errShuttingDown = &Error{ClassGenericError, "The server is shutting down"}

// A serverConn is a server's side of one connection. Three goroutines serve it:
// one reads, one runs the commands that come in band, one writes. Each command
// out of band has a goroutine of its own, so that the end of the connection is
// noticed while it runs.
//
// It ends in one of three ways. After the end of what the client sends, what it
// has sent is run and answered. After stop, what has begun is answered, and the
// rest is refused. After abort, nothing is sent any more.
type serverConn struct {
	server *Server
	conn   io.ReadWriteCloser
	out    *output
	queue  chan request    // in band
	slots  chan struct{}   // one for each request out of band that is not answered
	oob    atomic.Bool     // negotiated
	outer  context.Context // of the connection; that of the handlers may end before it
	cancel context.CancelFunc

	// Of the reader.
	files    []*os.File // received and not yet given to a command
	delaying bool       // requests are delayed until the end of a read is known
	delayed  []request

	stopped chan struct{} // closed by stop
	ended   chan struct{} // closed when the reader has returned
	ran     chan struct{} // closed when no command will be run any more
	done    chan struct{} // closed when serve has returned

	queueing sync.Mutex // held while a request is queued

	feeding  sync.Mutex // held while what was read at once is taken apart; before mu
	mu       sync.Mutex
	cause    error         // why it was stopped; nil: the client closed the connection
	stopping bool          // no command may begin
	finished bool          // nothing more may be put into the output
	lastOOB  chan struct{} // closed when the last request out of band is answered; nil if it is
}

func newServerConn(ctx context.Context, s *Server, conn io.ReadWriteCloser) *serverConn {
	return &serverConn{
		server:  s,
		conn:    conn,
		out:     newOutput(conn, s.hook),
		queue:   make(chan request, maxInBand),
		slots:   make(chan struct{}, maxInBand),
		stopped: make(chan struct{}),
		ended:   make(chan struct{}),
		ran:     make(chan struct{}),
		done:    make(chan struct{}),
		outer:   ctx,
		cancel:  func() {},
	}
}

// serve serves the connection until its end.
func (c *serverConn) serve() error {
	ctx, cancel := context.WithCancel(c.outer)
	defer cancel()
	c.mu.Lock()
	c.cancel = cancel
	c.mu.Unlock()
	release := context.AfterFunc(c.outer, func() { c.abort(c.outer.Err()) })
	defer release()

	if c.server.agent {
		c.out.negotiated(nil)
	} else {
		greeting, err := appendGreeting(nil, &c.server.greeting)
		if err != nil {
			c.conn.Close()
			return err
		}
		c.out.reply(greeting)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		if err := c.out.write(); err != nil {
			c.abort(err)
		}
		c.hangUp()
	})
	wait.Go(func() {
		half := c.read(ctx)
		close(c.ended)
		if !half {
			return
		}
		grace := time.NewTimer(c.server.grace)
		defer grace.Stop()
		select {
		case <-c.ran:
		case <-grace.C:
			cancel()
		}
	})
	c.run(ctx)
	c.finish()
	wait.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// stop has the connection end when the commands that have begun are answered.
func (c *serverConn) stop(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopping {
		c.stopping, c.cause = true, cause
		close(c.stopped)
	}
}

// abort has the connection end at once.
func (c *serverConn) abort(cause error) {
	c.stop(cause)
	c.out.fail()
	c.conn.Close()
	c.mu.Lock()
	cancel := c.cancel
	c.mu.Unlock()
	cancel()
}

// begin reports whether a command may begin.
func (c *serverConn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopping && c.outer.Err() == nil // which may come before abort
}

// refuse answers a request that comes too late, if it can still be answered.
func (c *serverConn) refuse(req request) {
	req.files.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.finished && c.outer.Err() == nil {
		c.reply(&req, nil, errShuttingDown)
	}
}

// finish ends the output, after what is in it and the refusals of what was read last.
func (c *serverConn) finish() {
	c.feeding.Lock()
	defer c.feeding.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finished = true
	c.out.finish()
}

// hangUp closes the connection, after all has been written.
func (c *serverConn) hangUp() {
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && !c.out.failed() && half.CloseWrite() == nil {
		linger := time.NewTimer(lingerTime)
		defer linger.Stop()
		select {
		case <-c.ended:
		case <-linger.C:
		}
	}
	c.conn.Close()
}

// read reads requests until the connection ends. It reports whether it ended as
// a client ends it: what was read is then answered, since the client may still
// read. Otherwise it aborts the connection.
func (c *serverConn) read(ctx context.Context) (half bool) {
	in := lexer{parser: parser{located: c.server.located()}}
	in.emit = func(msg *inputMessage, err *Error) {
		c.server.show(in.rawMessage())
		c.message(ctx, msg, err)
	}
	in.keepRaw = c.server.hook != nil
	buf := make([]byte, serverBuffer)
	defer func() { (&receivedFiles{files: c.files}).close() }()
	for {
		n, files, err := receive(c.conn, buf)
		c.feeding.Lock()
		if c.files = append(c.files, files...); len(files) > 0 {
			c.feedWithFiles(ctx, &in, buf[:n])
		} else {
			in.feed(buf[:n])
		}
		c.feeding.Unlock()
		if n == len(buf) && n < firstBuffer {
			buf = make([]byte, 2*n)
		}
		switch {
		case errors.Is(err, io.EOF): // a *net.OpError with it on unix sockets
			return true
		case err != nil:
			if errors.Is(err, io.ErrClosedPipe) || errors.Is(err, net.ErrClosed) {
				err = nil
			}
			c.abort(err)
			return false
		}
	}
}

// feedWithFiles is feed for what has come with files. They belong to the last
// message in it, which may not be complete yet: a client sends them with the
// first byte of a message, and the system delivers them at the end of a read.
func (c *serverConn) feedWithFiles(ctx context.Context, in *lexer, data []byte) {
	c.delaying = true
	in.feed(data)
	c.delaying = false
	if n := len(c.delayed); n > 0 && in.idle() {
		c.delayed[n-1].files, c.files = &receivedFiles{files: c.files}, nil
	}
	for _, req := range c.delayed {
		c.accept(ctx, req)
	}
	c.delayed = nil
}

// message takes one message, or the error of what was none.
func (c *serverConn) message(ctx context.Context, msg *inputMessage, err *Error) {
	req := request{err: err}
	if err == nil {
		req = parseRequest(msg, c.oob.Load())
	}
	if c.delaying {
		c.delayed = append(c.delayed, req)
		return
	}
	if len(c.files) > 0 {
		req.files, c.files = &receivedFiles{files: c.files}, nil
	}
	c.accept(ctx, req)
}

// accept starts a request that is to run out of band, and queues others.
func (c *serverConn) accept(ctx context.Context, req request) {
	switch {
	case req.oob && c.oob.Load():
		c.acceptOOB(ctx, req)
	case c.out.isNegotiated():
		c.enqueue(req)
	default:
		// What a client may send next depends on the answer. QEMU reads on
		// only after it.
		req.answered = make(chan struct{})
		if c.enqueue(req) {
			<-req.answered
		}
	}
}

// enqueue queues a request, or refuses it. It reports whether it was queued.
func (c *serverConn) enqueue(req request) bool {
	c.queueing.Lock()
	defer c.queueing.Unlock()
	c.mu.Lock()
	stopping := c.stopping
	req.after = c.lastOOB
	c.mu.Unlock()
	if !stopping {
		select {
		case c.queue <- req:
			return true
		case <-c.stopped:
		}
	}
	c.refuse(req)
	return false
}

// acceptOOB runs a request out of band, after those before it.
func (c *serverConn) acceptOOB(ctx context.Context, req request) {
	c.slots <- struct{}{}
	answered := make(chan struct{})
	c.mu.Lock()
	if c.stopping {
		c.mu.Unlock()
		<-c.slots
		c.refuse(req)
		return
	}
	req.after, req.answered = c.lastOOB, answered
	c.lastOOB = answered
	c.mu.Unlock()
	go func() {
		defer func() { <-c.slots }()
		defer c.forgetOOB(answered)
		c.execute(ctx, req)
	}()
}

// forgetOOB forgets a request out of band that is answered, if none has come
// after it.
func (c *serverConn) forgetOOB(answered chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lastOOB == answered {
		c.lastOOB = nil
	}
}

// run runs the queued commands in order, until no more will come and those out
// of band are answered.
func (c *serverConn) run(ctx context.Context) {
	defer close(c.ran)
	c.runQueue(ctx)
	c.queueing.Lock() // after it, nothing more is queued
	//lint:ignore SA2001 whoever held the lock has queued its command now
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

// execute runs a command and answers it, or refuses it.
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
		ctx, after := behind.ForCommand(ctx)
		defer after.Do()
		text, noReply, err = c.call(req.files.with(ctx), req)
	}
	if err == nil && noReply || c.outer.Err() != nil {
		return
	}
	c.reply(&req, text, err)
}

// call runs a command and returns its result as JSON. A handler that panics has
// an error.
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
			err = &Error{ClassGenericError, "Internal error: the handler of " + req.command + " panicked"}
			return
		}
		// runtime.Goexit: this goroutine is over.
		c.server.log("qmp: the handler of " + req.command + " ended its goroutine; the connection is closed")
		c.abort(errGoexit)
	}()
	text, noReply, err = c.server.run(ctx, req)
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

// negotiate answers a command of a client that has not negotiated.
func (c *serverConn) negotiate(req request) {
	if req.command != commandCapabilities {
		c.reply(&req, nil, &Error{ClassCommandNotFound, "Expecting capabilities negotiation with '" + commandCapabilities + "'"})
		return
	}
	enable, err := c.server.parseCapabilities(req.args)
	if err != nil {
		c.reply(&req, nil, err)
		return
	}
	c.oob.Store(enable)
	c.out.negotiated(appendReply(nil, []byte("{}"), nil, req.id, "\r\n"))
}

// capabilitiesArgs are the arguments of qmp_capabilities.
type capabilitiesArgs struct {
	Enable []capability `json:"enable,omitzero"`
}

// A capability is one that QEMU knows; it need not be offered.
type capability string

func (c capability) Known() bool { return c == capabilityOOB }

// parseCapabilities reads the arguments of qmp_capabilities of a client that has
// not negotiated. It reports whether they turn on out-of-band execution.
func (s *Server) parseCapabilities(text []byte) (oob bool, err error) {
	var args capabilitiesArgs
	if _, err := decodeInto(&args, text); err != nil {
		return false, err
	}
	unavailable := ""
	for _, c := range args.Enable {
		if s.greeting.Has(string(c)) {
			continue
		}
		if unavailable != "" {
			unavailable += ", "
		}
		unavailable += string(c)
	}
	if unavailable != "" {
		return false, &Error{ClassGenericError, "Capability " + unavailable + " not available"}
	}
	return len(args.Enable) > 0, nil
}

// run runs a command and returns its result as JSON. noReply reports whether
// success is not to be answered. The checks are in QEMU's order.
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
