package qga_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is the timeout for events that must happen. It only ends tests that have failed.
const patience = 2 * time.Minute

// testContext returns a context that ends before the test binary is killed.
func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// checked is the set of tests that called checkGoroutines.
var checked sync.Map

// checkGoroutines fails the test if it leaves goroutines of this module behind. Only the first call
// in a test has an effect, so call it before any cleanup is registered.
func checkGoroutines(t testing.TB) {
	t.Helper()
	if _, again := checked.LoadOrStore(t, true); again {
		return
	}
	t.Cleanup(func() {
		checked.Delete(t)
		var left string
		// No channel reports the end of a goroutine.
		for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(time.Millisecond) {
			buf := make([]byte, 1<<20)
			left = ""
			for _, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
				if strings.Contains(stack, "qapi-go/qga.") || strings.Contains(stack, "qapi-go/qmp.") {
					left += stack + "\n\n"
				}
			}
			if left == "" {
				return
			}
		}
		t.Errorf("goroutines are left:\n%s", left)
	})
}

// An agent is the peer of a client, and follows a script.
type agent struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	id   json.RawMessage // of the last command
}

// script runs f on one end of a connection and returns the other end.
func script(t *testing.T, f func(a *agent)) net.Conn {
	t.Helper()
	checkGoroutines(t)
	client, server := net.Pipe()
	var wait sync.WaitGroup
	wait.Go(func() {
		defer server.Close()
		f(&agent{t: t, conn: server, in: bufio.NewReader(server)})
	})
	t.Cleanup(func() { client.Close(); wait.Wait() })
	return client
}

// next returns the next command, or "" at the end of the connection.
func (a *agent) next() (command string, id int64) {
	line, err := a.in.ReadString('\n')
	if err != nil {
		return "", 0
	}
	var request struct {
		Execute   string
		Arguments struct{ ID int64 }
		ID        json.RawMessage
	}
	if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "\xff")), &request); err != nil {
		a.t.Errorf("the client sent %q: %v", line, err)
		runtime.Goexit()
	}
	a.id = request.ID
	return request.Execute, request.Arguments.ID
}

// reply answers the last command with its id, like agents of QEMU 4.0 and later.
func (a *agent) reply(member string) {
	if a.id == nil {
		a.send("{%s}\n", member)
		return
	}
	a.send("{%s, \"id\": %s}\n", member, a.id)
}

// expect waits for a command and returns its argument id.
func (a *agent) expect(want string) int64 {
	got, id := a.next()
	if got != want {
		a.t.Errorf("the client sent %q, want %q", got, want)
		runtime.Goexit()
	}
	return id
}

func (a *agent) send(format string, args ...any) {
	if _, err := io.WriteString(a.conn, fmt.Sprintf(format, args...)); err != nil {
		a.t.Errorf("send: %v", err)
		runtime.Goexit()
	}
}

// sync answers a synchronization like an agent.
func (a *agent) sync() {
	id := a.expect("guest-sync-delimited")
	a.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error, stray '\\uFFFD'\"}}\n")
	a.synced(id)
}

// synced sends the answer to a synchronization that has been read.
func (a *agent) synced(id int64) {
	a.send("\xff")
	a.reply(fmt.Sprintf("\"return\": %d", id))
}

// A stuck connection blocks Read even after Close, as a pipe of a child process may.
type stuck struct {
	net.Conn
	read chan bool
}

func (s *stuck) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err != nil {
		<-s.read
	}
	return n, err
}
