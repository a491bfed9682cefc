package qga

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A Cmd is a program to run in the guest (guest-exec, QEMU 2.5 and later). It is used as
// [os/exec.Cmd] is, with these differences due to the agent:
//
//   - Stdin is read to its end and sent when the program is started. The output arrives when the
//     program has ended, at most 16 MiB of each stream: see [ErrTruncated].
//   - When the context is done, Wait returns its error and the program goes on running: the agent
//     cannot kill it.
//   - The agent looks up Path, in its own PATH or in that of Env.
//
// A Cmd can be used once, and by one goroutine at a time.
type Cmd struct {
	Path string
	Args []string // without the path

	// Env is the environment, as "NAME=VALUE". If it is nil, the program has that of the agent.
	Env []string

	// Dir is the working directory; if it is empty, that of the agent. The agent does not support
	// it, so a shell in the guest (sh) changes to it and starts the program. If it cannot, the
	// exit code is 126 or 127.
	Dir string

	Stdin          io.Reader // nil: none
	Stdout, Stderr io.Writer // nil: not captured

	// PID is the process id in the guest, once the program has been started.
	PID int64

	agent   qmp.Caller
	ctx     context.Context
	merged  bool // standard error goes to standard output
	waited  bool
	started bool
}

// Command returns a [Cmd] for a program with arguments:
//
//	out, err := qga.Command(agent, "ls", "-l").Output()
func Command(agent qmp.Caller, path string, args ...string) *Cmd {
	return CommandContext(context.Background(), agent, path, args...)
}

// CommandContext is [Command] with a context for its commands: see [Cmd].
func CommandContext(ctx context.Context, agent qmp.Caller, path string, args ...string) *Cmd {
	return &Cmd{Path: path, Args: args, agent: agent, ctx: ctx}
}

// ErrTruncated is the error of a program that has succeeded but written more output than the agent
// keeps.
var ErrTruncated = errors.New("qga: the agent has truncated the output of the program")

// An ExitError reports that a program has failed.
type ExitError struct {
	Code   int    // the exit code, or -1 after a signal
	Signal int    // the number of a signal, or of an exception of Windows; 0 if there was none
	Stderr []byte // set by [Cmd.Output]
}

// Error returns the exit code or the signal, in the form of os/exec.
func (e *ExitError) Error() string {
	if e.Signal != 0 {
		return fmt.Sprintf("signal: %d", e.Signal)
	}
	return fmt.Sprintf("exit status %d", e.Code)
}

// execArgs are the arguments of guest-exec.
type execArgs struct {
	Path    string   `json:"path"`
	Arg     []string `json:"arg,omitzero"`
	Env     []string `json:"env,omitzero"`
	Input   *string  `json:"input-data,omitzero"`     // base64
	Capture any      `json:"capture-output,omitzero"` // a bool; or a mode, since QEMU 8.0
}

// Start starts the program. [Cmd.Wait] waits for its end.
func (c *Cmd) Start() error {
	if c.started {
		return errors.New("qga: the program was started already")
	}
	c.started = true
	args := execArgs{Path: c.Path, Arg: c.Args, Env: c.Env}
	if c.Dir != "" {
		args.Path = "sh"
		args.Arg = append([]string{"-c", `cd -- "$0" && exec "$@"`, c.Dir, c.Path}, c.Args...)
	}
	if c.Stdin != nil {
		input, err := io.ReadAll(c.Stdin)
		if err != nil {
			return wrap("reading the input of "+c.Path, err)
		}
		text := base64.StdEncoding.EncodeToString(input)
		args.Input = &text
	}
	if c.Stdout != nil || c.Stderr != nil {
		args.Capture = true
	}
	if c.merged {
		args.Capture = "merged"
	}
	err := c.exec(args)
	var e *qmp.Error
	if c.merged && errors.As(err, &e) && (strings.Contains(e.Desc, "capture-output") || strings.Contains(e.Desc, "merged")) {
		args.Capture = true // an agent before QEMU 8.0, or on Windows
		err = c.exec(args)
	}
	if err != nil {
		return wrap("starting "+c.Path, err)
	}
	return nil
}

func (c *Cmd) exec(args execArgs) error {
	var result struct {
		PID int64 `json:"pid"`
	}
	err := c.agent.Do(c.ctx, &qmp.Request{Command: "guest-exec", Args: &args, Result: &result})
	c.PID = result.PID
	return err
}

// execStatus is the result of guest-exec-status.
type execStatus struct {
	Exited       bool   `json:"exited"`
	Code         int    `json:"exitcode"`
	Signal       int    `json:"signal"`
	Out          string `json:"out-data"` // base64
	Err          string `json:"err-data"` // base64
	OutTruncated bool   `json:"out-truncated"`
	ErrTruncated bool   `json:"err-truncated"`
}

const (
	firstPause = time.Millisecond // between two queries of the status
	lastPause  = 200 * time.Millisecond
)

// Wait waits for the end of the program and writes its output to Stdout and Stderr. The error is
// an [*ExitError] if the program has failed, [ErrTruncated], or that of the context, the
// connection or a writer.
func (c *Cmd) Wait() error {
	switch {
	case c.PID == 0:
		return errors.New("qga: the program was not started")
	case c.waited:
		return errors.New("qga: Wait was called already")
	}
	c.waited = true
	status, err := c.poll()
	if err != nil {
		return wrap(fmt.Sprintf("waiting for %s (PID %d)", c.Path, c.PID), err)
	}
	err = errors.Join(output(c.Stdout, status.Out), output(c.Stderr, status.Err))
	switch {
	case status.Signal != 0:
		return &ExitError{Code: -1, Signal: status.Signal}
	case status.Code != 0:
		return &ExitError{Code: status.Code}
	case err == nil && (status.OutTruncated || status.ErrTruncated):
		return ErrTruncated
	}
	return err
}

// output writes base64 text to a writer, which may be nil.
func output(to io.Writer, text string) error {
	if to == nil || text == "" {
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(text)
	if err == nil {
		_, err = to.Write(data)
	}
	return err
}

// poll queries the status until the program has ended.
func (c *Cmd) poll() (status execStatus, err error) {
	args := struct {
		PID int64 `json:"pid"`
	}{c.PID}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := c.agent.Do(c.ctx, &qmp.Request{Command: "guest-exec-status", Args: &args, Result: &status})
		if err != nil || status.Exited {
			return status, err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-c.ctx.Done():
			timer.Stop()
			return status, c.ctx.Err()
		}
	}
}

// Run starts the program and waits for its end.
func (c *Cmd) Run() error {
	if err := c.Start(); err != nil {
		return err
	}
	return c.Wait()
}

// Output runs the program and returns its standard output. If Stderr is nil, the [*ExitError] of a
// failed program has its standard error.
func (c *Cmd) Output() ([]byte, error) {
	if c.Stdout != nil {
		return nil, errors.New("qga: Stdout is set already")
	}
	var out, errOut bytes.Buffer
	c.Stdout = &out
	capture := c.Stderr == nil
	if capture {
		c.Stderr = &errOut
	}
	err := c.Run()
	var failed *ExitError
	if capture && errors.As(err, &failed) {
		failed.Stderr = errOut.Bytes()
	}
	return out.Bytes(), err
}

// CombinedOutput runs the program and returns its standard output and standard error, interleaved
// as they were written. With agents before QEMU 8.0 and on Windows, all of standard error follows
// standard output.
func (c *Cmd) CombinedOutput() ([]byte, error) {
	if c.Stdout != nil || c.Stderr != nil {
		return nil, errors.New("qga: Stdout or Stderr is set already")
	}
	var out bytes.Buffer
	c.Stdout, c.Stderr, c.merged = &out, &out, true
	err := c.Run()
	return out.Bytes(), err
}
