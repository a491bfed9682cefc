package qmp

import (
	"slices"
	"testing"
	"time"
)

// The first event is sent at once; of those that follow within the interval, only the last is sent,
// at its end, for each name and key. The test ends the intervals itself.
func TestLimiter(t *testing.T) {
	var sent []string
	l := limiter{send: func(text []byte) { sent = append(sent, string(text)) }, interval: time.Hour}
	event := func(name, key, text string) { l.event(rateKey{name, key}, []byte(text)) }
	want := func(texts ...string) {
		t.Helper()
		if !slices.Equal(sent, texts) {
			t.Errorf("sent %q, want %q", sent, texts)
		}
		sent = nil
	}
	event("BALLOON_CHANGE", "", "b1")
	event("BALLOON_CHANGE", "", "b2")
	event("VSERPORT_CHANGE", "p", "p1")
	event("VSERPORT_CHANGE", "q", "q1")
	event("BALLOON_CHANGE", "", "b3")
	want("b1", "p1", "q1")
	l.elapsed(rateKey{"BALLOON_CHANGE", ""})
	want("b3")
	event("BALLOON_CHANGE", "", "b4") // a second interval began with b3
	event("BALLOON_CHANGE", "", "b5")
	want()
	l.elapsed(rateKey{"BALLOON_CHANGE", ""})
	want("b5")
	event("BALLOON_CHANGE", "", "b6")
	l.stop()
	event("BALLOON_CHANGE", "", "b7")
	event("STOP", "", "s")
	l.elapsed(rateKey{"BALLOON_CHANGE", ""}) // a late timer
	want()
}

// A timer ends the interval.
func TestLimiterTimer(t *testing.T) {
	sent := make(chan string, 10)
	l := limiter{send: func(text []byte) { sent <- string(text) }, interval: time.Millisecond}
	defer l.stop()
	key := rateKey{"RTC_CHANGE", ""}
	for got := ""; got != "end"; got = <-sent {
		l.event(key, []byte("again"))
		l.event(key, []byte("end")) // delayed, unless the interval is over
	}
}

// An interval without an event leaves nothing behind.
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

type rateTestEvent struct{}

func (*rateTestEvent) EventName() string    { return "RATE" }
func (*rateTestEvent) EventTime() Timestamp { return Timestamp{} }
func (*rateTestEvent) RateKey() string      { return "" }

// When a server ends, it stops the timers of rate limits and sends nothing more.
func TestLimitsStop(t *testing.T) {
	for name, end := range map[string]func(s *Server) error{
		"Close":    (*Server).Close,
		"Shutdown": func(s *Server) error { return s.Shutdown(t.Context()) },
	} {
		s := NewServer(nil)
		for range 2 {
			if err := s.Emit(new(rateTestEvent)); err != nil {
				t.Error(err)
			}
		}
		s.limits.mu.Lock()
		var timers []*time.Timer
		for _, held := range s.limits.waiting {
			timers = append(timers, held.timer)
		}
		s.limits.mu.Unlock()
		if len(timers) != 1 {
			t.Fatalf("%s: %d timers", name, len(timers))
		}
		if err := end(s); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if timers[0].Stop() {
			t.Errorf("%s: a timer still runs", name)
		}
	}
}
