package qmp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// patience is the timeout for events that must happen. It only ends tests that have failed.
const patience = 2 * time.Minute

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// checked is the set of tests that called checkGoroutines.
var checked sync.Map

// checkGoroutines fails the test if more goroutines run at its end, after all other cleanup, than
// at the first call. Later calls do nothing, since an existing client may start a goroutine at any
// time.
func checkGoroutines(t *testing.T) {
	t.Helper()
	if _, again := checked.LoadOrStore(t, true); again {
		return
	}
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		checked.Delete(t)
		// No channel reports the end of a goroutine.
		for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
			if runtime.NumGoroutine() <= before {
				return
			}
			if time.Now().After(end) {
				break
			}
		}
		stacks := make([]byte, 64<<10)
		stacks = stacks[:runtime.Stack(stacks, true)]
		t.Errorf("%d goroutines at the end, %d at the start:\n%s", runtime.NumGoroutine(), before, stacks)
	})
}

// connect returns a client of a scripted peer.
func connect(t *testing.T, script func(p *qmptest.Peer), opts ...qmp.Option) *qmp.Client {
	t.Helper()
	checkGoroutines(t)
	c, err := qmp.NewClient(testContext(t), qmptest.Start(t, script), opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// await polls until a condition is true for which there is no channel.
func await(t *testing.T, what string, condition func() bool) {
	t.Helper()
	end := time.Now().Add(patience)
	for i := 0; !condition(); i++ {
		switch {
		case time.Now().After(end):
			t.Fatalf("%s: not within %v", what, patience)
		case i < 100:
			runtime.Gosched()
		default: // let other processes run
			time.Sleep(time.Millisecond)
		}
	}
}

// awaitSent waits until n calls have been sent.
func awaitSent(t *testing.T, c *qmp.Client, calls uint64) {
	t.Helper()
	await(t, fmt.Sprint(calls, " calls are sent"), func() bool { return c.Sent() >= calls })
}

func TestHandshake(t *testing.T) {
	const greeting = qmptest.DefaultGreeting
	tests := []struct {
		name    string
		script  func(p *qmptest.Peer)
		version qmp.Version
		err     string // empty if none is expected
	}{
		{
			name:    "plain",
			script:  func(p *qmptest.Peer) { p.Negotiate(); p.WaitClose() },
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name: "restarted before it has read the command",
			script: func(p *qmptest.Peer) {
				p.Send(strings.Replace(greeting, `"major": 10`, `"major": 9`, 1) + "\r\n")
				p.Expect("qmp_capabilities")
				p.Negotiate()
				p.WaitClose()
			},
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name: "old output that is cut off",
			script: func(p *qmptest.Peer) {
				p.Send(`{"return": {"a": "` + "\r\n")
				p.Negotiate()
				p.WaitClose()
			},
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name: "pretty",
			script: func(p *qmptest.Peer) {
				p.Send("{\r\n    \"QMP\": {\r\n  \"version\": {\"qemu\": {\"micro\": 1,\n\"minor\": 5, \"major\": 0}, \"package\": \" (x)\"},\r\n \"capabilities\": [\r\n]\r\n}\r\n}\r\n")
				p.Return(p.Expect("qmp_capabilities"), "{\n}")
				p.WaitClose()
			},
			version: qmp.Version{Minor: 5, Micro: 1, Package: " (x)"},
		},
		{
			name: "events before the greeting and before the reply",
			script: func(p *qmptest.Peer) {
				p.Event("RESET", `{"guest": false}`)
				p.Event("STOP", "")
				p.Greet()
				req := p.Expect("qmp_capabilities")
				p.Event("RESUME", "")
				p.Return(req, "{}")
				p.WaitClose()
			},
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name: "capabilities that are not strings",
			script: func(p *qmptest.Peer) {
				p.Send(strings.Replace(greeting, `["oob"]`, `[{"x": 1}, "oob", 7]`, 1))
				p.Return(p.Expect("qmp_capabilities"), "{}")
				p.WaitClose()
			},
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name: "a reply without an id",
			script: func(p *qmptest.Peer) {
				p.Greet()
				p.Expect("qmp_capabilities")
				p.Send("{\"return\": {}}\r\n")
				p.WaitClose()
			},
			version: qmp.Version{Major: 10, Minor: 0, Micro: 2},
		},
		{
			name:   "another protocol",
			script: func(p *qmptest.Peer) { p.Send("SSH-2.0-OpenSSH_9.2p1\r\n") },
			err:    `not a QMP message: "SSH-2.0-OpenSSH_9.2p1\r\n"`,
		},
		{
			name:   "another JSON protocol",
			script: func(p *qmptest.Peer) { p.Send(`{"return": {}}`) },
			err:    `something other than a QMP greeting: "{\"return\": {}}"`,
		},
		{
			name:   "a greeting of another kind",
			script: func(p *qmptest.Peer) { p.Send(`{"QMP": {"version": "ten"}}`) },
			err:    "the greeting cannot be read",
		},
		{
			name:   "closed at once",
			script: func(p *qmptest.Peer) {},
			err:    "waiting for the greeting: connection closed by the other side",
		},
		{
			name:   "closed in the greeting",
			script: func(p *qmptest.Peer) { p.Send(greeting[:20]) },
			err:    "waiting for the greeting: unexpected EOF",
		},
		{
			name:   "closed after the greeting",
			script: func(p *qmptest.Peer) { p.Greet(); p.Expect("qmp_capabilities") },
			err:    "negotiating capabilities: connection closed by the other side",
		},
		{
			name: "refused",
			script: func(p *qmptest.Peer) {
				p.Greet()
				p.Fail(p.Expect("qmp_capabilities"), "GenericError", "no")
			},
			err: "negotiating capabilities: no",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			checkGoroutines(t)
			c, err := qmp.NewClient(testContext(t), qmptest.Start(t, test.script))
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one that contains %s", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Greeting().Version; got != test.version {
				t.Errorf("version %+v, want %+v", got, test.version)
			}
			if err := c.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

// A spiedConn calls onRead before each Read, and onRest after it with the total number of bytes
// read.
type spiedConn struct {
	net.Conn
	onRead func()
	onRest func(total int)
	total  int
}

func (c *spiedConn) Read(p []byte) (int, error) {
	if c.onRead != nil {
		c.onRead()
	}
	n, err := c.Conn.Read(p)
	if c.total += n; c.onRest != nil {
		c.onRest(c.total)
	}
	return n, err
}

// A client negotiates after each greeting, and drops the error of the second time.
func TestGreetedTwice(t *testing.T) {
	c := dialPeer(t, func(p *qmptest.Peer) {
		p.Send(qmptest.DefaultGreeting + "\r\n" + qmptest.DefaultGreeting + "\r\n")
		p.Return(p.Expect("qmp_capabilities"), "{}")
		p.Fail(p.Expect("qmp_capabilities"), qmp.ClassCommandNotFound, "Capabilities negotiation is already complete, command ignored")
		p.Return(p.Expect("x"), "{}")
		p.WaitClose()
	})
	if err := c.Call(testContext(t), "x", nil, nil); err != nil {
		t.Error(err)
	}
}

func TestHandshakeContext(t *testing.T) {
	for _, test := range []struct {
		name   string
		greets bool
		step   string
	}{
		{"silent", false, "waiting for the greeting"},
		{"silent after the greeting", true, "negotiating capabilities"},
	} {
		t.Run(test.name, func(t *testing.T) {
			checkGoroutines(t)
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			conn := &spiedConn{Conn: qmptest.Start(t, func(p *qmptest.Peer) {
				if test.greets {
					p.Greet()
					p.Expect("qmp_capabilities")
					cancel()
				}
				p.WaitClose()
			})}
			if !test.greets {
				conn.onRead = cancel
			}
			_, err := qmp.NewClient(ctx, conn)
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), test.step) {
				t.Errorf("error %v, want the context's, when %s", err, test.step)
			}
		})
	}
}

func TestCall(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("query-status"), `{"running": true, "singlestep": false, "status": "running"}`)
		req := p.Expect("device_del")
		if string(req.Args) != `{"id":"disk0"}` {
			t.Errorf("arguments %s", req.Args)
		}
		p.Fail(req, qmp.ClassDeviceNotFound, "Device 'disk0' not found")
		req = p.Expect("x-raw")
		if string(req.Args) != `{"a":[1,null]}` {
			t.Errorf("arguments %s", req.Args)
		}
		p.Return(req, `{"n": 9007199254740993}`)
		if req = p.Expect("x-none"); req.Args != nil {
			t.Errorf("arguments %s", req.Args)
		}
		p.Return(req, `[1, 2]`)
		p.WaitClose()
	})
	ctx := testContext(t)
	vm := NewClient(c)
	status, err := vm.QueryStatus(ctx)
	if want := (StatusInfo{Running: true, Status: RunStateRunning}); err != nil || status != want {
		t.Errorf("QueryStatus: %+v, %v; want %+v", status, err, want)
	}
	err = vm.DeviceDel(ctx, DeviceDelArgs{ID: "disk0"})
	var e *qmp.Error
	if !errors.As(err, &e) || e.Class != qmp.ClassDeviceNotFound || e.Desc != "Device 'disk0' not found" {
		t.Errorf("DeviceDel: %#v", err)
	}
	var result map[string]any
	if err := c.Call(ctx, "x-raw", json.RawMessage(`{"a":[1,null]}`), &result); err != nil {
		t.Error(err)
	} else if result["n"] != json.Number("9007199254740993") {
		t.Errorf("n is %#v", result["n"])
	}
	var raw json.RawMessage
	if err := c.Call(ctx, "x-none", nil, &raw); err != nil || string(raw) != "[1, 2]" {
		t.Errorf("raw %s, %v", raw, err)
	}
	if err := c.Call(ctx, "x-bad", []int{1}, nil); err == nil {
		t.Error("arguments that are not an object were sent")
	}
	if err := c.Call(ctx, "x-bad", json.RawMessage(`{"a":`), nil); err == nil {
		t.Error("arguments that are not JSON were sent")
	}
}

// Replies are matched by id, in any order.
func TestConcurrentCalls(t *testing.T) {
	const callers, calls = 16, 25
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range calls {
			var round []qmptest.Request // one request of each caller
			for range callers {
				round = append(round, p.Expect("echo"))
			}
			for _, req := range slices.Backward(round) {
				p.Return(req, string(req.Args))
			}
		}
		p.WaitClose()
	})
	ctx := testContext(t)
	var wg sync.WaitGroup
	for caller := range callers {
		wg.Go(func() {
			for call := range calls {
				sent := map[string]int{"caller": caller, "call": call}
				var got map[string]int
				if err := c.Call(ctx, "echo", sent, &got); err != nil {
					t.Error(err)
				} else if got["caller"] != caller || got["call"] != call {
					t.Errorf("got the reply %v to %v", got, sent)
				}
			}
		})
	}
	wg.Wait()
}

func TestCancelledCall(t *testing.T) {
	cancelled := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		late := p.Expect("query-status")
		cancelled <- true
		<-cancelled
		next := p.Expect("query-status")
		p.Return(late, `{"running": false, "status": "paused"}`)
		p.Return(next, `{"running": true, "status": "running"}`)
		p.WaitClose()
	})
	vm := NewClient(c)
	ctx, cancel := context.WithCancel(testContext(t))
	go func() { <-cancelled; cancel() }()
	if _, err := vm.QueryStatus(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
	cancelled <- true
	status, err := vm.QueryStatus(testContext(t))
	if err != nil || status.Status != RunStateRunning {
		t.Errorf("got %+v, %v; want the reply to the second call", status, err)
	}
	if err := c.Err(); err != nil {
		t.Errorf("connection: %v", err)
	}
}

// A reply without an id, to a command that the server could not parse, fails the oldest call.
func TestErrorWithoutID(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("a")
		p.Send(`{"error": {"class": "GenericError", "desc": "JSON parse error, duplicate key"}}`)
		p.Return(p.Expect("b"), `{}`)
		p.WaitClose()
	})
	ctx := testContext(t)
	var e *qmp.Error
	if err := c.Call(ctx, "a", nil, nil); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
	if err := c.Call(ctx, "b", nil, nil); err != nil {
		t.Error(err)
	}
}

// Messages that are not replies to calls of this client are ignored.
func TestStrayMessages(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Send(`{"return": {}, "id": 77}{"return": {}, "id": "x"}{"return": {}}{"news": 1}`)
		p.Return(p.Expect("a"), `{}`)
		p.WaitClose()
	})
	if err := c.Call(testContext(t), "a", nil, nil); err != nil {
		t.Error(err)
	}
}

func TestDisconnect(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 1025)
	tests := []struct {
		name string
		send string
		is   error  // error that is wrapped
		text string // part of the message
	}{
		{"closed", "", io.EOF, "closed by the server"},
		{"closed within a message", `{"return": `, io.ErrUnexpectedEOF, "in the middle of a message"},
		{"not JSON", `{"return": {]}}`, nil, "cannot be read"},
		{"not an object", `[1]`, nil, "not a QMP message"},
		{"too deep", deep, nil, "nested more than 1024 deep"},
		{"too long", `{"return": "` + strings.Repeat("x", 5000), nil, "longer than the limit of 4096 bytes"},
		{"another greeting", `{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 9}}, "capabilities": []}}`, nil, "greets again"},
		{"another server", `{"id": 1, "error": {"class": "CommandNotFound", "desc": "Expecting capabilities negotiation with 'qmp_capabilities'"}}`, nil, "it was restarted"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			const callers = 4
			c := connect(t, func(p *qmptest.Peer) {
				p.Negotiate()
				for range callers {
					p.Expect("x")
				}
				io.WriteString(p.Conn(), test.send) // the client may close first
			}, qmp.WithMaxMessage(4096))
			ctx := testContext(t)
			errs := make(chan error)
			for range callers {
				go func() { errs <- c.Call(ctx, "x", nil, nil) }()
			}
			for range callers {
				err := <-errs
				var d *qmp.DisconnectError
				if !errors.As(err, &d) || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) {
					t.Errorf("error %v, want one with %q", err, test.text)
				}
			}
			<-c.Done()
			if err := c.Err(); err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("Err: %v", err)
			}
			if err := c.Call(ctx, "x", nil, nil); err == nil || !strings.Contains(err.Error(), test.text) {
				t.Errorf("later call: %v", err)
			}
			if err := c.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
}

func TestClose(t *testing.T) {
	asked := make(chan bool)
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("x")
		asked <- true
		p.WaitClose()
	})
	result := make(chan error)
	go func() { result <- c.Call(context.Background(), "x", nil, nil) }()
	<-asked
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, qmp.ErrClosed) {
		t.Errorf("waiting call: %v", err)
	}
	if err := c.Call(context.Background(), "x", nil, nil); !errors.Is(err, qmp.ErrClosed) {
		t.Errorf("later call: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
}

func TestNoReply(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Expect("guest-shutdown")
		p.Return(p.Expect("x"), "{}")
		p.WaitClose()
	})
	ctx := testContext(t)
	if err := c.Do(ctx, &qmp.Request{Command: "guest-shutdown", NoReply: true}); err != nil {
		t.Error(err)
	}
	if err := c.Call(ctx, "x", nil, nil); err != nil {
		t.Error(err)
	}
}

func TestHook(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("x"), "{}")
		p.WaitClose()
	}, qmp.WithHook(func(dir qmp.Direction, msg []byte) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, fmt.Sprintf("%v %s", dir, strings.TrimSpace(string(msg))))
	}))
	if err := c.Call(testContext(t), "x", nil, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`<- ` + qmptest.DefaultGreeting,
		`-> {"execute":"qmp_capabilities","id":0}`,
		`<- {"return": {}, "id": 0}`,
		`-> {"execute":"x","id":1}`,
		`<- {"return": {}, "id": 1}`,
	}
	mu.Lock()
	defer mu.Unlock()
	if got, want := strings.Join(seen, "\n"), strings.Join(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// A call whose context ends while the server does not read returns. If part of the message has been
// written, the rest is written later, so that the next call works.
func TestCancelledWrite(t *testing.T) {
	for _, first := range []int{0, 1, 10} {
		t.Run(fmt.Sprint(first, " bytes are read"), func(t *testing.T) {
			begun, resume := make(chan bool), make(chan bool)
			c := connect(t, func(p *qmptest.Peer) {
				p.Negotiate()
				buf := make([]byte, first)
				io.ReadFull(p.Conn(), buf)
				close(begun)
				<-resume
				rest := make([]byte, 0, 200)
				for !strings.Contains(string(buf)+string(rest), `"b"`) {
					n, err := p.Conn().Read(rest[len(rest):cap(rest)])
					if err != nil {
						t.Error(err)
						return
					}
					rest = rest[:len(rest)+n]
				}
				text := string(buf) + string(rest)
				want := `{"execute":"b","id":2}` + "\n"
				if first > 0 {
					want = `{"execute":"a","id":1}` + "\n" + want
				}
				if !strings.HasPrefix(want, text) {
					t.Errorf("received %q, want %q", text, want)
				}
				p.Send(`{"return": {}, "id": 2}`)
				io.Copy(io.Discard, p.Conn())
			})
			ctx, cancel := context.WithCancel(testContext(t))
			go func() {
				<-begun
				awaitSent(t, c, 1)
				cancel()
			}()
			if err := c.Call(ctx, "a", nil, nil); !errors.Is(err, context.Canceled) {
				t.Errorf("error %v, want context.Canceled", err)
			}
			close(resume)
			if err := c.Call(testContext(t), "b", nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestOneLine checks that a message is one line, even with white space in raw JSON of the program.
func TestOneLine(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range 3 {
			req := p.Expect("x")
			p.Return(req, string(req.Args))
		}
		p.WaitClose()
	}, qmp.WithHook(func(dir qmp.Direction, msg []byte) {
		if dir == qmp.Sent && bytes.ContainsAny(bytes.TrimSuffix(msg, []byte("\n")), "\r\n") {
			t.Errorf("sent %q", msg)
		}
	}))
	raw := json.RawMessage("{\r\n\t\"a\": [1,\n2], \"b\\n\": \"\\r\\n\"\n}")
	for _, args := range []any{raw, map[string]any{"raw": raw}, struct {
		Raw json.RawMessage `json:"raw"`
	}{raw}} {
		var got any
		if err := c.Call(testContext(t), "x", args, &got); err != nil {
			t.Error(err)
		}
		want, _ := json.Marshal(args)
		if text, err := json.Marshal(got); err != nil || string(text) != string(want) {
			t.Errorf("got %s, %v, want %s", text, err, want)
		}
	}
}

// TestErrorIs checks that an error of the server matches its class and contains the command.
func TestErrorIs(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Fail(p.Expect("device_del"), qmp.ClassDeviceNotFound, "Device 'x' not found")
		p.WaitClose()
	})
	err := c.Call(testContext(t), "device_del", nil, nil)
	for _, test := range []struct {
		target qmp.Error
		want   bool
	}{
		{qmp.Error{}, true},
		{qmp.Error{Class: qmp.ClassDeviceNotFound}, true},
		{qmp.Error{Desc: "Device 'x' not found"}, true},
		{qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "Device 'x' not found"}, true},
		{qmp.Error{Class: qmp.ClassGenericError}, false},
		{qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "Device 'y' not found"}, false},
	} {
		if got := errors.Is(err, &test.target); got != test.want {
			t.Errorf("errors.Is(%v, %+v) = %t", err, test.target, got)
		}
	}
	if want := "qmp: device_del: DeviceNotFound: Device 'x' not found"; err.Error() != want {
		t.Errorf("text %q, want %q", err, want)
	}
}
