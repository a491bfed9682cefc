package qmp

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"
)

// drainTime is how long the reader goes on after a failed write, to receive what the server sent
// before it closed the connection.
const drainTime = time.Second

// Each caller queues its message. One goroutine at a time writes: that of a caller who found nobody
// writing, until the queue is empty or it has its own reply; then a goroutine of the client takes
// over. Messages that were queued meanwhile are written together, in one system call.
//
// No caller waits for the messages of others to be written: a write is interrupted when the reply
// of the writing call arrives or its context is done. Where writes cannot be interrupted, a caller
// writes its own message only, and not even that if its context can be cancelled.

// gatherings is how often a caller that writes lets others run who are about to queue messages.
// With two cores some of them run on the other one, and may not have come after the first time.
const gatherings = 2

// write writes the messages in the queue, of which that of the call is the first. together reports
// whether other callers are about to queue theirs. If the connection fails the reader finds the
// cause.
func (c *Client) write(ctx context.Context, call *call, together bool) (reads bool) {
	if !c.conn.writeable && ctx.Done() != nil {
		c.writeInBackground(nil)
		return c.takeTurn(call)
	}
	call.watch(ctx)
	for range gatherings {
		if !together {
			break
		}
		runtime.Gosched() // lets them
		together = c.gathers()
	}
	b := &call.batch
	for c.take(b, call) {
		var err error
		begun := !c.conn.writeable || call.stop.begin(writing)
		if begun {
			err = c.writeBatch(b)
		}
		if !begun || call.stop.end() && errors.Is(err, os.ErrDeadlineExceeded) {
			if b.done < len(b.data) {
				c.interrupted(call)
				return c.takeTurn(call)
			}
			err = nil // all was written when the reply came
		}
		if !c.wrote(b, err) {
			return c.takeTurn(call)
		}
		if len(call.settled) > 0 || !c.conn.writeable {
			c.writeInBackground(nil)
			return c.takeTurn(call)
		}
	}
	return call.reads
}

// interrupted ends the call's writing of its batch. Its own message is dropped if nothing of it was
// written. All else is written in the background, since half a message would make the connection
// unusable.
func (c *Client) interrupted(call *call) {
	b := &call.batch
	call.shared = true // by the batch
	if b.done == 0 && b.parts[0].call == call {
		b.done = b.parts[0].end
		c.mu.Lock()
		call.unsent = true
		c.mu.Unlock()
		b.closeFiles()
	}
	c.writeInBackground(b)
}

// writeInBackground starts a goroutine that writes the rest of b, which may be nil, and the
// messages in the queue, if there are any. The caller stops being the one that writes.
func (c *Client) writeInBackground(b *batch) {
	c.mu.Lock()
	c.sending = (c.queue.first != nil || b != nil && b.done < len(b.data)) && !c.ending()
	if c.sending {
		c.wait.Add(1)
		go c.writeQueue(b)
	} else if b != nil {
		b.closeFiles()
	}
	c.mu.Unlock()
}

func (c *Client) writeQueue(b *batch) {
	defer c.wait.Done()
	if b == nil {
		b = new(batch)
	}
	for b.done < len(b.data) || c.take(b, nil) {
		if !c.wrote(b, c.writeBatch(b)) {
			return
		}
	}
}

// writeBatch writes the rest of a batch.
func (c *Client) writeBatch(b *batch) error {
	n, err := c.conn.writeMessage(b.data[b.done:], b.files)
	if b.done += n; n > 0 {
		b.closeFiles()
	}
	return err
}

// wrote handles the result of writing a batch, and reports whether the connection is usable. If
// not, nothing is written any more, and the reader gets a moment to read what is left.
func (c *Client) wrote(b *batch, err error) bool {
	if err == nil && !b.quiet {
		return true
	}
	onlyFiles := b.files != nil && refusesFiles(err) // only the call fails
	b.closeFiles()
	start := 0
	c.mu.Lock()
	for i := range b.parts {
		p := &b.parts[i]
		switch {
		case !c.isPending(p):
		case err == nil:
			p.call.written = !p.call.unsent // else it was dropped
		case start >= b.done:
			p.call.unsent = true
			if onlyFiles {
				c.forget(p.call)
				p.call.fail(err)
			}
		}
		start = p.end
	}
	if onlyFiles {
		b.done = start
	} else if err != nil {
		c.writeErr, c.sending = err, false
	}
	c.mu.Unlock()
	if err == nil || onlyFiles {
		return true
	}
	if !c.conn.deadlines || c.conn.timed.SetReadDeadline(time.Now().Add(drainTime)) != nil {
		c.conn.Close()
	}
	return false
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
