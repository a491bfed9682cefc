package qmp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

func TestEvents(t *testing.T) {
	start := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		<-start
		p.Event("STOP", "")
		p.Event("SHUTDOWN", `{"guest": true, "reason": "guest-reset", "new-member": [1]}`)
		p.Event("SHUTDOWN", `{"guest": "yes"}`)
		p.Event("X_NEW", `{"a": {"b": 1}}`)
		p.Event("SHUTDOWN", `{"guest": false, "reason": "host-qmp-quit"}`)
	})
	ctx := testContext(t)
	shutdowns := qmp.Subscribe[*ShutdownEvent](c)
	all := SubscribeAll(c)
	raw := qmp.Subscribe[*qmp.UnknownEvent](c)
	close(start)
	at := qmp.Timestamp{Seconds: 1700000000, Microseconds: 250000}

	var got []string
	for ev, err := range shutdowns.All(ctx) {
		if err != nil {
			got = append(got, "error "+err.Error())
			continue
		}
		if ev.EventTime() != at {
			t.Errorf("time %v, want %v", ev.EventTime(), at)
		}
		got = append(got, fmt.Sprint(ev.Guest, " ", ev.Reason))
	}
	want := []string{"true guest-reset", "error qmp: cannot decode the event SHUTDOWN", "false host-qmp-quit", "error qmp: connection closed by the server"}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("typed events\n%q, want\n%q", got, want)
	}

	got = nil
	for ev, err := range all.All(ctx) {
		switch ev := ev.(type) {
		case nil:
			got = append(got, "error "+err.Error())
		case *qmp.UnknownEvent:
			got = append(got, fmt.Sprintf("unknown %s %s", ev.Name, ev.Data))
		default:
			got = append(got, ev.EventName())
		}
	}
	want = []string{"STOP", "SHUTDOWN", "error qmp: cannot decode", `unknown X_NEW {"a": {"b": 1}}`, "SHUTDOWN", "error qmp: connection closed"}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("all events\n%q, want\n%q", got, want)
	}

	got = nil
	for ev, err := range raw.All(ctx) {
		if err != nil {
			if !errors.Is(err, io.EOF) {
				t.Errorf("error %v, want io.EOF", err)
			}
			continue
		}
		if ev.EventTime() != at {
			t.Errorf("time %v, want %v", ev.EventTime(), at)
		}
		got = append(got, fmt.Sprintf("%s %s", ev.Name, ev.Data))
	}
	want = []string{"STOP ", "SHUTDOWN {", "SHUTDOWN {", "X_NEW {", "SHUTDOWN {"}
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("raw events\n%q, want\n%q", got, want)
	}
	ended := 0
	for _, err := range qmp.Subscribe[*StopEvent](c).All(ctx) {
		ended++
		if !errors.Is(err, io.EOF) {
			t.Errorf("events of an ended connection: error %v, want io.EOF", err)
		}
	}
	if ended != 1 {
		t.Errorf("events of an ended connection: %d elements, want its error", ended)
	}
}

// anyEvent is not a struct; embeddedEvent embeds a nil pointer, and has no place for the time of an
// event without data.
type anyEvent map[string]any

func (*anyEvent) EventName() string        { return "STOP" }
func (*anyEvent) EventTime() qmp.Timestamp { return qmp.Timestamp{} }

type embeddedEvent struct{ *StopEvent }

// TestEventsOwnTypes checks that events can be of types that are not generated.
func TestEventsOwnTypes(t *testing.T) {
	start := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		<-start
		p.Event("STOP", "")
		p.Event("STOP", `{"a": 1}`)
	})
	ctx := testContext(t)
	maps, embedded := qmp.Subscribe[*anyEvent](c), qmp.Subscribe[*embeddedEvent](c)
	close(start)
	var got []string
	for ev, err := range maps.All(ctx) {
		if err != nil {
			break
		}
		got = append(got, fmt.Sprint(*ev))
	}
	for ev, err := range embedded.All(ctx) {
		if err != nil {
			break
		}
		got = append(got, fmt.Sprint(ev.StopEvent == nil))
	}
	if want := []string{"map[]", "map[a:1]", "true", "true"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEventsEnd(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			p.Event("STOP", "")
			p.Event("STOP", "")
			p.Return(req, "{}")
		}
	})
	emit := func() {
		if err := c.Call(testContext(t), "stop", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("break", func(t *testing.T) {
		sub := qmp.Subscribe[*StopEvent](c)
		emit()
		var got []error
		for range 2 { // the second loop continues where the first one stopped
			for _, err := range sub.All(testContext(t)) {
				got = append(got, err)
				break
			}
		}
		sub.Close()
		for _, err := range sub.All(testContext(t)) {
			got = append(got, err)
		}
		if want := []error{nil, nil, qmp.ErrSubscriptionClosed}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(testContext(t))
		defer cancel()
		sub := qmp.Subscribe[*StopEvent](c)
		defer sub.Close()
		emit()
		var got []error
		for _, err := range sub.All(ctx) {
			got = append(got, err)
			cancel()
		}
		if len(got) != 2 || got[0] != nil || got[1] != context.Canceled {
			t.Errorf("got %v, want one event and then the context's error", got)
		}
	})
	t.Run("close", func(t *testing.T) {
		sub := qmp.Subscribe[*StopEvent](c)
		emit()
		c.Close()
		var got []error
		for _, err := range sub.All(testContext(t)) {
			got = append(got, err)
		}
		if len(got) != 3 || got[0] != nil || got[1] != nil || !errors.Is(got[2], qmp.ErrClosed) {
			t.Errorf("got %v, want two events and then ErrClosed", got)
		}
	})
}

// A subscription that nobody reads loses events according to its policy, and does not delay
// replies.
func TestOverflow(t *testing.T) {
	tests := []struct {
		policy qmp.Policy
		queue  int
		want   string
		lost   uint64
	}{
		{qmp.DropOldest, 3, "lost 7, E7, E8, E9, closed", 7},
		{qmp.DropOldest, 1, "lost 9, E9, closed", 9},
		{qmp.DropNewest, 3, "E0, E1, E2, lost 7, closed", 7},
		{qmp.EndOnOverflow, 3, "E0, E1, E2, lost 7, ended", 7},
		{qmp.DropOldest, 10, "E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, closed", 0},
		{qmp.EndOnOverflow, 0, "E0, E1, E2, E3, E4, E5, E6, E7, E8, E9, closed", 0},
	}
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("x")
		for i := range 10 {
			p.Event(fmt.Sprint("E", i), "")
		}
		p.Return(req, "{}")
		p.WaitClose()
	})
	var subs []*qmp.Subscription[*qmp.UnknownEvent]
	for _, test := range tests {
		subs = append(subs, qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithQueue(test.queue), qmp.WithPolicy(test.policy)))
	}
	ctx := testContext(t)
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	c.Close()
	for i, test := range tests {
		var got []string
		for end := false; !end; {
			ev, err := subs[i].Next(ctx)
			var lost *qmp.LostError
			switch {
			case err == nil:
				got = append(got, ev.Name)
			case errors.As(err, &lost):
				got = append(got, fmt.Sprint("lost ", lost.Count))
			case errors.Is(err, qmp.ErrSubscriptionClosed):
				got, end = append(got, "ended"), true
			case errors.Is(err, qmp.ErrClosed):
				got, end = append(got, "closed"), true
			default:
				t.Fatal(err)
			}
		}
		if got := strings.Join(got, ", "); got != test.want {
			t.Errorf("policy %d, queue %d: got %s, want %s", test.policy, test.queue, got, test.want)
		}
		if got := subs[i].Lost(); got != test.lost {
			t.Errorf("policy %d, queue %d: %d lost, want %d", test.policy, test.queue, got, test.lost)
		}
	}
}

// A sequence continues after a loss.
func TestEventsLost(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("x")
		for range 5 {
			p.Event("STOP", "")
		}
		p.Return(req, "{}")
		p.WaitClose()
	})
	ctx := testContext(t)
	events := qmp.Subscribe[*StopEvent](c, qmp.WithQueue(2))
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	c.Close()
	var got []string
	for _, err := range events.All(ctx) {
		got = append(got, fmt.Sprint(err))
	}
	want := []string{"qmp: 3 events were lost: the subscription's queue was full", "<nil>", "<nil>", qmp.ErrClosed.Error()}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// With EndOnOverflow a loss ends the sequence.
func TestEventsEndOnOverflow(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("x")
		for range 5 {
			p.Event("STOP", "")
		}
		p.Return(req, "{}")
		p.WaitClose()
	})
	ctx := testContext(t)
	events := qmp.Subscribe[*StopEvent](c, qmp.WithQueue(2), qmp.WithPolicy(qmp.EndOnOverflow))
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, err := range events.All(ctx) {
		got = append(got, fmt.Sprint(err))
	}
	want := []string{"<nil>", "<nil>", "qmp: 3 events were lost: the subscription's queue was full"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSubscriptionNames(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("x")
		for _, name := range []string{"A", "B", "C", "B", "A"} {
			p.Event(name, "")
		}
		p.Return(req, "{}")
		p.WaitClose()
	})
	ctx := testContext(t)
	sub := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithNames("B", "A", "B"))
	closed := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithNames("B"))
	closed.Close()
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"A", "B", "B", "A"} {
		if ev, err := sub.Next(ctx); err != nil || ev.Name != want {
			t.Fatalf("got %v, %v; want %s", ev, err, want)
		}
	}
	if _, err := closed.Next(ctx); err != qmp.ErrSubscriptionClosed {
		t.Errorf("closed subscription: %v", err)
	}
}

func TestRunAndWait(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("device_del")
		p.Event("DEVICE_DELETED", `{"device": "other", "path": "/other"}`)
		p.Event("DEVICE_DELETED", `{"device": "disk0", "path": "/disk0"}`)
		p.Return(req, "{}")
		p.Fail(p.Expect("device_del"), qmp.ClassDeviceNotFound, "gone")
		p.Return(p.Expect("device_del"), "{}")
	})
	ctx := testContext(t)
	remove := func() (*DeviceDeletedEvent, error) {
		return qmp.RunAndWait(ctx, c, func(ctx context.Context) error {
			return NewClient(c).DeviceDel(ctx, DeviceDelArgs{ID: "disk0"})
		}, func(ev *DeviceDeletedEvent) bool {
			return ev.Device != nil && *ev.Device == "disk0"
		})
	}
	if ev, err := remove(); err != nil || ev.Path != "/disk0" {
		t.Errorf("got %+v, %v", ev, err)
	}
	var e *qmp.Error
	if _, err := remove(); !errors.As(err, &e) {
		t.Errorf("command that fails: %v", err)
	}
	if _, err := remove(); !errors.Is(err, io.EOF) {
		t.Errorf("connection that ends: %v", err)
	}
}
