package qmp

import (
	"context"
	"strconv"
	"sync"
)

// A call is a command without a reply yet. It is reused when nothing refers to it any more.
type call struct {
	id      uint64
	order   uint64        // of sending: 1 is the first call of its client
	keep    bool          // the caller wants the result
	inBand  bool          // holds a token of Client.inBand
	oob     bool          // its reply may overtake others
	noReply bool          // success has no reply
	written bool          // with noReply: the message was written; guarded by Client.mu
	reads   bool          // its caller has the turn to read
	unsent  bool          // no byte of it was written; guarded by Client.mu while it is pending
	msg     []byte        // the request
	files   descriptors   // to pass with its first byte; nil when a batch has them
	batch   batch         // of the messages that its caller writes
	next    *call         // in the queue to write, then among the settled ones
	settled chan struct{} // of capacity 1, so that the reader never blocks
	client  chan struct{} // Client.done of the client that settled was made for
	stop    interrupter
	unused  func() bool // of context.AfterFunc; nil unless the context is watched

	// The reply, set before a token is put into settled, or answered.
	result   []byte // a copy; empty unless keep
	err      error
	answered bool // its caller has read the reply itself

	abandoned bool // the caller has given up; guarded by Client.mu
	shared    bool // something may refer to the call after Do
}

// keepCall limits the size of each buffer of a call that is kept for reuse, in bytes.
const keepCall = 64 << 10

var calls = sync.Pool{New: func() any { return new(call) }}

// newCall returns a call, which may have been used before. Its channel was made for the same
// client, since one made in a bubble of testing/synctest must not be used outside.
func (c *Client) newCall() *call {
	call := calls.Get().(*call)
	if call.client != c.done {
		call.client, call.settled = c.done, make(chan struct{}, 1)
	}
	return call
}

// watch lets the end of the context interrupt the call's reads and writes.
func (call *call) watch(ctx context.Context) {
	if call.unused == nil && ctx.Done() != nil {
		call.unused = context.AfterFunc(ctx, call.stop.interrupt)
	}
}

// unwatch undoes watch.
func (call *call) unwatch() {
	if call.unused != nil && !call.unused() {
		call.shared = true
	}
	call.unused = nil
}

// release makes a call available for reuse, if nothing else refers to it.
func (call *call) release() {
	if call.shared || cap(call.msg) > keepCall || cap(call.batch.data) > keepCall || cap(call.result) > keepCall {
		return
	}
	call.msg, call.result, call.err = call.msg[:0], call.result[:0], nil
	call.files, call.batch.files, call.next = nil, nil, nil
	clear(call.batch.parts)
	calls.Put(call)
}

// register gives the call an id, adds it to the pending ones and queues its message. leads reports
// whether the caller must write the messages in the queue, and together whether others, whose
// replies arrived together with its last one, have not sent again, as they are likely to.
func (c *Client) register(call *call) (leads, together bool, err error) {
	c.mu.Lock()
	switch {
	case c.err != nil:
		err = c.err
	case c.closed:
		err = &DisconnectError{Err: ErrClosed}
	default:
		leads, together = c.enqueue(call)
	}
	c.mu.Unlock()
	return leads, together, err
}

func (c *Client) enqueue(call *call) (leads, together bool) {
	c.sent++
	call.order, call.id = c.sent, c.ids.next(&c.pending)
	c.pending.add(call)
	call.msg = append(call.msg, `,"id":`...)
	call.msg = strconv.AppendUint(call.msg, call.id, 10)
	call.msg = append(call.msg, "}\n"...)
	call.unsent = true
	c.queue.push(call)
	c.burst--
	if c.sending || c.writeErr != nil {
		if c.turn.take() {
			c.startReader()
		}
		return false, false
	}
	c.sending = true
	return true, c.burst > 0
}

// gathers reports whether callers that were woken together have not all sent again.
func (c *Client) gathers() bool {
	c.mu.Lock()
	gathers := c.burst > 0
	c.mu.Unlock()
	return gathers
}

// wasWritten reports whether the message of a call without a reply was written.
func (c *Client) wasWritten(call *call) bool {
	c.mu.Lock()
	written := call.written
	c.mu.Unlock()
	return written
}

// waiting returns the number of calls whose callers wait for a reply.
func (c *Client) waiting() int { return c.pending.len() - c.abandoned }

// abandon records that the caller has given up. The call stays pending until its reply arrives,
// since the server is still busy with it; it is removed if it was not sent. abandon returns false
// if the reply has arrived.
func (c *Client) abandon(call *call) bool {
	c.mu.Lock()
	waits := c.pending.get(call.id) == call
	switch {
	case !waits:
	case call.unsent:
		c.queue.remove(call)
		c.forget(call)
	default:
		call.abandoned, call.shared = true, true
		if c.abandoned++; c.abandoned == 1 || call.order < c.earliest {
			c.earliest = call.order
		}
	}
	c.mu.Unlock()
	return waits
}

// settle delivers a reply to its call, if that is still pending.
func (c *Client) settle(m *message, failure error) {
	c.mu.Lock()
	c.deliver(m, failure)
	c.mu.Unlock()
}

// deliver is settle with c.mu held.
func (c *Client) deliver(m *message, failure error) {
	var call *call
	switch {
	case m.ownID:
		call = c.pending.get(m.id)
	case !m.hasID && failure != nil:
		// The server could not parse a command. It reads them in order, so that
		// is the oldest one without a reply.
		call = c.oldest()
		c.ids.retire()
	}
	if call == nil || call.unsent {
		return // the late reply to a forgotten call, or not ours
	}
	c.forget(call)
	if c.abandoned > 0 && !call.oob && call.order >= c.earliest {
		c.forgetAbandonedBefore(call.order)
	}
	if c.solo++; c.waiting() > 0 {
		c.solo = 0
	}
	if call.abandoned {
		return
	}
	if call.err = failure; failure == nil && call.keep {
		call.result = append(call.result[:0], m.result...)
	}
	if c.settled.first == nil {
		c.burst = 0
	}
	c.burst++
	c.settled.push(call)
}

// wake wakes the callers of settled calls. One that is still writing the messages of others hands
// that over. wake is called by the goroutine that has the turn.
//
//go:noinline
func (c *Client) wake() {
	for c.settled.first != nil {
		call := c.settled.first
		c.settled.first = call.next
		if call == c.reader {
			call.answered = true
			continue
		}
		call.stop.endWriting()
		call.settled <- struct{}{}
	}
	c.settled.last = nil
}

// fail settles a call that is no longer pending.
//
//go:noinline
func (call *call) fail(err error) {
	if !call.abandoned {
		call.err = err
		call.settled <- struct{}{}
	}
}

// oldest returns the in-band call sent first that may still be answered. That excludes abandoned
// calls without a reply, which have succeeded, but no other abandoned ones, and those in the queue.
//
//go:noinline
func (c *Client) oldest() *call {
	var first *call
	for _, call := range c.pending.all() {
		if call.oob || call.unsent || call.noReply && call.abandoned {
			continue
		}
		if first == nil || call.order < first.order {
			first = call
		}
	}
	return first
}

// forget removes a call that has been answered, or never will be.
//
//go:noinline
func (c *Client) forget(call *call) {
	c.pending.remove(call)
	if call.abandoned {
		c.abandoned--
	}
	if call.inBand {
		<-c.inBand
	}
}

// forgetAbandonedBefore removes abandoned calls that were sent before one that has been answered:
// a server that has not answered them by now never will. If replies come in the order of the calls,
// it looks at all pending ones only if it removes some.
//
//go:noinline
func (c *Client) forgetAbandonedBefore(order uint64) {
	earliest := c.earliest
	if c.earliest = order + 1; earliest == order {
		return // there is none before it
	}
	for _, call := range c.pending.all() {
		if call.abandoned && !call.oob && call.order < order {
			c.forget(call)
			c.ids.retire()
		}
	}
}
