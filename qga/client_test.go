package qga_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// newClient returns a client of a scripted agent. Unless a test runs in a bubble and sets a shorter
// interval, the client does not repeat a synchronization: a script has what it sends.
func newClient(t *testing.T, conn net.Conn, opts ...qga.Option) *qga.Client {
	t.Helper()
	opts = append([]qga.Option{qga.WithRetry(patience)}, opts...)
	c, err := qga.NewClient(testContext(t), conn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// Pending and later calls report the end of the connection.
func TestDisconnect(t *testing.T) {
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-ping")
		a.send(`{"return": `)
	}))
	ctx := testContext(t)
	var d *qmp.DisconnectError
	for range 2 {
		if err := NewClient(c).GuestPing(ctx); !errors.As(err, &d) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v", err)
		}
	}
	<-c.Done()
	if c.Err() == nil {
		t.Error("no cause")
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestClose(t *testing.T) {
	waiting := make(chan bool)
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-ping")
		close(waiting)
		io.Copy(io.Discard, a.in)
	}))
	result := make(chan error)
	go func() { result <- NewClient(c).GuestPing(testContext(t)) }()
	<-waiting
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, qmp.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}

// Exceeding a limit ends the connection with a clear error.
func TestLimits(t *testing.T) {
	for want, reply := range map[string]string{
		"longer than the limit of 4096 bytes": `{"return": "` + strings.Repeat("x", 100000),
		"nested more than 1024 deep":          `{"return": ` + strings.Repeat("[", 2000),
	} {
		c := newClient(t, script(t, func(a *agent) {
			a.sync()
			a.expect("guest-ping")
			io.WriteString(a.conn, reply) // fails when the client has closed the connection
		}), qga.WithMaxMessage(4096))
		var p *qmp.ProtocolError
		if err := NewClient(c).GuestPing(testContext(t)); !errors.As(err, &p) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestNotSupported(t *testing.T) {
	c := newClient(t, script(t, func(a *agent) { a.sync(); io.Copy(io.Discard, a.in) }))
	if err := c.Do(testContext(t), &qmp.Request{Command: "x", OOB: true}); !errors.Is(err, qga.ErrNotSupported) {
		t.Errorf("%v, want ErrNotSupported", err)
	}
	if err := c.Call(testContext(t), "x", []int{1}, nil); err == nil || !strings.HasPrefix(err.Error(), "qga: x: ") {
		t.Errorf("arguments that are no object: %v", err)
	}
}

// Calls of several goroutines run one after the other, and each gets its own reply.
func TestConcurrentCalls(t *testing.T) {
	client, server := net.Pipe()
	checkGoroutines(t)
	s := qga.NewServer((&Handlers{}).Commands())
	var wait sync.WaitGroup
	wait.Go(func() { s.ServeConn(context.Background(), server) })
	t.Cleanup(wait.Wait)
	c := newClient(t, client)
	var calls sync.WaitGroup
	for i := range int64(100) {
		calls.Go(func() {
			ctx := testContext(t)
			if i%5 == 0 { // some are abandoned
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Duration(i)*time.Microsecond)
				defer cancel()
			}
			got, err := NewClient(c).GuestSync(ctx, GuestSyncArgs{ID: i})
			if err == nil && got != i || err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%d: %d, %v", i, got, err)
			}
		})
	}
	calls.Wait()
}

// Dial waits for the socket and for an agent behind it.
func TestDialRetries(t *testing.T) {
	checkGoroutines(t)
	path := filepath.Join(t.TempDir(), "qga")
	var wait sync.WaitGroup
	s := qga.NewServer((&Handlers{}).Commands(), qmp.WithVersion(qmp.Version{Major: 10, Minor: 2}))
	listen := func() {
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Error(err)
			return
		}
		wait.Go(func() {
			if conn, err := l.Accept(); err == nil {
				conn.Close() // no agent yet
			}
			if err := s.Serve(l); err != qmp.ErrClosed {
				t.Error(err)
			}
		})
	}
	attempts := 0
	c, err := qga.Dial(testContext(t), "unix:"+path, qga.WithRetry(10*time.Millisecond), qga.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
		if attempts++; attempts == 3 {
			listen()
		}
		return new(net.Dialer).DialContext(ctx, network, address)
	}))
	if err != nil {
		t.Fatal(err)
	}
	info, err := NewClient(c).GuestInfo(testContext(t))
	if err != nil || info.Version != "10.2.0" || len(info.SupportedCommands) != 7 {
		t.Errorf("%+v, %v", info, err)
	}
	c.Close()
	if err := s.Shutdown(testContext(t)); err != nil {
		t.Error(err)
	}
	wait.Wait()
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	attempts = 0
	_, err = qga.Dial(ctx, path, qga.WithRetry(time.Millisecond), qga.WithDialer(func(_ context.Context, network, address string) (net.Conn, error) {
		if attempts++; attempts == 3 {
			cancel()
		}
		return net.Dial(network, address)
	}))
	if !errors.Is(err, context.Canceled) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want context.Canceled, and that there is no socket", err)
	}
}

// An error that cannot go away ends Dial, even if its context never ends.
func TestDialFails(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for addr, want := range map[string]string{
		"nonsense":               "want unix:PATH",
		"unix:fd=3":              "use NewClient",
		"unix:" + file + "/x":    "not a directory",
		"tcp:127.0.0.1:99999999": "port",
	} {
		if _, err := qga.Dial(context.Background(), addr); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", addr, err, want)
		}
	}
}

func TestHook(t *testing.T) {
	var mu sync.Mutex
	var log []string
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-ping")
		a.reply(`"return": {}`)
	}), qga.WithHook(func(dir qmp.Direction, msg []byte) {
		mu.Lock()
		defer mu.Unlock()
		log = append(log, fmt.Sprint(dir, " ", strings.TrimSpace(string(msg))))
	}))
	if err := NewClient(c).GuestPing(testContext(t)); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if n := len(log); n != 5 || !strings.HasPrefix(log[n-2], `-> {"execute":"guest-ping","id":`) || !strings.HasPrefix(log[n-1], `<- {"return": {}, "id": `) {
		t.Errorf("%q", log)
	}
}

// Close ends a server at once, even while a command runs.
func TestServerClose(t *testing.T) {
	checkGoroutines(t)
	client, server := net.Pipe()
	running, told := make(chan bool), make(chan error, 1)
	s := qga.NewServer((&Handlers{GuestPing: func(ctx context.Context) error {
		close(running)
		<-ctx.Done()
		return ctx.Err()
	}}).Commands())
	go func() { told <- s.ServeConn(context.Background(), server) }()
	c := newClient(t, client)
	failed := make(chan error)
	go func() { failed <- NewClient(c).GuestPing(testContext(t)) }()
	<-running
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	var d *qmp.DisconnectError
	if err := <-failed; !errors.As(err, &d) {
		t.Errorf("the call: %v, want a DisconnectError", err)
	}
	if err := <-told; err != qmp.ErrClosed {
		t.Errorf("ServeConn: %v, want ErrClosed", err)
	}
}
