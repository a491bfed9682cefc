package qga

import (
	"context"
	"errors"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

const (
	thawTime  = time.Minute // for all attempts to thaw
	thawPause = time.Second // between two of them
)

// Freeze freezes the file systems of the guest, calls f, and thaws them. It is for consistent
// snapshots of disks. It always thaws: also if f fails or panics, if the context is done, and if
// freezing fails or gets no reply, since some file systems may be frozen then. It retries a failed
// thaw for up to a minute, unless the connection is lost; the error then says that the guest may
// still be frozen.
//
// While file systems are frozen, the agent runs only guest-fsfreeze-status, guest-fsfreeze-thaw,
// guest-info, guest-ping, guest-sync and guest-sync-delimited. f is called with ctx.
func Freeze(ctx context.Context, agent qmp.Caller, f func(ctx context.Context) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, thaw(ctx, agent)) }()
	if err := agent.Do(ctx, &qmp.Request{Command: "guest-fsfreeze-freeze"}); err != nil {
		return wrap("freezing", err)
	}
	return f(ctx)
}

// thaw thaws the guest, even if the context is done.
func thaw(ctx context.Context, agent qmp.Caller) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), thawTime)
	defer cancel()
	for {
		err := agent.Do(ctx, &qmp.Request{Command: "guest-fsfreeze-thaw"})
		if err == nil {
			return nil
		}
		var lost *qmp.DisconnectError
		var e *qmp.Error
		if errors.As(err, &e) && e.Class == qmp.ClassCommandNotFound {
			return nil // then it could not freeze either
		}
		if errors.As(err, &lost) || ctx.Err() != nil {
			return wrap("thawing, the guest may still be frozen", err)
		}
		timer := time.NewTimer(thawPause)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
}
