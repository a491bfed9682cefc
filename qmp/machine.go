package qmp

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// A Machine is a QEMU process, or another one with a QMP monitor such as the storage daemon,
// together with a [Session] of its monitor. [StartMachine] starts a process, [AttachMachine]
// connects to a running one. Its methods may be called from any number of goroutines.
type Machine struct {
	*Session
	process *os.Process // nil if not known

	// Set by StartMachine only.
	cmd    *exec.Cmd // nil after AttachMachine
	stderr *stderrTail
	exited chan struct{} // closed when the process has ended
	exit   *ExitError    // set before exited is closed
}

// An ExitError reports how the process of a [Machine] has ended. It is the cause in the
// [*DisconnectError] of calls and subscriptions.
type ExitError struct {
	Program string           // base name of the program
	State   *os.ProcessState // nil if it is not known
	Err     error            // of [exec.Cmd.Wait]: nil, an [*exec.ExitError], or another error
	Stderr  string           // end of the standard error, at most 4 KiB, without surrounding white space
}

// Error returns the program, its exit status and the end of its standard error.
func (e *ExitError) Error() string {
	text := e.Program + " has ended: "
	switch {
	case e.State != nil:
		text += e.State.String()
	case e.Err != nil:
		text += e.Err.Error()
	}
	if e.Stderr != "" {
		text += ": " + e.Stderr
	}
	return text
}

// Unwrap returns e.Err.
func (e *ExitError) Unwrap() error { return e.Err }

// StartMachine starts a program and connects to its monitor over a socket pair: there is no socket
// in the file system, nobody else can connect, and the connection ends with the process. monitor
// returns the command-line options for a monitor on the file descriptor fd, which are appended to
// those of cmd:
//
//	cmd := exec.Command("qemu-system-x86_64", "-nodefaults", "-display", "none")
//	m, err := qmp.StartMachine(ctx, cmd, func(fd string) []string {
//		return []string{"-chardev", "socket,id=qmp,fd=" + fd, "-mon", "chardev=qmp,mode=control"}
//	})
//
// The storage daemon takes "--chardev", "socket,id=qmp,fd=N", "--monitor", "chardev=qmp".
//
// StartMachine returns when the monitor is ready. If the process ends before that, for example
// because of a bad option, the error is an [*ExitError] with its standard error. If the context is
// done first, the process is killed. The context has no effect later. There is no timeout for the
// greeting unless [WithGreetingTimeout] is given.
//
// The command belongs to the machine, which calls its Wait. The standard error of the process also
// goes to cmd.Stderr, if that is set.
//
// The session does not reconnect. It ends with its connection, and its error wraps an [*ExitError]
// if the process ends within a second. If the process fails and another one keeps the connection
// open, the session ends after a second. StartMachine needs a system with unix sockets.
func StartMachine(ctx context.Context, cmd *exec.Cmd, monitor func(fd string) []string, opts ...SessionOption) (*Machine, error) {
	here, there, err := dial.Pair()
	if err != nil {
		return nil, wrap("qmp", err)
	}
	fd := strconv.Itoa(3 + len(cmd.ExtraFiles)) // after standard input, output and error
	cmd.ExtraFiles = append(cmd.ExtraFiles, there)
	cmd.Args = append(cmd.Args, monitor(fd)...)
	o := newSessionOptions(append([]SessionOption{WithGreetingTimeout(0)}, opts...))
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = o.exitTime // children of the process may keep its standard error open
	}
	m := &Machine{cmd: cmd, stderr: &stderrTail{next: cmd.Stderr}, exited: make(chan struct{})}
	cmd.Stderr = m.stderr
	err = cmd.Start()
	there.Close()
	if err != nil {
		here.Close()
		return nil, wrap("qmp", err)
	}
	m.process = cmd.Process
	o.lost = m.lost
	m.Session = newSession(o, func(context.Context) (io.ReadWriteCloser, error) { return here, nil })
	go m.wait()
	if err := m.attempt(ctx); err != nil {
		return nil, m.notStarted(ctx, err)
	}
	go m.run()
	return m, nil
}

// wait waits for the process.
func (m *Machine) wait() {
	err := m.cmd.Wait()
	m.exit = &ExitError{Program: filepath.Base(m.cmd.Path), State: m.cmd.ProcessState, Err: err, Stderr: m.stderr.text()}
	close(m.exited)
	if m.succeeded() {
		return // a child may go on as a daemon
	}
	patience := time.NewTimer(m.opts.exitTime)
	defer patience.Stop()
	select {
	case <-patience.C:
		m.cancel(m.exit)
	case <-m.ctx.Done():
	}
}

// succeeded reports whether the process has ended with status 0. It must have ended.
func (m *Machine) succeeded() bool { return m.exit.State != nil && m.exit.State.Success() }

// notStarted ends a machine whose first connection has failed, and returns the error of
// StartMachine.
func (m *Machine) notStarted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		m.awaitExit()
	}
	byItself := true
	select {
	case <-m.exited:
	default:
		byItself = false
		m.process.Kill()
		<-m.exited
	}
	m.cancel(err)
	switch {
	case byItself:
		return wrap("qmp", m.exit)
	case m.exit.Stderr != "":
		return wrap(m.exit.Program, &stderrError{err, m.exit.Stderr})
	}
	return wrap(m.exit.Program, err)
}

// A stderrError is an error with the standard error of the process.
type stderrError struct {
	error
	stderr string
}

func (e *stderrError) Error() string {
	return strings.TrimPrefix(e.error.Error(), "qmp: ") + " (standard error: " + e.stderr + ")"
}

func (e *stderrError) Unwrap() error { return e.error }

// awaitExit waits for the end of the process or the session, for a bounded time.
func (m *Machine) awaitExit() {
	timer := time.NewTimer(m.opts.exitTime)
	defer timer.Stop()
	select {
	case <-m.exited:
	case <-timer.C:
	case <-m.ctx.Done():
	}
}

// lost ends the session after its connection has ended, usually because the process is ending.
func (m *Machine) lost(cause error) {
	m.awaitExit()
	select {
	case <-m.exited:
		m.cancel(m.exit)
	default:
		m.cancel(errors.Unwrap(cause))
	}
}

// AttachMachine connects to the monitor of a running process. The address is that of [Dial]. The
// session reconnects: see [DialSession]. p is the process, from [os.FindProcess] for example, or
// nil if it is not known; if it has ended when the connection is lost, the session ends.
func AttachMachine(ctx context.Context, addr string, p *os.Process, opts ...SessionOption) (*Machine, error) {
	if p != nil {
		opts = append([]SessionOption{WithProcess(p)}, opts...)
	}
	s, err := DialSession(ctx, addr, opts...)
	if err != nil {
		return nil, err
	}
	return &Machine{Session: s, process: p}, nil
}

// Process returns the process, or nil if it is not known.
func (m *Machine) Process() *os.Process { return m.process }

// Exited returns a channel that is closed when the process has ended. After [AttachMachine] it
// returns nil, since only the end of the session can be noticed: see [Session.Done].
func (m *Machine) Exited() <-chan struct{} { return m.exited }

// Wait waits until the process has ended. It returns nil for exit status 0, and otherwise an
// [*ExitError], or the error of the context if that is done first. After [AttachMachine] it waits
// for the end of the session, and returns its error unless that is [ErrProcessEnded].
func (m *Machine) Wait(ctx context.Context) error {
	if m.cmd == nil {
		select {
		case <-m.Done():
		case <-ctx.Done():
			return ctx.Err()
		}
		if err := m.Err(); !errors.Is(err, ErrProcessEnded) {
			return err
		}
		return nil
	}
	select {
	case <-m.exited:
	case <-ctx.Done():
		return ctx.Err()
	}
	if m.succeeded() {
		return nil
	}
	return m.exit
}

// Quit runs the command quit, waits as [Machine.Wait] does, and closes the session. The guest is
// not shut down first. If the context is done before the process has ended, Quit kills the process
// if it is known, and returns the error of the context.
func (m *Machine) Quit(ctx context.Context) error {
	err := m.quit(ctx)
	if err != nil && ctx.Err() != nil && m.process != nil {
		m.process.Kill()
		if m.exited != nil {
			<-m.exited
		}
	}
	m.Session.Close()
	return err
}

func (m *Machine) quit(ctx context.Context) error {
	state, changed := m.State()
	err := m.Do(ctx, &Request{Command: "quit"})
	var gone *DisconnectError // the process may end before it replies
	if err != nil && !errors.As(err, &gone) {
		return err
	}
	if m.cmd == nil && m.process == nil {
		// Only the end of the connection can be noticed.
		for state.Status == Connected {
			select {
			case <-changed:
			case <-ctx.Done():
				return ctx.Err()
			}
			state, changed = m.State()
		}
		return nil
	}
	return m.Wait(ctx)
}

// Close ends the session. After [StartMachine] it also kills the process, if that is still
// running, and waits for it; after [AttachMachine] the process goes on.
func (m *Machine) Close() error {
	if m.cmd != nil {
		select {
		case <-m.exited:
		default:
			m.process.Kill()
			<-m.exited
		}
	}
	return m.Session.Close()
}
