package qmp_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

const bareFailure = `{"error": {"class": "GenericError", "desc": "JSON parse error, stray 'x'"}}`

// TestAbandonedForgotten checks that abandoned calls are forgotten when the server has answered a
// later one, and count as in flight until then.
func TestAbandonedForgotten(t *testing.T) {
	const calls = 100
	sent := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range calls {
			p.Expect("never")
			sent <- true
		}
		p.Return(p.Expect("last"), "{}")
		p.WaitClose()
	})
	for range calls {
		ctx, cancel := context.WithCancel(testContext(t))
		go func() { <-sent; cancel() }()
		if err := c.Call(ctx, "never", nil, nil); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if pending, waiting := c.Pending(), c.Waiting(); pending != calls || waiting != 0 {
		t.Errorf("%d calls are pending, %d wait, want %d and 0", pending, waiting, calls)
	}
	if err := c.Call(testContext(t), "last", nil, nil); err != nil {
		t.Error(err)
	}
	if pending, waiting := c.Pending(), c.Waiting(); pending != 0 || waiting != 0 {
		t.Errorf("at the end %d calls are pending, and %d wait", pending, waiting)
	}
}

// TestAbandonedOutOfBand checks that replies out of band, which may overtake others, do not cause
// earlier calls in band to be forgotten, and vice versa.
func TestAbandonedOutOfBand(t *testing.T) {
	sent := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("never")
		sent <- true
		p.Expect("never-oob")
		sent <- true
		p.Return(p.Expect("oob"), "{}")
		p.Return(p.Expect("last"), "{}")
		p.WaitClose()
	}, qmp.WithOOB())
	for _, req := range []qmp.Request{{Command: "never"}, {Command: "never-oob", OOB: true}} {
		ctx, cancel := context.WithCancel(testContext(t))
		go func() { <-sent; cancel() }()
		if err := c.Do(ctx, &req); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		req  qmp.Request
		want int
	}{
		{qmp.Request{Command: "oob", OOB: true}, 2},
		{qmp.Request{Command: "last"}, 1}, // never-oob
	} {
		if err := c.Do(testContext(t), &test.req); err != nil {
			t.Error(err)
		}
		if got := c.Pending(); got != test.want {
			t.Errorf("after %s %d calls are pending, want %d", test.req.Command, got, test.want)
		}
	}
}

// TestErrorWithoutIDInBand checks that an error without an id fails the oldest call in band, even
// if a call out of band is older.
func TestErrorWithoutIDInBand(t *testing.T) {
	sent := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		first := p.Expect("oob")
		sent <- true
		p.Expect("a")
		sent <- true
		last := p.Expect("b")
		p.Send(bareFailure)
		p.Return(last, "{}")
		p.Return(first, "{}")
		p.WaitClose()
	}, qmp.WithOOB())
	ctx := testContext(t)
	var calls sync.WaitGroup
	run := func(req qmp.Request, fails bool) {
		calls.Go(func() {
			var e *qmp.Error
			if err := c.Do(ctx, &req); errors.As(err, &e) != fails || !fails && err != nil {
				t.Errorf("%s: %v", req.Command, err)
			}
		})
	}
	run(qmp.Request{Command: "oob", OOB: true}, false)
	<-sent
	run(qmp.Request{Command: "a"}, true)
	<-sent
	run(qmp.Request{Command: "b"}, false)
	calls.Wait()
}

// TestTopicsBounded checks that a server cannot fill the client's memory with event names.
func TestTopicsBounded(t *testing.T) {
	const names = 3 * qmp.MaxTopics
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		req := p.Expect("x")
		for i := range names {
			p.Event("E"+string(rune('0'+i%10))+string(rune('a'+i/10%26))+string(rune('a'+i/260)), "")
		}
		p.Return(req, "{}")
		p.WaitClose()
	})
	sub := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithQueue(names))
	if err := c.Call(testContext(t), "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := c.Topics(); got != qmp.MaxTopics {
		t.Errorf("%d names are kept, want %d", got, qmp.MaxTopics)
	}
	c.Close()
	if got := len(drain(t, sub)); got != names {
		t.Errorf("%d events came, want %d", got, names)
	}
}

// TestTopicsForgotten checks that event names without subscriptions are not retained.
func TestTopicsForgotten(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) { p.Negotiate(); p.WaitClose() })
	for i := range 2 * qmp.MaxTopics {
		name := qmp.WithNames(fmt.Sprint("E", i))
		first, second := qmp.Subscribe[*qmp.UnknownEvent](c, name), qmp.Subscribe[*qmp.UnknownEvent](c, name)
		first.Close()
		if got := c.Topics(); got != 1 {
			t.Fatalf("%d names are kept while one is subscribed to", got)
		}
		second.Close()
	}
	if got := c.Topics(); got != 0 {
		t.Errorf("%d names are kept", got)
	}
}

// TestNextOfMany checks that all goroutines in Next of one subscription return when the connection
// or the subscription ends.
func TestNextOfMany(t *testing.T) {
	const waiting = 4
	for _, test := range []struct {
		name string
		end  func(c *qmp.Client, sub *qmp.Subscription[*qmp.UnknownEvent], peer chan bool)
		want error
	}{
		{"connection", func(_ *qmp.Client, _ *qmp.Subscription[*qmp.UnknownEvent], peer chan bool) { close(peer) }, io.EOF},
		{"client", func(c *qmp.Client, _ *qmp.Subscription[*qmp.UnknownEvent], _ chan bool) { c.Close() }, qmp.ErrClosed},
		{"subscription", func(_ *qmp.Client, sub *qmp.Subscription[*qmp.UnknownEvent], _ chan bool) { sub.Close() }, qmp.ErrSubscriptionClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			peer := make(chan bool)
			c := connect(t, func(p *qmptest.Peer) {
				p.Negotiate()
				if test.name == "connection" {
					<-peer
				} else {
					p.WaitClose()
				}
			})
			sub := qmp.Subscribe[*qmp.UnknownEvent](c)
			failed := make(chan error, waiting)
			for range waiting {
				go func() {
					_, err := sub.Next(testContext(t))
					failed <- err
				}()
			}
			await(t, "all wait", func() bool { return c.Awaited() == waiting })
			test.end(c, sub, peer)
			for range waiting {
				if err := <-failed; !errors.Is(err, test.want) {
					t.Errorf("error %v, want %v", err, test.want)
				}
			}
		})
	}
}

// A halfDead connection fails all writes except the first two; the first is that of the handshake.
type halfDead struct {
	net.Conn
	writes int
}

func (c *halfDead) Write(p []byte) (int, error) {
	if c.writes++; c.writes > 2 {
		return 0, io.ErrClosedPipe
	}
	return c.Conn.Write(p)
}

// TestDeadlineRestored checks that the connection ends soon after a failed write, even if the
// reading call, which sets and clears the same deadline, is abandoned in between.
func TestDeadlineRestored(t *testing.T) {
	checkGoroutines(t)
	sent := make(chan bool)
	conn := qmptest.Start(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("a")
		close(sent)
		p.WaitClose()
	})
	c, err := qmp.NewClient(testContext(t), &halfDead{Conn: conn})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	first, second := make(chan error), make(chan error)
	go func() { first <- c.Call(ctx, "a", nil, nil) }()
	<-sent
	go func() { second <- c.Call(testContext(t), "b", nil, nil) }()
	await(t, "a write has failed", c.WriteFailed)
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) && !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the first call: %v", err)
	}
	if err := <-second; !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the second call: %v", err)
	}
}
