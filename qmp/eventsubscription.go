package qmp

import (
	"context"
	"iter"
	"reflect"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DefaultQueue is the default limit on the events in the queue of a subscription: see [WithQueue].
const DefaultQueue = 1024

// A Policy says what happens when the queue of a subscription is full.
type Policy uint8

const (
	// DropOldest makes room by dropping the event that has waited longest.
	DropOldest Policy = iota
	// DropNewest drops the event that has just arrived.
	DropNewest
	// EndOnOverflow drops the event that has just arrived and all later ones. After the events
	// in the queue, the subscription ends with a [*LostError].
	EndOnOverflow
)

// A SubscribeOption is an option of [Subscribe] and [SubscribeAny].
type SubscribeOption interface{ applyToSubscription(*subscribeOptions) }

type subscribeOption func(*subscribeOptions)

func (opt subscribeOption) applyToSubscription(o *subscribeOptions) { opt(o) }

// subscribeOptions are the settings of a subscription. The zero value means all events,
// DefaultQueue and DropOldest.
type subscribeOptions struct {
	names  []string // on the wire; none: all events
	queue  int
	policy Policy

	// match is nil, or reports whether to collect an event with one of the names. It delays
	// all input of the connection, must not keep or change the event, and must not call the
	// client or a subscription.
	match func(ev *UnknownEvent) bool
}

// WithQueue limits the subscription's queue to n events. The default, also for n ≤ 0, is
// [DefaultQueue].
func WithQueue(n int) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.queue = n })
}

// WithPolicy sets what happens when the queue is full. The default is [DropOldest].
func WithPolicy(p Policy) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.policy = p })
}

// WithNames limits a subscription to [*UnknownEvent] to the events with these names. Subscriptions
// to other types ignore it.
func WithNames(names ...string) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.names = names })
}

// An EventSource is a source of events: a [*Client], [*Session] or [*Machine].
type EventSource interface {
	subscribe(opts subscribeOptions) *eventQueue
}

func (c *Client) subscribe(opts subscribeOptions) *eventQueue { return c.events.subscribe(opts) }

// TypedEvent is the constraint of event types: a pointer to a generated type E, or an
// [*UnknownEvent]. E is inferred.
type TypedEvent[E any] interface {
	*E
	Event
}

// A Subscription collects events in a queue of its own, so that a slow reader delays nobody else.
// P is the type of the events: a pointer to a generated type, [*UnknownEvent] or [Event]. Its
// methods may be called from any number of goroutines; each event is returned once.
type Subscription[P Event] struct {
	queue   *eventQueue
	convert func(*UnknownEvent) (P, error) // must not keep its argument
}

// Subscribe starts collecting the events of one type:
//
//	sub := qmp.Subscribe[*qapi.ShutdownEvent](c)
//	defer sub.Close()
//	for ev, err := range sub.All(ctx) {
//		if err != nil {
//			return err
//		}
//		…
//	}
//
// With [*UnknownEvent] it collects all events, or those of [WithNames], undecoded.
//
// Events that arrive after Subscribe has returned are collected, so subscribe before sending the
// command that causes the event. Subscribe does not block. If the connection has ended, the first
// result is its [*DisconnectError].
func Subscribe[P TypedEvent[E], E any](s EventSource, opts ...SubscribeOption) *Subscription[P] {
	o := newSubscribeOptions(opts)
	if _, ok := any(P(nil)).(*UnknownEvent); ok {
		return &Subscription[P]{s.subscribe(o), func(raw *UnknownEvent) (P, error) {
			ev := *raw
			return any(&ev).(P), nil
		}}
	}
	o.names = []string{P(new(E)).EventName()}
	stamp := timestampField(reflect.TypeFor[E]())
	return &Subscription[P]{s.subscribe(o), func(raw *UnknownEvent) (P, error) {
		p := P(new(E))
		if err := decodeEvent(raw, p, stamp); err != nil {
			return nil, err
		}
		return p, nil
	}}
}

// SubscribeAny starts collecting the events of several types, in one queue and in order of
// arrival. types has a pointer of each type, which may be nil:
//
//	sub := qmp.SubscribeAny(c, []qmp.Event{
//		(*qapi.DeviceDeletedEvent)(nil), (*qapi.DeviceUnplugGuestErrorEvent)(nil),
//	})
//
// With an [*UnknownEvent] among them, all other events are collected, too, undecoded. See
// [Subscribe].
func SubscribeAny(s EventSource, types []Event, opts ...SubscribeOption) *Subscription[Event] {
	type eventType struct {
		typ   reflect.Type
		stamp []int
	}
	o := newSubscribeOptions(opts)
	o.names = nil
	others := false
	known := make(map[string]eventType, len(types))
	for _, ev := range types {
		t := reflect.TypeOf(ev).Elem()
		if t == reflect.TypeFor[UnknownEvent]() {
			others = true
			continue
		}
		name := reflect.New(t).Interface().(Event).EventName()
		known[name] = eventType{t, timestampField(t)}
		o.names = append(o.names, name)
	}
	if others {
		o.names = nil // all events
	}
	return &Subscription[Event]{s.subscribe(o), func(raw *UnknownEvent) (Event, error) {
		t, ok := known[raw.Name]
		if !ok {
			ev := *raw
			return &ev, nil
		}
		ev := reflect.New(t.typ).Interface().(Event)
		if err := decodeEvent(raw, ev, t.stamp); err != nil {
			return nil, err
		}
		return ev, nil
	}}
}

func newSubscribeOptions(opts []SubscribeOption) subscribeOptions {
	var o subscribeOptions
	for _, opt := range opts {
		opt.applyToSubscription(&o)
	}
	return o
}

// Next waits for the next event and returns it. The error is one of
//
//   - a [*LostError]: events are missing here, because the queue was full or the [Session] has
//     reconnected;
//   - an error about an event that could not be decoded, which is skipped;
//   - the error of the context;
//   - the [*DisconnectError] of the connection, after all earlier events;
//   - [ErrSubscriptionClosed], after Close, or after the LostError of [EndOnOverflow].
//
// The subscription goes on after one of the first three. Byte slices in the event may be shared
// with other subscriptions and must not be modified.
func (s *Subscription[P]) Next(ctx context.Context) (P, error) {
	var raw UnknownEvent
	if err := s.queue.next(ctx, &raw); err != nil {
		var none P
		return none, err
	}
	return s.convert(&raw)
}

// All returns a sequence of the events as they arrive. The errors are those of
// [Subscription.Next]: the sequence goes on after a [*LostError] and after an event that could not
// be decoded, and ends with any other error. The subscription stays open when the loop ends, and
// another loop continues where it stopped.
func (s *Subscription[P]) All(ctx context.Context) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		var raw UnknownEvent
		for {
			if err := s.queue.next(ctx, &raw); err != nil {
				var none P
				lost, goesOn := err.(*LostError)
				goesOn = goesOn && (lost.Count == 0 || s.queue.opts.policy != EndOnOverflow)
				if !yield(none, err) || !goesOn {
					return
				}
				continue
			}
			if !yield(s.convert(&raw)) {
				return
			}
		}
	}
}

// Close ends the subscription and drops the events in its queue. Waiting loops and calls of Next
// get [ErrSubscriptionClosed]. Further calls of Close have no effect.
func (s *Subscription[P]) Close() { s.queue.close() }

// Lost returns the number of events dropped so far because the queue was full, reported or not.
func (s *Subscription[P]) Lost() uint64 { return s.queue.lostCount() }

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

// decodeEvent decodes an event. stamp is the result of timestampField for its type.
func decodeEvent(raw *UnknownEvent, into Event, stamp []int) error {
	if raw.Data != nil {
		if err := wire.Decode(raw.Data, into, wire.Tolerant); err != nil {
			return wrap("qmp: cannot decode the event "+raw.Name, err)
		}
	}
	if stamp == nil {
		return nil
	}
	// It fails for a field in an embedded pointer that is nil.
	if field, err := reflect.ValueOf(into).Elem().FieldByIndexErr(stamp); err == nil {
		field.Set(reflect.ValueOf(raw.Timestamp))
	}
	return nil
}
