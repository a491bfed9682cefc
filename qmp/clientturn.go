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
// What that gains, for one caller and query-status on two cores: see docs/performance.md. The
// timer is set again only after it has expired: setting it with each reply made a call of QEMU
// 7.2 a sixth slower, and any timer that is due in a millisecond does, since the runtime then
// wakes up that often.
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
