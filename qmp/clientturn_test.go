package qmp

import (
	"testing"
	"time"
)

// TestTurn checks that only one goroutine has the turn, and that an expired timer takes it only if
// it was free for the whole interval.
func TestTurn(t *testing.T) {
	c := &Client{}
	turn := &c.turn
	defer turn.stop()
	if !turn.take() || turn.take() {
		t.Fatal("the turn is not taken once")
	}
	turn.free(time.Hour, c)
	first := turn.timer
	turn.take()
	turn.free(2*time.Hour, c)
	if turn.timer != first || turn.due != time.Hour {
		t.Error("the timer is set with each reply")
	}
	if turn.expire(c) || turn.timer == nil {
		t.Error("the turn is taken though it has been used meanwhile, or no timer is set")
	}
	turn.take()
	turn.free(time.Minute, c)
	if turn.due != time.Minute {
		t.Error("the timer is not set to a shorter time")
	}
	if !turn.expire(c) || !turn.taken || turn.timer != nil {
		t.Error("the turn is not taken when the timer expires")
	}
	if turn.expire(c) || turn.timer != nil {
		t.Error("the turn is taken from somebody, or the timer set by the wrong one")
	}
}
