package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A handler's context is done when its client disconnects, so that nothing is left and Shutdown
// need not wait.
func TestServerClientGone(t *testing.T) {
	started, told := make(chan bool), make(chan error)
	h := handlers
	h.Cont = func(ctx context.Context) error {
		started <- true
		<-ctx.Done()
		told <- ctx.Err()
		return ctx.Err()
	}
	s := qmp.NewServer(h.Commands())
	s.SetGrace(time.Millisecond)
	addr := listen(t, s) // its Shutdown must succeed
	for range 50 {
		c := dial(t, addr)
		ctx, cancel := context.WithCancel(testContext(t))
		go NewClient(c).Cont(ctx)
		<-started
		cancel()
		c.Close()
		select {
		case <-told:
		case <-testContext(t).Done():
			t.Fatal("the handler was not told")
		}
	}
}

// A failingConn fails to read after fail is closed.
type failingConn struct {
	net.Conn
	fail <-chan bool
}

var errReset = errors.New("reset")

func (c failingConn) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	got := make(chan result, 1)
	go func() {
		n, err := c.Conn.Read(p)
		got <- result{n, err}
	}()
	select {
	case r := <-got:
		return r.n, r.err
	case <-c.fail:
		return 0, errReset
	}
}

// If the connection fails, the contexts of handlers are cancelled without a grace period, and
// queued commands are not run.
func TestServerConnFails(t *testing.T) {
	checkGoroutines(t)
	fail := make(chan bool)
	ran := 0
	h := handlers
	h.Cont = func(ctx context.Context) error {
		if ran++; ran == 1 {
			close(fail)
		}
		<-ctx.Done()
		return ctx.Err()
	}
	s := qmp.NewServer(h.Commands())
	s.SetGrace(time.Hour)
	client, server := net.Pipe()
	defer client.Close()
	served := make(chan error, 1)
	go func() { served <- s.ServeConn(context.Background(), failingConn{server, fail}) }()
	go io.Copy(io.Discard, client)
	io.WriteString(client, `{"execute":"qmp_capabilities"}{"execute":"cont"}{"execute":"cont"}`)
	select {
	case err := <-served:
		if err != errReset {
			t.Errorf("ServeConn: %v", err)
		}
	case <-testContext(t).Done():
		t.Fatal("the handler was not told")
	}
	if ran != 1 {
		t.Errorf("%d commands were run", ran)
	}
}

// A client that has closed only its sending side gets all its replies, even after the grace period.
func TestServerHalfClosed(t *testing.T) {
	h := handlers
	h.Cont = func(ctx context.Context) error { <-ctx.Done(); return nil }
	s := qmp.NewServer(h.Commands())
	s.SetGrace(0)
	conn, err := net.Dial("unix", listen(t, s))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, `{"execute":"qmp_capabilities"}`+strings.Repeat(`{"execute":"cont"}`, 5))
	if err := conn.(*net.UnixConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	got, err := io.ReadAll(conn)
	if n := strings.Count(string(got), okay); n != 6 || err != nil {
		t.Errorf("%d replies, %v: %s", n, err, got)
	}
}

// Results and events that are not in the schema are not sent.
func TestServerInvalidOutput(t *testing.T) {
	h := handlers
	h.QueryStatus = func(context.Context) (StatusInfo, error) { return StatusInfo{Running: true}, nil }
	s := qmp.NewServer(h.Commands())
	c := dial(t, listen(t, s))
	var e *qmp.Error
	_, err := NewClient(c).QueryStatus(testContext(t))
	if !errors.As(err, &e) || e.Class != qmp.ClassGenericError || !strings.Contains(e.Desc, "cannot encode the result of query-status") {
		t.Errorf("invalid result: %v", err)
	}
	if err := s.Emit(&stateEvent{}); err == nil || !strings.Contains(err.Error(), "cannot encode the event STATE") {
		t.Errorf("invalid event: %v", err)
	}
	if err := s.Emit(&stateEvent{State: RunStatePaused}); err != nil {
		t.Error(err)
	}
	if err := s.Emit(&qmp.UnknownEvent{Name: "STATE", Data: json.RawMessage(`{"state":"new"}`)}); err != nil {
		t.Error(err)
	}
}

type stateEvent struct {
	State RunState `json:"state"`
}

func (*stateEvent) EventName() string        { return "STATE" }
func (*stateEvent) EventTime() qmp.Timestamp { return qmp.Timestamp{} }
