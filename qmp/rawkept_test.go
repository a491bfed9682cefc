package qmp_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// TestRawMessagesKept checks that raw results and events are the caller's: later messages do not
// change them.
func TestRawMessagesKept(t *testing.T) {
	const rounds = 200
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for i := range rounds {
			req := p.Expect("x")
			p.Event("E", fmt.Sprintf(`{"number": %d}`, i))
			p.Return(req, fmt.Sprintf(`{"result": %d}`, i))
		}
		p.WaitClose()
	})
	ctx := testContext(t)
	sub := qmp.Subscribe[*qmp.UnknownEvent](c)
	defer sub.Close()
	var results []json.RawMessage
	var events []*qmp.UnknownEvent
	for range rounds {
		var result json.RawMessage
		if err := c.Call(ctx, "x", nil, &result); err != nil {
			t.Fatal(err)
		}
		ev, err := sub.Next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		results, events = append(results, result), append(events, ev)
	}
	for i := range rounds {
		if got, want := string(results[i]), fmt.Sprintf(`{"result": %d}`, i); got != want {
			t.Errorf("result %d is now %s", i, got)
		}
		if got, want := string(events[i].Data), fmt.Sprintf(`{"number": %d}`, i); got != want {
			t.Errorf("event %d is now %s", i, got)
		}
	}
}
