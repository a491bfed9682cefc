package console

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A mortal is a server at a path that ends, and that another one follows at the same path.
type mortal struct {
	server *qmp.Server
	served chan error
}

func newMortal(t *testing.T, path string) *mortal {
	t.Helper()
	m := &mortal{served: make(chan error, 1)}
	m.server = qmp.NewServer([]qmp.ServerCommand{{Name: "ping", Run: func(context.Context, any) (any, error) { return nil, nil }}})
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	go func() { m.served <- m.server.Serve(l) }()
	return m
}

func (m *mortal) end() {
	m.server.Close()
	<-m.served
}

// emit sends an event again and again until one has come.
func (m *mortal) emit(t *testing.T, id string, came <-chan string) {
	t.Helper()
	for {
		if err := m.server.Emit(&qmp.UnknownEvent{Name: "DONE", Data: json.RawMessage(`{"id": "` + id + `"}`)}); err != nil {
			t.Fatal(err)
		}
		select {
		case line := <-came:
			if !strings.Contains(line, `"id":"`+id+`"`) {
				continue // of the server before
			}
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// A safeBuffer is a buffer for several goroutines.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// lines returns a writer, and the lines that are written to it.
func lines(t *testing.T) (io.Writer, <-chan string) {
	r, w := io.Pipe()
	t.Cleanup(func() { w.Close() })
	all := make(chan string, 1000)
	go func() {
		for in := bufio.NewScanner(r); in.Scan(); {
			all <- in.Text()
		}
		close(all)
	}()
	return w, all
}

// TestEventsReconnect checks that events of a server that ended, and of the one that follows
// it, are printed, with a word that some may be missing; and what happens without --reconnect,
// and where no other server follows.
func TestEventsReconnect(t *testing.T) {
	for _, test := range []struct {
		name      string
		reconnect bool
		follows   bool
	}{{"another server", true, true}, {"no other", true, false}, {"not asked for", false, true}} {
		t.Run(test.name, func(t *testing.T) {
			path := shortPath(t)
			m := newMortal(t, path)
			out, came := lines(t)
			var errs safeBuffer
			e := Events{Target: Target{Addr: path}, Schema: withSchema(t), Patterns: []string{"D*"}, Reconnect: test.reconnect}
			e.Count = 100_000 // more than come
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ended := make(chan error, 1)
			go func() { ended <- e.Run(ctx, out, &errs) }()
			m.emit(t, "first", came)
			m.end()
			rest := func() { // what comes late must not block the one who prints it
				for range came {
				}
			}
			if !test.reconnect {
				go rest()
				if err := <-ended; !errors.Is(err, ErrIncomplete) || strings.Contains(errs.String(), "reconnecting") {
					t.Errorf("%v, %s", err, errs.String())
				}
				return
			}
			if test.follows {
				m = newMortal(t, path)
				m.emit(t, "second", came)
				m.end()
			}
			go rest()
			for !strings.Contains(errs.String(), "reconnecting") {
				time.Sleep(time.Millisecond)
			}
			cancel()
			if err := <-ended; !errors.Is(err, ErrIncomplete) {
				t.Error(err)
			}
			for _, want := range []string{"qapi-go: the connection has ended: ", "qapi-go: reconnecting; events may be missing\n", " of 100000 events arrived\n"} {
				if !strings.Contains(errs.String(), want) {
					t.Errorf("no %q in %s", want, errs.String())
				}
			}
		})
	}
}

// TestScriptDial checks that a script goes on with the server that follows the one that ended, and
// that it ends where there is none.
func TestScriptDial(t *testing.T) {
	for _, follows := range []bool{true, false} {
		path := shortPath(t)
		m := newMortal(t, path)
		in, script := io.Pipe()
		out, came := lines(t)
		var errs safeBuffer
		s := Shell{Target: Target{Addr: path}, Schema: withSchema(t), In: in, Out: out, Err: &errs}
		ended := make(chan error, 1)
		go func() { ended <- s.Run(t.Context()); in.Close() }()
		io.WriteString(script, "ping\n")
		if line := <-came; line != "{}" {
			t.Errorf("%q", line)
		}
		m.end()
		if follows {
			m = newMortal(t, path)
		}
		io.WriteString(script, "dial\nping\n")
		if follows {
			if line := <-came; line != "{}" {
				t.Errorf("%q, %s", line, errs.String())
			}
			script.Close()
			if err := <-ended; err != nil || errs.String() != "" {
				t.Errorf("%v, %s", err, errs.String())
			}
			m.end()
		} else if err := <-ended; !errors.Is(err, ErrAnswered) || !strings.Contains(errs.String(), "line 2: ") {
			t.Errorf("%v, %s", err, errs.String())
		}
	}
}
