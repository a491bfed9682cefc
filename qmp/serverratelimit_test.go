package qmp

import (
	"slices"
	"testing"
	"time"
)

// The first event passes at once; of those that follow within the interval, the
// last one passes at its end, for each name and key.
func TestLimiter(t *testing.T) {
	sent := make(chan string, 100)
	l := limiter{send: func(text []byte) { sent <- string(text) }, interval: 50 * time.Millisecond}
	event := func(name, key, text string) { l.event(rateKey{name, key}, []byte(text)) }
	event("BALLOON_CHANGE", "", "b1")
	event("BALLOON_CHANGE", "", "b2")
	event("VSERPORT_CHANGE", "p", "p1")
	event("VSERPORT_CHANGE", "q", "q1")
	event("BALLOON_CHANGE", "", "b3")
	var got []string
	for range 3 {
		got = append(got, <-sent)
	}
	if want := []string{"b1", "p1", "q1"}; !slices.Equal(got, want) {
		t.Errorf("at once %q, want %q", got, want)
	}
	if got := <-sent; got != "b3" {
		t.Errorf("at the end of the interval %q, want b3", got)
	}
	// A second interval has begun with b3.
	event("BALLOON_CHANGE", "", "b4")
	event("BALLOON_CHANGE", "", "b5")
	if got := <-sent; got != "b5" {
		t.Errorf("at the end of the second interval %q, want b5", got)
	}
	event("BALLOON_CHANGE", "", "b6")
	l.stop()
	event("BALLOON_CHANGE", "", "b7")
	event("STOP", "", "s")
	l.elapsed(rateKey{"BALLOON_CHANGE", ""}) // a timer that was late
	if len(sent) > 0 {
		t.Errorf("%q was sent after stop", <-sent)
	}
}

// An interval that passes without an event leaves nothing behind.
func TestLimiterForgets(t *testing.T) {
	l := limiter{send: func([]byte) {}, interval: time.Hour}
	key := rateKey{"RTC_CHANGE", ""}
	l.event(key, []byte("1"))
	l.elapsed(key)
	if len(l.waiting) != 0 {
		t.Error("the event is still known")
	}
	l.event(key, []byte("2"))
	l.stop()
}
