package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// RunJob with a real QEMU, for each way that a job can end.
func TestLiveRunJob(t *testing.T) {
	c, _ := launchQEMU(t, machine)
	ctx := testContext(t)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "from", "size": 67108864, "read-zeroes": true}`)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "to", "size": 67108864}`)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "empty", "size": 0}`)
	must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "empty2", "size": 0}`)
	none := func(t *testing.T) {
		t.Helper()
		var jobs []json.RawMessage
		if err := c.Call(testContext(t), "query-jobs", nil, &jobs); err != nil || len(jobs) > 0 {
			t.Errorf("jobs are left: %s, %v", jobs, err)
		}
	}
	t.Run("ends before the reply", func(t *testing.T) {
		var statuses []string
		job, err := qmp.RunJob(ctx, c, "fast", func(ctx context.Context) error {
			err := c.Call(ctx, "blockdev-backup", json.RawMessage(`{"job-id": "fast", "device": "from", "target": "to", "sync": "full"}`), nil)
			for jobs := []any{nil}; err == nil && len(jobs) > 0; {
				err = c.Call(ctx, "query-jobs", nil, &jobs)
			}
			return err
		}, qmp.WithJobProgress(time.Hour, func(job qmp.JobState) { statuses = append(statuses, job.Status) }))
		if err != nil || !job.Ended() || job.Fraction() != 1 || job.Type != "backup" || len(statuses) != 1 {
			t.Errorf("%+v, %v, %q", job, err, statuses)
		}
		none(t)
	})
	t.Run("pauses itself", func(t *testing.T) {
		var seen []string
		job, err := qmp.RunJob(ctx, c, "backup", run(c, "blockdev-backup", `{"job-id": "backup", "device": "from", "target": "to", "sync": "full", "speed": 1}`),
			qmp.WithJobProgress(time.Millisecond, func(job qmp.JobState) {
				if job.Status == "running" && !slices.Contains(seen, "running") {
					must(t, c, "block-job-set-speed", `{"device": "backup", "speed": 0}`)
				}
				seen = append(seen, job.Status)
			}))
		if err != nil || !job.Ended() || !slices.Contains(seen, "running") {
			t.Errorf("%+v, %v, %q", job, err, seen)
		}
		none(t)
	})
	t.Run("complete, finalize, dismiss", func(t *testing.T) {
		start := run(c, "blockdev-mirror", `{"job-id": "mirror", "device": "from", "target": "to", "sync": "full", "auto-finalize": false, "auto-dismiss": false}`)
		job, err := qmp.RunJob(ctx, c, "mirror", start, qmp.WithJobComplete(), qmp.WithJobFinalize(), qmp.WithJobDismiss())
		if err != nil || job.Status != "concluded" || job.Fraction() != 1 {
			t.Errorf("%+v, %v", job, err)
		}
		none(t)
	})
	t.Run("nothing to do", func(t *testing.T) {
		var ready float64
		start := run(c, "blockdev-mirror", `{"job-id": "empty", "device": "empty", "target": "empty2", "sync": "full"}`)
		_, err := qmp.RunJob(ctx, c, "empty", start, qmp.WithJobComplete(), qmp.WithJobProgress(time.Hour, func(job qmp.JobState) {
			if job.Status == "ready" {
				ready = job.Fraction()
			}
		}))
		if err != nil || ready != 1 {
			t.Errorf("%v, %v when ready", err, ready)
		}
		none(t)
	})
	t.Run("dismissed by itself", func(t *testing.T) {
		start := run(c, "blockdev-backup", `{"job-id": "auto", "device": "from", "target": "to", "sync": "full"}`)
		if _, err := qmp.RunJob(ctx, c, "auto", start, qmp.WithJobFinalize(), qmp.WithJobDismiss()); err != nil {
			t.Error(err)
		}
	})
	t.Run("fails", func(t *testing.T) {
		must(t, c, "blockdev-add", `{"driver": "null-co", "node-name": "file", "size": 67108864}`)
		start := run(c, "blockdev-create", `{"job-id": "create", "options": {"driver": "qcow2", "file": "file", "size": 1048576, "cluster-size": 3}}`)
		job, err := qmp.RunJob(ctx, c, "create", start, qmp.WithJobDismiss())
		var e *qmp.JobError
		if !errors.As(err, &e) || e.Desc == "" || e.Desc != job.Error || e.Cancelled || job.Status != "concluded" {
			t.Errorf("%+v, %v", job, err)
		}
		none(t)
	})
	t.Run("does not start", func(t *testing.T) {
		before := qmp.Subscribers(c)
		_, err := qmp.RunJob(ctx, c, "x", run(c, "blockdev-backup", `{"job-id": "x", "device": "none", "target": "to", "sync": "full"}`))
		var e *qmp.Error
		if !errors.As(err, &e) || qmp.Subscribers(c) != before {
			t.Errorf("%v, %d subscriptions, before %d", err, qmp.Subscribers(c), before)
		}
	})
	const slow = `{"job-id": "slow", "device": "from", "target": "to", "sync": "full", "speed": 1, "auto-dismiss": false}`
	t.Run("the context ends", func(t *testing.T) {
		short, cancel := context.WithCancel(ctx)
		job, err := qmp.RunJob(short, c, "slow", run(c, "blockdev-mirror", slow), qmp.WithJobDismiss(),
			qmp.WithJobProgress(time.Hour, func(job qmp.JobState) { cancel() }))
		if !errors.Is(err, context.Canceled) || !job.Ended() || job.Fraction() > 0.5 {
			t.Errorf("%+v, %v", job, err)
		}
		none(t)
	})
	t.Run("the context ends, and the job is left; it exists already; its id is taken", func(t *testing.T) {
		short, cancel := context.WithCancel(ctx)
		_, err := qmp.RunJob(short, c, "slow", run(c, "blockdev-mirror", slow), qmp.WithJobLeave(),
			qmp.WithJobProgress(time.Hour, func(job qmp.JobState) { cancel() }))
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		var e *qmp.Error
		if _, err := qmp.RunJob(ctx, c, "slow", run(c, "blockdev-mirror", slow)); !errors.As(err, &e) {
			t.Errorf("the id is taken: %v", err)
		}
		cancelled := false
		job, err := qmp.RunJob(ctx, c, "slow", nil, qmp.WithJobDismiss(), qmp.WithJobProgress(time.Hour, func(job qmp.JobState) {
			if job.Status == "running" && !cancelled {
				cancelled = true
				must(t, c, "job-cancel", `{"id": "slow"}`)
			}
		}))
		var failed *qmp.JobError
		if !errors.As(err, &failed) || !failed.Cancelled || !job.Ended() {
			t.Errorf("%+v, %v", job, err)
		}
		none(t)
	})
	t.Run("none", func(t *testing.T) {
		if _, err := qmp.RunJob(ctx, c, "none", nil); err != qmp.ErrNoJob {
			t.Error(err)
		}
	})
}

// Orders of events that clients must not rely on, as seen with QEMU 7.2 and 11.1.
func TestLiveOrder(t *testing.T) {
	c, _ := launchQEMU(t, machine)
	ctx := testContext(t)
	t.Run("DUMP_COMPLETED before the reply", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "dump")
		dump := run(c, "dump-guest-memory", `{"paging": false, "protocol": "file:`+file+`", "detach": false}`)
		early := false
		ev, err := qmp.RunAndWait(ctx, c, func(ctx context.Context) error {
			sub := qmp.Subscribe[*qmp.UnknownEvent](c)
			defer sub.Close()
			if err := dump(ctx); err != nil {
				return err
			}
			for ev, err := range sub.All(ctx) {
				if err != nil {
					return err
				}
				if early = ev.Name == "DUMP_COMPLETED"; early {
					break
				}
			}
			return nil
		}, func(ev *qmp.UnknownEvent) bool { return ev.Name == "DUMP_COMPLETED" })
		if err != nil || ev == nil || !early {
			t.Errorf("%+v, %v", ev, err)
		}
	})
	t.Run("MIGRATION setup before the reply, which succeeds", func(t *testing.T) {
		must(t, c, "migrate-set-capabilities", `{"capabilities": [{"capability": "events", "state": true}]}`)
		var seen []string
		ev, err := qmp.RunAndWait(ctx, c, run(c, "migrate", `{"uri": "unix:`+filepath.Join(t.TempDir(), "none")+`"}`), func(ev *qmp.UnknownEvent) bool {
			var data struct{ Status string }
			if ev.Name != "MIGRATION" || json.Unmarshal(ev.Data, &data) != nil {
				return false
			}
			seen = append(seen, data.Status)
			return data.Status == "failed"
		})
		if err != nil || ev == nil || seen[0] != "setup" {
			t.Errorf("%+v, %v, %q", ev, err, seen)
		}
	})
}
