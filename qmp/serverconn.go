package qmp

import (
	"context"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// lingerTime is how long a server that shuts down waits, after its last reply, for the client to
// close its side. Closing a connection with unread input resets it, and TCP then drops what the
// client has not yet received.
const lingerTime = 500 * time.Millisecond

// maxLate limits the memory for the requests of a client that a server refuses because it shuts
// down, in bytes. Further ones are not answered.
const (
	maxLate  = 16 << 20
	lateSize = 128 // of a request without its id, about
)

// errShuttingDown is the reply to a command that was not started before the server shut down.
var errShuttingDown = &Error{ClassGenericError, "The server is shutting down"}

// A serverConn serves one connection. It has three goroutines: one reads (serverread.go), one runs
// in-band commands (serverrun.go), and one writes (serveroutput.go). Each out-of-band command has
// a goroutine of its own, so that the end of the connection is noticed while it runs.
//
// It ends in one of three ways. After the end of the input, all commands received are run and
// answered. After stop, commands under way are answered and the others refused. After abort,
// nothing more is sent.
type serverConn struct {
	server *Server
	conn   io.ReadWriteCloser
	out    *output
	queue  chan request    // in band
	slots  chan struct{}   // has a token for each unanswered out-of-band request
	oob    atomic.Bool     // negotiated
	outer  context.Context // of ServeConn; that of the handlers may end earlier
	cancel context.CancelFunc

	// Used by the reader.
	files    []*os.File // received and not yet given to a command
	delaying bool       // requests are collected in delayed
	delayed  []request

	stopped chan struct{} // closed by stop
	ended   chan struct{} // closed when the reader has returned
	ran     chan struct{} // closed when no more commands will run
	done    chan struct{} // closed when serve has returned

	queueing sync.Mutex // held while a request is queued

	feeding  sync.Mutex // held while the input of one read is parsed; acquired before mu
	mu       sync.Mutex
	cause    error         // why it was stopped; nil if the client closed the connection
	stopping bool          // no more commands may start
	finished bool          // no more output is accepted
	lastOOB  chan struct{} // closed when the last out-of-band request is answered; nil if it was
	late     []request     // to be refused when all commands that were queued are answered
	lateSize int           // of late, in bytes
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

// stop ends the connection when the commands under way are answered.
func (c *serverConn) stop(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.stopping {
		c.stopping, c.cause = true, cause
		close(c.stopped)
	}
}

// abort ends the connection at once.
func (c *serverConn) abort(cause error) {
	c.stop(cause)
	c.out.fail()
	c.conn.Close()
	c.mu.Lock()
	cancel := c.cancel
	c.mu.Unlock()
	cancel()
}

// begin reports whether a command may start.
func (c *serverConn) begin() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.stopping && c.outer.Err() == nil // ctx may be done before abort is called
}

// refuse answers a request that was queued and will not run, if it can still be answered.
func (c *serverConn) refuse(req request) {
	req.files.close()
	if c.outer.Err() == nil {
		c.reply(&req, nil, errShuttingDown)
	}
}

// refuseLast refuses a request that was read too late to be queued. Replies are in the order of the
// commands, so commands that were queued are answered before.
func (c *serverConn) refuseLast(req request) {
	req.files.close()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.finished && c.lateSize < maxLate {
		c.late = append(c.late, request{id: req.id})
		c.lateSize += lateSize + len(req.id)
	}
}

// finish ends the output, behind the refusals of the requests that were read last.
func (c *serverConn) finish() {
	c.feeding.Lock()
	defer c.feeding.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, req := range c.late {
		c.refuse(req)
	}
	c.finished, c.late = true, nil
	c.out.finish()
}

// hangUp closes the connection when all output has been written.
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
