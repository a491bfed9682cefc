package qga_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// A guestProgram is a Caller that runs one program with the given output and status.
type guestProgram struct {
	status  map[string]any // of guest-exec-status after the end
	polls   int            // how many polls find it running
	refusal string         // the error of guest-exec with merged output
	args    map[string]any // of the last guest-exec
}

func (g *guestProgram) Do(ctx context.Context, req *qmp.Request) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var result map[string]any
	switch text, _ := json.Marshal(req.Args); req.Command {
	case "guest-exec":
		g.args = nil
		if err := json.Unmarshal(text, &g.args); err != nil {
			return err
		}
		if g.args["capture-output"] == "merged" && g.refusal != "" {
			return refuse(g.refusal)
		}
		result = map[string]any{"pid": 7}
	case "guest-exec-status":
		if string(text) != `{"pid":7}` {
			return refuse("PID " + string(text) + " does not exist")
		}
		if result = map[string]any{"exited": false}; g.polls == 0 {
			result = g.status
		}
		g.polls--
	}
	text, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, req.Result)
}

// ended returns the status of a program that has exited.
func ended(code int, out, errOut string, more map[string]any) map[string]any {
	status := map[string]any{"exited": true, "exitcode": code,
		"out-data": base64.StdEncoding.EncodeToString([]byte(out)), "err-data": base64.StdEncoding.EncodeToString([]byte(errOut))}
	for name, value := range more {
		status[name] = value
	}
	return status
}

func TestExec(t *testing.T) {
	type object = map[string]any
	for _, test := range []struct {
		name   string
		guest  guestProgram
		run    func(c *qga.Cmd) (string, error)
		args   string // of guest-exec
		want   string
		failed string // part of the error; empty if none is expected
	}{
		{"run", guestProgram{status: ended(0, "", "", nil), polls: 3}, func(c *qga.Cmd) (string, error) { return "", c.Run() },
			`{"arg":["-l"],"path":"ls"}`, "", ""},
		{"output", guestProgram{status: ended(0, "out", "err", nil)}, output,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "out", ""},
		{"failed", guestProgram{status: ended(3, "out", "err", nil)}, func(c *qga.Cmd) (string, error) {
			out, err := c.Output()
			var failed *qga.ExitError
			if !errors.As(err, &failed) || failed.Code != 3 || failed.Signal != 0 || string(failed.Stderr) != "err" {
				t.Errorf("%#v", failed)
			}
			return string(out), err
		}, `{"arg":["-l"],"capture-output":true,"path":"ls"}`, "out", "exit status 3"},
		{"killed", guestProgram{status: ended(0, "", "", object{"signal": 9})}, func(c *qga.Cmd) (string, error) {
			err := c.Run()
			var failed *qga.ExitError
			if !errors.As(err, &failed) || failed.Code != -1 || failed.Signal != 9 {
				t.Errorf("%#v", failed)
			}
			return "", err
		}, `{"arg":["-l"],"path":"ls"}`, "", "signal: 9"},
		{"out truncated", guestProgram{status: ended(0, "o", "", object{"out-truncated": true})}, output,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "o", "truncated"},
		{"err truncated", guestProgram{status: ended(0, "o", "", object{"err-truncated": true})}, output,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "o", "truncated"},
		{"combined", guestProgram{status: ended(0, "out and err", "", nil)}, combined,
			`{"arg":["-l"],"capture-output":"merged","path":"ls"}`, "out and err", ""},
		{"combined by an old agent", guestProgram{status: ended(0, "out", "err", nil), refusal: "Invalid parameter type for 'capture-output', expected: boolean"}, combined,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "outerr", ""},
		{"combined on Windows", guestProgram{status: ended(0, "out", "err", nil), refusal: "merged unsupported on this platform"}, combined,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "outerr", ""},
		{"refused", guestProgram{refusal: "Guest command failed to execute"}, combined,
			`{"arg":["-l"],"capture-output":"merged","path":"ls"}`, "", "qga: starting ls: Guest command failed"},
		{"stderr only", guestProgram{status: ended(0, "out", "err", nil)}, func(c *qga.Cmd) (string, error) {
			var errOut bytes.Buffer
			c.Stderr = &errOut
			return errOut.String(), errors.Join(c.Run(), func() error {
				if errOut.String() != "err" {
					return errors.New(errOut.String())
				}
				return nil
			}())
		}, `{"arg":["-l"],"capture-output":true,"path":"ls"}`, "", ""},
		{"input, environment and folder", guestProgram{status: ended(0, "", "", nil)}, func(c *qga.Cmd) (string, error) {
			c.Stdin, c.Env, c.Dir = strings.NewReader("text"), []string{"A=b"}, "/tmp"
			return "", c.Run()
		}, `{"arg":["-c","cd -- \"$0\" \u0026\u0026 exec \"$@\"","/tmp","ls","-l"],"env":["A=b"],"input-data":"dGV4dA==","path":"sh"}`, "", ""},
		{"bad input", guestProgram{}, func(c *qga.Cmd) (string, error) {
			c.Stdin = iotest.ErrReader(io.ErrClosedPipe)
			return "", c.Run()
		}, `null`, "", "qga: reading the input of ls: io: read/write on closed pipe"},
		{"bad output", guestProgram{status: ended(0, "", "", object{"out-data": "*"})}, output,
			`{"arg":["-l"],"capture-output":true,"path":"ls"}`, "", "illegal base64"},
		{"not started", guestProgram{}, func(c *qga.Cmd) (string, error) { return "", c.Wait() }, `null`, "", "was not started"},
		{"started twice", guestProgram{}, func(c *qga.Cmd) (string, error) { return "", errors.Join(c.Start(), c.Start()) },
			`{"arg":["-l"],"path":"ls"}`, "", "was started already"},
		{"waited twice", guestProgram{status: ended(0, "", "", nil)}, func(c *qga.Cmd) (string, error) { return "", errors.Join(c.Run(), c.Wait()) },
			`{"arg":["-l"],"path":"ls"}`, "", "Wait was called already"},
		{"output set", guestProgram{}, func(c *qga.Cmd) (string, error) { c.Stdout = io.Discard; return output(c) }, `null`, "", "set already"},
		{"stderr set", guestProgram{}, func(c *qga.Cmd) (string, error) { c.Stderr = io.Discard; return combined(c) }, `null`, "", "set already"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.run(qga.CommandContext(testContext(t), &test.guest, "ls", "-l"))
			args, _ := json.Marshal(test.guest.args)
			if got != test.want || string(args) != test.args {
				t.Errorf("%q after %s, want %q after %s", got, args, test.want, test.args)
			}
			if (err == nil) != (test.failed == "") || err != nil && !strings.Contains(err.Error(), test.failed) {
				t.Errorf("error %v, want %q", err, test.failed)
			}
		})
	}
}

func output(c *qga.Cmd) (string, error) {
	out, err := c.Output()
	return string(out), err
}

func combined(c *qga.Cmd) (string, error) {
	out, err := c.CombinedOutput()
	return string(out), err
}

// TestExecContext checks that Wait ends with its context while the program keeps running.
func TestExecContext(t *testing.T) {
	ctx, cancel := context.WithCancel(testContext(t))
	guest := &guestProgram{polls: -1}
	c := qga.CommandContext(ctx, qmp.CallerFunc(func(ctx context.Context, req *qmp.Request) error {
		err := guest.Do(ctx, req)
		if req.Command == "guest-exec-status" {
			cancel()
		}
		return err
	}), "sleep")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if c.PID != 7 {
		t.Errorf("PID %d", c.PID)
	}
	if err := c.Wait(); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "waiting for sleep (PID 7)") {
		t.Errorf("%v", err)
	}
}
