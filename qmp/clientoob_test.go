package qmp_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

func TestOOBNegotiation(t *testing.T) {
	const without = `{"QMP": {"version": {"qemu": {"micro": 0, "minor": 11, "major": 2}, "package": ""}, "capabilities": []}}`
	tests := []struct {
		name     string
		greeting string
		opts     []qmp.Option
		args     string
		oob      bool
	}{
		{"not wanted", qmptest.DefaultGreeting, nil, "", false},
		{"wanted", qmptest.DefaultGreeting, []qmp.Option{qmp.WithOOB()}, `{"enable":["oob"]}`, true},
		{"not offered", without, []qmp.Option{qmp.WithOOB()}, "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, func(p *qmptest.Peer) {
				p.Send(test.greeting)
				req := p.Expect("qmp_capabilities")
				if string(req.Args) != test.args {
					t.Errorf("arguments %s, want %s", req.Args, test.args)
				}
				p.Return(req, "{}")
				if test.oob {
					if req = p.Expect("migrate-pause"); !req.OOB {
						t.Error("not sent with exec-oob")
					}
					p.Return(req, "{}")
				}
				p.WaitClose()
			}, test.opts...)
			if c.OOB() != test.oob {
				t.Errorf("OOB is %v, want %v", c.OOB(), test.oob)
			}
			err := c.Do(testContext(t), &qmp.Request{Command: "migrate-pause", OOB: true})
			if test.oob && err != nil || !test.oob && !errors.Is(err, qmp.ErrNoOOB) {
				t.Errorf("call out of band: %v", err)
			}
		})
	}
}

// With out-of-band execution enabled, at most eight commands are in flight in band, including
// abandoned ones, and they do not delay a command out of band.
func TestInBandLimit(t *testing.T) {
	const limit, extra = 8, 4
	full, next, enough := make(chan bool), make(chan bool), make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		var queue []qmptest.Request
		for range limit {
			queue = append(queue, p.Expect("slow"))
		}
		full <- true
		req := p.Expect("query-yank") // not a ninth slow one
		if !req.OOB {
			t.Error("not sent with exec-oob")
		}
		p.Return(req, "{}")
		<-next
		for range extra {
			p.Return(queue[0], "{}")
			queue = append(queue[1:], p.Expect("slow"))
		}
		for _, req := range queue {
			p.Return(req, "{}")
		}
		<-enough
		p.WaitClose()
	}, qmp.WithOOB())
	ctx := testContext(t)
	cancelled, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	for range limit {
		wg.Go(func() {
			if err := c.Call(cancelled, "slow", nil, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled call: %v", err)
			}
		})
	}
	<-full
	cancel()
	wg.Wait()
	for range extra {
		wg.Go(func() {
			if err := c.Call(ctx, "slow", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	if err := c.Do(ctx, &qmp.Request{Command: "query-yank", OOB: true}); err != nil {
		t.Error(err)
	}
	next <- true
	wg.Wait()
	close(enough)
}

// Waiting for a slot ends with the context and with the connection.
func TestInBandLimitEnds(t *testing.T) {
	full, stop := make(chan bool), make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range 8 {
			p.Expect("slow")
		}
		full <- true
		<-stop
	}, qmp.WithOOB())
	results := make(chan error)
	for range 8 {
		go func() { results <- c.Call(context.Background(), "slow", nil, nil) }()
	}
	<-full
	ctx, cancel := context.WithCancel(context.Background())
	waiting := make(chan error)
	go func() { waiting <- c.Call(ctx, "slow", nil, nil) }()
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	go func() { results <- c.Call(context.Background(), "slow", nil, nil) }()
	close(stop)
	for range 9 {
		if err := <-results; err == nil || !strings.Contains(err.Error(), "closed by the server") {
			t.Errorf("at the end of the connection: %v", err)
		}
	}
}
