package qmp

import (
	"context"
	"encoding/json"
	"slices"
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
// [*LostError] where events are missing, after which Next can be called again;
// that of the context; the [*DisconnectError] of the connection once all events
// that came before have been returned; or [ErrSubscriptionClosed]. The data of
// the event is shared with other subscriptions and must not be modified.
func (s *Subscription) Next(ctx context.Context) (*UnknownEvent, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if ev, ok, err := s.take(); ok {
			return ev, err
		}
		select {
		case <-s.ready:
		case <-ctx.Done():
		}
	}
}

// take returns what is next, if there is something.
func (s *Subscription) take() (ev *UnknownEvent, ok bool, err error) {
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
		return nil, true, err
	case s.count > 0:
		ev := s.queue[s.head].event
		s.drop()
		return &ev, true, nil
	case s.err != nil:
		return nil, true, s.err
	}
	return nil, false, nil
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
	s.head = (s.head + 1) % len(s.queue)
	s.count--
}

// put appends an event to the queue.
func (s *Subscription) put(ev UnknownEvent) {
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
	s.queue[(s.head+s.count)%len(s.queue)] = queued{ev, s.gap}
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

// A hub gives events to subscriptions.
type hub struct {
	mu     sync.Mutex
	all    []*Subscription            // those without names
	byName map[string][]*Subscription // the others, under each name
	err    error                      // set when the source has ended
}

func (h *hub) subscribe(opts SubscribeOptions) *Subscription {
	s := &Subscription{
		hub:    h,
		names:  slices.Compact(slices.Sorted(slices.Values(opts.Names))),
		limit:  opts.Queue,
		policy: opts.Policy,
		ready:  make(chan struct{}, 1),
	}
	if s.limit <= 0 {
		s.limit = DefaultQueue
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.err != nil {
		s.finish(h.err)
		return s
	}
	if len(s.names) == 0 {
		h.all = append(h.all, s)
	}
	for _, name := range s.names {
		if h.byName == nil {
			h.byName = make(map[string][]*Subscription)
		}
		h.byName[name] = append(h.byName[name], s)
	}
	return s
}

func (h *hub) remove(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	is := func(other *Subscription) bool { return other == s }
	h.all = slices.DeleteFunc(h.all, is)
	for _, name := range s.names {
		if rest := slices.DeleteFunc(h.byName[name], is); len(rest) > 0 {
			h.byName[name] = rest
		} else {
			delete(h.byName, name)
		}
	}
}

// publish gives an event to all who want it. data is copied once for all.
func (h *hub) publish(name, data []byte, at Timestamp) {
	h.mu.Lock()
	defer h.mu.Unlock()
	named := h.byName[string(name)]
	if len(h.all) == 0 && len(named) == 0 {
		return
	}
	ev := UnknownEvent{Name: string(name), Timestamp: at}
	if data != nil {
		ev.Data = append(json.RawMessage{}, data...)
	}
	for _, s := range h.all {
		s.put(ev)
	}
	for _, s := range named {
		s.put(ev)
	}
}

// close ends all subscriptions, present and future.
func (h *hub) close(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.err = err
	for _, s := range h.all {
		s.finish(err)
	}
	for _, subs := range h.byName {
		for _, s := range subs {
			s.finish(err)
		}
	}
	h.all, h.byName = nil, nil
}

// Buffered returns a source of the same events as s whose subscriptions have
// the given queue and policy, unless they say otherwise themselves. It is for
// [Events], which says nothing of either.
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
		opts.Queue, opts.Policy = b.queue, b.policy
	}
	return b.source.Subscribe(opts)
}
