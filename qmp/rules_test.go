package qmp_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// drain returns the names of the events that wait in a subscription of a
// connection that has ended.
func drain(t *testing.T, sub *qmp.Subscription) (names []string) {
	t.Helper()
	for {
		ev, err := sub.Next(context.Background())
		var ended *qmp.DisconnectError
		if errors.As(err, &ended) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, ev.Name)
	}
}

// Events that come before a reply are in the queues when the call returns; those
// that come after it are not waited for.
func TestEventsBeforeReply(t *testing.T) {
	for _, callers := range []int{1, 3} { // who reads: the caller, or the client
		next := make(chan bool)
		c := connect(t, func(p *qmptest.Peer) {
			p.Negotiate()
			for range callers - 1 {
				p.Expect("slow")
			}
			next <- true
			req := p.Expect("x")
			p.Event("BEFORE", "")
			p.Event("BEFORE", `{"a": 1}`)
			p.Return(req, "{}")
			<-next
			p.Event("AFTER", "")
			p.Return(p.Expect("y"), "{}")
			p.WaitClose()
		})
		sub := c.Subscribe(qmp.SubscribeOptions{})
		for range callers - 1 {
			go c.Call(context.Background(), "slow", nil, nil)
		}
		<-next
		ctx := testContext(t)
		if err := c.Call(ctx, "x", nil, nil); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if ev, err := sub.Next(ctx); err != nil || ev.Name != "BEFORE" {
				t.Fatalf("got %v, %v", ev, err)
			}
		}
		close(next)
		if err := c.Call(ctx, "y", nil, nil); err != nil {
			t.Fatal(err)
		}
		c.Close()
		if got := drain(t, sub); !slices.Equal(got, []string{"AFTER"}) {
			t.Errorf("%d callers: at the end %q", callers, got)
		}
	}
}
