package qmp_test

import (
	"context"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/genrt"
)

// The types below are written like generated ones.

type RunState string

const (
	RunStateRunning   RunState = "running"
	RunStatePaused    RunState = "paused"
	RunStatePrelaunch RunState = "prelaunch"
)

func (s RunState) Known() bool {
	return s == RunStateRunning || s == RunStatePaused || s == RunStatePrelaunch
}

type StatusInfo struct {
	Running bool     `json:"running"`
	Status  RunState `json:"status"`
}

type DeviceDelArgs struct {
	ID string `json:"id"`
}

type ShutdownEvent struct {
	Guest     bool          `json:"guest"`
	Reason    string        `json:"reason"`
	Timestamp qmp.Timestamp `json:"-"`
}

func (*ShutdownEvent) EventName() string          { return "SHUTDOWN" }
func (e *ShutdownEvent) EventTime() qmp.Timestamp { return e.Timestamp }

type StopEvent struct {
	Timestamp qmp.Timestamp `json:"-"`
}

func (*StopEvent) EventName() string          { return "STOP" }
func (e *StopEvent) EventTime() qmp.Timestamp { return e.Timestamp }

type ResumeEvent struct {
	Timestamp qmp.Timestamp `json:"-"`
}

func (*ResumeEvent) EventName() string          { return "RESUME" }
func (e *ResumeEvent) EventTime() qmp.Timestamp { return e.Timestamp }

type DeviceDeletedEvent struct {
	Device    *string       `json:"device,omitzero"`
	Path      string        `json:"path"`
	Timestamp qmp.Timestamp `json:"-"`
}

func (*DeviceDeletedEvent) EventName() string          { return "DEVICE_DELETED" }
func (e *DeviceDeletedEvent) EventTime() qmp.Timestamp { return e.Timestamp }

type Client struct{ caller qmp.Caller }

func NewClient(caller qmp.Caller) Client { return Client{caller} }

func (c Client) QueryStatus(ctx context.Context) (ret StatusInfo, err error) {
	err = c.caller.Do(ctx, &qmp.Request{Command: "query-status", Result: &ret})
	return ret, err
}

func (c Client) DeviceDel(ctx context.Context, args DeviceDelArgs) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "device_del", Args: &args})
}

func (c Client) Stop(ctx context.Context) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "stop"})
}

func (c Client) Cont(ctx context.Context) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "cont"})
}

func (c Client) Quit(ctx context.Context) error {
	return c.caller.Do(ctx, &qmp.Request{Command: "quit"})
}

func SubscribeAll(s qmp.EventSource, opts ...qmp.SubscribeOption) *qmp.Subscription[qmp.Event] {
	return genrt.SubscribeAll(s, events, opts)
}

var events = []qmp.Event{
	(*ShutdownEvent)(nil),
	(*StopEvent)(nil),
	(*ResumeEvent)(nil),
	(*DeviceDeletedEvent)(nil),
}
