package qmp

import (
	"context"
	"errors"
	"io"
	"net"
)

// serverBuffer is the initial size of the read buffer, in bytes. It grows up to firstBuffer for a
// client that sends much.
const serverBuffer = 2 << 10

// read reads requests until the connection ends. It reports whether the input ended with an end of
// file: the client may then still read, and gets its replies. Otherwise read aborts the
// connection.
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
		if len(files) > 0 {
			(&receivedFiles{files: c.files}).close() // as QEMU does
			c.files = files
			c.feedWithFiles(ctx, &in, buf[:n])
		} else {
			in.feed(buf[:n])
		}
		c.feeding.Unlock()
		if n == len(buf) && n < firstBuffer {
			buf = make([]byte, 2*n)
		}
		switch {
		case errors.Is(err, io.EOF): // wrapped in a *net.OpError by unix sockets
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

// feedWithFiles is feed for input with files. They belong to its last message, which may be
// incomplete: a client sends files with the first byte of a message, and the system ends a read
// behind data with files.
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

// message handles a message, or an error in place of one.
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

// accept starts an out-of-band request and queues any other.
func (c *serverConn) accept(ctx context.Context, req request) {
	switch {
	case req.oob && c.oob.Load():
		c.acceptOOB(ctx, req)
	case c.out.isNegotiated():
		c.enqueue(req)
	default:
		// What the client may send next depends on the reply, so QEMU reads on
		// only after it.
		req.answered = make(chan struct{})
		if c.enqueue(req) {
			<-req.answered
		}
	}
}

// enqueue queues a request, or refuses it behind the replies to earlier ones. It reports whether it
// was queued.
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
	c.refuseLast(req)
	return false
}

// acceptOOB runs an out-of-band request, after the earlier ones.
func (c *serverConn) acceptOOB(ctx context.Context, req request) {
	c.slots <- struct{}{}
	answered := make(chan struct{})
	c.mu.Lock()
	if c.stopping {
		c.mu.Unlock()
		<-c.slots
		c.refuseLast(req)
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

// forgetOOB forgets an answered out-of-band request, unless a later one has arrived.
func (c *serverConn) forgetOOB(answered chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lastOOB == answered {
		c.lastOOB = nil
	}
}
