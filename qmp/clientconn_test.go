package qmp_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// pipes is a connection to the standard input and output of a process. Close closes only the input,
// as an adapter that waits for the process to exit may do.
type pipes struct {
	io.Reader
	io.WriteCloser
}

// scriptedPipes returns the program's ends of two pipes to a scripted server.
func scriptedPipes(t *testing.T, script func(r, w *os.File)) (r, w *os.File) {
	t.Helper()
	in, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	go func() {
		defer close(done)
		script(in, out)
	}()
	t.Cleanup(func() {
		for _, f := range []*os.File{r, w, in, out} {
			f.Close()
		}
		<-done
	})
	return r, w
}

const pipeGreeting = `{"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 9}}, "capabilities": []}}` + "\r\n"

// TestPipes checks that the pipes of a child process can be a connection, and that Close does not
// hang if closing them does not end reads.
func TestPipes(t *testing.T) {
	for _, test := range []struct {
		name  string
		close error // result of the connection's Close; nil: both ends are closed
	}{{"both ends", nil}, {"input only", io.ErrShortBuffer}} {
		t.Run(test.name, func(t *testing.T) {
			r, w := scriptedPipes(t, func(r, w *os.File) {
				io.WriteString(w, pipeGreeting)
				buf := make([]byte, 4096)
				for id := range 3 {
					if _, err := r.Read(buf); err != nil {
						return
					}
					io.WriteString(w, `{"return": {}, "id": `+string(rune('0'+id))+"}\r\n")
				}
				io.Copy(io.Discard, r) // and its output stays open
			})
			conn := pipes{io.MultiReader(r), w} // no deadlines
			var rwc io.ReadWriteCloser = conn
			if test.close == nil {
				rwc = struct {
					io.Reader
					io.Writer
					io.Closer
				}{r, w, closers{r, w}}
			}
			c, err := qmp.NewClient(testContext(t), rwc)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := c.Call(testContext(t), "x", nil, nil); err != nil {
					t.Error(err)
				}
			}
			waiting := make(chan error)
			go func() { waiting <- c.Call(context.Background(), "never", nil, nil) }()
			awaitSent(t, c, 3)
			if err := c.Close(); (err == nil) != (test.close == nil) {
				t.Errorf("Close: %v", err)
			}
			if err := <-waiting; !errors.Is(err, qmp.ErrClosed) {
				t.Errorf("the call: %v", err)
			}
			<-c.Done()
			if err := c.Call(testContext(t), "x", nil, nil); !errors.Is(err, qmp.ErrClosed) {
				t.Errorf("a later call: %v", err)
			}
		})
	}
}

type closers []io.Closer

func (all closers) Close() (err error) {
	for _, c := range all {
		err = errors.Join(err, c.Close())
	}
	return err
}

// TestPipesHandshake checks that the context ends a handshake with a process that sends nothing and
// does not exit.
func TestPipesHandshake(t *testing.T) {
	r, w := scriptedPipes(t, func(r, w *os.File) { io.Copy(io.Discard, r) })
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := qmp.NewClient(ctx, pipes{io.MultiReader(r), w}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// A deadline is a context whose deadline expires when a channel is closed.
type deadline struct {
	context.Context
	over chan struct{}
}

func (d *deadline) Deadline() (time.Time, bool) { return time.Now().Add(patience), true }
func (d *deadline) Done() <-chan struct{}       { return d.over }

func (d *deadline) Err() error {
	select {
	case <-d.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// An awaited connection calls a function before each Read.
type awaited struct {
	net.Conn
	reading func()
}

func (a *awaited) Read(p []byte) (int, error) {
	a.reading()
	return a.Conn.Read(p)
}

// TestMonitorInUse checks the error for a monitor that another client uses, with and without a
// deadline.
func TestMonitorInUse(t *testing.T) {
	for _, bounded := range []bool{false, true} {
		addr := qmptest.Listen(t, func(p *qmptest.Peer) {
			p.Conn().Read(make([]byte, 1)) // QEMU accepts the next client after this one has disconnected
		})
		opts := []qmp.Option{qmp.WithGreetingTimeout(20 * time.Millisecond)}
		ctx := context.Background()
		if bounded {
			late := &deadline{Context: ctx, over: make(chan struct{})}
			ctx = late
			opts = append(opts, qmp.WithDialer(func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, address)
				return &awaited{conn, sync.OnceFunc(func() { close(late.over) })}, err
			}))
		}
		c, err := qmp.Dial(ctx, addr, opts...)
		if err == nil {
			c.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "waiting for the greeting") ||
			!strings.Contains(err.Error(), "one client at a time") {
			t.Errorf("error %v", err)
		}
	}
}

// TestWithDialer checks that a dialer is passed the network and address, also for networks that
// only the dialer knows.
func TestWithDialer(t *testing.T) {
	for _, test := range []struct{ addr, network, address string }{
		{"unix:/run/vm.qmp", "unix", "/run/vm.qmp"},
		{"tcp:localhost:4444", "tcp", "localhost:4444"},
		{"vsock:3:5555", "vsock", "3:5555"},
	} {
		c, err := qmp.Dial(testContext(t), test.addr, qmp.WithDialer(
			func(_ context.Context, network, address string) (net.Conn, error) {
				if network != test.network || address != test.address {
					t.Errorf("%s: dials %q, %q", test.addr, network, address)
				}
				here, there := net.Pipe()
				go qmp.NewServer(handlers.Commands()).ServeConn(context.Background(), there)
				return here, nil
			}))
		if err != nil {
			t.Errorf("%s: %v", test.addr, err)
			continue
		}
		if _, err := NewClient(c).QueryStatus(testContext(t)); err != nil {
			t.Error(err)
		}
		c.Close()
	}
}
