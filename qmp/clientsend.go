package qmp

import (
	"context"
	"errors"
	"os"
	"time"
)

// drainTime is how long the reader may go on after a write has failed, to take
// what the server said before it closed the connection.
const drainTime = time.Second

// write sends the message of a call. The caller holds the token of c.writing,
// and write sees to its return. An error is that of the context, and sent reports
// whether the server gets the message nevertheless: half a message would make
// the connection useless, so the rest is then written in the background. When
// the connection fails there is no error; the reader will find the cause.
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

// writeAside writes in another goroutine, for a connection whose Write cannot
// be interrupted.
func (c *Client) writeAside(ctx context.Context, call *call, files []*os.File) (sent bool, err error) {
	call.shared = true
	select {
	case <-c.background(call.msg, files):
		return true, nil
	case <-ctx.Done():
		return true, ctx.Err()
	}
}

// background writes data and then returns the token of c.writing. The channel
// it returns is closed after that.
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

// written returns the token of c.writing. If the write failed the connection is
// of no use; the reader gets a moment to read what is left.
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

// restoreDeadline undoes what an interrupted reader has left.
func (c *Client) restoreDeadline() {
	c.mu.Lock()
	failed := c.writeErr != nil
	c.mu.Unlock()
	if failed {
		c.conn.timed.SetReadDeadline(time.Now().Add(drainTime))
	}
}
