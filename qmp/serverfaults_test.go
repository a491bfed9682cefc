package qmp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// checkMemory fails the test if f leaves more than limit bytes on the heap, not counting garbage.
func checkMemory(t *testing.T, limit uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if after.HeapAlloc > before.HeapAlloc+limit {
		t.Errorf("%d MiB more are in use", (after.HeapAlloc-before.HeapAlloc)>>20)
	}
}

// A thousand concurrent connections all get their own replies and an event, and leave nothing
// behind.
func TestServerThousandConnections(t *testing.T) {
	const connections = 1000
	s := qmp.NewServer(handlers.Commands())
	addr := listen(t, s)
	ctx := testContext(t)
	clients := make([]*qmp.Client, connections)
	var events []*qmp.Subscription[*StopEvent]
	for i := range clients {
		clients[i] = dial(t, addr)
		events = append(events, qmp.Subscribe[*StopEvent](clients[i]))
	}
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			for i, c := range clients {
				status, err := NewClient(c).QueryStatus(ctx)
				if err != nil || status.Status != RunStateRunning {
					t.Errorf("client %d: %+v, %v", i, status, err)
					return
				}
			}
		})
	}
	calls.Wait()
	if err := s.Emit(&StopEvent{}); err != nil {
		t.Error(err)
	}
	for i, sub := range events {
		if ev, err := sub.Next(ctx); err != nil || ev == nil {
			t.Errorf("client %d: %v, %v", i, ev, err)
		}
	}
	for _, c := range clients {
		c.Close()
	}
}

// Input that is not a command is answered with one error, and the next command is run.
func TestServerFaults(t *testing.T) {
	const status = `{"execute":"query-status","id":"after"}`
	tests := []struct {
		name string
		send func(w io.Writer)
		want string // part of the error
	}{
		{"garbage", func(w io.Writer) { io.WriteString(w, strings.Repeat("\x00GET / HTTP\xff\n", 10000)) }, "stray"},
		{"nested 100000 deep", func(w io.Writer) { io.WriteString(w, strings.Repeat(`{"a":[`, 50000)) }, "nesting depth"},
		{"half a line", func(w io.Writer) { io.WriteString(w, `{"execute":"query-st`) }, "stray"},
		{"2 million tokens", func(w io.Writer) { io.WriteString(w, "["+strings.Repeat("1,", 1<<20)) }, "token count"},
		{"a line without end", func(w io.Writer) {
			part := bytes.Repeat([]byte("x"), 1<<20)
			io.WriteString(w, `{"execute":"`)
			for range 128 { // twice the limit: the rest is skipped, however long
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}, "token size"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := serveRaw(t, qmp.NewServer(handlers.Commands()))
			c.line()
			if got := c.send(`{"execute":"qmp_capabilities"}`, 1); got[0] != okay {
				t.Fatal(got)
			}
			checkMemory(t, 8<<20, func() {
				go func() {
					test.send(c.conn)
					io.WriteString(c.conn, "\xff\n"+status) // 0xFF resets the parser
				}()
				first := true
				for {
					line := c.line()
					if strings.Contains(line, `"after"`) {
						if first || !strings.Contains(line, `"return"`) {
							t.Errorf("after it, or instead of an error: %s", line)
						}
						return
					}
					if first && !strings.Contains(line, test.want) {
						t.Errorf("answered %.200s, want %s", line, test.want)
					}
					first = false
				}
			})
		})
	}
}

// A client that sends commands without reading replies is no longer served. Its replies are not
// buffered without limit, others are not delayed, and Shutdown does not wait for it longer than its
// context.
func TestServerClientStopsReading(t *testing.T) {
	big := strings.Repeat("x", 1<<16)
	s := qmp.NewServer([]qmp.ServerCommand{{Name: "big", Result: (*string)(nil),
		Run: qmp.Handler(func(context.Context) (string, error) { return big, nil })}})
	addr := listen(t, s)
	stalled, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer stalled.Close()
	sent := make(chan bool)
	checkMemory(t, 16<<20, func() {
		go func() {
			defer close(sent)
			io.WriteString(stalled, `{"execute":"qmp_capabilities"}`)
			for range 100000 { // until the buffers are full or the connection is closed
				if _, err := io.WriteString(stalled, `{"execute":"big"}`); err != nil {
					return
				}
			}
		}()
		c := dial(t, addr)
		for range 100 {
			var got string
			if err := c.Call(testContext(t), "big", nil, &got); err != nil || got != big {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
		}
		c.Close()
	})
	short, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Shutdown(short); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	<-sent
}

// A connection that ends after half a command leaves nothing behind, nor does one that ends while
// its command runs.
func TestServerClientGoes(t *testing.T) {
	started := make(chan bool)
	h := handlers
	h.Cont = func(ctx context.Context) error { started <- true; <-ctx.Done(); return ctx.Err() }
	s := qmp.NewServer(h.Commands())
	addr := listen(t, s)
	for _, text := range []string{"", "{", `{"execute":"qmp_capabilities"}{"execute":"query-st`, `{"execute":"qmp_capabilities"}{"execute":"query-status"}`} {
		for range 10 {
			conn, err := net.Dial("unix", addr)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(conn, text)
			conn.Close()
		}
	}
	conn, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, `{"execute":"qmp_capabilities"}{"execute":"cont"}`)
	<-started
	ctx, cancel := context.WithCancel(context.Background())
	conn.Close()
	cancel()
	s.Shutdown(ctx) // cancels the handler's context
}

// Shutdown loses no reply: exactly the commands that were run have a result.
func TestServerShutdownLosesNothing(t *testing.T) {
	for range 20 {
		var ran atomic.Int64
		h := handlers
		h.Cont = func(context.Context) error { ran.Add(1); return nil }
		s := qmp.NewServer(h.Commands())
		client, server := net.Pipe()
		served := make(chan error, 1)
		go func() { served <- s.ServeConn(context.Background(), server) }()
		in := json.NewDecoder(client)
		var greeting map[string]any
		if err := in.Decode(&greeting); err != nil {
			t.Fatal(err)
		}
		go io.WriteString(client, `{"execute":"qmp_capabilities","id":"hello"}`+strings.Repeat(`{"execute":"cont"}`, 20))
		go s.Shutdown(testContext(t))
		results := int64(0)
		for {
			var reply struct {
				ID     *string
				Return *struct{}
				Error  *qmp.Error
			}
			if in.Decode(&reply) != nil {
				break
			}
			if reply.Error != nil && reply.Error.Desc != "The server is shutting down" {
				t.Errorf("error %v", reply.Error)
			}
			if reply.Return != nil && reply.ID == nil {
				results++
			}
		}
		if err := <-served; err != qmp.ErrClosed {
			t.Errorf("ServeConn: %v", err)
		}
		if results != ran.Load() {
			t.Errorf("%d results of %d commands", results, ran.Load())
		}
		client.Close()
	}
}
