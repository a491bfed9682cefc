package qmp

import "context"

// A Delivery is an element of the channel of [Subscription.Chan]: an event or an error.
type Delivery[P Event] struct {
	Event P
	Err   error // as [Subscription.Next] returns it; the event is then nil
}

// Chan returns a channel of the events, for use in a select statement:
//
//	events := sub.Chan(ctx)
//	for {
//		select {
//		case got, ok := <-events:
//			if !ok {
//				return ctx.Err()
//			}
//			…
//		case <-m.Exited():
//			…
//		}
//	}
//
// The channel is closed, and its goroutine ends, when the context is done, when the subscription
// is closed, and after an error that ends the subscription. Events that were not received from the
// channel by then stay in the subscription. Other methods of the subscription may be used at the
// same time; each event is delivered once.
func (s *Subscription[P]) Chan(ctx context.Context) <-chan Delivery[P] {
	c := make(chan Delivery[P])
	closed := s.queue.whenClosed()
	go func() {
		defer close(c)
		var raw UnknownEvent
		for {
			err := s.queue.next(ctx, &raw)
			lost, isLost := err.(*LostError)
			if err != nil && (err == ErrSubscriptionClosed || ctx.Err() != nil && !isLost) {
				return
			}
			var got Delivery[P]
			if got.Err = err; err == nil {
				got.Event, got.Err = s.convert(&raw)
			}
			select {
			case c <- got:
			case <-closed:
				return
			case <-ctx.Done():
				switch {
				case isLost:
					s.queue.unread(nil, lost)
				case err == nil:
					s.queue.unread(&raw, nil)
				}
				return
			}
			if err != nil && !isLost {
				return
			}
		}
	}()
	return c
}

// whenClosed returns a channel that is closed with the queue.
func (q *eventQueue) whenClosed() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed == nil {
		q.closed = make(chan struct{})
		if q.err == ErrSubscriptionClosed && !q.overflowed {
			close(q.closed)
		}
	}
	return q.closed
}

// unread puts back the last result of next: an event, or the error in its place.
func (q *eventQueue) unread(ev *UnknownEvent, lost *LostError) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == ErrSubscriptionClosed && !q.overflowed {
		return
	}
	if ev != nil { // if the queue is full by now, it gets one event more
		q.grow()
		if q.head--; q.head < 0 {
			q.head = len(q.ring) - 1
		}
		q.ring[q.head] = queued{event: *ev}
		q.count++
	} else {
		missing := gap(lost.Count)
		if lost.Reconnected {
			missing |= reconnected
		}
		at := &q.gap
		if q.count > 0 {
			at = &q.ring[q.head].gap
		}
		*at = missing.add(*at)
	}
	q.signal()
}
