package qmp

import "context"

// RunAndWait runs a command and waits for the event that tells of its completion:
//
//	ev, err := qmp.RunAndWait(ctx, c, func(ctx context.Context) error {
//		return vm.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "disk0"})
//	}, func(ev *qapi.DeviceDeletedEvent) bool {
//		return ev.Device != nil && *ev.Device == "disk0"
//	})
//
// It subscribes before the command is sent, so that the event is found even if it arrives
// before the reply. RunAndWait returns the first event for which match returns true; a nil
// match takes any. With [*UnknownEvent], match chooses among the events of all names.
//
// RunAndWait returns an error if run does, if the context or the connection ends first, and if
// events were lost or could not be decoded, since the expected one may be among them.
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
