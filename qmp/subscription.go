package qmp

import (
	"context"
	"sync"
)

// DefaultQueue is how many events a subscription keeps unless
// [SubscribeOptions.Queue] says otherwise.
const DefaultQueue = 1024

// A Policy says what a subscription does with an event when its queue is full.
type Policy uint8

const (
	// DropOldest makes room by dropping the event that has waited longest.
	DropOldest Policy = iota
	// DropNewest drops the event that has just come.
	DropNewest
	// EndOnOverflow drops the event that has just come and all that follow:
	// when the queue is empty the subscription ends with a [*LostError].
	EndOnOverflow
)

// SubscribeOptions say which events a subscription collects and how many. The
// zero value means all events, [DefaultQueue] and [DropOldest].
type SubscribeOptions struct {
	Names  []string // names on the wire; none: all events
	Queue  int      // how many events wait at most; 0: DefaultQueue
	Policy Policy   // what to do when they are more

	// Match is nil, or says of an event with one of the names whether it is
	// wanted. It delays all that the connection receives, must not keep or
	// change the event, and must not call the client or a subscription.
	Match func(ev *UnknownEvent) bool
}

// An EventSource is where events come from: a [*Client].
type EventSource interface {
	// Subscribe starts to collect events. No event that comes after its
	// return is missed, but for what the options say. The caller closes the
	// subscription when it does not need it any more.
	Subscribe(opts SubscribeOptions) *Subscription
}

// A Subscription collects events in a queue of its own, so that one that is
// read slowly, or not at all, delays nobody. Its methods may be called from any
// number of goroutines.
type Subscription struct {
	hub    *hub
	names  []string
	match  func(*UnknownEvent) bool
	limit  int
	policy Policy

	ready chan struct{} // of capacity 1: there may be something for Next

	mu    sync.Mutex
	queue []queued // a ring
	head  int
	count int
	gap   uint64 // events lost after the last one in the queue
	lost  uint64
	err   error // set when no event will come any more

	overflowed bool // with EndOnOverflow
}

// queued is an event and how many were lost just before it.
type queued struct {
	event UnknownEvent
	gap   uint64
}

// Next returns the next event, and waits for it if need be. The error is a
// [*LostError] where events are missing, after which Next can be called again
// (with [EndOnOverflow] it then returns ErrSubscriptionClosed);
// that of the context; the [*DisconnectError] of the connection once all events
// that came before have been returned; or [ErrSubscriptionClosed]. The data of
// the event is shared with other subscriptions and must not be modified.
func (s *Subscription) Next(ctx context.Context) (*UnknownEvent, error) {
	ev := new(UnknownEvent)
	if err := s.next(ctx, ev); err != nil {
		return nil, err
	}
	return ev, nil
}

// next is Next for an event that the caller has made room for.
func (s *Subscription) next(ctx context.Context, ev *UnknownEvent) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ok, err := s.take(ev); ok {
			return err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
		}
	}
}

// take returns what is next, if there is something: an event in ev, or an error.
func (s *Subscription) take(ev *UnknownEvent) (ok bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.signal() // others may be waiting too
	gap := &s.gap
	if s.count > 0 {
		gap = &s.queue[s.head].gap
	}
	switch {
	case *gap > 0:
		err := &LostError{Count: *gap}
		*gap = 0
		return true, err
	case s.count > 0:
		*ev = s.queue[s.head].event
		s.drop()
		return true, nil
	case s.err != nil:
		return true, s.err
	}
	return false, nil
}

// signal wakes up a waiting Next if there is something for it.
func (s *Subscription) signal() {
	if s.count == 0 && s.gap == 0 && s.err == nil {
		return
	}
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// drop removes the first event of the queue.
func (s *Subscription) drop() {
	s.queue[s.head] = queued{}
	if s.head++; s.head == len(s.queue) {
		s.head = 0
	}
	s.count--
}

// put appends an event to the queue, if it is wanted.
func (s *Subscription) put(ev *UnknownEvent) {
	if s.match != nil && !s.match(ev) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.overflowed:
		s.lost++
		if s.gap > 0 { // not reported yet
			s.gap++
		}
		return
	case s.err != nil:
		return
	case s.count < s.limit:
	case s.policy == DropOldest:
		s.lost++
		s.dropOldest()
	default:
		s.lost++
		s.gap++
		if s.policy == EndOnOverflow {
			s.overflowed = true
			s.err = ErrSubscriptionClosed
		}
		return
	}
	s.grow()
	end := s.head + s.count
	if end >= len(s.queue) {
		end -= len(s.queue)
	}
	s.queue[end] = queued{*ev, s.gap}
	s.gap = 0
	s.count++
	s.signal()
}

// dropOldest removes the first event of the queue and notes the gap.
func (s *Subscription) dropOldest() {
	lost := s.queue[s.head].gap + 1
	s.drop()
	if s.count > 0 {
		s.queue[s.head].gap += lost
	} else {
		s.gap += lost
	}
}

// grow makes room for one more event.
func (s *Subscription) grow() {
	if s.count < len(s.queue) {
		return
	}
	bigger := make([]queued, min(max(2*len(s.queue), 16), s.limit))
	n := copy(bigger, s.queue[s.head:])
	copy(bigger[n:], s.queue[:s.head])
	s.queue, s.head = bigger, 0
}

// finish says that no event will come any more.
func (s *Subscription) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = err
	}
	s.signal()
}

// Close ends the subscription and drops what is in its queue.
func (s *Subscription) Close() {
	s.hub.remove(s)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = ErrSubscriptionClosed
	s.queue, s.head, s.count, s.gap = nil, 0, 0, 0
	s.signal()
}

// Lost returns how many events were lost so far, reported or not.
func (s *Subscription) Lost() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lost
}

// Buffered returns a source of the same events as s whose subscriptions have
// the given queue and policy, unless they say otherwise themselves: one with a
// Queue keeps both options as they are, one with only a Policy other than
// [DropOldest] keeps that. It is for [Events], which says nothing of either.
func Buffered(s EventSource, queue int, policy Policy) EventSource {
	return buffered{s, queue, policy}
}

type buffered struct {
	source EventSource
	queue  int
	policy Policy
}

func (b buffered) Subscribe(opts SubscribeOptions) *Subscription {
	if opts.Queue == 0 {
		opts.Queue = b.queue
		if opts.Policy == DropOldest {
			opts.Policy = b.policy
		}
	}
	return b.source.Subscribe(opts)
}
