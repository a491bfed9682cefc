package qmp

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// queueOf returns a queue of at most n events.
func queueOf(n int, policy Policy) *eventQueue {
	return new(hub).subscribe(subscribeOptions{queue: n, policy: policy})
}

// contents takes and describes all that is in a queue.
func contents(t *testing.T, q *eventQueue) string {
	t.Helper()
	var list []string
	for {
		var ev UnknownEvent
		ok, err := q.tryNext(&ev)
		var lost *LostError
		switch {
		case !ok:
			return strings.Join(list, " ")
		case errors.As(err, &lost):
			list = append(list, fmt.Sprint("-", lost.Count))
		case err != nil:
			return strings.Join(append(list, "end"), " ")
		default:
			list = append(list, ev.Name)
		}
	}
}

// An event that is put back is not lost, even if the queue has been filled in the meantime.
func TestUnreadWhenFull(t *testing.T) {
	for policy, want := range map[Policy]string{
		DropOldest: "A -1 C", DropNewest: "A B -1", EndOnOverflow: "A B -1 end",
	} {
		q := queueOf(1, policy)
		var taken UnknownEvent
		q.put(&UnknownEvent{Name: "A"})
		if err := q.next(t.Context(), &taken); err != nil {
			t.Fatal(err)
		}
		q.put(&UnknownEvent{Name: "B"})
		q.put(&UnknownEvent{Name: "C"})
		q.unread(&taken, nil)
		if got := contents(t, q); got != want || q.lostCount() != 1 {
			t.Errorf("policy %d: %s, %d lost; want %s, 1 lost", policy, got, q.lostCount(), want)
		}
	}
}

// Whatever happens in which order, each event is delivered or counted as lost, once. Losses are
// also reported, except those after the end by EndOnOverflow.
func TestQueueCounts(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 3000 {
		policy := Policy(random.IntN(3))
		q := queueOf(1+random.IntN(4), policy)
		put, got, lost := 0, 0, 0
		ended := false
		take := func() {
			var ev UnknownEvent
			ok, err := q.tryNext(&ev)
			var l *LostError
			switch {
			case !ok:
			case errors.As(err, &l):
				lost += int(l.Count)
			case err != nil:
				ended = true
			case random.IntN(3) == 0:
				q.unread(&ev, nil)
			default:
				got++
				if n := ev.Timestamp.Seconds; int(n) != got+lost {
					t.Fatalf("round %d, policy %d: event %d after %d events and %d lost ones", round, policy, n, got-1, lost)
				}
			}
		}
		for range random.IntN(40) {
			switch random.IntN(5) {
			case 0, 1, 2:
				put++
				q.put(&UnknownEvent{Name: "E", Timestamp: Timestamp{Seconds: int64(put)}})
			case 3:
				take()
			case 4:
				if random.IntN(8) == 0 {
					q.interrupt()
				}
			}
		}
		q.finish(&DisconnectError{Err: ErrClosed})
		for !ended {
			take()
		}
		if got+int(q.lostCount()) != put || policy != EndOnOverflow && int(q.lostCount()) != lost {
			t.Fatalf("round %d, policy %d: %d events were put, %d delivered %d reported as lost, %d counted",
				round, policy, put, got, lost, q.lostCount())
		}
	}
}

// A closed queue delivers nothing, in whatever state it is closed.
func TestQueueClosed(t *testing.T) {
	for _, policy := range []Policy{DropOldest, DropNewest, EndOnOverflow} {
		for events := range 4 {
			q := queueOf(2, policy)
			for range events {
				q.put(&UnknownEvent{Name: "E"})
			}
			q.interrupt()
			q.close()
			q.put(&UnknownEvent{Name: "late"})
			q.interrupt()
			q.finish(&DisconnectError{Err: ErrClosed})
			q.unread(&UnknownEvent{Name: "taken"}, nil)
			for range 2 {
				if err := q.next(context.Background(), new(UnknownEvent)); err != ErrSubscriptionClosed {
					t.Errorf("policy %d, %d events: %v", policy, events, err)
				}
			}
		}
	}
}
