package qmp

import (
	"sync"
	"time"
)

// rateInterval is the minimum interval between events with a rate limit, as in QEMU's
// monitor/monitor.c.
const rateInterval = time.Second

// A rateLimited event has a rate limit: of those with the same name and key, the last one of each
// [rateInterval] is sent. Generated event types have the method where the schema's documentation
// says so.
type rateLimited interface {
	Event
	RateKey() string
}

// A limiter applies rate limits. The first event of a name and key is sent at once; of those that
// follow within the interval, the last one is sent at its end.
type limiter struct {
	send     func(text []byte)
	interval time.Duration

	mu      sync.Mutex
	stopped bool
	waiting map[rateKey]*heldEvent
}

type rateKey struct{ event, key string }

// A heldEvent is an event that waits for the end of its interval.
type heldEvent struct {
	timer *time.Timer
	text  []byte // nil if there is none yet
}

// event sends an event now, or at the end of the interval unless a later one replaces it.
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

// stop drops the waiting events and stops their timers.
func (l *limiter) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, held := range l.waiting {
		held.timer.Stop()
	}
	l.waiting = nil
}
