package qmp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// drain returns the names of the events left in a subscription whose connection has ended.
func drain(t *testing.T, sub *qmp.Subscription[*qmp.UnknownEvent]) (names []string) {
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

// Events before a reply are in the queues when the call returns; later ones are not waited for.
func TestEventsBeforeReply(t *testing.T) {
	for _, callers := range []int{1, 3} { // the caller reads, or the client
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
		sub := qmp.Subscribe[*qmp.UnknownEvent](c)
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

// Dial waits until its context is done for a socket that does not exist yet.
func TestDialRetry(t *testing.T) {
	checkGoroutines(t)
	path := filepath.Join(t.TempDir(), "late")
	// onThird calls do before the third attempt to connect.
	onThird := func(do func()) qmp.Option {
		attempts := 0
		return qmp.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
			if attempts++; attempts == 3 {
				do()
			}
			return new(net.Dialer).DialContext(context.WithoutCancel(ctx), network, address)
		})
	}
	short, cancel := context.WithCancel(context.Background())
	defer cancel()
	_, err := qmp.Dial(short, "unix:"+path, qmp.WithRetry(time.Millisecond), onThird(cancel))
	if !errors.Is(err, context.Canceled) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v, want the context's and that of the last attempt", err)
	}
	if _, err := qmp.Dial(context.Background(), "unix:"+path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without retry: %v", err)
	}
	served := make(chan bool)
	serve := func(listener net.Listener) {
		defer close(served)
		defer listener.Close()
		conn, err := listener.Accept()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		io.WriteString(conn, qmptest.DefaultGreeting+`{"return": {}, "id": 0}`)
		io.Copy(io.Discard, conn)
	}
	c, err := qmp.Dial(testContext(t), "unix:"+path, qmp.WithRetry(time.Millisecond), onThird(func() {
		listener, err := net.Listen("unix", path)
		if err != nil {
			t.Error(err)
			close(served)
			return
		}
		go serve(listener)
	}))
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	<-served
}

// A bareWire is a connection without deadlines.
type bareWire struct{ net.Conn }

func (bareWire) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (bareWire) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (bareWire) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// Any connection works, even if its reads and writes cannot be interrupted.
func TestConnWithoutDeadlines(t *testing.T) {
	checkGoroutines(t)
	short, cancel := context.WithCancel(context.Background())
	defer cancel()
	conn := qmptest.Start(t, func(p *qmptest.Peer) {
		p.Negotiate()
		late := p.Expect("late")
		cancel()
		p.Event("STOP", "")
		p.Return(p.Expect("x"), "1")
		p.Return(late, "2")
		p.Event("RESUME", "")
		p.WaitClose()
	})
	c, err := qmp.NewClient(testContext(t), bareWire{conn})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sub := qmp.Subscribe[*qmp.UnknownEvent](c)
	if err := c.Call(short, "late", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	var got int
	if err := c.Call(testContext(t), "x", nil, &got); err != nil || got != 1 {
		t.Errorf("%d, %v", got, err)
	}
	for _, want := range []string{"STOP", "RESUME"} { // RESUME follows the late reply
		if ev, err := sub.Next(testContext(t)); err != nil || ev.Name != want {
			t.Errorf("%v, %v, want %s", ev, err, want)
		}
	}
}

// A command without a reply on success returns soon: with the error if there is one, and with nil
// if the connection ends.
func TestNoReplyEnds(t *testing.T) {
	short, cancel := context.WithCancel(testContext(t))
	defer cancel()
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Fail(p.Expect("guest-shutdown"), qmp.ClassGenericError, "not now")
		p.Expect("guest-shutdown")
		cancel()
		p.Return(p.Expect("x"), "{}")
		p.Expect("guest-shutdown")
		p.Close()
	}, qmp.WithNoReplyTime(time.Hour))
	ctx := testContext(t)
	shutdown := func(ctx context.Context) error {
		return c.Do(ctx, &qmp.Request{Command: "guest-shutdown", NoReply: true})
	}
	var e *qmp.Error
	if err := shutdown(ctx); !errors.As(err, &e) || e.Desc != "not now" {
		t.Errorf("refused: %v", err)
	}
	if err := shutdown(short); err != nil {
		t.Errorf("silence until the context is done: %v", err)
	}
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Error(err)
	}
	if err := shutdown(ctx); err != nil {
		t.Errorf("the end: %v", err)
	}
}

// An error without an id never belongs to a command that has succeeded without a reply, but may
// belong to a cancelled one.
func TestErrorWithoutIDAfterSuccess(t *testing.T) {
	const refused = `{"error": {"class": "GenericError", "desc": "JSON token size limit exceeded"}}`
	seen, again := make(chan bool), make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("guest-shutdown")
		p.Expect("refused")
		p.Send(refused)
		p.Expect("cancelled")
		close(seen)
		req := p.Expect("good")
		<-again
		p.Send(refused)
		p.Return(req, "{}")
	})
	ctx := testContext(t)
	if err := c.Do(ctx, &qmp.Request{Command: "guest-shutdown", NoReply: true}); err != nil {
		t.Error(err)
	}
	var e *qmp.Error
	if err := c.Call(ctx, "refused", nil, nil); !errors.As(err, &e) {
		t.Errorf("refused: %v", err)
	}
	cancelled, cancel := context.WithCancel(ctx)
	go func() { <-seen; cancel() }()
	if err := c.Call(cancelled, "cancelled", nil, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	close(again)
	if err := c.Call(ctx, "good", nil, nil); err != nil {
		t.Errorf("after the one that was cancelled: %v", err)
	}
}

// A single caller reads for itself. That does not delay later callers, events, or the end of the
// connection.
func TestReadersTakeTurns(t *testing.T) {
	rounds := live.Rounds(t, 30, 200)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			p.Event("TICK", "")
			p.Return(req, string(req.Args))
			p.Event("TOCK", "")
		}
	})
	sub := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithNames("TOCK"))
	ctx := testContext(t)
	for _, callers := range []int{1, 2, 1, 5, 1} {
		var wg sync.WaitGroup
		for caller := range callers {
			wg.Go(func() {
				for round := range rounds {
					var got map[string]int
					ctx, cancel := context.WithCancel(ctx)
					err := c.Call(ctx, "echo", map[string]int{"caller": caller, "round": round}, &got)
					cancel()
					if err != nil || got["caller"] != caller || got["round"] != round {
						t.Errorf("%v, %v", got, err)
					}
				}
			})
		}
		wg.Wait()
		for range callers * rounds {
			if _, err := sub.Next(ctx); err != nil {
				t.Fatal(err)
			}
		}
		await(t, "the client reads", c.Idle)
	}
}
