package qmp

import (
	"context"
	"errors"
	"os"
	"time"
)

// drainTime is how long the reader goes on after a failed write, to receive what the server sent
// before it closed the connection.
const drainTime = time.Second

// write writes the message of a call. The caller has put a token into c.writing; write, or a
// goroutine that it starts, takes it out. The only error is that of the context. sent then reports
// whether the server receives the message all the same: the rest of a message that was partly
// written follows in the background, since half a message would make the connection unusable. If
// the connection fails write returns no error; the reader finds the cause.
func (c *Client) write(ctx context.Context, call *call, files []*os.File) (sent bool, err error) {
	if !c.conn.writeable && ctx.Done() != nil {
		return c.writeAside(ctx, call, files)
	}
	if !call.stop.begin(writing) {
		<-c.writing
		return false, ctx.Err()
	}
	n, err := c.conn.writeMessage(call.msg, files)
	if call.stop.end() && n < len(call.msg) && errors.Is(err, os.ErrDeadlineExceeded) {
		if n == 0 {
			<-c.writing
			return false, ctx.Err()
		}
		call.shared = true
		c.background(call.msg[n:], nil)
		return true, ctx.Err()
	}
	call.unsent = err != nil && n == 0
	c.written(err)
	return true, nil
}

// writeAside is write for a connection whose Write cannot be interrupted.
func (c *Client) writeAside(ctx context.Context, call *call, files []*os.File) (sent bool, err error) {
	call.shared = true
	select {
	case <-c.background(call.msg, files):
		return true, nil
	case <-ctx.Done():
		return true, ctx.Err()
	}
}

// background writes data in a new goroutine, which then takes the token out of c.writing. The
// returned channel is closed after that.
func (c *Client) background(data []byte, files []*os.File) <-chan struct{} {
	finished := make(chan struct{})
	c.mu.Lock()
	ended := c.err != nil || c.closed
	if !ended {
		c.wait.Add(1)
	}
	c.mu.Unlock()
	if ended {
		<-c.writing
		close(finished)
		return finished
	}
	go func() {
		defer c.wait.Done()
		defer close(finished)
		_, err := c.conn.writeMessage(data, files)
		c.written(err)
	}()
	return finished
}

// written takes the token out of c.writing after a write. If that failed, the connection is
// unusable, and the reader gets a moment to read what is left.
func (c *Client) written(err error) {
	if err != nil {
		c.writeFailed(err)
	}
	<-c.writing
}

func (c *Client) writeFailed(err error) {
	c.mu.Lock()
	first := c.writeErr == nil
	if first {
		c.writeErr = err
	}
	c.mu.Unlock()
	if first && (!c.conn.deadlines || c.conn.timed.SetReadDeadline(time.Now().Add(drainTime)) != nil) {
		c.conn.Close()
	}
}

// restoreDeadline sets the deadline of a failed write again, which the interruption of a reader
// has cleared.
func (c *Client) restoreDeadline() {
	c.mu.Lock()
	failed := c.writeErr != nil
	c.mu.Unlock()
	if failed {
		c.conn.timed.SetReadDeadline(time.Now().Add(drainTime))
	}
}
