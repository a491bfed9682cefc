//go:build unix

package qmp_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// machineEnv makes a process of the test binary act as a machine. Its value is the kind.
const machineEnv = "QMP_TEST_MACHINE"

// TestMachineProcess is the machine's process, not a test. Its last argument is a file descriptor.
func TestMachineProcess(t *testing.T) {
	kind := os.Getenv(machineEnv)
	if kind == "" {
		t.Skip("this is the process that startMachine starts")
	}
	if kind == "bad" {
		os.Stderr.WriteString(strings.Repeat("noise ", 1000) + "\n-bad: invalid option\n")
		os.Exit(1)
	}
	var fd uintptr
	for _, c := range os.Args[len(os.Args)-1] {
		fd = 10*fd + uintptr(c-'0')
	}
	monitor := os.NewFile(fd, "monitor")
	if kind == "silent" {
		select {}
	}
	h := handlers
	h.Cont = func(context.Context) error {
		os.Stderr.WriteString("about to fail\n")
		os.Exit(3)
		return nil
	}
	quitting := &quitter{File: monitor}
	server := qmp.NewServer(append(h.Commands(), qmp.ServerCommand{Name: "quit", Run: func(context.Context, any) (any, error) {
		quitting.quit.Store(true)
		return nil, nil
	}}))
	server.ServeConn(context.Background(), quitting)
	select {} // without a monitor the machine keeps running
}

// A quitter is a monitor that ends the process after sending the reply to quit.
type quitter struct {
	*os.File
	quit atomic.Bool
}

func (q *quitter) Write(p []byte) (int, error) {
	n, err := q.File.Write(p)
	if q.quit.Load() {
		os.Exit(0)
	}
	return n, err
}

// machineCommand returns a command that starts a machine of this kind.
func machineCommand(t *testing.T, kind string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestMachineProcess$")
	cmd.Env = append(os.Environ(), machineEnv+"="+kind)
	return cmd
}

// lastArgument passes the descriptor of the monitor.
func lastArgument(fd string) []string { return []string{fd} }

func startMachine(t *testing.T) *qmp.Machine {
	t.Helper()
	checkGoroutines(t)
	m, err := qmp.StartMachine(testContext(t), machineCommand(t, "good"), lastArgument, qmp.WithExitTime(patience))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}

func TestMachine(t *testing.T) {
	m := startMachine(t)
	vm := NewClient(m)
	if status, err := vm.QueryStatus(testContext(t)); err != nil || !status.Running {
		t.Errorf("%+v, %v", status, err)
	}
	select {
	case <-m.Exited():
		t.Error("it has ended")
	default:
	}
	if err := m.Quit(testContext(t)); err != nil {
		t.Errorf("Quit: %v", err)
	}
	if err := m.Wait(testContext(t)); err != nil {
		t.Errorf("Wait: %v", err)
	}
	<-m.Exited()
	<-m.Done()
}

// Close leaves nothing behind of a running machine.
func TestMachineClose(t *testing.T) {
	m := startMachine(t)
	m.Close()
	var exit *qmp.ExitError
	if err := m.Wait(testContext(t)); !errors.As(err, &exit) || exit.State == nil || exit.State.Success() {
		t.Errorf("%v", err)
	}
	m.Close()
}

// All waiters get the exit status and the last output of the process.
func TestMachineFails(t *testing.T) {
	m := startMachine(t)
	sub := qmp.Subscribe[*StopEvent](m)
	events := qmp.Subscribe[*StopEvent](m).Chan(testContext(t))
	err := m.Call(testContext(t), "cont", nil, nil)
	_, next := sub.Next(testContext(t))
	sent := <-events
	later := m.Call(testContext(t), "stop", nil, nil)
	for i, err := range []error{err, next, sent.Err, later, m.Err(), m.Wait(testContext(t))} {
		var exit *qmp.ExitError
		var status *exec.ExitError
		if !errors.As(err, &exit) || exit.Stderr != "about to fail" || !errors.As(err, &status) || status.ExitCode() != 3 {
			t.Errorf("%d: %v", i, err)
		}
	}
	var interrupted *qmp.InterruptedError
	if !errors.As(err, &interrupted) || !strings.HasSuffix(err.Error(), "has ended: exit status 3: about to fail") {
		t.Errorf("%v", err)
	}
}

func TestMachineDoesNotStart(t *testing.T) {
	checkGoroutines(t)
	t.Run("bad command line", func(t *testing.T) {
		var all bytes.Buffer
		cmd := machineCommand(t, "bad")
		cmd.Stderr = &all
		_, err := qmp.StartMachine(testContext(t), cmd, lastArgument, qmp.WithExitTime(patience))
		var exit *qmp.ExitError
		if !errors.As(err, &exit) || !strings.HasSuffix(err.Error(), "\n-bad: invalid option") || len(exit.Stderr) > 4096 {
			t.Errorf("%v", err)
		}
		if all.Len() < 6000 {
			t.Errorf("cmd.Stderr got %d bytes", all.Len())
		}
	})
	t.Run("no such program", func(t *testing.T) {
		if _, err := qmp.StartMachine(testContext(t), exec.Command("/none"), lastArgument); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	})
	t.Run("context", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		cmd := machineCommand(t, "silent")
		if _, err := qmp.StartMachine(ctx, cmd, lastArgument); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
		if cmd.ProcessState == nil {
			t.Error("the process was not waited for")
		}
	})
}

// A process that does not exit is killed when the context is done.
func TestMachineDoesNotQuit(t *testing.T) {
	m := startMachine(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := m.Quit(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	select {
	case <-m.Exited():
	default:
		t.Error("the process goes on")
	}
}
