package qmp

import (
	"context"
	"iter"
	"reflect"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A TypedEvent is a pointer to a generated event type E, or an [*UnknownEvent].
// It is a constraint; E is inferred.
type TypedEvent[E any] interface {
	*E
	Event
}

// Events returns the events of one type as they come:
//
//	for ev, err := range qmp.Events[*qapi.ShutdownEvent](ctx, c) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// With [*UnknownEvent] it returns all events, undecoded.
//
// The events are collected from the call of Events on, so that a command sent
// after it cannot be faster than the program's interest in its event. That ends
// with the loop, or when the context is done; a sequence that is never ranged
// over needs a context that ends some time.
//
// An error takes the place of an event. After a [*LostError], which says how
// many events were lost because the loop was too slow, and after an event that
// could not be decoded, the sequence goes on; but a *LostError by
// [EndOnOverflow] is the last. The error of the context, and the
// [*DisconnectError] of a connection that ended, come once and are the last.
func Events[P TypedEvent[E], E any](ctx context.Context, s EventSource) iter.Seq2[P, error] {
	name := P(new(E)).EventName() // "" if P is *UnknownEvent
	var names []string
	if name != "" {
		names = []string{name}
	}
	stamp := timestampField(reflect.TypeFor[E]())
	return sequence(ctx, s, names, func(raw *UnknownEvent) (P, error) {
		p := P(new(E))
		if u, ok := any(p).(*UnknownEvent); ok {
			*u = *raw
			return p, nil
		}
		if err := decodeEvent(raw, p, stamp); err != nil {
			return nil, err
		}
		return p, nil
	})
}

// AllEvents returns all events as they come, under the rules of [Events]. types
// has a pointer of each event's type, which may be nil; other events are
// [*UnknownEvent]. Generated packages have a function Events that calls it.
func AllEvents(ctx context.Context, s EventSource, types []Event) iter.Seq2[Event, error] {
	type eventType struct {
		typ   reflect.Type
		stamp []int
	}
	known := make(map[string]eventType, len(types))
	for _, ev := range types {
		t := reflect.TypeOf(ev).Elem()
		known[ev.EventName()] = eventType{t, timestampField(t)}
	}
	return sequence(ctx, s, nil, func(raw *UnknownEvent) (Event, error) {
		t, ok := known[raw.Name]
		if !ok {
			unknown := *raw
			return &unknown, nil
		}
		ev := reflect.New(t.typ).Interface().(Event)
		if err := decodeEvent(raw, ev, t.stamp); err != nil {
			return nil, err
		}
		return ev, nil
	})
}

// timestampField returns the index of an event type's field Timestamp, or nil.
func timestampField(t reflect.Type) []int {
	if t.Kind() != reflect.Struct {
		return nil
	}
	f, ok := t.FieldByName("Timestamp")
	if !ok || f.Type != reflect.TypeFor[Timestamp]() {
		return nil
	}
	return f.Index
}

// decodeEvent fills in an event. stamp is what timestampField returns for it.
func decodeEvent(raw *UnknownEvent, into Event, stamp []int) error {
	if raw.Data != nil {
		if err := wire.Decode(raw.Data, into, wire.Tolerant); err != nil {
			return wrap("qmp: cannot decode the event "+raw.Name, err)
		}
	}
	if stamp == nil {
		return nil
	}
	// There is none in an embedded pointer that is nil.
	if field, err := reflect.ValueOf(into).Elem().FieldByIndexErr(stamp); err == nil {
		field.Set(reflect.ValueOf(raw.Timestamp))
	}
	return nil
}

// sequence subscribes at once and returns what comes, converted. convert must
// not keep what it gets.
func sequence[T any](ctx context.Context, s EventSource, names []string, convert func(*UnknownEvent) (T, error)) iter.Seq2[T, error] {
	sub := s.Subscribe(SubscribeOptions{Names: names})
	stop := context.AfterFunc(ctx, sub.Close)
	return func(yield func(T, error) bool) {
		defer sub.Close()
		defer stop()
		var raw UnknownEvent
		for {
			if err := sub.next(ctx, &raw); err != nil {
				var none T
				if ctx.Err() != nil {
					err = ctx.Err() // and not that the subscription is closed
				}
				_, lost := err.(*LostError)
				if !yield(none, err) || !lost || sub.policy == EndOnOverflow {
					return
				}
				continue
			}
			if !yield(convert(&raw)) {
				return
			}
		}
	}
}

// RunAndWait runs a command and waits for the event that tells of its
// completion:
//
//	ev, err := qmp.RunAndWait(ctx, c, func(ctx context.Context) error {
//		return vm.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "disk0"})
//	}, func(ev *qapi.DeviceDeletedEvent) bool {
//		return ev.Device != nil && *ev.Device == "disk0"
//	})
//
// The event is looked for from before the command is sent, so it is found even
// if it comes before the reply. RunAndWait returns the first one for which match
// returns true; a nil match takes any. With [*UnknownEvent], match chooses among
// the events of all names.
//
// RunAndWait returns an error if run does, if the context or the connection ends
// first, and if events were lost or could not be decoded, since the one that is
// waited for may be among them.
func RunAndWait[P TypedEvent[E], E any](ctx context.Context, s EventSource, run func(ctx context.Context) error, match func(P) bool) (P, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	events := Events[P](ctx, s)
	if err := run(ctx); err != nil {
		return nil, err
	}
	for ev, err := range events {
		if err != nil {
			return nil, err
		}
		if match == nil || match(ev) {
			return ev, nil
		}
	}
	return nil, ErrSubscriptionClosed
}
