package qmp

import "context"

// A Delivery is an event or an error, as [Subscription.Chan] delivers it.
type Delivery[P Event] struct {
	Event P
	Err   error // as [Subscription.Next] returns it; the event is then nil
}

// Chan returns the events on a channel, for use in select beside others:
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
// The channel is closed when the context is done, when the subscription is closed, and after an
// error that ends the subscription, so that its goroutine is not left behind. What was not received
// from the channel by then stays in the subscription. Other methods of the subscription can be
// used at the same time; each event goes to one of them.
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

// unread puts back what next returned last: an event, or the error in its place.
func (q *eventQueue) unread(ev *UnknownEvent, lost *LostError) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.err == ErrSubscriptionClosed && !q.overflowed:
		return
	case ev != nil && q.count == q.opts.queue: // it has been filled meanwhile: the oldest is lost
		q.lost++
		lost = &LostError{Count: 1}
		ev = nil
	}
	if ev != nil {
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
