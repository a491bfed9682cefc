package qmp

import (
	"sync"
	"time"
)

// rateInterval is how often an event may be sent whose rate is limited, as in
// QEMU's monitor/monitor.c.
const rateInterval = time.Second

// A rateLimited event is sent once each [rateInterval] at most, the last one
// winning, among those with the same name and key. Generated event types are
// where the schema's documentation says so.
type rateLimited interface {
	Event
	RateKey() string
}

// A limiter holds events back for their rate. The first one of a name and key
// passes at once; what follows within the interval replaces each other, and the
// last one passes at its end.
type limiter struct {
	send     func(text []byte)
	interval time.Duration

	mu      sync.Mutex
	stopped bool
	waiting map[rateKey]*heldEvent
}

type rateKey struct{ event, key string }

// A heldEvent is what waits for the end of an interval.
type heldEvent struct {
	timer *time.Timer
	text  []byte // nil: nothing was held back yet
}

// event sends an event now or later, or never if a later one replaces it.
func (l *limiter) event(key rateKey, text []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	if held := l.waiting[key]; held != nil {
		held.text = text
		return
	}
	if l.waiting == nil {
		l.waiting = make(map[rateKey]*heldEvent)
	}
	held := new(heldEvent)
	l.waiting[key] = held
	held.timer = time.AfterFunc(l.interval, func() { l.elapsed(key) })
	l.send(text)
}

// elapsed is called at the end of an interval.
func (l *limiter) elapsed(key rateKey) {
	l.mu.Lock()
	defer l.mu.Unlock()
	held := l.waiting[key]
	switch {
	case l.stopped || held == nil:
	case held.text == nil:
		delete(l.waiting, key)
	default:
		l.send(held.text)
		held.text = nil
		held.timer.Reset(l.interval)
	}
}

// stop drops what is held back and ends the timers.
func (l *limiter) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, held := range l.waiting {
		held.timer.Stop()
	}
	l.waiting = nil
}
