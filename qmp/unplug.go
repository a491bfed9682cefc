package qmp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// An UnplugOption is an option of [Unplug].
type UnplugOption interface{ applyToUnplug(*unplug) }

type unplugOption func(*unplug)

func (opt unplugOption) applyToUnplug(u *unplug) { opt(u) }

// WithUnplugRepeat makes [Unplug] repeat the request once each interval, for a guest that was not
// ready for the first one, because it was booting for example. The default interval is 5 seconds;
// with 0 the request is not repeated.
func WithUnplugRepeat(interval time.Duration) UnplugOption {
	return unplugOption(func(u *unplug) { u.interval = interval })
}

// An UnplugError reports that the guest has refused to release a device.
type UnplugError struct {
	ID   string
	Desc string // for humans; not stable between releases
}

// Error returns the id and the description.
func (e *UnplugError) Error() string { return "qmp: device " + e.ID + ": " + e.Desc }

// Unplug removes a device from a machine (device_del) and waits until it is gone. id is the id of
// the device, or its QOM path. It is no error if the device does not exist, so Unplug can be
// called again after any error, and while another call is waiting.
//
// The error is an [*UnplugError] if the guest refuses, an [*Error] if the server does, for a bus
// without hotplug for example, or that of the connection, or it wraps that of the context. A guest
// without a running operating system does not answer at all, so the context should have a
// deadline. The request cannot be cancelled: the guest may still release the device later.
//
// Backends of the device, such as a block node or a network backend, are not removed.
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
			return wrap("qmp: the guest has not released the device "+id, ctx.Err())
		case err != nil:
			return err
		}
	}
}

// An unplug is the state of a call of Unplug.
type unplug struct {
	source   JobSource
	sub      *eventQueue
	id       string
	interval time.Duration // between requests; 0: a single request
}

// request requests the removal. The server has errors for a guest that was asked before and has
// not answered, and for one that is busy, which only their texts show. After the first request,
// all errors are ignored, since the answer of the guest is still to come.
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

// wait waits for the removal, for a refusal, or until it is time to repeat the request.
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

// unplugEvent is the data of an event about a device, or the member info of ACPI_DEVICE_OST.
type unplugEvent struct {
	Device string `json:"device,omitzero"`
	Path   string `json:"path,omitzero"`
	Msg    string `json:"msg,omitzero"`
	Source int64  `json:"source,omitzero"`
	Status int64  `json:"status,omitzero"`
}

// answer reports whether an event says that the device is gone. Its error is a refusal.
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
	// Parts of a device have paths below its path, and no id.
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

// acpiRefusal reports whether the guest has refused an ejection, by the arguments with which it
// called the ACPI method _OST. See "_OST (OSPM Status Indication)" in the ACPI specification.
func acpiRefusal(source, status int64) bool {
	const (
		ejectRequest  = 0x003 // ejection request notification
		ejection      = 0x103 // ejection that the guest itself has initiated
		inProgress    = 0x083 // "Ejection in progress (pending)"
		acpiSucceeded = 0
	)
	return (source == ejectRequest || source == ejection) && status != acpiSucceeded && status != inProgress
}
