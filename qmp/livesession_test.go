package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// startListening starts a QEMU with a monitor on socket + ".new", which gets its name when QEMU
// runs: clients of socket do not connect earlier.
func startListening(cmd *exec.Cmd, socket string) error {
	if err := live.Start(cmd); err != nil {
		return err
	}
	return os.Rename(socket+".new", socket)
}

// One session with calls, jobs and subscribers while QEMU is killed and restarted: each call and
// each job ends with a result or an error that reports what is known, each subscriber is told about
// each loss, and nothing is left at the end.
func TestLiveSessionRestarts(t *testing.T) {
	path := live.Program(t, "qemu-system-x86_64")
	restarts := live.Rounds(t, 5, 100)
	socket := filepath.Join(t.TempDir(), "qmp")
	monitor := "unix:" + socket
	start := func() *exec.Cmd {
		cmd := exec.Command(path, "-M", "none", "-nodefaults", "-display", "none", "-S",
			"-blockdev", "driver=null-co,node-name=from,size=67108864,read-zeroes=on",
			"-blockdev", "driver=null-co,node-name=to,size=67108864",
			"-qmp", "unix:"+socket+".new,server=on,wait=off")
		if err := startListening(cmd, socket); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	cmd := start()
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	checkGoroutines(t)
	ctx := t.Context() // awaitState and await bound each restart
	s, err := qmp.DialSession(ctx, monitor, qmp.WithRetry(10*time.Millisecond), qmp.WithBackoff(time.Millisecond, 20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	var calls, interrupted, jobs, jobsLost atomic.Int64
	var working sync.WaitGroup
	stop := make(chan struct{})
	work := func(once func() error) {
		working.Add(1)
		go func() {
			defer working.Done()
			for {
				select {
				case <-stop:
					return
				default:
				}
				if err := once(); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	isInterrupted := func(err error) bool {
		var e *qmp.InterruptedError
		return errors.As(err, &e)
	}
	for range 3 {
		work(func() error {
			var status StatusInfo
			calls.Add(1)
			err := s.Call(ctx, "query-status", nil, &status)
			if isInterrupted(err) {
				interrupted.Add(1)
				return nil
			}
			if err == nil && status.Status != RunStatePrelaunch {
				return errors.New("the status is " + string(status.Status))
			}
			return err
		})
	}
	work(func() error {
		speed := "0" // the job ends at once
		if jobs.Add(1)%2 == 0 {
			speed = "268435456"
		}
		job, err := qmp.RunJob(ctx, s, "backup", func(ctx context.Context) error {
			return s.Call(ctx, "blockdev-backup", json.RawMessage(`{"job-id": "backup", "device": "from", "target": "to", "sync": "full", "speed": `+speed+`}`), nil)
		})
		switch {
		case err == nil && job.Fraction() == 1:
			return nil
		case err == nil:
			return errors.New("a job ended early without an error")
		case isInterrupted(err), err == qmp.ErrJobLost:
			jobsLost.Add(1)
			return nil
		}
		return err
	})
	const subscribers = 3
	var gaps [subscribers]atomic.Int64
	var reading sync.WaitGroup
	var subs []*qmp.Subscription[*qmp.UnknownEvent]
	for i := range subscribers {
		sub := qmp.Subscribe[*qmp.UnknownEvent](s)
		subs = append(subs, sub)
		reading.Go(func() {
			for got := range sub.Chan(ctx) {
				var lost *qmp.LostError
				switch {
				case errors.As(got.Err, &lost) && lost.Reconnected && lost.Count == 0:
					gaps[i].Add(1)
				case errors.Is(got.Err, qmp.ErrClosed):
				case got.Err != nil:
					t.Error(got.Err)
				}
			}
		})
	}
	for i := range restarts {
		cmd.Process.Kill()
		cmd.Wait()
		cmd = start()
		awaitState(t, s, func(state qmp.SessionState) bool { return state.Connections == i+2 })
		for which, sub := range subs { // consecutive losses are reported as one
			await(t, "a subscriber is told of the loss", func() bool { return gaps[which].Load() > int64(i) })
			if sub.Lost() != 0 {
				t.Errorf("%d events lost", sub.Lost())
			}
		}
		before := calls.Load()
		await(t, "calls go on", func() bool { return calls.Load() >= before+10 })
	}
	close(stop)
	working.Wait()
	s.Close()
	reading.Wait()
	for i := range gaps {
		if n := int(gaps[i].Load()); n != restarts {
			t.Errorf("a subscriber was told of %d losses of %d", n, restarts)
		}
	}
	t.Logf("%d calls, %d of them interrupted; %d jobs, %d of them lost", calls.Load(), interrupted.Load(), jobs.Load(), jobsLost.Load())
}

// qemuMonitor and daemonMonitor are the options of QEMU and its storage daemon.
func qemuMonitor(fd string) []string {
	return []string{"-chardev", "socket,id=qmp,fd=" + fd, "-mon", "chardev=qmp,mode=control"}
}

func daemonMonitor(fd string) []string {
	return []string{"--chardev", "socket,id=qmp,fd=" + fd, "--monitor", "chardev=qmp"}
}

func TestLiveMachine(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			qemu := live.Release(t, release, "qemu-system-x86_64")
			checkGoroutines(t)
			cmd := exec.Command(qemu, "-M", "none", "-nodefaults", "-display", "none", "-S")
			m, err := qmp.StartMachine(testContext(t), cmd, qemuMonitor)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			if status, err := NewClient(m).QueryStatus(testContext(t)); err != nil || status.Status != RunStatePrelaunch {
				t.Errorf("%+v, %v", status, err)
			}
			file, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			defer file.Close()
			if err := qmp.PassFiles(m, file).Do(testContext(t), &qmp.Request{Command: "getfd", Args: map[string]any{"fdname": "null"}}); err != nil {
				t.Errorf("getfd: %v", err)
			}
			if err := m.Call(testContext(t), "closefd", map[string]any{"fdname": "null"}, nil); err != nil {
				t.Errorf("closefd: %v", err)
			}
			ev, err := qmp.RunAndWaitAny(testContext(t), m, func(ctx context.Context) error { return m.Quit(ctx) },
				qmp.When[*StopEvent](nil), qmp.When[*ShutdownEvent](nil))
			if shutdown, ok := ev.(*ShutdownEvent); err != nil || !ok || shutdown.Reason != "host-qmp-quit" {
				t.Errorf("%+v, %v", ev, err)
			}
			if err := m.Wait(testContext(t)); err != nil {
				t.Errorf("Wait: %v", err)
			}

			_, err = qmp.StartMachine(testContext(t), exec.Command(qemu, "-nonsense"), qemuMonitor, qmp.WithExitTime(patience))
			var exit *qmp.ExitError
			if !errors.As(err, &exit) || !strings.Contains(exit.Stderr, "-nonsense: invalid option") {
				t.Errorf("a bad command line: %v", err)
			}

			daemon, err := qmp.StartMachine(testContext(t), exec.Command(live.Release(t, release, "qemu-storage-daemon")), daemonMonitor)
			if err != nil {
				t.Fatal(err)
			}
			defer daemon.Close()
			if err := daemon.Quit(testContext(t)); err != nil {
				t.Errorf("quit of the daemon: %v", err)
			}
		})
	}
}

// A session is attached to a machine, which is then killed.
func TestLiveAttachMachine(t *testing.T) {
	path := live.Program(t, "qemu-system-x86_64")
	monitor := "unix:" + filepath.Join(t.TempDir(), "qmp")
	for _, end := range []string{"kill", "quit"} {
		t.Run(end, func(t *testing.T) {
			checkGoroutines(t)
			cmd := exec.Command(path, "-M", "none", "-nodefaults", "-display", "none", "-S", "-qmp", monitor+",server=on,wait=off")
			if err := live.Start(cmd); err != nil {
				t.Fatal(err)
			}
			waited := make(chan struct{})
			go func() {
				cmd.Wait()
				close(waited)
			}()
			m, err := qmp.AttachMachine(testContext(t), monitor, cmd.Process, qmp.WithRetry(10*time.Millisecond))
			if err != nil {
				cmd.Process.Kill()
				t.Fatal(err)
			}
			defer m.Close()
			if end == "kill" {
				cmd.Process.Kill()
				err = m.Wait(testContext(t))
			} else {
				err = m.Quit(testContext(t))
			}
			if err != nil {
				t.Error(err)
			}
			<-waited
			<-m.Done()
		})
	}
}
