package qmp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// An UnplugOption changes how [Unplug] waits.
type UnplugOption interface{ applyToUnplug(*unplug) }

type unplugOption func(*unplug)

func (opt unplugOption) applyToUnplug(u *unplug) { opt(u) }

// WithUnplugRepeat has [Unplug] send the request again once in an interval, for guests that were
// not ready for the first one, such as those that were starting. Without it the interval is 5
// seconds. With 0 the request is sent once.
func WithUnplugRepeat(interval time.Duration) UnplugOption {
	return unplugOption(func(u *unplug) { u.interval = interval })
}

// An UnplugError reports that the guest has refused to give up a device.
type UnplugError struct {
	ID   string
	Desc string // for people; its text is not stable
}

// Error returns the device and the description.
func (e *UnplugError) Error() string { return "qmp: device " + e.ID + ": " + e.Desc }

// Unplug removes a device from a machine and waits until it is gone. id is that of the device, or
// its path in the object model. A device that does not exist is gone; so Unplug can be called
// again after any error, and while another call is waiting.
//
// The error is an [*UnplugError] if the guest refuses, an [*Error] if the server does, such as for
// a bus that does not support it, that of the connection, or one that wraps that of the context. A
// guest that runs no operating system does not answer at all, so the context should have a
// deadline. The request cannot be taken back: the guest may still give up the device later.
//
// What the device used, such as a block node or a network backend, is not removed.
func Unplug(ctx context.Context, s JobSource, id string, opts ...UnplugOption) error {
	u := unplug{source: s, id: id, interval: 5 * time.Second}
	for _, opt := range opts {
		opt.applyToUnplug(&u)
	}
	u.sub = s.subscribe(subscribeOptions{names: []string{
		"DEVICE_DELETED", "DEVICE_UNPLUG_GUEST_ERROR", "MEM_UNPLUG_ERROR", "ACPI_DEVICE_OST",
	}})
	defer u.sub.close()
	for first := true; ; first = false {
		gone, err := u.request(ctx, first)
		if !gone && err == nil {
			gone, err = u.wait(ctx)
		}
		switch {
		case gone:
			return nil
		case err != nil && ctx.Err() != nil:
			return wrap("qmp: the guest has not given up the device "+id, ctx.Err())
		case err != nil:
			return err
		}
	}
}

// An unplug is a device that is being removed.
type unplug struct {
	source   JobSource
	sub      *eventQueue
	id       string
	interval time.Duration // between requests; 0: there is only one
}

// request asks for the removal. That a guest has been asked and has not answered yet is an error
// of its own to the server, and so may be that it is at work; both are told by their text only.
// After the first request, the answer of the guest is still to come, whatever the server says.
func (u *unplug) request(ctx context.Context, first bool) (gone bool, err error) {
	err = u.source.Do(ctx, &Request{Command: "device_del", Args: map[string]any{"id": u.id}, repeat: true})
	var e *Error
	switch {
	case !errors.As(err, &e):
		return false, err
	case e.Class == ClassDeviceNotFound:
		return true, nil
	case !first, strings.Contains(e.Desc, "in the process of unplug"), strings.Contains(e.Desc, "guest is busy"):
		return false, nil
	}
	return false, err
}

// wait waits for the device to go, for a refusal, or until it is time to ask again.
func (u *unplug) wait(ctx context.Context) (gone bool, err error) {
	pause, cancel := ctx, context.CancelFunc(func() {})
	if u.interval > 0 {
		pause, cancel = context.WithTimeout(ctx, u.interval)
	}
	defer cancel()
	for {
		var ev UnknownEvent
		err := u.sub.next(pause, &ev)
		var lost *LostError
		switch {
		case errors.As(err, &lost), ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			return false, nil // the next request shows whether it is gone
		case err != nil:
			return false, err
		}
		gone, err = u.answer(&ev)
		if gone || err != nil {
			return gone, err
		}
	}
}

// unplugEvent is the data of an event about a device, or the inner part of that of ACPI_DEVICE_OST.
type unplugEvent struct {
	Device string `json:"device,omitzero"`
	Path   string `json:"path,omitzero"`
	Msg    string `json:"msg,omitzero"`
	Source int64  `json:"source,omitzero"`
	Status int64  `json:"status,omitzero"`
}

// answer reports whether an event says that the device is gone. The error is a refusal.
func (u *unplug) answer(ev *UnknownEvent) (gone bool, err error) {
	var data struct {
		unplugEvent
		Info unplugEvent `json:"info,omitzero"`
	}
	if err := wire.Decode(ev.Data, &data, wire.Tolerant); err != nil {
		return false, err
	}
	if ev.Name == "ACPI_DEVICE_OST" {
		data.unplugEvent = data.Info
	}
	// Parts of a device have paths below its own, and no id.
	if data.Device != u.id && data.Path != u.id && data.Path != "/machine/peripheral/"+u.id {
		return false, nil
	}
	switch ev.Name {
	case "DEVICE_DELETED":
		return true, nil
	case "MEM_UNPLUG_ERROR":
		return false, &UnplugError{u.id, data.Msg}
	case "ACPI_DEVICE_OST":
		if !acpiRefusal(data.Source, data.Status) {
			return false, nil
		}
	}
	return false, &UnplugError{u.id, "the guest refuses to give it up"}
}

// acpiRefusal reports whether the arguments of the ACPI method _OST, which the guest has called,
// refuse an ejection. They are those of the ACPI specification, "_OST (OSPM Status Indication)".
func acpiRefusal(source, status int64) bool {
	const (
		ejectRequest  = 0x003 // a notification that the device is to be ejected
		ejection      = 0x103 // that the system has begun by itself
		inProgress    = 0x083 // "Ejection in progress (pending)"
		acpiSucceeded = 0
	)
	return (source == ejectRequest || source == ejection) && status != acpiSucceeded && status != inProgress
}
