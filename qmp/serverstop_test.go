package qmp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

var stopRounds = flag.Int("stoprounds", 200, "rounds of TestServerStopSoak")

// A stopper is a client of a server with commands that the test can block.
type stopper struct {
	t       *testing.T
	server  *qmp.Server
	conn    *net.UnixConn
	in      *bufio.Reader
	begun   chan string   // ids of commands that have begun
	release chan struct{} // closed to let commands return
	told    chan error    // errors of contexts that end first
	served  chan error
	cancel  context.CancelFunc // cancels the connection's context
}

func newStopper(t *testing.T) *stopper {
	t.Helper()
	checkGoroutines(t)
	p := &stopper{t: t, begun: make(chan string, 100), release: make(chan struct{}), told: make(chan error, 100), served: make(chan error, 1)}
	type args struct {
		ID string `json:"id"`
	}
	hold := qmp.Handler(func(ctx context.Context, a args) (string, error) {
		p.begun <- a.ID
		select {
		case <-p.release:
			return a.ID, nil
		case <-ctx.Done():
			p.told <- ctx.Err()
			return "", ctx.Err()
		}
	})
	p.server = qmp.NewServer([]qmp.ServerCommand{
		{Name: "hold", Args: (*args)(nil), Result: (*string)(nil), Run: hold},
		{Name: "big", Result: (*string)(nil), Run: qmp.Handler(func(context.Context) (string, error) {
			p.begun <- "it"
			return strings.Repeat("x", 4<<20), nil
		})},
		{Name: "hold-oob", Args: (*args)(nil), Result: (*string)(nil), AllowOOB: true, Run: hold},
	})
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	var ctx context.Context
	ctx, p.cancel = context.WithCancel(context.Background())
	go func() { p.served <- p.server.ServeConn(ctx, accepted) }()
	p.conn = conn.(*net.UnixConn)
	p.in = bufio.NewReader(conn)
	t.Cleanup(func() { p.cancel(); conn.Close() })
	p.line()
	p.send(`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`)
	if got := p.line(); got != okay {
		t.Fatalf("qmp_capabilities: %s", got)
	}
	return p
}

func (p *stopper) line() string {
	p.t.Helper()
	line, err := p.in.ReadString('\n')
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

func (p *stopper) send(text string) {
	p.t.Helper()
	if _, err := io.WriteString(p.conn, text); err != nil {
		p.t.Error(err)
	}
}

// sync waits until the server has read all input: an unknown command out of band is answered at
// once.
func (p *stopper) sync() {
	p.t.Helper()
	p.send(`{"exec-oob":"x","id":"sync"}`)
	if got := p.line(); !strings.Contains(got, `"sync"`) {
		p.t.Fatalf("got %s", got)
	}
}

// outcomes reads until the connection ends, and returns the outcome for the command with each id:
// "answered" or "refused".
func (p *stopper) outcomes() map[string]string {
	all := make(map[string]string)
	for {
		line, err := p.in.ReadString('\n')
		if err != nil {
			return all
		}
		var reply struct {
			ID     string
			Return json.RawMessage
			Error  *qmp.Error
		}
		if err := json.Unmarshal([]byte(line), &reply); err != nil {
			p.t.Errorf("%v: %s", err, line)
		}
		if all[reply.ID] != "" {
			p.t.Errorf("a second reply: %s", line)
		}
		switch {
		case reply.Return != nil:
			all[reply.ID] = "answered"
		case reply.Error.Desc == "The server is shutting down":
			all[reply.ID] = "refused"
		default:
			p.t.Errorf("unexpected reply %s", line)
		}
	}
}

// commandStates are the states that a command can be in when a server stops. enter puts the command
// with the id "it" into the state. A command that has begun returns after release.
var commandStates = []struct {
	name  string
	begun bool
	read  bool // completely
	enter func(p *stopper)
}{
	{"partly read", false, false, func(p *stopper) { p.sync(); p.send(`{"execute":"hold","arguments":{"id":"it"},"id":"it"`) }},
	{"queued in band", false, true, func(p *stopper) {
		p.send(`{"execute":"hold","arguments":{"id":"first"},"id":"first"}{"execute":"hold","arguments":{"id":"it"},"id":"it"}`)
		<-p.begun
		p.sync()
	}},
	{"running in band", true, true, func(p *stopper) {
		p.send(`{"execute":"hold","arguments":{"id":"it"},"id":"it"}`)
		<-p.begun
	}},
	{"queued out of band", false, true, func(p *stopper) {
		p.send(`{"exec-oob":"hold-oob","arguments":{"id":"first"},"id":"first"}{"exec-oob":"hold-oob","arguments":{"id":"it"},"id":"it"}`)
		<-p.begun
	}},
	{"running out of band", true, true, func(p *stopper) {
		p.send(`{"exec-oob":"hold-oob","arguments":{"id":"it"},"id":"it"}`)
		<-p.begun
	}},
	{"in band behind one out of band", false, true, func(p *stopper) {
		p.send(`{"exec-oob":"hold-oob","arguments":{"id":"first"},"id":"first"}{"execute":"hold","arguments":{"id":"it"},"id":"it"}`)
		<-p.begun
	}},
	{"being written", true, true, func(p *stopper) { // larger than the socket's buffer
		p.send(`{"execute":"big","id":"it"}`)
		<-p.begun
	}},
}

// TestServerStops combines each way to stop a server, or a connection, with each state of a
// command. Commands that have begun are answered, or their contexts are cancelled if that is
// impossible. Others are not run but refused. Commands that a client sent before it closed its side
// are run.
func TestServerStops(t *testing.T) {
	expired, cancel := context.WithCancel(context.Background())
	cancel()
	ways := []struct {
		name  string
		stop  func(p *stopper) error
		gone  bool // at once: nothing is answered, contexts are cancelled
		runs  bool // commands that have not begun are run
		serve error
	}{
		{"Shutdown", func(p *stopper) error { return p.server.Shutdown(testContext(p.t)) }, false, false, qmp.ErrClosed},
		{"Shutdown without time", func(p *stopper) error {
			if err := p.server.Shutdown(expired); !errors.Is(err, context.Canceled) {
				return fmt.Errorf("Shutdown: %v", err)
			}
			return nil
		}, true, false, qmp.ErrClosed},
		{"Close", func(p *stopper) error { return p.server.Close() }, true, false, qmp.ErrClosed},
		{"the connection's context", func(p *stopper) error { p.cancel(); return nil }, true, false, context.Canceled},
		{"the client closes its side", func(p *stopper) error { return p.conn.CloseWrite() }, false, true, nil},
	}
	for _, way := range ways {
		for _, state := range commandStates {
			t.Run(way.name+"/"+state.name, func(t *testing.T) {
				p := newStopper(t)
				state.enter(p)
				stopped := make(chan error, 1)
				if way.gone || way.runs {
					stopped <- way.stop(p)
				} else {
					go func() { stopped <- way.stop(p) }()
					p.server.AwaitStop()
				}
				if !way.gone {
					close(p.release)
				}
				got := p.outcomes()
				want := ""
				switch {
				case way.gone || !state.read:
				case state.begun || way.runs:
					want = "answered"
				default:
					want = "refused"
				}
				if got["it"] != want {
					t.Errorf("the command was %q, want %q; all: %v", got["it"], want, got)
				}
				p.conn.Close()
				if err := <-p.served; err != way.serve {
					t.Errorf("ServeConn: %v, want %v", err, way.serve)
				}
				if err := <-stopped; err != nil {
					t.Error(err)
				}
				close(p.begun)
				for id := range p.begun {
					if id == "it" && !way.runs {
						t.Error("the command was begun after the stop")
					}
				}
			})
		}
	}
}

// Refusals follow the replies to earlier commands, so that a client without ids takes none for the
// reply to another command. The queue holds 8 commands.
func TestServerStopOrder(t *testing.T) {
	for _, verb := range []string{"execute", "exec-oob"} {
		t.Run(verb, func(t *testing.T) {
			p := newStopper(t)
			name := map[string]string{"execute": "hold", "exec-oob": "hold-oob"}[verb]
			var commands, want strings.Builder
			for i := range 15 {
				fmt.Fprintf(&commands, `{%q:%q,"arguments":{"id":"%d"},"id":%d}`, verb, name, i, i)
				fmt.Fprintf(&want, "%d ", i)
			}
			p.send(commands.String())
			<-p.begun
			stopped := make(chan error, 1)
			go func() { stopped <- p.server.Shutdown(testContext(t)) }()
			p.server.AwaitStop()
			close(p.release)
			got, replies := "", json.NewDecoder(p.in)
			for {
				var reply struct{ ID json.Number }
				if err := replies.Decode(&reply); err != nil {
					break
				}
				got += reply.ID.String() + " "
			}
			if got != want.String() {
				t.Errorf("replies to %s, want %s", got, want.String())
			}
			p.conn.Close()
			if err := <-stopped; err != nil {
				t.Error(err)
			}
			if err := <-p.served; err != qmp.ErrClosed {
				t.Errorf("ServeConn: %v", err)
			}
		})
	}
}

// TestServerStopSoak gracefully stops a server at random moments while clients send commands in
// band and out of band, and checks that exactly the commands that have begun are answered. The flag
// -stoprounds sets the number of rounds.
func TestServerStopSoak(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	var lost, answered, refused int64
	for round := range *stopRounds {
		var begun atomic.Int64
		run := qmp.Handler(func(context.Context) error { begun.Add(1); return nil })
		s := qmp.NewServer([]qmp.ServerCommand{{Name: "a", Run: run}, {Name: "b", AllowOOB: true, Run: run}})
		l, err := net.Listen("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		served := make(chan error, 1)
		go func() { served <- s.Serve(l) }()
		conn, err := net.Dial("unix", path)
		if err != nil {
			t.Fatal(err)
		}
		var results atomic.Int64
		var reading sync.WaitGroup
		enough := make(chan bool)
		reading.Go(func() {
			in := bufio.NewReader(conn)
			for n := 0; ; n++ {
				line, err := in.ReadString('\n')
				if n == round%8 {
					close(enough)
				}
				switch {
				case err != nil:
					conn.Close() // as clients do
					if n < round%8 {
						close(enough)
					}
					return
				case strings.HasPrefix(line, `{"return": {}, "id": 1}`):
					results.Add(1)
				case strings.Contains(line, "shutting down"):
					atomic.AddInt64(&refused, 1)
				}
			}
		})
		sent := make(chan bool)
		go func() {
			defer close(sent)
			io.WriteString(conn, `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`)
			for i := range 12 {
				text := `{"execute":"a","id":1}{"exec-oob":"b","id":1}`
				if _, err := io.WriteString(conn, text[:20+(i*7+round)%20]); err != nil {
					return
				}
				if _, err := io.WriteString(conn, text[20+(i*7+round)%20:]); err != nil {
					return
				}
			}
			if round%3 == 0 {
				conn.(*net.UnixConn).CloseWrite()
			}
		}()
		<-enough
		if err := s.Shutdown(testContext(t)); err != nil {
			t.Fatal(err)
		}
		reading.Wait()
		conn.Close()
		<-sent
		if err := <-served; err != qmp.ErrClosed {
			t.Errorf("Serve: %v", err)
		}
		if begun.Load() != results.Load() {
			t.Errorf("round %d: %d commands were begun, %d answered", round, begun.Load(), results.Load())
			lost += begun.Load() - results.Load()
		}
		answered += results.Load()
	}
	t.Logf("%d rounds: %d commands answered, %d refused, %d lost", *stopRounds, answered, refused, lost)
}
