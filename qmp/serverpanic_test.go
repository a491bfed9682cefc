package qmp_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A testLog records a server's error log.
type testLog struct {
	mu   sync.Mutex
	text []string
}

func (l *testLog) Print(v ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, fmt.Sprint(v...))
}

func (l *testLog) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.text, "\n")
}

// A panic in a handler, in band or out of band, is reported to the client and in the log; the
// connection and the server continue.
func TestServerPanic(t *testing.T) {
	log := new(testLog)
	values := map[string]any{"text": "boom", "error": errors.New("boom"), "number": 5, "nil": nil, "bounds": nil, "noreply": "boom"}
	var commands []qmp.ServerCommand
	for name, value := range values {
		commands = append(commands, qmp.ServerCommand{Name: name, AllowOOB: true, NoReply: name == "noreply", Run: qmp.Handler(func(context.Context) error {
			if name == "bounds" {
				var list []int
				_ = list[len(values)]
			}
			panic(value)
		})})
	}
	s := qmp.NewServer(append(commands, handlers.Commands()...), qmp.WithErrorLog(log))
	c := serveRaw(t, s)
	c.line()
	c.send(`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`, 1)
	for name := range values {
		for _, verb := range []string{"execute", "exec-oob"} {
			got := c.send(`{"`+verb+`":"`+name+`","id":1}`, 1)
			if want := errorLine("GenericError", "Internal error: the handler of "+name+" panicked", "1"); got[0] != want {
				t.Errorf("got %s, want %s", got[0], want)
			}
			if text := log.all(); !strings.Contains(text, "the handler of "+name+" panicked") || !strings.Contains(text, "serverpanic_test.go") {
				t.Errorf("%s: the log has no stack: %s", name, text)
			}
		}
	}
	if got := c.send(`{"execute":"query-status"}`, 1); !strings.Contains(got[0], "running") {
		t.Errorf("after the panics: %s", got)
	}
}

// A badError panics when its text is asked for.
type badError struct{}

func (badError) Error() string { panic("no text") }

// What a handler returns may panic, too, and so may the text of a panic's value.
func TestServerPanicOfResults(t *testing.T) {
	run := map[string]func() (any, error){
		"error":     func() (any, error) { return nil, badError{} },
		"nil-error": func() (any, error) { return nil, (*qmp.Error)(nil) },
		"panic":     func() (any, error) { panic(badError{}) },
	}
	log := new(testLog)
	var commands []qmp.ServerCommand
	for name, run := range run {
		commands = append(commands, qmp.ServerCommand{Name: name, AllowOOB: true, Run: func(context.Context, any) (any, error) { return run() }})
	}
	c := serveRaw(t, qmp.NewServer(commands, qmp.WithErrorLog(log)))
	c.line()
	c.send(`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`, 1)
	for name := range run {
		for _, verb := range []string{"execute", "exec-oob"} {
			got := c.send(`{"`+verb+`":"`+name+`","id":1}`, 1)
			if want := errorLine("GenericError", "Internal error: the handler of "+name+" panicked", "1"); got[0] != want {
				t.Errorf("got %s, want %s", got[0], want)
			}
			if text := log.all(); !strings.Contains(text, "the handler of "+name+" panicked") {
				t.Errorf("%s: the log has %s", name, text)
			}
		}
	}
}

// A handler that ends its goroutine, like t.FailNow, ends its connection, and leaves nothing
// behind.
func TestServerGoexit(t *testing.T) {
	for _, verb := range []string{"execute", "exec-oob"} {
		log := new(testLog)
		s := qmp.NewServer([]qmp.ServerCommand{{Name: "exit", AllowOOB: true, Run: qmp.Handler(func(context.Context) error {
			runtime.Goexit()
			return nil
		})}}, qmp.WithErrorLog(log))
		c := serveRaw(t, s)
		c.line()
		c.send(`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`, 1)
		go io.WriteString(c.conn, `{"`+verb+`":"exit"}`)
		if _, err := c.in.ReadString('\n'); err != io.EOF {
			t.Errorf("%s: %v, want EOF", verb, err)
		}
		if err := s.Shutdown(testContext(t)); err != nil {
			t.Errorf("%s: Shutdown: %v", verb, err)
		}
		if !strings.Contains(log.all(), "ended its goroutine") {
			t.Errorf("%s: the log has %q", verb, log.all())
		}
	}
}

// A scriptedListener returns what accept returns.
type scriptedListener struct {
	accept func() (net.Conn, error)
	closed chan struct{}
	once   sync.Once
}

func (l *scriptedListener) Accept() (net.Conn, error) { return l.accept() }
func (l *scriptedListener) Close() error              { l.once.Do(func() { close(l.closed) }); return nil }
func (l *scriptedListener) Addr() net.Addr            { return &net.UnixAddr{Name: "scripted"} }

// A temporaryError is that of a listener of the program's own.
type temporaryError struct{}

func (temporaryError) Error() string   { return "not now" }
func (temporaryError) Temporary() bool { return true }

// Serve retries after temporary errors, which it logs, and returns any other error.
func TestServeErrors(t *testing.T) {
	lasting := errors.New("lasting")
	passing := []error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNABORTED, syscall.ENOBUFS, temporaryError{}}
	log := new(testLog)
	s := qmp.NewServer(handlers.Commands(), qmp.WithErrorLog(log))
	client, server := net.Pipe()
	defer client.Close()
	steps := append(slices.Clone(passing), nil, lasting)
	l := &scriptedListener{closed: make(chan struct{})}
	l.accept = func() (net.Conn, error) {
		err := steps[0]
		steps = steps[1:]
		if err == nil {
			return server, nil
		}
		return nil, &net.OpError{Op: "accept", Err: err}
	}
	if err := s.Serve(l); !errors.Is(err, lasting) {
		t.Errorf("Serve: %v, want the lasting error", err)
	}
	<-l.closed
	for _, err := range passing {
		if !strings.Contains(log.all(), err.Error()) {
			t.Errorf("the log lacks %v: %s", err, log.all())
		}
	}
	// The connection accepted between the errors is served.
	if line, err := (&lineClient{t: t, conn: client, in: bufio.NewReader(client)}).in.ReadString('\n'); err != nil || !strings.Contains(line, "QMP") {
		t.Errorf("greeting %q, %v", line, err)
	}
	steps = []error{os.ErrDeadlineExceeded} // it would never pass
	if err := s.Serve(l); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Serve: %v, want the deadline", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Serve(l); err != qmp.ErrClosed {
		t.Errorf("Serve after Close: %v", err)
	}
}

// Shutdown ends the pause of Serve after it ran out of file descriptors.
func TestServePauseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := qmp.NewServer(nil, qmp.WithErrorLog(new(testLog)))
		attempts := 0
		l := &scriptedListener{closed: make(chan struct{})}
		l.accept = func() (net.Conn, error) { attempts++; return nil, syscall.EMFILE }
		served := make(chan error)
		go func() { served <- s.Serve(l) }()
		time.Sleep(100 * time.Millisecond) // in the bubble: after 5, 10, 20 and 40 ms
		synctest.Wait()
		if attempts != 5 {
			t.Errorf("%d attempts in 100 ms, want 5", attempts)
		}
		start := time.Now()
		if err := s.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != qmp.ErrClosed {
			t.Errorf("Serve: %v", err)
		}
		if took := time.Since(start); took > 0 {
			t.Errorf("the pause went on for %v", took)
		}
	})
}

// A server's hook is called with each message as sent, in order.
func TestServerHook(t *testing.T) {
	var mu sync.Mutex
	var seen []string
	s := qmp.NewServer(handlers.Commands(), qmp.WithHook(func(dir qmp.Direction, msg []byte) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, dir.String()+" "+string(msg))
	}))
	c := serveRaw(t, s)
	c.line()
	c.send("{ 'execute' :\t\"qmp_capabilities\"}\r\n", 1)
	c.send("\n {\"execute\": \"query-status\", \"id\": 1.0}\n@@\n", 2)
	mu.Lock()
	defer mu.Unlock()
	want := []string{
		`-> {"QMP": {"version": {"qemu": {"micro": 0, "minor": 0, "major": 0}, "package": ""}, "capabilities": ["oob"]}}`,
		"<- { 'execute' :\t\"qmp_capabilities\"}", `-> {"return": {}}`,
		`<- {"execute": "query-status", "id": 1.0}`, `-> {"return": {"status": "running", "running": true}, "id": 1}`,
		"<- @", `-> {"error": {"class": "GenericError", "desc": "JSON parse error, stray '@'"}}`,
	}
	slices.Sort(want[3:])
	slices.Sort(seen[min(3, len(seen)):]) // the two directions are concurrent
	if !slices.Equal(seen, want) {
		t.Errorf("seen\n%s\nwant\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}
