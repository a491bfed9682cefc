package qmp

// A callQueue holds calls in the order in which they were added.
type callQueue struct{ first, last *call }

func (q *callQueue) push(last *call) {
	last.next = nil
	if q.first == nil {
		q.first = last
	} else {
		q.last.next = last
	}
	q.last = last
}

// remove removes a call if it is in the queue.
func (q *callQueue) remove(gone *call) {
	var before *call
	for c := q.first; c != nil; before, c = c, c.next {
		switch {
		case c != gone:
			continue
		case before == nil:
			q.first = c.next
		default:
			before.next = c.next
		}
		if c.next == nil {
			q.last = before
		}
		return
	}
}

// maxBatch limits the messages that are written together, in bytes. A longer one is written by
// itself.
const maxBatch = 8 << 10

// A batch holds the messages of one write.
type batch struct {
	data  []byte      // the messages
	done  int         // bytes of data that were written
	parts []part      // of data, in order
	files descriptors // to pass with the first byte; then there is one part
	quiet bool        // it has the message of a call without a reply
}

// closeFiles closes the files when they have been passed, or will not be.
func (b *batch) closeFiles() {
	b.files.close()
	b.files = nil
}

// A part is the message of one call in a batch. If the call is no longer pending (see
// [Client.isPending]), another goroutine may have reused it, even for another client: then its
// fields must not be read.
type part struct {
	call      *call
	id, order uint64 // of the call
	end       int    // of the message in data
}

// take fills b with the next messages in the queue, for the goroutine that writes. If there are
// none, or the connection ends, that goroutine stops being the one that writes, and take returns
// false. If it is that of a caller, its call then takes the turn to read, as takeTurn does.
//
// A message with files is not joined with others, since they belong to its first byte, and nor is
// any where a write cannot be interrupted, as over TLS: see [Client.write].
func (c *Client) take(b *batch, writer *call) bool {
	c.mu.Lock()
	call := c.queue.first
	if call == nil || c.ending() {
		c.sending = false
		if writer != nil {
			writer.reads = c.takesTurn(writer)
		}
		c.mu.Unlock()
		return false
	}
	b.data, b.done, b.parts, b.quiet = b.data[:0], 0, b.parts[:0], false
	b.files, call.files = call.files, nil
	for {
		call.unsent, b.quiet = false, b.quiet || call.noReply
		b.data = append(b.data, call.msg...)
		b.parts = append(b.parts, part{call, call.id, call.order, len(b.data)})
		call = call.next
		c.queue.first = call
		if call == nil || b.files != nil || call.files != nil || !c.conn.writeable || len(b.data)+len(call.msg) > maxBatch {
			break
		}
	}
	if call == nil {
		c.queue.last = nil // an idle client keeps no call
	}
	c.mu.Unlock()
	if c.opts.hook != nil {
		start := 0
		for _, p := range b.parts {
			c.show(Sent, b.data[start:p.end])
			start = p.end
		}
	}
	return true
}

// ending reports whether nothing more can be sent. It is called with c.mu held.
func (c *Client) ending() bool { return c.err != nil || c.closed || c.writeErr != nil }

// isPending reports whether a part's call is still without a reply. It is called with c.mu held.
func (c *Client) isPending(p *part) bool {
	return c.pending.get(p.id) == p.call && p.call.order == p.order
}
