package qmp

import (
	"context"
	"sync"
)

// An eventQueue collects the events of one [Subscription]. Its methods may be called from any
// number of goroutines.
type eventQueue struct {
	hub  *hub
	opts subscribeOptions

	ready chan struct{} // of capacity 1: has a token if there may be something for next

	mu    sync.Mutex
	ring  []queued
	head  int
	count int
	gap   gap // behind the last event of the queue
	lost  uint64
	err   error // set when no more events will arrive

	overflowed bool          // the policy is EndOnOverflow and the queue was full
	closed     chan struct{} // closed by close; nil until whenClosed
}

// queued is an event and the gap before it.
type queued struct {
	event UnknownEvent
	gap   gap
}

// A gap is the number of lost events, and a bit for a lost connection.
type gap uint64

const reconnected gap = 1 << 63

// lost returns the gap as an error.
func (g gap) lost() *LostError {
	return &LostError{Count: uint64(g &^ reconnected), Reconnected: g&reconnected != 0}
}

// add returns the sum of two adjacent gaps.
func (g gap) add(other gap) gap {
	return (g&^reconnected + other&^reconnected) | (g|other)&reconnected
}

// next waits for the next event and stores it in ev. The errors are those of [Subscription.Next].
// The data of the event is shared with other queues and must not be modified.
func (q *eventQueue) next(ctx context.Context, ev *UnknownEvent) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if ok, err := q.tryNext(ev); ok {
			return err
		}
		select {
		case <-q.ready:
			continue // without waiting
		default:
		}
		q.hub.await()
		select {
		case <-q.ready:
		case <-ctx.Done():
		}
		q.hub.awaitDone()
	}
}

// tryNext is next without waiting. It reports whether there was an event or error to return.
func (q *eventQueue) tryNext(ev *UnknownEvent) (ok bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	defer q.signal() // other calls may be waiting
	gap := &q.gap
	if q.count > 0 {
		gap = &q.ring[q.head].gap
	}
	switch {
	case *gap > 0:
		err := gap.lost()
		*gap = 0
		return true, err
	case q.count > 0:
		*ev = q.ring[q.head].event
		q.drop()
		return true, nil
	case q.err != nil:
		return true, q.err
	}
	return false, nil
}

// signal wakes up a waiting call of next if there is something to return.
func (q *eventQueue) signal() {
	if q.count == 0 && q.gap == 0 && q.err == nil {
		return
	}
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// drop removes the first event of the queue.
func (q *eventQueue) drop() {
	q.ring[q.head] = queued{}
	if q.head++; q.head == len(q.ring) {
		q.head = 0
	}
	q.count--
}

// put appends an event to the queue if it matches.
func (q *eventQueue) put(ev *UnknownEvent) {
	if q.opts.match != nil && !q.opts.match(ev) {
		return
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.overflowed:
		q.lost++
		if q.gap&^reconnected > 0 { // not reported yet
			q.gap++
		}
		return
	case q.err != nil:
		return
	case q.count < q.opts.queue:
	case q.opts.policy == DropOldest:
		q.lost++
		q.dropOldest()
	default:
		q.lost++
		q.gap++
		if q.opts.policy == EndOnOverflow {
			q.overflowed = true
			q.err = ErrSubscriptionClosed
		}
		return
	}
	q.grow()
	end := q.head + q.count
	if end >= len(q.ring) {
		end -= len(q.ring)
	}
	q.ring[end] = queued{*ev, q.gap}
	q.gap = 0
	q.count++
	q.signal()
}

// interrupt records that events may be missing.
func (q *eventQueue) interrupt() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.gap |= reconnected
		q.signal()
	}
}

// dropOldest removes the first event of the queue and records the gap.
func (q *eventQueue) dropOldest() {
	lost := q.ring[q.head].gap.add(1)
	q.drop()
	if q.count > 0 {
		q.ring[q.head].gap = lost.add(q.ring[q.head].gap)
	} else {
		q.gap = q.gap.add(lost)
	}
}

// grow makes room for one more event.
func (q *eventQueue) grow() {
	if q.count < len(q.ring) {
		return
	}
	bigger := make([]queued, min(max(2*len(q.ring), 16), max(q.opts.queue, q.count+1)))
	n := copy(bigger, q.ring[q.head:])
	copy(bigger[n:], q.ring[:q.head])
	q.ring, q.head = bigger, 0
}

// finish ends the queue: no more events will arrive.
func (q *eventQueue) finish(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	q.signal()
}

// close ends the subscription and drops its queue.
func (q *eventQueue) close() {
	q.hub.remove(q)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.err, q.overflowed = ErrSubscriptionClosed, false
	if q.closed != nil {
		select {
		case <-q.closed:
		default:
			close(q.closed)
		}
	}
	q.ring, q.head, q.count, q.gap = nil, 0, 0, 0
	q.signal()
}

// lostCount returns the number of events lost so far, reported or not.
func (q *eventQueue) lostCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.lost
}
