package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// machine is a PC without a guest.
var machine = []string{"-M", "pc,accel=tcg", "-m", "16"}

// must runs a command and fails the test on an error.
func must(t *testing.T, c *qmp.Client, name, args string) {
	t.Helper()
	var raw json.RawMessage
	if args != "" {
		raw = json.RawMessage(args)
	}
	if err := c.Call(testContext(t), name, raw, nil); err != nil {
		t.Fatal(err)
	}
}

// run returns a function for RunAndWait that runs a command.
func run(c *qmp.Client, name, args string) func(context.Context) error {
	return func(ctx context.Context) error {
		var raw json.RawMessage
		if args != "" {
			raw = json.RawMessage(args)
		}
		return c.Call(ctx, name, raw, nil)
	}
}

func TestLiveRunAndWait(t *testing.T) {
	c, _ := launchQEMU(t, append(machine, "-usb", "-device", "usb-mouse,id=mouse0"))
	ctx := testContext(t)
	t.Run("device_del", func(t *testing.T) {
		ev, err := qmp.RunAndWait(ctx, c, run(c, "device_del", `{"id": "mouse0"}`), func(ev *DeviceDeletedEvent) bool {
			return ev.Device != nil && *ev.Device == "mouse0"
		})
		if err != nil || !strings.HasSuffix(ev.Path, "/mouse0") {
			t.Errorf("%+v, %v", ev, err)
		}
		var e *qmp.Error
		_, err = qmp.RunAndWait[*DeviceDeletedEvent](ctx, c, run(c, "device_del", `{"id": "mouse0"}`), nil)
		if !errors.As(err, &e) || e.Class != qmp.ClassDeviceNotFound {
			t.Errorf("again: %v", err)
		}
	})
	t.Run("block job", func(t *testing.T) {
		must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "from", "size": 1048576, "read-zeroes": true}`)
		must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "to", "size": 1048576}`)
		backup := run(c, "blockdev-backup", `{"job-id": "backup0", "device": "from", "target": "to", "sync": "full"}`)
		ev, err := qmp.RunAndWait(ctx, c, backup, func(ev *qmp.UnknownEvent) bool {
			return ev.Name == "BLOCK_JOB_COMPLETED"
		})
		if err != nil || !strings.Contains(string(ev.Data), `"backup0"`) {
			t.Errorf("%+v, %v", ev, err)
		}
	})
	t.Run("migration to a file", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "state")
		must(t, c, "migrate-set-capabilities", `{"capabilities": [{"capability": "events", "state": true}]}`)
		ev, err := qmp.RunAndWait(ctx, c, run(c, "migrate", `{"uri": "exec:cat > `+file+`"}`), func(ev *qmp.UnknownEvent) bool {
			return ev.Name == "MIGRATION" && (strings.Contains(string(ev.Data), "completed") || strings.Contains(string(ev.Data), "failed"))
		})
		if err != nil || !strings.Contains(string(ev.Data), "completed") {
			t.Fatalf("%+v, %v", ev, err)
		}
		await(t, "cat has written the state", func() bool {
			info, err := os.Stat(file)
			return err == nil && info.Size() >= 1000
		})
	})
	t.Run("system_powerdown", func(t *testing.T) {
		_, err := qmp.RunAndWait(ctx, c, run(c, "system_powerdown", ""), func(ev *qmp.UnknownEvent) bool { return ev.Name == "POWERDOWN" })
		if err != nil {
			t.Error(err)
		}
	})
	t.Run("giving up", func(t *testing.T) {
		short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		_, err := qmp.RunAndWait[*ShutdownEvent](short, c, run(c, "system_powerdown", ""), nil) // no guest reacts
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		must(t, c, "query-status", "")
	})
}

// watch collects the states that JobProgress reports, and calls act with each.
func watch(progress func(func(qmp.JobState, error) bool), act func(qmp.JobState)) (states []qmp.JobState, err error) {
	for job, failed := range progress {
		if failed != nil {
			return states, failed
		}
		states = append(states, job)
		if act != nil {
			act(job)
		}
	}
	return states, nil
}

func TestLiveJobProgress(t *testing.T) {
	c, _ := launchQEMU(t, machine)
	ctx := testContext(t)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "from", "size": 67108864, "read-zeroes": true}`)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "to", "size": 67108864}`)

	t.Run("a mirror", func(t *testing.T) {
		progress := qmp.JobProgress(ctx, c, "mirror0", 5*time.Millisecond)
		must(t, c, "blockdev-mirror", `{"job-id": "mirror0", "device": "from", "target": "to", "sync": "full", "speed": 1}`)
		hurried, completed := false, false
		states, err := watch(progress, func(job qmp.JobState) {
			if job.Status == "running" && job.Current > 0 && !hurried {
				hurried = true
				must(t, c, "block-job-set-speed", `{"device": "mirror0", "speed": 0}`)
			}
			if job.Status == "ready" && !completed {
				completed = true
				must(t, c, "job-complete", `{"id": "mirror0"}`)
			}
		})
		if err != nil || len(states) < 3 || !hurried || !completed {
			t.Fatalf("%+v, %v", states, err)
		}
		for i, job := range states[1:] {
			if job.Fraction() < states[i].Fraction() {
				t.Errorf("from %+v to %+v", states[i], job)
			}
		}
		if last := states[len(states)-1]; !last.Ended() || last.Type != "mirror" || last.Current != 67108864 || last.Fraction() != 1 {
			t.Errorf("last state %+v", last)
		}
		if states[0].Fraction() > 0.9 {
			t.Errorf("first state %+v", states[0])
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		progress := qmp.JobProgress(ctx, c, "mirror1", time.Hour) // events only
		must(t, c, "blockdev-mirror", `{"job-id": "mirror1", "device": "from", "target": "to", "sync": "full", "speed": 1}`)
		cancelled := false
		states, err := watch(progress, func(job qmp.JobState) {
			if !cancelled {
				cancelled = true
				must(t, c, "block-job-cancel", `{"device": "mirror1"}`)
			}
		})
		var e *qmp.JobError
		if !errors.As(err, &e) || !e.Cancelled || e.ID != "mirror1" {
			t.Errorf("%+v, %v", states, err)
		}
	})
	t.Run("failed, and not dismissed", func(t *testing.T) {
		progress := qmp.JobProgress(ctx, c, "create0", time.Hour)
		must(t, c, "blockdev-create", `{"job-id": "create0", "options": {"driver": "qcow2", "file": "to", "size": 1048576, "cluster-size": 3}}`)
		_, err := watch(progress, nil)
		var e *qmp.JobError
		if !errors.As(err, &e) || e.Cancelled || e.Desc == "" {
			t.Errorf("error %v", err)
		}
		must(t, c, "job-dismiss", `{"id": "create0"}`)
	})
	t.Run("fast", func(t *testing.T) {
		progress := qmp.JobProgress(ctx, c, "backup0", time.Hour)
		must(t, c, "blockdev-backup", `{"job-id": "backup0", "device": "from", "target": "to", "sync": "full"}`)
		for jobs := []any{nil}; len(jobs) > 0; { // until the job is gone
			if err := c.Call(ctx, "query-jobs", nil, &jobs); err != nil {
				t.Fatal(err)
			}
		}
		states, err := watch(progress, nil)
		if err != nil || len(states) != 1 || !states[0].Ended() {
			t.Errorf("%+v, %v", states, err)
		}
	})
	t.Run("none", func(t *testing.T) {
		if states, err := watch(qmp.JobProgress(ctx, c, "none", time.Second), nil); !errors.Is(err, qmp.ErrNoJob) || len(states) > 0 {
			t.Errorf("%+v, %v", states, err)
		}
	})
}

// QEMU sends the events of a command before its reply: they are in the queue, in order, when the
// call returns.
func TestLiveEventsBeforeReplies(t *testing.T) {
	c, _ := launchQEMU(t, machine)
	sub := qmp.Subscribe[*qmp.UnknownEvent](c)
	var want []string
	for range 50 {
		must(t, c, "cont", "")
		must(t, c, "stop", "")
		want = append(want, "RESUME", "STOP")
	}
	c.Close() // later events are ignored
	if got := drain(t, sub); !slices.Equal(got, want) {
		t.Errorf("events %q", got)
	}
}
