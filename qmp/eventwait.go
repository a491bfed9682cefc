package qmp

import (
	"context"
	"reflect"
)

// RunAndWait runs a command and waits for the event that reports its completion:
//
//	ev, err := qmp.RunAndWait(ctx, c, func(ctx context.Context) error {
//		return vm.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "disk0"})
//	}, func(ev *qapi.DeviceDeletedEvent) bool {
//		return ev.Device != nil && *ev.Device == "disk0"
//	})
//
// It subscribes before it calls run, so that an event is not missed that arrives before the reply.
// RunAndWait returns the first event for which match returns true, or the first at all if match is
// nil. With [*UnknownEvent], match selects among the events of all names.
//
// RunAndWait fails if run does, if the context or the connection ends first, and if events were
// lost or could not be decoded, since the expected one may be among them.
func RunAndWait[P TypedEvent[E], E any](ctx context.Context, s EventSource, run func(ctx context.Context) error, match func(P) bool) (P, error) {
	sub := Subscribe[P](s)
	defer sub.Close()
	if err := run(ctx); err != nil {
		return nil, err
	}
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			return nil, err
		}
		if match == nil || match(ev) {
			return ev, nil
		}
	}
}

// An EventMatch selects events of one type: see [When].
type EventMatch struct {
	event Event // a nil pointer of the type
	match func(Event) bool
}

// When selects the events of type P for which match returns true, or all of them if match is nil:
//
//	qmp.When(func(ev *qapi.DeviceDeletedEvent) bool { return ev.Path == path })
//	qmp.When[*qapi.ShutdownEvent](nil)
//
// With [*UnknownEvent] it selects the events of all names that no other EventMatch selects.
func When[P TypedEvent[E], E any](match func(P) bool) EventMatch {
	return EventMatch{P(nil), func(ev Event) bool {
		p, ok := ev.(P)
		return ok && (match == nil || match(p))
	}}
}

// RunAndWaitAny runs a command and waits for the first of several events, which may be of
// different types:
//
//	ev, err := qmp.RunAndWaitAny(ctx, c, func(ctx context.Context) error {
//		return vm.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "disk0"})
//	},
//		qmp.When(func(ev *qapi.DeviceDeletedEvent) bool { return ev.Device != nil && *ev.Device == "disk0" }),
//		qmp.When(func(ev *qapi.DeviceUnplugGuestErrorEvent) bool { return ev.Device != nil && *ev.Device == "disk0" }),
//	)
//	if err != nil {
//		return err
//	}
//	if _, refused := ev.(*qapi.DeviceUnplugGuestErrorEvent); refused {
//		…
//	}
//
// It subscribes before it calls run. If run is nil, it only waits. Several matches may be of the
// same type. The errors are those of [RunAndWait]; with a [Session], a lost connection is a
// [*LostError].
func RunAndWaitAny(ctx context.Context, s EventSource, run func(ctx context.Context) error, events ...EventMatch) (Event, error) {
	var types []Event
	seen := make(map[reflect.Type]bool)
	for _, e := range events {
		if t := reflect.TypeOf(e.event); !seen[t] {
			seen[t] = true
			types = append(types, e.event)
		}
	}
	if len(types) == 0 {
		panic("qmp: RunAndWaitAny without events")
	}
	sub := SubscribeAny(s, types)
	defer sub.Close()
	if run != nil {
		if err := run(ctx); err != nil {
			return nil, err
		}
	}
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			if e.match(ev) {
				return ev, nil
			}
		}
	}
}
