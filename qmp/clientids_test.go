package qmp_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// number returns the id of a request as a number.
func number(t *testing.T, req qmptest.Request) int {
	t.Helper()
	id, err := strconv.Atoi(string(req.ID))
	if err != nil {
		t.Errorf("id %s: %v", req.ID, err)
	}
	return id
}

// TestIDsStayShort checks that ids are reused, the least recently used first.
func TestIDsStayShort(t *testing.T) {
	const calls = 5 * qmp.ShortIDs
	var ids []int
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range calls {
			req := p.Expect("x")
			ids = append(ids, number(t, req))
			p.Return(req, "{}")
		}
	})
	for range calls {
		if err := c.Call(testContext(t), "x", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	for i, id := range ids {
		if want := 1 + i%qmp.ShortIDs; id != want {
			t.Errorf("call %d has the id %d, want %d", i, id, want)
		}
	}
}

// TestIDsNotAnswered checks that the id of a call without a reply is not reused, whether the call
// is pending, for example out of band, or forgotten, and that a late reply is ignored.
func TestIDsNotAnswered(t *testing.T) {
	for _, abandoned := range []qmp.Request{{Command: "never", OOB: true}, {Command: "never"}} {
		const calls = 3 * qmp.ShortIDs
		sent := make(chan bool)
		c := connect(t, func(p *qmptest.Peer) {
			p.Negotiate()
			never := p.Expect("never")
			close(sent)
			for n := range calls {
				req := p.Expect("x")
				if string(req.ID) == string(never.ID) {
					t.Errorf("the id %s is used again", req.ID)
				}
				if n > 0 && !never.OOB || n == calls-1 {
					p.Return(never, `"late"`)
				}
				p.Return(req, `"right"`)
			}
		}, qmp.WithOOB())
		ctx, cancel := context.WithCancel(testContext(t))
		go func() { <-sent; cancel() }()
		if err := c.Do(ctx, &abandoned); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		for range calls {
			var got string
			if err := c.Call(testContext(t), "x", nil, &got); err != nil || got != "right" {
				t.Fatalf("%q, %v", got, err)
			}
		}
	}
}

// TestIDsOfManyCalls checks that any number of pending calls have different ids.
func TestIDsOfManyCalls(t *testing.T) {
	const calls = 3 * qmp.ShortIDs
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range 2 {
			used := make(map[int]bool)
			var requests []qmptest.Request
			for range calls {
				req := p.Expect("x")
				if id := number(t, req); used[id] {
					t.Errorf("two calls have the id %d", id)
				} else {
					used[id] = true
				}
				requests = append(requests, req)
			}
			for _, req := range requests {
				p.Return(req, string(req.Args))
			}
		}
	})
	for range 2 {
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() {
				var got struct{ Call int }
				if err := c.Call(testContext(t), "x", map[string]int{"call": i}, &got); err != nil || got.Call != i {
					t.Errorf("call %d: got the reply to %d, %v", i, got.Call, err)
				}
			})
		}
		wg.Wait()
	}
}
