package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// Each test is one kind of fault of a peer. All of them check that nothing waits longer than its
// context, that no goroutine is left (by connect and dialPeer), and that no reply is lost or
// delivered to another caller.

// dialPeer makes a client of a scripted peer behind a unix socket.
func dialPeer(t *testing.T, script func(p *qmptest.Peer), opts ...qmp.Option) *qmp.Client {
	t.Helper()
	checkGoroutines(t)
	c, err := qmp.Dial(testContext(t), qmptest.Listen(t, script), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// dialReset returns a client of a TCP peer that sends a text after the negotiation and one command,
// and resets the connection once the text has been read.
func dialReset(t *testing.T, text string) *qmp.Client {
	t.Helper()
	checkGoroutines(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	const negotiated = `{"return": {}, "id": 0}`
	read := make(chan bool) // otherwise the reset overtakes the text
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		requests := json.NewDecoder(conn)
		var request any
		io.WriteString(conn, qmptest.DefaultGreeting)
		requests.Decode(&request)
		io.WriteString(conn, negotiated)
		requests.Decode(&request)
		io.WriteString(conn, text)
		<-read
		conn.(*net.TCPConn).SetLinger(0)
	}()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	all := len(qmptest.DefaultGreeting) + len(negotiated) + len(text)
	var once sync.Once
	c, err := qmp.NewClient(testContext(t), &spiedConn{Conn: conn, onRest: func(total int) {
		if total == all {
			once.Do(func() { close(read) })
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestFaultReset(t *testing.T) {
	for _, test := range []struct {
		name, text string
		eof        bool
	}{
		{"between messages", `{"event": "STOP", "timestamp": {"seconds": 1, "microseconds": 2}}` + "\r\n", true},
		{"within a message", `{"return": {"a": `, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := dialReset(t, test.text)
			err := c.Call(testContext(t), "x", nil, nil)
			var ended *qmp.DisconnectError
			if !errors.As(err, &ended) || errors.Is(err, io.EOF) != test.eof {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestFaultGarbage(t *testing.T) {
	for _, garbage := range []string{
		"\x00\x01\x02", "garbage\r\n", `["QMP"]`, `{"return": {]}` + "\r\n", `{"return": [}` + "\r\n]", strings.Repeat("\xff", 100_000),
	} {
		c := dialPeer(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Expect("x")
			io.WriteString(p.Conn(), garbage)
			p.Conn().Read(make([]byte, 1)) // until the client closes
		})
		err := c.Call(testContext(t), "x", nil, nil)
		var ended *qmp.DisconnectError
		var wrong *qmp.ProtocolError
		if !errors.As(err, &ended) || !errors.As(err, &wrong) {
			t.Errorf("%.20q: error %v", garbage, err)
		}
	}
}

// A reply that cannot be parsed fails its call or is ignored; the hook sees it, and the connection
// goes on.
func TestFaultBadMessage(t *testing.T) {
	const lost = "" // no call fails
	for _, test := range []struct{ text, want string }{
		{`{"return": "\ud800", "id": 1}`, "surrogate"},
		{`{"id": 1, "return": "` + "\xff" + `"}`, "UTF-8"},
		{`{"return": {"a": "` + "\x01" + `", "id": 7}, "id": 1}`, "control character"},
		{`{"return": 01, "id": 1}`, "invalid number"},
		{`{"return": }`, lost},
		{`{'return': 1}`, lost},
		{`{"return": 1, "id": 1` + "\r\n\x80}", "malformed"},
		{`{"id": 1}`, "neither a reply nor an event"},
		{`{"error": null, "id": 1}`, "error reply cannot be read"},
		{`{"error": null}`, "error reply cannot be read"},
		{`{"error": "` + "\xff" + `"}`, "UTF-8"},
		{`{"error": {"class": 1}, "id": 1}`, "error reply cannot be read"},
		{`{"error": {"class": 1}, "id": "other"}`, lost},
		{`{"event": "E", "timestamp": null}`, lost},
		{`{"event": 1}`, lost},
		{`{"event": "E", "data": {"a": "` + "\xff" + `"}, "error": 1}`, lost},
		{`{"return": "\udc00"}`, lost},
		{`{}`, lost},
		// These are cut off, and the next line is whole.
		{`{"return": [`, lost},
		{`{"return": {"a": [1}`, lost},
		{`{"return": "abc`, lost},
		{`{"id": 1, "return": {`, "cannot be read"},
		{`{"id": 1, "return": "a\`, "cannot be read"},
		{`{"return": "\"`, lost},
		{`{"a:`, lost},
		{`{"id": 1`, lost},
		{`{"event": "E", "data": {`, lost},
	} {
		for _, callers := range []int{1, 2} { // either the call reads, or the client
			gaveUp := make(chan bool)
			var mu sync.Mutex
			var seen []string
			c := dialPeer(t, func(p *qmptest.Peer) {
				p.Negotiate()
				var others []qmptest.Request
				p.Expect("x")
				for range callers - 1 {
					others = append(others, p.Expect("y"))
				}
				p.Send(test.text + "\r\n")
				if test.want == lost {
					close(gaveUp)
				}
				for _, other := range others {
					p.Return(other, "{}")
				}
				p.Event("GOOD", "")
				p.Return(p.Expect("z"), "inf")
				p.WaitClose()
			}, qmp.WithHook(func(dir qmp.Direction, msg []byte) {
				mu.Lock()
				defer mu.Unlock()
				seen = append(seen, string(msg))
			}))
			sub := qmp.Subscribe[*qmp.UnknownEvent](c)
			ctx, cancel := context.WithCancel(testContext(t))
			failed := make(chan error)
			go func() { failed <- c.Call(ctx, "x", nil, nil) }()
			for c.Sent() < 1 {
				runtime.Gosched()
			}
			if callers == 2 {
				if err := c.Call(testContext(t), "y", nil, nil); err != nil {
					t.Errorf("%s: another call: %v", test.text, err)
				}
			}
			if test.want == lost {
				<-gaveUp
				cancel()
			}
			err := <-failed
			var wrong *qmp.ProtocolError
			var ended *qmp.DisconnectError
			switch {
			case test.want == lost && !errors.Is(err, context.Canceled):
				t.Errorf("%s: error %v", test.text, err)
			case test.want != lost && (!errors.As(err, &wrong) || errors.As(err, &ended) || !strings.Contains(err.Error(), test.want) || !strings.HasPrefix(err.Error(), "qmp: x: ")):
				t.Errorf("%s: error %v, want one of x with %q", test.text, err, test.want)
			}
			var f float64
			if err := c.Call(testContext(t), "z", nil, &f); err != nil || !math.IsInf(f, 1) {
				t.Errorf("%s: then %v, %v", test.text, f, err)
			}
			if ev, err := sub.Next(testContext(t)); err != nil || ev.Name != "GOOD" {
				t.Errorf("%s: event %v, %v", test.text, ev, err)
			}
			mu.Lock()
			if !slices.Contains(seen, test.text) {
				t.Errorf("the hook has not seen %q: %q", test.text, seen)
			}
			mu.Unlock()
			cancel()
			c.Close()
		}
	}
}

// Half a reply, then a pause: the call ends with its context, and the connection works when the
// rest arrives.
func TestFaultHalfAMessage(t *testing.T) {
	for _, both := range []bool{false, true} { // with another waiting caller
		sent, gaveUp := make(chan bool), make(chan bool)
		c := dialPeer(t, func(p *qmptest.Peer) {
			p.Negotiate()
			req := p.Expect("x")
			var other qmptest.Request
			if both {
				other = p.Expect("y")
			}
			p.Send(`{"return": {"status": "pau`)
			close(sent)
			<-gaveUp
			p.Send(fmt.Sprintf(`sed"}, "id": %s}`, req.ID))
			if !both {
				other = p.Expect("y")
			}
			p.Return(other, `"mine"`)
			p.WaitClose()
		})
		short, cancel := context.WithCancel(context.Background())
		defer cancel()
		mine := make(chan string)
		call := func() {
			var result string
			if err := c.Call(testContext(t), "y", nil, &result); err != nil {
				t.Error(err)
			}
			mine <- result
		}
		failed := make(chan error)
		go func() { failed <- c.Call(short, "x", nil, nil) }()
		if both {
			awaitSent(t, c, 1)
			go call()
		}
		<-sent
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		close(gaveUp)
		if !both {
			go call()
		}
		if got := <-mine; got != "mine" {
			t.Errorf("result %q", got)
		}
	}
}

// A line of 1 GB is read only up to the limit, and takes no more memory than that.
func TestFaultEndlessLine(t *testing.T) {
	limit := qmp.DefaultMaxMessage
	if raceDetector {
		limit = 4 << 20
	}
	sent := 0
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("x")
		io.WriteString(p.Conn(), `{"return": "`)
		chunk := []byte(strings.Repeat("x", 1<<20))
		for ; sent < 1<<30; sent += len(chunk) {
			if _, err := p.Conn().Write(chunk); err != nil {
				return
			}
		}
	}, qmp.WithMaxMessage(limit))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var result string
	err := c.Call(testContext(t), "x", nil, &result)
	runtime.ReadMemStats(&after)
	var wrong *qmp.ProtocolError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), fmt.Sprintf("longer than the limit of %d bytes", limit)) {
		t.Errorf("error %v", err)
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 4*uint64(limit) {
		t.Errorf("%d bytes were allocated", allocated)
	}
	c.Close()
}

func TestFaultDeepNesting(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}\r\n"} {
		c := dialPeer(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Expect("x")
			io.WriteString(p.Conn(), `{"return": `+text)
			p.Conn().Read(make([]byte, 1))
		})
		var result any
		err := c.Call(testContext(t), "x", nil, &result)
		if err == nil || !strings.Contains(err.Error(), "nested more than 1024 deep") {
			t.Errorf("error %v", err)
		}
	}
}

// Replies arrive out of order, twice, and among unexpected ones.
func TestFaultIDs(t *testing.T) {
	const callers, rounds = 32, 20
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range rounds {
			var replies []string
			for range callers {
				req := p.Expect("echo")
				reply := fmt.Sprintf(`{"return": %s, "id": %s}`, req.Args, req.ID)
				replies = append(replies, reply)
				if rand.IntN(2) == 0 {
					replies = append(replies, reply, `{"return": {"caller": -1}, "id": "`+string(req.ID)+`"}`,
						`{"return": {"caller": -1}, "id": 18446744073709551616}`, `{"return": {"caller": -1}, "id": `+string(req.ID)+`.0}`,
						`{"return": {"caller": -1}, "id": null}`, `{"return": {"caller": -1}}`, `{"return": {"caller": -1}, "id": 4000000000}`)
				}
			}
			rand.Shuffle(len(replies), func(i, j int) { replies[i], replies[j] = replies[j], replies[i] })
			p.Send(strings.Join(replies, "\r\n"))
		}
		p.WaitClose()
	})
	ctx := testContext(t)
	var answered atomic.Int64
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for round := range rounds {
				var got map[string]int
				if err := c.Call(ctx, "echo", map[string]int{"caller": caller, "round": round}, &got); err != nil {
					t.Error(err)
					return
				}
				if got["caller"] != caller || got["round"] != round {
					t.Errorf("caller %d in round %d got %v", caller, round, got)
				}
				answered.Add(1)
			}
		})
	}
	wg.Wait()
	if n := answered.Load(); n != callers*rounds {
		t.Errorf("%d of %d replies came", n, callers*rounds)
	}
}

// A subscriber that does not read loses all of a million events that do not fit its queue, and is
// told how many, while others lose neither replies nor events.
func TestFaultEventFlood(t *testing.T) {
	const burst, every = 1000, 50_000
	events := 1_000_000
	if raceDetector {
		events /= 10
	}
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		text := strings.Repeat(`{"timestamp": {"seconds": 1700000000, "microseconds": 250000}, "event": "FLOOD"}`+"\r\n", burst)
		for sent := 0; sent < events; sent += burst {
			if sent%every == 0 {
				req := p.Expect("x")
				p.Event("RARE", "")
				p.Return(req, "{}")
			}
			p.Send(text)
		}
		p.Return(p.Expect("x"), "{}")
		p.WaitClose()
	})
	stalled := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithQueue(100))
	rare := qmp.Subscribe[*qmp.UnknownEvent](c, qmp.WithNames("RARE"), qmp.WithPolicy(qmp.EndOnOverflow))
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	defer cancel()
	for range events/every + 1 {
		if err := c.Call(ctx, "x", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	total := uint64(events + events/every)
	if got := stalled.Lost(); got != total-100 {
		t.Errorf("%d events were lost, want %d", got, total-100)
	}
	c.Close()
	var lost *qmp.LostError
	if _, err := stalled.Next(ctx); !errors.As(err, &lost) || lost.Count != total-100 {
		t.Errorf("error %v", err)
	}
	if got := len(drain(t, stalled)); got != 100 {
		t.Errorf("%d events are in the queue, want 100", got)
	}
	if got := len(drain(t, rare)); got != events/every {
		t.Errorf("%d rare events came, want %d", got, events/every)
	}
}

// The peer pauses reading: calls end with their contexts, one of them in the middle of its message,
// and later calls work.
func TestFaultPeerStopsReading(t *testing.T) {
	resume := make(chan bool)
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		<-resume
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			if req.Command == "large" && len(req.Args) < 4<<20 {
				t.Errorf("%d bytes of arguments came", len(req.Args))
			}
			p.Return(req, `"`+req.Command+`"`)
		}
	})
	large := map[string]string{"data": strings.Repeat("x", 4<<20)}
	var wg sync.WaitGroup
	for i := range 10 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(20+i)*time.Millisecond)
			defer cancel()
			start := time.Now()
			if err := c.Call(ctx, "large", large, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			if took := time.Since(start); took > patience/2 {
				t.Errorf("it took %v", took)
			}
		})
	}
	wg.Wait()
	close(resume)
	for _, name := range []string{"small", "large"} {
		var got string
		var args any
		if name == "large" {
			args = large
		}
		if err := c.Call(testContext(t), name, args, &got); err != nil || got != name {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// The peer sends a lot before it reads, while the client sends a lot: there is no deadlock.
func TestFaultBothSend(t *testing.T) {
	event := `{"event": "E", "data": "` + strings.Repeat("x", 1<<20) + `", "timestamp": {"seconds": 1, "microseconds": 1}}`
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range 8 {
			p.Send(event)
		}
		p.Return(p.Expect("x"), "{}")
		p.WaitClose()
	})
	if err := c.Call(testContext(t), "x", map[string]string{"data": strings.Repeat("x", 8<<20)}, nil); err != nil {
		t.Error(err)
	}
}

// Close ends all waiting calls, whatever the peer does.
func TestFaultCloseWhileBlocked(t *testing.T) {
	begun, closed := make(chan bool), make(chan bool)
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Conn().Read(make([]byte, 1))
		close(begun)
		<-closed
	})
	large := map[string]string{"data": strings.Repeat("x", 4<<20)}
	failed := make(chan error)
	for range 4 {
		go func() { failed <- c.Call(context.Background(), "x", large, nil) }()
	}
	<-begun // one call is in the middle of its message
	err := c.Close()
	close(closed)
	if err != nil {
		t.Error(err)
	}
	for range 4 {
		if err := <-failed; !errors.Is(err, qmp.ErrClosed) {
			t.Errorf("error %v", err)
		}
	}
}
