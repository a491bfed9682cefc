package qmp

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A DumpOption is an option of [Dump].
type DumpOption interface{ applyToDump(*dump) }

type dumpOption func(*dump)

func (opt dumpOption) applyToDump(d *dump) { opt(d) }

// WithDumpProgress calls progress with each new state of the dump, in the goroutine of the caller.
// The state is queried once each interval; the default is a second.
func WithDumpProgress(interval time.Duration, progress func(DumpState)) DumpOption {
	return dumpOption(func(d *dump) { d.interval, d.progress = interval, progress })
}

// A DumpState is the state of a dump of the guest's memory.
type DumpState struct {
	Status           string // QEMU's DumpStatus: "none", "active", "completed" or "failed"
	Completed, Total int64  // bytes
}

// Fraction returns the progress, from 0 to 1.
func (s DumpState) Fraction() float64 {
	switch {
	case s.Status == dumpCompleted:
		return 1
	case s.Total <= 0:
		return 0
	}
	return min(max(float64(s.Completed)/float64(s.Total), 0), 1)
}

// Values of QEMU's DumpStatus.
const (
	dumpNone      = "none"
	dumpCompleted = "completed"
	dumpFailed    = "failed"
)

// A DumpError reports that a dump failed.
type DumpError struct {
	Desc string // for humans; not stable between releases; empty if it is not known
}

// Error returns the description.
func (e *DumpError) Error() string {
	if e.Desc == "" {
		return "qmp: the dump failed"
	}
	return "qmp: the dump failed: " + e.Desc
}

// ErrNoDump is the error of [Dump] if start is nil and there is no dump, or if the [Session] has
// reconnected to a server without one.
var ErrNoDump = errors.New("qmp: there is no dump")

// Dump starts a dump of the guest's memory and waits for its end:
//
//	state, err := qmp.Dump(ctx, c, func(ctx context.Context) error {
//		return vm.DumpGuestMemory(ctx, args) // with Detach
//	}, qmp.WithDumpProgress(time.Second, func(d qmp.DumpState) {
//		fmt.Printf("\r%3.0f %%", 100*d.Fraction())
//	}))
//
// start runs the command dump-guest-memory with detach (QEMU 2.6 and later); without it, the
// server is blocked until the dump is complete, and there is no progress. If start is nil, Dump
// follows the present dump. The guest is stopped during the dump.
//
// QEMU reports the end a moment before the guest resumes, and the next dump must not begin before
// that. Dump therefore polls query-status and query-migrate until the dump is over, for at most 10
// seconds and as long as the context allows.
//
// Dump returns the last state. The error is that of start or of another command, a [*DumpError],
// [ErrNoDump], or that of the connection. If the context is done first, the error wraps that of
// the context, and the dump goes on, since there is no command to cancel it.
func Dump(ctx context.Context, s JobSource, start func(ctx context.Context) error, opts ...DumpOption) (DumpState, error) {
	d := dump{source: s, interval: time.Second, sub: s.subscribe(subscribeOptions{names: []string{"DUMP_COMPLETED"}})}
	defer d.sub.close()
	for _, opt := range opts {
		opt.applyToDump(&d)
	}
	d.interval = max(d.interval, time.Millisecond)
	if start != nil {
		if err := start(ctx); err != nil {
			return d.state, err
		}
	}
	err := d.follow(ctx, start != nil)
	if d.state.Status == dumpCompleted || d.state.Status == dumpFailed {
		settle(ctx, d.settled)
	}
	if err != nil && ctx.Err() != nil {
		err = wrap("qmp: the dump goes on", ctx.Err())
	}
	return d.state, err
}

// A dump is the state of a call of Dump.
type dump struct {
	source   JobSource
	sub      *eventQueue
	interval time.Duration
	progress func(DumpState)
	state    DumpState

	reconnected bool // the Session has reconnected: the server may be another one
}

// follow waits for the end of the dump.
func (d *dump) follow(ctx context.Context, started bool) error {
	var reason string // of the failure, from the last event
	told := false
	for shown := (DumpState{}); ; {
		if err := d.poll(ctx); err != nil {
			return err
		}
		if d.progress != nil && d.state != shown {
			shown = d.state
			d.progress(d.state)
		}
		switch d.state.Status {
		case dumpCompleted:
			return nil
		case dumpFailed:
			// The event with the reason follows the status. There is none if the dump failed
			// before the call, or if the event was lost.
			if !told && started {
				patience, cancel := context.WithTimeout(ctx, eventPatience)
				reason, _, _ = d.wait(patience)
				cancel()
			}
			return &DumpError{reason}
		case "", dumpNone:
			if !started || d.reconnected {
				return ErrNoDump
			}
		}
		pause, cancel := context.WithTimeout(ctx, d.interval)
		text, got, err := d.wait(pause)
		cancel()
		if err != nil && !(errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil) {
			return err
		}
		if got {
			reason, told = text, true
		}
	}
}

// eventPatience is how long Dump waits for the event with the reason of a failure.
const eventPatience = 10 * time.Second

// settled reports whether the server has finished the dump: the guest has left the run state
// save-vm, and then migrations are allowed again (reported by QEMU 6.0 and later).
func (d *dump) settled(ctx context.Context) bool {
	if runState(ctx, d.source) == "save-vm" {
		return false
	}
	var info struct {
		Blocked []string `json:"blocked-reasons,omitzero"`
	}
	err := d.source.Do(ctx, &Request{Command: "query-migrate", Result: &info, repeat: true})
	return err != nil || !slices.ContainsFunc(info.Blocked, func(reason string) bool { return strings.Contains(reason, "dump-guest-memory") })
}

// poll updates the state.
func (d *dump) poll(ctx context.Context) error {
	var info struct {
		Status    string `json:"status"`
		Completed int64  `json:"completed"`
		Total     int64  `json:"total"`
	}
	if err := d.source.Do(ctx, &Request{Command: "query-dump", Result: &info, repeat: true}); err != nil {
		return err
	}
	d.state = DumpState(info)
	return nil
}

// wait waits for an event, and returns the reason of a failure in it.
func (d *dump) wait(ctx context.Context) (reason string, got bool, err error) {
	var ev UnknownEvent
	err = d.sub.next(ctx, &ev)
	var lost *LostError
	if errors.As(err, &lost) {
		d.reconnected = d.reconnected || lost.Reconnected
		return "", false, nil // the next query makes up for it
	}
	if err != nil {
		return "", false, err
	}
	var data struct {
		Error string `json:"error,omitzero"`
	}
	err = wire.Decode(ev.Data, &data, wire.Tolerant)
	return data.Error, true, err
}
