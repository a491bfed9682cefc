package qmp_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// startSession returns a session whose connections are to scripted peers, one after the other. A
// nil script is a failed attempt, and so is each attempt after the last script.
func startSession(t *testing.T, opts []qmp.SessionOption, scripts ...func(p *qmptest.Peer)) *qmp.Session {
	t.Helper()
	checkGoroutines(t)
	var mu sync.Mutex
	var conns []net.Conn
	for _, script := range scripts {
		var conn net.Conn
		if script != nil {
			conn = qmptest.Start(t, script)
		}
		conns = append(conns, conn)
	}
	dial := func(context.Context, string, string) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if len(conns) == 0 {
			return nil, fs.ErrNotExist
		}
		conn := conns[0]
		if conns = conns[1:]; conn == nil {
			return nil, fs.ErrNotExist
		}
		return conn, nil
	}
	opts = append([]qmp.SessionOption{qmp.WithBackoff(time.Millisecond, 4*time.Millisecond), qmp.WithDialer(dial)}, opts...)
	s, err := qmp.DialSession(testContext(t), "unix:/peer", opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// awaitState waits for a state of a session.
func awaitState(t *testing.T, s *qmp.Session, want func(qmp.SessionState) bool) qmp.SessionState {
	t.Helper()
	for ctx := testContext(t); ; {
		state, changed := s.State()
		if want(state) {
			return state
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("the state is %+v", state)
		}
	}
}

func isReconnecting(state qmp.SessionState) bool { return state.Status == qmp.Reconnecting }

// serveCalls answers every command with {}.
func serveCalls(p *qmptest.Peer) {
	p.Negotiate()
	for {
		req, ok := p.Next()
		if !ok {
			return
		}
		p.Return(req, "{}")
	}
}

// A command is not repeated once part of it has been sent; a waiting one is sent over the next
// connection.
func TestSessionCalls(t *testing.T) {
	ran := make(chan string, 10)
	record := func(p *qmptest.Peer) {
		p.Negotiate()
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			ran <- req.Command
			p.Return(req, "{}")
		}
	}
	loseReply := func(p *qmptest.Peer) {
		p.Negotiate()
		req, _ := p.Next()
		ran <- req.Command
		p.Close()
	}
	s := startSession(t, []qmp.SessionOption{qmp.WithRepeat(func(c string) bool { return strings.HasPrefix(c, "query-") })},
		loseReply, nil, nil, loseReply, record)
	ctx := testContext(t)
	err := s.Call(ctx, "device_add", nil, nil)
	var interrupted *qmp.InterruptedError
	var lost *qmp.DisconnectError
	if !errors.As(err, &interrupted) || interrupted.Command != "device_add" || !errors.As(err, &lost) {
		t.Errorf("device_add: %v", err)
	}
	if err := s.Call(ctx, "query-status", nil, nil); err != nil {
		t.Errorf("query-status: %v", err)
	}
	if err := s.Call(ctx, "stop", nil, nil); err != nil {
		t.Errorf("stop: %v", err)
	}
	for _, want := range []string{"device_add", "query-status", "query-status", "stop"} {
		if got := <-ran; got != want {
			t.Errorf("%s was run, want %s", got, want)
		}
	}
	if state, _ := s.State(); state.Status != qmp.Connected || state.Connections != 3 || state.Err != nil {
		t.Errorf("%+v", state)
	}
}

func TestSessionWithoutConnection(t *testing.T) {
	once := func(p *qmptest.Peer) { p.Negotiate(); p.Close() }
	t.Run("wait", func(t *testing.T) {
		s := startSession(t, nil, once)
		awaitState(t, s, func(state qmp.SessionState) bool { return isReconnecting(state) && state.Attempts > 2 })
		ctx, cancel := context.WithTimeout(testContext(t), 10*time.Millisecond)
		defer cancel()
		err := s.Call(ctx, "stop", nil, nil)
		if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "qmp: stop: ") {
			t.Errorf("%v", err)
		}
	})
	t.Run("fail fast", func(t *testing.T) {
		s := startSession(t, []qmp.SessionOption{qmp.WithFailFast()}, once)
		awaitState(t, s, isReconnecting)
		var lost *qmp.DisconnectError
		if err := s.Call(testContext(t), "stop", nil, nil); !errors.As(err, &lost) {
			t.Errorf("%v", err)
		}
	})
	t.Run("close", func(t *testing.T) {
		s := startSession(t, nil, once)
		sub := qmp.Subscribe[*StopEvent](s)
		awaitState(t, s, isReconnecting)
		failed := make(chan error)
		go func() { failed <- s.Call(testContext(t), "stop", nil, nil) }()
		s.Close()
		for _, err := range []error{<-failed, s.Err(), s.Call(testContext(t), "stop", nil, nil)} {
			if !errors.Is(err, qmp.ErrClosed) {
				t.Errorf("%v", err)
			}
		}
		if _, err := sub.Next(testContext(t)); !errors.Is(err, qmp.ErrClosed) {
			t.Errorf("a subscription: %v", err)
		}
		if s.Client() != nil {
			t.Error("there is a client")
		}
	})
}

// Events before the loss come first, then the gap, then events of the next connection.
func TestSessionEvents(t *testing.T) {
	subscribed := make(chan struct{})
	event := func(device string) func(p *qmptest.Peer) {
		return func(p *qmptest.Peer) {
			p.Negotiate()
			req, _ := p.Next()
			p.Event("DEVICE_DELETED", `{"path": "`+device+`"}`)
			p.Return(req, "{}")
			if device == "one" {
				<-subscribed
				p.Close()
			} else {
				p.WaitClose()
			}
		}
	}
	s := startSession(t, nil, event("one"), event("two"))
	ctx := testContext(t)
	sub := qmp.Subscribe[*DeviceDeletedEvent](s, qmp.WithPolicy(qmp.EndOnOverflow))
	for range 2 {
		if err := s.Call(ctx, "stop", nil, nil); err != nil {
			t.Fatal(err)
		}
		if state, _ := s.State(); state.Connections == 1 {
			close(subscribed)
			awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections == 2 })
		}
	}
	var got []string
	for ev, err := range sub.All(ctx) {
		var lost *qmp.LostError
		switch {
		case errors.As(err, &lost) && lost.Reconnected && lost.Count == 0:
			got = append(got, "gap")
		case err != nil:
			t.Fatal(err)
		default:
			got = append(got, ev.Path)
		}
		if len(got) == 3 {
			break
		}
	}
	if text := strings.Join(got, " "); text != "one gap two" {
		t.Errorf("got %s", text)
	}
	if sub.Lost() != 0 {
		t.Errorf("%d lost", sub.Lost())
	}
}

// RunAndWait ends with the gap, which may have swallowed the event.
func TestSessionRunAndWait(t *testing.T) {
	s := startSession(t, nil, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("device_del"), "{}")
		p.Close()
	}, serveCalls)
	_, err := qmp.RunAndWait[*DeviceDeletedEvent](testContext(t), s, func(ctx context.Context) error {
		return s.Call(ctx, "device_del", nil, nil)
	}, nil)
	var lost *qmp.LostError
	if !errors.As(err, &lost) || !lost.Reconnected {
		t.Errorf("%v", err)
	}
}

// A job that does not exist after the loss is not reported as successful; one that exists is
// followed.
func TestSessionJob(t *testing.T) {
	begin := func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("blockdev-mirror"), "{}")
		p.Return(p.Expect("query-jobs"), `[{"id": "j", "type": "mirror", "status": "running", "current-progress": 1, "total-progress": 2}]`)
		p.Close()
	}
	run := func(t *testing.T, then func(p *qmptest.Peer)) (qmp.JobState, error) {
		s := startSession(t, nil, begin, then)
		return qmp.RunJob(testContext(t), s, "j", func(ctx context.Context) error {
			return s.Call(ctx, "blockdev-mirror", nil, nil)
		})
	}
	t.Run("gone", func(t *testing.T) {
		job, err := run(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Return(p.Expect("query-jobs"), `[]`)
			p.WaitClose()
		})
		if err != qmp.ErrJobLost {
			t.Errorf("%+v, %v", job, err)
		}
	})
	t.Run("goes on", func(t *testing.T) {
		job, err := run(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Return(p.Expect("query-jobs"), `[{"id": "j", "type": "mirror", "status": "concluded", "current-progress": 2, "total-progress": 2}]`)
			p.WaitClose()
		})
		if err != nil || job.Fraction() != 1 {
			t.Errorf("%+v, %v", job, err)
		}
	})
}

// Setup of a connection is complete before it is used for calls; an error in it fails the attempt.
func TestSessionConnected(t *testing.T) {
	setUp := func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("set-up"), "{}")
		if req, ok := p.Next(); ok {
			p.Return(req, "{}")
		}
		p.Close()
	}
	calls := 0
	s := startSession(t, []qmp.SessionOption{qmp.WithConnected(func(ctx context.Context, c *qmp.Client) error {
		if err := c.Call(ctx, "set-up", nil, nil); err != nil {
			return err
		}
		if calls++; calls == 2 {
			return errors.New("not this one")
		}
		return nil
	})}, setUp, setUp, setUp)
	for n := 1; n <= 2; n++ {
		awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections == n })
		if err := s.Call(testContext(t), "stop", nil, nil); err != nil {
			t.Error(err)
		}
	}
	if calls != 3 {
		t.Errorf("%d calls", calls)
	}
}

// A session ends permanently when its process has exited.
func TestSessionProcess(t *testing.T) {
	path := live.Program(t, "sleep")
	cmd := exec.Command(path, "60")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := make(chan struct{})
	s := startSession(t, []qmp.SessionOption{qmp.WithProcess(cmd.Process)}, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Close()
	}, func(p *qmptest.Peer) {
		p.Negotiate()
		<-end
		p.Close()
	})
	awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections == 2 })
	cmd.Process.Kill()
	cmd.Wait()
	close(end)
	<-s.Done()
	if !errors.Is(s.Err(), qmp.ErrProcessEnded) {
		t.Errorf("%v", s.Err())
	}
	if _, err := qmp.DialSession(testContext(t), "unix:/peer", qmp.WithProcess(cmd.Process)); !errors.Is(err, qmp.ErrProcessEnded) {
		t.Errorf("with a process that has ended: %v", err)
	}
}

func TestDialSessionFails(t *testing.T) {
	checkGoroutines(t)
	if _, err := qmp.DialSession(testContext(t), "unix:"+t.TempDir()+"/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := qmp.DialSession(testContext(t), "nonsense"); err == nil {
		t.Error("no error")
	}
}

// Calls, subscriptions, losses and Close run concurrently.
func TestSessionTorture(t *testing.T) {
	checkGoroutines(t)
	server := qmp.NewServer(handlers.Commands())
	var mu sync.Mutex
	var serving []net.Conn
	var served sync.WaitGroup
	dial := func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		mu.Lock()
		serving = append(serving, there)
		mu.Unlock()
		served.Add(1)
		go func() {
			defer served.Done()
			server.ServeConn(context.Background(), there)
		}()
		return here, nil
	}
	s, err := qmp.DialSession(testContext(t), "unix:/x", qmp.WithDialer(dial), qmp.WithBackoff(time.Millisecond, time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	ctx := testContext(t)
	stop := make(chan struct{})
	var callers sync.WaitGroup
	for range 4 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				var status StatusInfo
				err := s.Call(ctx, "query-status", nil, &status)
				var interrupted *qmp.InterruptedError
				if err == nil && !status.Running || err != nil && !errors.As(err, &interrupted) {
					t.Errorf("%+v, %v", status, err)
					return
				}
			}
		}()
	}
	sub := qmp.Subscribe[*StopEvent](s)
	for i := range 30 {
		awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections == i+1 })
		if err := server.Emit(&StopEvent{}); err != nil {
			t.Error(err)
		}
		mu.Lock()
		last := serving[len(serving)-1]
		mu.Unlock()
		last.Close()
		for gap := false; !gap; {
			_, err := sub.Next(ctx)
			var lost *qmp.LostError
			if gap = errors.As(err, &lost); err != nil && !gap {
				t.Fatal(err)
			}
		}
	}
	close(stop)
	callers.Wait()
	s.Close()
	if err := server.Close(); err != nil {
		t.Error(err)
	}
	served.Wait()
}
