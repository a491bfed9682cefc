package qmp

import "time"

// A turn is the right to read from the connection, which at most one goroutine has at a time: that
// of a caller ([Client.readFor]) or the client's own ([Client.read]). Its methods are called with
// Client.mu held.
//
// A call that is the only one takes the turn, and so gets its reply without a switch between
// goroutines. If several calls wait, or none, the client's goroutine has the turn; with none, it
// reads events and notices the end of the connection. It is not started after each call, which
// would cost two switches a call in a program that makes one call after the other. Instead the
// turn stays free for a moment, until the next call takes it, somebody waits for an event, or a
// timer expires.
//
// BenchmarkTurn on two cores, against a client whose own goroutine always reads: one caller takes
// 20 µs of CPU a call instead of 30 and makes a tenth more calls a second; for eight callers,
// where the client's goroutine reads anyway, there is no difference (9.5 and 9.2 µs).
//
// The timer is set again only after it has expired. Setting it with each reply made a call of QEMU
// 7.2 a sixth slower, as does any timer that is due within a millisecond, since the Go runtime
// then wakes up that often.
type turn struct {
	taken bool
	used  bool          // it was given up since the timer was set
	due   time.Duration // of the timer when it was set; 0 if it has expired
	timer *time.Timer   // nil if it has expired, to save memory in idle clients
}

const (
	// freeWhileAwaited is how long the turn may be free while somebody waits for an event. An
	// event that arrives just after a reply is delayed by at most twice that.
	freeWhileAwaited = time.Millisecond

	// freeOtherwise is how long it may be free otherwise. The end of the connection is noticed
	// with a delay of at most twice that.
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

// free gives up the turn. turnExpired of c is called after at least d.
func (t *turn) free(d time.Duration, c *Client) {
	t.taken, t.used = false, true
	t.set(d, c)
}

// set sets the timer to call turnExpired of c after d, unless it is set to an earlier time.
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

// expire takes the turn if it has been free since the timer was set. If it has been used and is
// free, expire sets the timer again.
func (t *turn) expire(c *Client) bool {
	d := t.due
	t.timer, t.due = nil, 0
	switch {
	case t.taken:
		return false // whoever gives it up sets the timer
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

// soloReplies is the number of replies in a row, each to the only waiting call, after which the
// client's goroutine gives up the turn.
const soloReplies = 3

// startReading gives up the turn of the handshake.
func (c *Client) startReading() {
	c.turn.taken = true
	c.passTurn()
}

// startReader passes the turn, which the caller has, to a new goroutine.
func (c *Client) startReader() {
	c.wait.Add(1)
	go c.read()
}

// readInBackground starts a goroutine that reads, if the turn is free.
func (c *Client) readInBackground() {
	c.mu.Lock()
	if c.turn.take() {
		c.startReader()
	}
	c.mu.Unlock()
}

// turnExpired is called by the timer.
func (c *Client) turnExpired() {
	c.mu.Lock()
	if c.err == nil && c.turn.expire(c) {
		if c.pending.len() == 0 {
			c.pending.rest = nil
		}
		c.startReader()
	}
	c.mu.Unlock()
}

// stepAside frees the turn of the client's goroutine if each of the last calls was the only one.
// It reports whether it has.
func (c *Client) stepAside() bool {
	idle := c.framer.Idle()
	c.mu.Lock()
	free := idle && c.solo >= soloReplies && c.freeTurn()
	c.mu.Unlock()
	return free
}

// passTurn gives up the turn: either it becomes free, or the client's goroutine gets it.
func (c *Client) passTurn() {
	idle := c.framer.Idle()
	c.mu.Lock()
	free := idle && c.freeTurn()
	c.mu.Unlock()
	if !free {
		c.startReader()
	}
}

// freeTurn frees the turn unless somebody must read now. It reports whether it has.
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

// takeTurn takes the turn for a call that waits for its reply, if it is free and the call is the
// only one, and reports whether it has. If there are other calls, the client's goroutine gets the
// free turn.
func (c *Client) takeTurn(call *call) bool {
	c.mu.Lock()
	took := c.takesTurn(call)
	c.mu.Unlock()
	return took
}

// takesTurn is takeTurn with c.mu held.
func (c *Client) takesTurn(call *call) bool {
	if call.noReply || c.pending.get(call.id) != call || !c.turn.take() {
		return false
	}
	if c.waiting() == 1 {
		return true
	}
	c.startReader()
	return false
}
