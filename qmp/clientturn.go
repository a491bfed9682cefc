package qmp

import "time"

// A turn is the right to read from the connection, which at most one goroutine has: a call
// ([Client.readFor]) or a goroutine of the client's ([Client.read]). Its methods are called
// under Client.mu.
//
// A call that is the only one takes the turn, and so gets its reply without a switch between
// goroutines. If several calls wait, or none, a goroutine of the client's has the turn, the
// latter for events and the end of the connection. It is not started after each call: that would
// cost a program that makes one call after the other two switches a call. So a turn that is
// given up stays free for a moment, until the next call takes it, somebody waits for an event,
// or a timer expires.
//
// What that gains, measured with BenchmarkTurn on two cores against a client whose own goroutine
// always reads: with one caller 20 µs of CPU a call instead of 30 and about a tenth more calls a
// second, with eight callers, when the client's goroutine reads anyway, nothing (9.5 and 9.2 µs).
//
// The timer is set again only after it has expired: setting it with each reply made a call of
// QEMU 7.2 a sixth slower, and so does any timer that is due in a millisecond, since the runtime
// then wakes up that often.
type turn struct {
	taken bool
	used  bool          // has been given up since the timer was set
	due   time.Duration // what the timer was set to; 0 if it has expired
	timer *time.Timer   // nil if it has expired, since most clients are idle
}

const (
	// freeWhileAwaited is how long the turn may be free while somebody waits for an event.
	// An event that comes just after a reply is late by at most twice that.
	freeWhileAwaited = time.Millisecond

	// freeOtherwise is how long it may be free if nobody does. The end of the connection is
	// noticed late by at most twice that.
	freeOtherwise = 20 * time.Millisecond
)

// take takes the turn if it is free.
func (t *turn) take() bool {
	if t.taken {
		return false
	}
	t.taken = true
	return true
}

// free gives up the turn. turnExpired of c is called after a time of at least d.
func (t *turn) free(d time.Duration, c *Client) {
	t.taken, t.used = false, true
	t.set(d, c)
}

// set has turnExpired of c called after a time of d, or sooner if that was set before.
func (t *turn) set(d time.Duration, c *Client) {
	switch {
	case t.timer == nil:
		t.timer = time.AfterFunc(d, c.turnExpired)
	case d < t.due:
		t.timer.Reset(d)
	default:
		return
	}
	t.used, t.due = false, d
}

// expire takes the turn if it has been free since the timer was set, and otherwise sets the
// timer again if the turn is free.
func (t *turn) expire(c *Client) bool {
	d := t.due
	t.timer, t.due = nil, 0
	switch {
	case t.taken:
		return false // who gives it up sets the timer
	case t.used:
		t.set(d, c)
		return false
	}
	t.taken = true
	return true
}

// stop stops the timer.
func (t *turn) stop() {
	if t.timer != nil {
		t.timer.Stop()
	}
	t.timer, t.due = nil, 0
}

// soloReplies is how many replies in a row, each to a call that was the only one, make the
// client's goroutine give up the turn.
const soloReplies = 3

// startReading gives up the turn, which the handshake had.
func (c *Client) startReading() {
	c.turn.taken = true
	c.passTurn()
}

// startReader starts a goroutine that has the turn, which was the caller's.
func (c *Client) startReader() {
	c.wait.Add(1)
	go c.read()
}

// readInBackground starts a goroutine that has the turn, if the turn is free.
func (c *Client) readInBackground() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.turn.take() {
		c.startReader()
	}
}

// turnExpired is called when the turn has been free for a while, or may have been.
func (c *Client) turnExpired() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil || !c.turn.expire(c) {
		return
	}
	if len(c.pending) == 0 {
		c.pending = nil
	}
	c.startReader()
}

// stepAside frees the turn of the client's goroutine if each of the last calls was the only one,
// and reports whether it has.
func (c *Client) stepAside() bool {
	idle := c.framer.Idle()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !idle || c.solo < soloReplies {
		return false
	}
	return c.freeTurn()
}

// passTurn gives up the turn: it is free then, or the client's goroutine has it.
func (c *Client) passTurn() {
	idle := c.framer.Idle()
	c.mu.Lock()
	free := idle && c.freeTurn()
	c.mu.Unlock()
	if !free {
		c.startReader()
	}
}

// freeTurn frees the turn unless somebody has to read now, and reports whether it has.
func (c *Client) freeTurn() bool {
	if c.waiting() > 0 || c.closed || !c.conn.deadlines {
		return false
	}
	d := freeOtherwise
	if c.events.awaited.Load() > 0 {
		d = freeWhileAwaited
	}
	c.turn.free(d, c)
	return true
}

// takeTurn takes the turn for a call that is the only one, and reports whether it has. If the
// turn is free otherwise, the client's goroutine gets it.
func (c *Client) takeTurn(call *call) bool {
	c.mu.Lock()
	if c.pending[call.id] != call || !c.turn.take() {
		c.mu.Unlock()
		return false
	}
	only := c.waiting() == 1
	c.mu.Unlock()
	if !only {
		c.startReader()
	}
	return only
}
