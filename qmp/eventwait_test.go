package qmp_test

import (
	"context"
	"errors"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

func TestRunAndWaitAny(t *testing.T) {
	tests := []struct {
		name, events string
		want         string
	}{
		{"the first", "DEVICE_DELETED a", "*qmp_test.DeviceDeletedEvent a"},
		{"another", "STOP", "STOP"},
		{"not that one", "DEVICE_DELETED b", "RESUME"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, func(p *qmptest.Peer) {
				p.Negotiate()
				req := p.Expect("device_del")
				switch test.events {
				case "STOP":
					p.Event("STOP", "")
				case "DEVICE_DELETED a":
					p.Event("DEVICE_DELETED", `{"path": "a"}`)
				default:
					p.Event("DEVICE_DELETED", `{"path": "b"}`)
				}
				p.Event("RESUME", "")
				p.Return(req, "{}")
				p.WaitClose()
			})
			ev, err := qmp.RunAndWaitAny(testContext(t), c, func(ctx context.Context) error {
				return c.Call(ctx, "device_del", nil, nil)
			},
				qmp.When[*StopEvent](nil),
				qmp.When(func(ev *DeviceDeletedEvent) bool { return ev.Path == "a" }),
				qmp.When(func(ev *DeviceDeletedEvent) bool { return ev.Path == "c" }),
				qmp.When[*ResumeEvent](nil),
			)
			if err != nil {
				t.Fatal(err)
			}
			got := ev.EventName()
			if d, ok := ev.(*DeviceDeletedEvent); ok {
				got = "*qmp_test.DeviceDeletedEvent " + d.Path
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if n := qmp.Subscribers(c); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
		})
	}
}

func TestRunAndWaitAnyFails(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Fail(p.Expect("device_del"), qmp.ClassDeviceNotFound, "none")
		p.WaitClose()
	})
	_, err := qmp.RunAndWaitAny(testContext(t), c, func(ctx context.Context) error {
		return c.Call(ctx, "device_del", nil, nil)
	}, qmp.When[*StopEvent](nil))
	if !errors.Is(err, &qmp.Error{Class: qmp.ClassDeviceNotFound}) {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := qmp.RunAndWaitAny(ctx, c, nil, qmp.When[*StopEvent](nil)); err != context.Canceled {
		t.Errorf("%v", err)
	}
	if n := qmp.Subscribers(c); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
}

// floodPeer sends n STOP events for each command.
func floodPeer(n int) func(p *qmptest.Peer) {
	return func(p *qmptest.Peer) {
		p.Negotiate()
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			for range n {
				p.Event("STOP", "")
			}
			p.Return(req, "{}")
		}
	}
}

// Events that were not received from the channel stay in the subscription.
func TestSubscriptionChan(t *testing.T) {
	c := connect(t, floodPeer(5))
	sub := qmp.Subscribe[*StopEvent](c)
	defer sub.Close()
	ctx, cancel := context.WithCancel(testContext(t))
	events := sub.Chan(ctx)
	if err := c.Call(testContext(t), "flood", nil, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got := <-events; got.Err != nil || got.Event == nil {
			t.Errorf("%+v", got)
		}
	}
	cancel()
	left := 3
	for got := range events { // one may be in flight
		if got.Err != nil {
			t.Error(got.Err)
		}
		left--
	}
	for range left {
		if _, err := sub.Next(testContext(t)); err != nil {
			t.Error(err)
		}
	}
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if ev, err := sub.Next(short); err == nil {
		t.Errorf("one too many: %+v", ev)
	}
}

func TestSubscriptionChanEnds(t *testing.T) {
	t.Run("closed while an event waits", func(t *testing.T) {
		c := connect(t, floodPeer(1))
		sub := qmp.Subscribe[*StopEvent](c)
		events := sub.Chan(testContext(t))
		if err := c.Call(testContext(t), "flood", nil, nil); err != nil {
			t.Fatal(err)
		}
		sub.Close()
		for range events { // at most one
		}
		sub.Close()
		if _, ok := <-sub.Chan(testContext(t)); ok {
			t.Error("a closed subscription has events")
		}
	})
	t.Run("connection lost", func(t *testing.T) {
		c := connect(t, func(p *qmptest.Peer) { p.Negotiate(); p.Event("STOP", ""); p.Close() })
		<-c.Done()
		events := qmp.Subscribe[*StopEvent](c).Chan(testContext(t))
		var lost *qmp.DisconnectError
		if got := <-events; !errors.As(got.Err, &lost) {
			t.Errorf("%+v", got)
		}
		if got, ok := <-events; ok {
			t.Errorf("%+v after the end", got)
		}
	})
	t.Run("lost events", func(t *testing.T) {
		c := connect(t, floodPeer(5))
		for _, policy := range []qmp.Policy{qmp.DropOldest, qmp.DropNewest, qmp.EndOnOverflow} {
			sub := qmp.Subscribe[*StopEvent](c, qmp.WithQueue(2), qmp.WithPolicy(policy))
			if err := c.Call(testContext(t), "flood", nil, nil); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(testContext(t))
			cancel()
			for range sub.Chan(ctx) { // returns an event that was not received, if any
			}
			events, lost := 0, uint64(0)
			ctx, cancel = context.WithCancel(testContext(t))
			for got := range sub.Chan(ctx) {
				var e *qmp.LostError
				if errors.As(got.Err, &e) {
					lost += e.Count
				} else if events++; got.Err != nil {
					t.Error(got.Err)
				}
				if events == 2 && lost == 3 {
					break
				}
			}
			if events != 2 || lost != 3 || sub.Lost() != 3 {
				t.Errorf("policy %d: %d events, %d lost, Lost says %d", policy, events, lost, sub.Lost())
			}
			cancel()
			sub.Close()
		}
	})
}
