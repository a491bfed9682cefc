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
)

// A Machine is a process with a monitor, such as a QEMU or a storage daemon, and the [Session]
// with it: started by this program ([StartMachine]) or attached to ([AttachMachine]). It is a
// [Caller] and an [EventSource] that many goroutines can share.
type Machine struct {
	*Session
	process *os.Process // nil if not known

	// Of a machine that was started.
	cmd    *exec.Cmd // nil if attached
	stderr *stderrTail
	exited chan struct{} // closed when the process has ended
	exit   *ExitError    // set before that
}

// An ExitError reports that the process of a [Machine] has ended. It is the cause of the
// [*DisconnectError] of calls and subscriptions.
type ExitError struct {
	Program string           // its name, without folders
	State   *os.ProcessState // nil if that could not be found out
	Err     error            // of waiting for it; an [*exec.ExitError] unless the status was 0
	Stderr  string           // the last that it wrote there, 4 KiB at most, without white space at the end
}

// Error returns the exit status and the last text on standard error.
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

// StartMachine starts a program and connects to its monitor over a socket pair, so that there is
// no socket in the file system, nobody else can connect, and the end of the process is the end of
// the connection. monitor returns the options by which the program takes the number of a
// descriptor for its monitor; they are appended to those of cmd:
//
//	cmd := exec.Command("qemu-system-x86_64", "-nodefaults", "-display", "none")
//	m, err := qmp.StartMachine(ctx, cmd, func(fd string) []string {
//		return []string{"-chardev", "socket,id=qmp,fd=" + fd, "-mon", "chardev=qmp,mode=control"}
//	})
//
// The storage daemon takes "--chardev", "socket,id=qmp,fd=N", "--monitor", "chardev=qmp".
//
// StartMachine returns when the monitor is ready. If the process ends before that, as it does for
// a bad command line, the error is an [*ExitError] with what it wrote to standard error. If the
// context is done first, the process is killed. The context bounds nothing after that, and
// [WithGreetingTimeout] is not in force unless given.
//
// The command belongs to the machine, which waits for it. What the process writes to standard
// error still goes to cmd.Stderr, if that is set.
//
// The connection cannot come back. When it ends, the session ends, and its error wraps an
// [*ExitError] if the process has ended within a second. It ends also a second after the process
// has failed, if another process keeps the connection open. StartMachine needs a system with unix
// sockets.
func StartMachine(ctx context.Context, cmd *exec.Cmd, monitor func(fd string) []string, opts ...SessionOption) (*Machine, error) {
	here, there, err := socketPair()
	if err != nil {
		return nil, wrap("qmp", err)
	}
	fd := strconv.Itoa(3 + len(cmd.ExtraFiles)) // after those of standard input, output and error
	cmd.ExtraFiles = append(cmd.ExtraFiles, there)
	cmd.Args = append(cmd.Args, monitor(fd)...)
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = closeTime // children of the process may keep its standard error open
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
	o := newSessionOptions(append([]SessionOption{WithGreetingTimeout(0)}, opts...))
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
		return // it may go on as a daemon
	}
	patience := time.NewTimer(closeTime)
	defer patience.Stop()
	select {
	case <-patience.C:
		m.cancel(m.exit)
	case <-m.ctx.Done():
	}
}

// succeeded reports whether the process, which has ended, has ended well.
func (m *Machine) succeeded() bool { return m.exit.State != nil && m.exit.State.Success() }

// notStarted ends a machine whose first connection has failed, and returns the error.
func (m *Machine) notStarted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		m.awaitExit(closeTime)
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

// A stderrError is an error with what the process wrote to standard error.
type stderrError struct {
	error
	stderr string
}

func (e *stderrError) Error() string {
	return strings.TrimPrefix(e.error.Error(), "qmp: ") + " (standard error: " + e.stderr + ")"
}

func (e *stderrError) Unwrap() error { return e.error }

// awaitExit waits for the end of the process or the session, up to some time.
func (m *Machine) awaitExit(patience time.Duration) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-m.exited:
	case <-timer.C:
	case <-m.ctx.Done():
	}
}

// lost ends the session when the connection has ended, which is at about the time of the end of
// the process.
func (m *Machine) lost(cause error) {
	m.awaitExit(closeTime)
	select {
	case <-m.exited:
		m.cancel(m.exit)
	default:
		m.cancel(errors.Unwrap(cause))
	}
}

// AttachMachine connects to the monitor of a process that runs already, by an address as [Dial]
// takes it. The connection comes back when it is lost: see [DialSession]. p is the process, as
// [os.FindProcess] returns it, or nil if it is not known: if it has ended, so does the session.
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

// Process returns the process, nil if it is not known.
func (m *Machine) Process() *os.Process { return m.process }

// Exited returns a channel that is closed when the process of a machine that was started has
// ended; that of one that is attached to is known by [Session.Done] only, and the channel is nil.
func (m *Machine) Exited() <-chan struct{} { return m.exited }

// Wait waits until the process of a machine that was started has ended. It returns nil if its
// status was 0, and else an [*ExitError]; if the context is done first, the error of that. For a
// machine that is attached to, it waits for the end of the session, and returns its error unless
// that is [ErrProcessEnded].
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

// Quit makes the process end (the command quit) and waits for that, as [Machine.Wait] does, then
// closes the session. The guest is not asked. If the context is done first, the process is killed
// if it is known, and the error is that of the context.
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
	var gone *DisconnectError // before the reply
	if err != nil && !errors.As(err, &gone) {
		return err
	}
	if m.cmd == nil && m.process == nil {
		// The end of the connection is all that can be seen.
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

// Close ends the session for good. The process of a machine that was started is killed if it still
// runs; nothing of it is left when Close returns. One that is attached to goes on.
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
