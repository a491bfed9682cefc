package qmp

import (
	"context"
	"iter"
	"reflect"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// DefaultQueue is how many events a subscription keeps unless [WithQueue] sets another limit.
const DefaultQueue = 1024

// A Policy decides what a subscription does with an event when its queue is full.
type Policy uint8

const (
	// DropOldest makes room by dropping the event that has waited longest.
	DropOldest Policy = iota
	// DropNewest drops the event that has just arrived.
	DropNewest
	// EndOnOverflow drops the event that has just arrived and all that follow: when the
	// queue is empty the subscription ends with a [*LostError].
	EndOnOverflow
)

// A SubscribeOption changes what a subscription collects.
type SubscribeOption interface{ applyToSubscription(*subscribeOptions) }

type subscribeOption func(*subscribeOptions)

func (opt subscribeOption) applyToSubscription(o *subscribeOptions) { opt(o) }

// subscribeOptions are the settings of a subscription. The zero value means all events,
// DefaultQueue and DropOldest.
type subscribeOptions struct {
	names  []string // on the wire; none: all events
	queue  int
	policy Policy

	// match is nil, or reports whether an event with one of the names is wanted. It delays
	// everything that the connection receives, must not keep or change the event, and must
	// not call the client or a subscription.
	match func(ev *UnknownEvent) bool
}

// WithQueue limits how many events wait in the subscription's queue to n. Without it, or with
// n ≤ 0, the limit is [DefaultQueue].
func WithQueue(n int) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.queue = n })
}

// WithPolicy sets what happens to events when the queue is full. The default is [DropOldest].
func WithPolicy(p Policy) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.policy = p })
}

// WithNames limits a subscription of [*UnknownEvent] to the events of these names on the wire.
// Subscriptions of other types ignore it.
func WithNames(names ...string) SubscribeOption {
	return subscribeOption(func(o *subscribeOptions) { o.names = names })
}

// An EventSource is where events come from: a [*Client] or a [*Session].
type EventSource interface {
	subscribe(opts subscribeOptions) *eventQueue
}

func (c *Client) subscribe(opts subscribeOptions) *eventQueue { return c.events.subscribe(opts) }

// A TypedEvent is a pointer to a generated event type E, or an [*UnknownEvent].
// It is a constraint; E is inferred.
type TypedEvent[E any] interface {
	*E
	Event
}

// A Subscription collects events in a queue of its own, so that one that is read slowly, or
// not at all, delays nobody. P is the type of the events: a pointer to a generated type,
// [*UnknownEvent] or [Event]. Its methods may be called from any number of goroutines; each
// event is returned once.
type Subscription[P Event] struct {
	queue   *eventQueue
	convert func(*UnknownEvent) (P, error) // must not keep its argument
}

// Subscribe starts to collect the events of one type:
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
// No event that arrives after Subscribe returns is missed, unless the queue is full: subscribe
// before sending the command that causes the event. Subscribe does not wait for anything; if
// the connection has ended, the first event is its [*DisconnectError].
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

// SubscribeAny starts to collect the events of several types, in one queue and in the order in
// which they arrive. types has a pointer to each event's type, which may be nil:
//
//	sub := qmp.SubscribeAny(c, []qmp.Event{
//		(*qapi.DeviceDeletedEvent)(nil), (*qapi.DeviceUnplugGuestErrorEvent)(nil),
//	})
//
// A nil [*UnknownEvent] among them stands for all other events, undecoded. See [Subscribe].
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

// Next returns the next event, and waits for it until the context is done. Its error is one of
//
//   - a [*LostError], which counts the events that are missing here because the queue was full,
//     or says that the connection of a [Session] is a new one;
//   - that of an event that could not be decoded, which is skipped;
//   - that of the context;
//   - the [*DisconnectError] of the connection, after all events that arrived before its end;
//   - [ErrSubscriptionClosed], after Close, or after the LostError of [EndOnOverflow].
//
// The first three do not end the subscription. Byte slices of the event may be shared with
// other subscriptions and must not be modified.
func (s *Subscription[P]) Next(ctx context.Context) (P, error) {
	var raw UnknownEvent
	if err := s.queue.next(ctx, &raw); err != nil {
		var none P
		return none, err
	}
	return s.convert(&raw)
}

// All returns the events as they arrive. An error takes the place of an event, as from
// [Subscription.Next]: after a [*LostError] and after an event that could not be decoded the
// sequence goes on; any other error is its last element. The subscription stays open when the
// loop ends, so that another loop continues where it stopped.
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

// Close ends the subscription and drops the events in its queue. Loops and calls of Next that
// are waiting get [ErrSubscriptionClosed]. Closing twice has no effect.
func (s *Subscription[P]) Close() { s.queue.close() }

// Lost returns how many events were lost so far because the queue was full, reported or not.
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
