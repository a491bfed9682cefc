package qmp

import "sync"

// A call is a command without a reply yet. It is reused when nothing refers to it any more.
type call struct {
	id      uint64
	order   uint64        // of sending: 1 is the first call of its client
	keep    bool          // the caller wants the result
	inBand  bool          // holds a token of Client.inBand
	oob     bool          // its reply may overtake others
	noReply bool          // success has no reply
	unsent  bool          // no byte of it was written
	msg     []byte        // the request
	settled chan struct{} // of capacity 1, so that the reader never blocks
	stop    interrupter

	// The reply, set before a token is put into settled.
	result []byte // a copy; empty unless keep
	err    error

	abandoned bool // the caller has given up; guarded by Client.mu
	shared    bool // something may refer to the call after Do
}

// keepCall limits the size of each buffer of a call that is kept for reuse, in bytes.
const keepCall = 64 << 10

var calls = sync.Pool{New: func() any { return &call{settled: make(chan struct{}, 1)} }}

// release makes a call available for reuse, if nothing else refers to it.
func (call *call) release() {
	if call.shared || cap(call.msg) > keepCall || cap(call.result) > keepCall {
		return
	}
	call.msg, call.result, call.err = call.msg[:0], call.result[:0], nil
	calls.Put(call)
}

// pendingCalls are calls by id.
type pendingCalls map[uint64]*call

// register gives the call an id and adds it to the pending ones.
func (c *Client) register(call *call) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.err != nil:
		return c.err
	case c.closed:
		return &DisconnectError{Err: ErrClosed}
	}
	if c.pending == nil {
		c.pending = make(pendingCalls)
	}
	c.sent++
	call.order, call.id = c.sent, c.ids.next(c.pending)
	c.pending[call.id] = call
	return nil
}

// waiting returns the number of calls whose callers wait for a reply.
func (c *Client) waiting() int { return len(c.pending) - c.abandoned }

// abandon records that the caller has given up. The call stays pending until its reply arrives,
// since the server is still busy with it. abandon returns false if the reply has arrived.
func (c *Client) abandon(call *call) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending[call.id] != call {
		return false
	}
	call.abandoned, call.shared = true, true
	c.abandoned++
	return true
}

// remove removes a call that was not sent.
func (c *Client) remove(call *call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pending[call.id] == call {
		c.forget(call)
	} else {
		call.shared = true // it has been settled
	}
}

// settle delivers a reply to its call, if that is still pending.
func (c *Client) settle(m *message, failure error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var call *call
	switch {
	case m.ownID:
		call = c.pending[m.id]
	case !m.hasID && failure != nil:
		// The server could not parse a command. It reads them in order, so that
		// is the oldest one without a reply.
		call = c.oldest()
		c.ids.retire()
	}
	if call == nil {
		return // the late reply to a forgotten call, or not ours
	}
	c.forget(call)
	if !call.oob {
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
	call.settled <- struct{}{}
}

// oldest returns the in-band call sent first that may still be answered. That excludes abandoned
// calls without a reply, which have succeeded, but no other abandoned ones.
func (c *Client) oldest() *call {
	var first *call
	for _, call := range c.pending {
		if call.oob || call.noReply && call.abandoned {
			continue
		}
		if first == nil || call.order < first.order {
			first = call
		}
	}
	return first
}

// forget removes a call that has been answered, or never will be.
func (c *Client) forget(call *call) {
	delete(c.pending, call.id)
	if call.abandoned {
		c.abandoned--
	}
	if call.inBand {
		<-c.inBand
	}
}

// forgetAbandonedBefore removes abandoned calls that were sent before one that has been answered:
// a server that has not answered them by now never will.
func (c *Client) forgetAbandonedBefore(order uint64) {
	if c.abandoned == 0 {
		return
	}
	for _, call := range c.pending {
		if call.abandoned && !call.oob && call.order < order {
			c.forget(call)
			c.ids.retire()
		}
	}
}
