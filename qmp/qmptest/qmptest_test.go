package qmptest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// A recorder is a test that is run by a test: it records what fails.
type recorder struct {
	testing.TB // for what Peer does not need

	mu      sync.Mutex
	errors  []string
	cleanup []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanup = append(r.cleanup, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

// end ends the test and returns what has failed.
func (r *recorder) end() string {
	for _, f := range r.cleanup {
		f()
	}
	return strings.Join(r.errors, "\n")
}

// TestPeerFails checks that a client that does not do what the script expects fails the test, and
// ends the script.
func TestPeerFails(t *testing.T) {
	for _, test := range []struct {
		name   string
		script func(p *qmptest.Peer)
		client func(conn io.ReadWriteCloser)
		want   string // "" if the test passes
	}{
		{"expected", func(p *qmptest.Peer) { p.Expect("x") }, send(`{"execute": "x"}`), ""},
		{"out of band", func(p *qmptest.Peer) {
			if req := p.Expect("x"); !req.OOB || string(req.Args) != `{"a":1}` || string(req.ID) != "7" {
				panic(fmt.Sprint(req))
			}
		}, send(`{"exec-oob": "x", "arguments": {"a":1}, "id": 7}`), ""},
		{"another command", func(p *qmptest.Peer) { p.Expect("x") }, send(`{"execute": "y"}`), "sent the command y, want x"},
		{"closed", func(p *qmptest.Peer) { p.Expect("x") }, send(""), "closed the connection; want the command x"},
		{"neither", func(p *qmptest.Peer) { p.Next() }, send(`{"id": 1}`), "exactly one of execute and exec-oob"},
		{"both", func(p *qmptest.Peer) { p.Next() }, send(`{"execute": "x", "exec-oob": "x"}`), "exactly one of execute and exec-oob"},
		{"no request", func(p *qmptest.Peer) { p.Next() }, send(`}`), "something that is not a request"},
		{"gone", func(p *qmptest.Peer) { p.WaitClose(); p.Send("late") }, send(""), "send: "},
		{"end", func(p *qmptest.Peer) { p.WaitClose() }, send(`{"execute": "x"}`), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := new(recorder)
			test.client(qmptest.Start(r, func(p *qmptest.Peer) {
				test.script(p)
				if test.want != "" {
					t.Error("the script goes on")
				}
			}))
			if got := r.end(); (got == "") != (test.want == "") || !strings.Contains(got, test.want) {
				t.Errorf("the test says %q, want %q", got, test.want)
			}
		})
	}
}

// send returns a client that sends a text and closes the connection.
func send(text string) func(io.ReadWriteCloser) {
	return func(conn io.ReadWriteCloser) {
		io.WriteString(conn, text)
		conn.Close()
	}
}

// TestListen checks that each connection gets a script of its own, and what a Peer sends.
func TestListen(t *testing.T) {
	addr := qmptest.Listen(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Event("A", "")
		p.Event("B", `{"b": 1}`)
		p.Fail(p.Expect("fail"), qmp.ClassDeviceNotFound, `no "x"`)
		p.WaitClose()
	})
	for range 2 {
		c, err := qmp.Dial(t.Context(), addr)
		if err != nil {
			t.Fatal(err)
		}
		sub := qmp.Subscribe[*qmp.UnknownEvent](c)
		err = c.Call(t.Context(), "fail", nil, nil)
		if err == nil || err.Error() != `qmp: fail: DeviceNotFound: no "x"` {
			t.Errorf("error %v", err)
		}
		c.Close()
		sub.Close()
	}
}

// A function that asks a machine, to be tested.
func isRunning(ctx context.Context, c *qmp.Client) (bool, error) {
	var status struct {
		Running bool `json:"running"`
	}
	err := c.Call(ctx, "query-status", nil, &status)
	return status.Running, err
}

func ExampleStart() {
	t := new(recorder) // in a test, its own t

	conn := qmptest.Start(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("query-status"), `{"running": true, "status": "running"}`)
		p.WaitClose()
	})
	c, err := qmp.NewClient(context.Background(), conn)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	fmt.Println(isRunning(context.Background(), c))
	c.Close()

	fmt.Print(t.end())
	// Output: true <nil>
}

// DefaultGreeting is a message.
func TestDefaultGreeting(t *testing.T) {
	if !json.Valid([]byte(qmptest.DefaultGreeting)) {
		t.Error("it is not JSON")
	}
}

// A client that closes its socket before it has read everything has closed the connection, too.
func TestPeerReset(t *testing.T) {
	sent := make(chan bool)
	addr := qmptest.Listen(t, func(p *qmptest.Peer) {
		p.Greet()
		close(sent)
		p.WaitClose()
	})
	_, path, err := qmp.ParseAddr(addr)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	<-sent
	conn.Close()
}
