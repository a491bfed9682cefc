package qga_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// startAgent starts QEMU's own guest agent without the commands that could change the machine. It
// returns the agent's socket and a function that kills it.
func startAgent(t *testing.T) (path string, kill func()) {
	t.Helper()
	return startAgentWithout(t, "guest-exec")
}

// startAgentWithout starts QEMU's agent without the commands that could harm the machine, and
// without the listed ones.
func startAgentWithout(t *testing.T, commands ...string) (path string, kill func()) {
	t.Helper()
	return startProgram(t, live.Program(t, "qemu-ga"), commands...)
}

// startProgram is startAgentWithout for another program.
func startProgram(t *testing.T, program string, commands ...string) (path string, kill func()) {
	t.Helper()
	commands = append(commands, "guest-suspend-disk", "guest-suspend-ram", "guest-suspend-hybrid", "guest-set-time",
		"guest-fsfreeze-freeze", "guest-fsfreeze-freeze-list", "guest-fstrim", "guest-set-vcpus", "guest-set-user-password")
	// Paths of sockets are limited to about 100 bytes, and t.TempDir may be longer.
	dir, err := os.MkdirTemp("", "qga")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	path = filepath.Join(dir, "s")
	cmd := exec.Command(program, "-m", "unix-listen", "-p", path, "-t", dir, "-f", filepath.Join(dir, "pid"),
		"-b", strings.Join(commands, ","))
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() { // a test may kill it just before cleanup does
		cmd.Process.Kill()
		cmd.Wait()
	})
	t.Cleanup(kill)
	return path, kill
}

// The client with QEMU's own agent.
func TestLiveAgent(t *testing.T) {
	path, _ := startAgent(t)
	ctx := testContext(t)
	for _, ids := range []bool{false, true} {
		t.Run(fmt.Sprint("ids ", ids), func(t *testing.T) {
			checkGoroutines(t)
			opts := []qga.Option{qga.WithRetry(20 * time.Millisecond)}
			if ids {
				opts = append(opts, qga.WithIDs())
			}
			c, err := qga.Dial(ctx, "unix:"+path, opts...)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			guest := NewClient(c)
			info, err := guest.GuestInfo(ctx)
			if err != nil || info.Version == "" || len(info.SupportedCommands) < 20 {
				t.Errorf("guest-info: %+v, %v", info, err)
			}
			for i := range int64(20) {
				// An abandoned call may leave a reply behind.
				short, cancel := context.WithTimeout(ctx, time.Duration(i)*10*time.Microsecond)
				if _, err := guest.GuestSync(short, GuestSyncArgs{ID: -1}); err != nil && !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				cancel()
				if got, err := guest.GuestSync(ctx, GuestSyncArgs{ID: i}); err != nil || got != i {
					t.Fatalf("guest-sync: %d, %v, want %d", got, err, i)
				}
			}
			var e *qmp.Error
			if _, err := guest.GuestFileOpen(ctx, GuestFileOpenArgs{Path: "/nonexistent/x"}); !errors.As(err, &e) || e.Class != qmp.ClassGenericError {
				t.Errorf("guest-file-open: %v", err)
			}
			if err := c.Call(ctx, "guest-nonesuch", nil, nil); !errors.As(err, &e) || e.Class != qmp.ClassCommandNotFound {
				t.Errorf("guest-nonesuch: %v", err)
			}
			// An error of a command that has no reply on success.
			mode := "nonesuch"
			if err := guest.GuestShutdown(ctx, GuestShutdownArgs{Mode: &mode}); !errors.As(err, &e) {
				t.Errorf("guest-shutdown: %v", err)
			}
			if err := c.Sync(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// Pending calls fail when the agent is killed.
func TestLiveAgentIsKilled(t *testing.T) {
	checkGoroutines(t)
	path, kill := startAgent(t)
	ctx := testContext(t)
	c, err := qga.Dial(ctx, path, qga.WithRetry(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	kill()
	<-c.Done()
	var d *qmp.DisconnectError
	if err := NewClient(c).GuestPing(ctx); !errors.As(err, &d) {
		t.Errorf("%v, want a DisconnectError", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// The Go agent answers like QEMU's, byte for byte except for white space and order.
func TestLiveSameWords(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) { testSameWords(t, release) })
	}
}

func testSameWords(t *testing.T, release string) {
	path, _ := startProgram(t, live.Release(t, release, "qemu-ga"), "guest-exec")
	checkGoroutines(t)
	var version qmp.Version
	if _, err := fmt.Sscanf(release, "%d.%d", &version.Major, &version.Minor); err != nil {
		t.Fatal(err)
	}
	client, server := net.Pipe()
	refuse := &qmp.Error{Class: qmp.ClassGenericError, Desc: "mode is invalid (valid values are: halt|powerdown|reboot"}
	h := Handlers{
		GuestPing:     func(context.Context) error { return nil },
		GuestShutdown: func(context.Context, GuestShutdownArgs) error { return refuse },
	}
	s := qga.NewServer(h.Commands(), qmp.WithVersion(version))
	served := make(chan error)
	go func() { served <- s.ServeConn(context.Background(), server) }()
	ours := bufio.NewReader(client)
	var real net.Conn
	var err error
	for start := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if real, err = net.Dial("unix", path); err == nil || time.Since(start) > patience {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer real.Close()
	theirs := bufio.NewReader(real)
	for _, test := range []struct {
		send  string
		lines int
	}{
		{"\xff{\"execute\":\"guest-sync-delimited\",\"arguments\":{\"id\":5}}\n", 2},
		{`{"execute":"guest-sync-delimited","arguments":{"id":-5},"id":[1]}`, 1},
		{`{"execute":"guest-sync-delimited"}`, 1},
		{`{"execute":"guest-sync-delimited","arguments":{"id":"5"}}`, 1},
		{`{"execute":"guest-sync","arguments":{"id":7},"id":"x"}`, 1},
		{`{"execute":"guest-sync","arguments":{"id":7,"x":1},"id":{"a":null}}`, 1},
		{`{"execute":"guest-ping"}{"execute":"guest-ping"}`, 2},
		{`{"execute":"guest-ping","arguments":{"a":1}}`, 1},
		{`{"execute":"guest-nonesuch"}`, 1},
		{`{"execute":"qmp_capabilities"}`, 1},
		{`{"exec-oob":"guest-ping"}`, 1},
		{`{"execute":"guest-shutdown","arguments":{"mode":"zz"}}`, 1},
		{`{"execute":"guest-shutdown","arguments":{"mode":1},"id":1}`, 1},
		{`{"execute":"guest-ping","more":1,"id":2}`, 1},
		{`{"id":2}`, 1},
		{`[]`, 1},
		{"@@\n", 1},
		{"{\"execute\": \"guest-\xff", 1},
		{`{"execute":"guest-ping"}`, 1},
	} {
		if _, err := io.WriteString(real, test.send); err != nil {
			t.Fatal(err)
		}
		go io.WriteString(client, test.send)
		for range test.lines {
			want, err := theirs.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			got, err := ours.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			if !same(t, got, want) {
				t.Errorf("%q: we say %q, QEMU's agent %q", test.send, got, want)
			}
		}
	}
	client.Close()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// same reports whether two lines are equal except for white space and the order of members.
func same(t *testing.T, a, b string) bool {
	t.Helper()
	var values [2]any
	for i, line := range []string{a, b} {
		if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "\xff")), &values[i]); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	return a[0] == b[0] && reflect.DeepEqual(values[0], values[1])
}
