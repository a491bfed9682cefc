//go:build unix

package qmp_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// A cutter is a dialer that can close its latest connection.
type cutter struct {
	mu   sync.Mutex
	conn net.Conn
}

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	c.mu.Lock()
	c.conn = conn
	c.mu.Unlock()
	return conn, err
}

func (c *cutter) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn.Close()
}

// Operations continue while the connection is lost repeatedly, and report their results. If another
// QEMU answers, they fail, since it does not know them.
func TestLiveOperationsOfLostConnections(t *testing.T) {
	live.Slow(t, "it cuts connections amid operations")
	for _, release := range opsReleases {
		for _, another := range []bool{false, true} {
			name := release + "/the same"
			if another {
				name = release + "/another"
			}
			t.Run(name, func(t *testing.T) { testLostConnections(t, release, another) })
		}
	}
}

// blockingFile returns the path of a pipe that nobody reads, so that writing more than a little
// blocks.
func blockingFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(path, os.O_RDWR, 0) // so that opening it for writing succeeds
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pipe.Close() })
	return path
}

func testLostConnections(t *testing.T, release string, another bool) {
	checkGoroutines(t)
	dir := t.TempDir()
	socket := filepath.Join(dir, "qmp")
	monitor := "unix:" + socket
	launch := func() *exec.Cmd {
		cmd := exec.Command(live.Release(t, release, "qemu-system-x86_64"), "-M", "pc,accel=tcg", "-m", "64", "-nodefaults",
			"-display", "none", "-qmp", monitor+".new,server=on,wait=off", "-device", "virtio-net-pci,id=net",
			"-blockdev", "driver=null-co,node-name=from,size=67108864,read-zeroes=on", "-blockdev", "driver=null-co,node-name=to,size=67108864")
		if err := startListening(cmd, socket); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	qemu := launch()
	stop := func() { qemu.Process.Kill(); qemu.Wait() }
	t.Cleanup(func() { stop() })
	ctx := testContext(t)
	var dialer cutter
	s, err := qmp.DialSession(ctx, monitor, qmp.WithRetry(10*time.Millisecond),
		qmp.WithBackoff(time.Millisecond, 20*time.Millisecond), qmp.WithDialer(dialer.dial))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	call := func(command string, args map[string]any) error {
		return s.Do(ctx, &qmp.Request{Command: command, Args: args})
	}
	// until repeats a call while it is interrupted.
	until := func(call func() error) {
		var interrupted *qmp.InterruptedError
		for errors.As(call(), &interrupted) {
		}
	}
	// disturb cuts the connection repeatedly, or replaces QEMU once, until the operation has ended.
	disturb := func() (end func()) {
		done := make(chan struct{})
		var working sync.WaitGroup
		working.Go(func() {
			if another {
				stop()
				qemu = launch()
				return
			}
			for range 20 {
				before, _ := s.State()
				dialer.cut()
				awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections > before.Connections })
				select {
				case <-done:
					return
				case <-time.After(5 * time.Millisecond): // sometimes during a call
				}
			}
		})
		return func() { close(done); working.Wait() }
	}
	operation := func(name string, lost error, run func(begun func()) error) {
		t.Run(name, func(t *testing.T) {
			before, _ := s.State()
			var end func()
			err := run(func() { end = disturb() })
			if end == nil {
				t.Fatalf("not begun: %v", err)
			}
			end()
			if another && !errors.Is(err, lost) || !another && err != nil {
				t.Errorf("%v, want %v", err, lost)
			}
			after, _ := s.State()
			if after.Connections == before.Connections {
				t.Error("the connection was not lost")
			}
		})
	}
	begin := func(command string, args map[string]any, begun func()) func(context.Context) error {
		return func(context.Context) error {
			err := call(command, args)
			if err == nil {
				begun()
			}
			return err
		}
	}
	// Operations that another QEMU must not know must not end before it runs.
	speed, bandwidth, dumped := 128<<20, 100_000, filepath.Join(dir, "dump")
	if another {
		speed, bandwidth = 1, 2000
		dumped = blockingFile(t)
	}
	operation("job", qmp.ErrJobLost, func(begun func()) error {
		_, err := qmp.RunJob(ctx, s, "backup", begin("blockdev-backup", map[string]any{
			"job-id": "backup", "device": "from", "target": "to", "sync": "full", "speed": speed, "auto-dismiss": false,
		}, begun), qmp.WithJobDismiss(), qmp.WithJobProgress(time.Millisecond, func(qmp.JobState) {}))
		return err
	})
	operation("migration", qmp.ErrNoMigration, func(begun func()) error {
		if err := call("migrate-set-parameters", map[string]any{"max-bandwidth": bandwidth}); err != nil {
			return err
		}
		started := false
		var hurry sync.WaitGroup
		defer hurry.Wait()
		state, err := qmp.Migrate(ctx, s, begin("migrate", map[string]any{"uri": "exec:cat >/dev/null"}, begun),
			qmp.WithMigrationProgress(2*time.Millisecond, func(m qmp.MigrationState) {
				if m.Status == "active" && !started && !another {
					started = true
					hurry.Go(func() {
						before, _ := s.State()
						awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections > before.Connections+3 })
						until(func() error { return call("migrate-set-parameters", map[string]any{"max-bandwidth": int64(1) << 40}) })
					})
				}
			}))
		if err == nil && state.Status != "completed" {
			t.Errorf("%+v", state)
		}
		return err
	})
	operation("dump", qmp.ErrNoDump, func(begun func()) error {
		_, err := qmp.Dump(ctx, s, begin("dump-guest-memory", map[string]any{
			"paging": false, "protocol": "file:" + dumped, "detach": true,
		}, begun), qmp.WithDumpProgress(time.Millisecond, func(qmp.DumpState) {}))
		return err
	})
	if another {
		return // the other QEMU has the device, too
	}
	operation("unplug", nil, func(begun func()) error {
		begun()
		// No guest reacts, but a machine reset removes the device once QEMU was asked to.
		unplugged := make(chan struct{})
		var resets sync.WaitGroup
		resets.Go(func() {
			for {
				select {
				case <-unplugged:
					return
				case <-time.After(50 * time.Millisecond):
					until(func() error { return call("system_reset", nil) })
				}
			}
		})
		err := qmp.Unplug(ctx, s, "net", qmp.WithUnplugRepeat(20*time.Millisecond))
		close(unplugged)
		resets.Wait()
		return err
	})
}
