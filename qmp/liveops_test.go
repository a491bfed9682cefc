package qmp_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

func TestLiveUnplug(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			c, kill := launchRelease(t, release, "-S", "-device", "qemu-xhci,id=usb")
			t.Run("at once", func(t *testing.T) {
				for _, id := range []string{"key", "/machine/peripheral/key"} {
					must(t, c, "device_add", `{"driver": "usb-kbd", "id": "key", "bus": "usb.0"}`)
					if err := qmp.Unplug(ctx, c, id, qmp.WithUnplugRepeat(0)); err != nil {
						t.Errorf("%s: %v", id, err)
					}
				}
			})
			t.Run("gone", func(t *testing.T) {
				if err := qmp.Unplug(ctx, c, "key"); err != nil {
					t.Error(err)
				}
			})
			t.Run("not possible", func(t *testing.T) {
				must(t, c, "object-add", `{"qom-type": "memory-backend-ram", "id": "m", "size": 1048576}`)
				err := qmp.Unplug(ctx, c, "/machine")
				var refused *qmp.Error
				if !errors.As(err, &refused) {
					t.Error(err)
				}
			})
			t.Run("no answer", func(t *testing.T) {
				must(t, c, "cont", "")
				must(t, c, "device_add", `{"driver": "virtio-net-pci", "id": "net"}`)
				for range 2 { // the second time it is already being unplugged
					short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
					err := qmp.Unplug(short, c, "net", qmp.WithUnplugRepeat(20*time.Millisecond))
					cancel()
					if !errors.Is(err, context.DeadlineExceeded) {
						t.Error(err)
					}
				}
				// A machine reset removes devices that are being unplugged.
				done := make(chan error, 1)
				go func() { done <- qmp.Unplug(ctx, c, "net", qmp.WithUnplugRepeat(0)) }()
				must(t, c, "system_reset", "")
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
			if n := qmp.Subscribers(c); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
			t.Run("QEMU dies", func(t *testing.T) {
				must(t, c, "device_add", `{"driver": "virtio-net-pci", "id": "net"}`)
				done := make(chan error, 1)
				go func() { done <- qmp.Unplug(ctx, c, "net") }()
				kill()
				var gone *qmp.DisconnectError
				if err := <-done; !errors.As(err, &gone) {
					t.Error(err)
				}
			})
		})
	}
}

func TestLiveSnapshot(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			image := filepath.Join(t.TempDir(), "disk")
			if out, err := exec.Command(live.Release(t, release, "qemu-img"), "create", "-f", "qcow2", image, "64M").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			c, _ := launchRelease(t, release, "-blockdev", "driver=qcow2,node-name=disk,file.driver=file,file.filename="+image)
			snap := qmp.Snapshot{Tag: "a tag, with ünusual letters", VMState: "disk", Devices: []string{"disk"}}
			jobs := func() {
				t.Helper()
				var left []any
				if err := c.Call(ctx, "query-jobs", nil, &left); err != nil || len(left) > 0 {
					t.Errorf("jobs are left: %v, %v", left, err)
				}
			}
			var failed *qmp.JobError
			if job, err := qmp.LoadSnapshot(ctx, c, snap); !errors.As(err, &failed) || failed.Desc == "" {
				t.Errorf("load before save: %+v, %v", job, err)
			}
			must(t, c, "cont", "")
			if job, err := qmp.SaveSnapshot(ctx, c, snap); err != nil || job.Type != "snapshot-save" || job.Fraction() != 1 {
				t.Errorf("save: %+v, %v", job, err)
			}
			if job, err := qmp.SaveSnapshot(ctx, c, snap); !errors.As(err, &failed) {
				t.Errorf("save again: %+v, %v", job, err)
			}
			if job, err := qmp.LoadSnapshot(ctx, c, snap); err != nil {
				t.Errorf("load: %+v, %v", job, err)
			}
			if got := runStatus(t, c); got != "running" {
				t.Errorf("the guest is %s", got)
			}
			for range 2 {
				if job, err := qmp.DeleteSnapshot(ctx, c, snap); err != nil {
					t.Errorf("delete: %+v, %v", job, err)
				}
			}
			if job, err := qmp.SaveSnapshot(ctx, c, qmp.Snapshot{Tag: "x", VMState: "none"}); err == nil {
				t.Errorf("no such node: %+v", job)
			}
			short, cancel := context.WithCancel(ctx)
			job, err := qmp.SaveSnapshot(short, c, snap, qmp.WithJobProgress(time.Millisecond, func(qmp.JobState) { cancel() }))
			cancel()
			if err != nil && !errors.Is(err, context.Canceled) || !job.Ended() {
				t.Errorf("cancelled: %+v, %v", job, err)
			}
			jobs()
			if n := qmp.Subscribers(c); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
		})
	}
}

func TestLiveDump(t *testing.T) {
	live.Slow(t, "dumps are slowed to be seen at work")
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			c, _ := launchRelease(t, release)
			if _, err := qmp.Dump(ctx, c, nil); err != qmp.ErrNoDump {
				t.Errorf("none: %v", err)
			}
			dump := func(args string) func(context.Context) error { return run(c, "dump-guest-memory", args) }
			file := filepath.Join(t.TempDir(), "dump")
			for _, detach := range []string{"true", "false"} {
				states := 0
				start := dump(`{"paging": false, "protocol": "file:` + file + `", "detach": ` + detach + `}`)
				state, err := qmp.Dump(ctx, c, start, qmp.WithDumpProgress(time.Millisecond, func(d qmp.DumpState) {
					states++
					if f := d.Fraction(); f < 0 || f > 1 {
						t.Errorf("%v of %+v", f, d)
					}
				}))
				info, statErr := os.Stat(file)
				if err != nil || state.Status != "completed" || statErr != nil || info.Size() < state.Total || state.Total < 64<<20 || states == 0 {
					t.Errorf("detach %s: %+v, %v, %v, %v, %d states", detach, state, err, info, statErr, states)
				}
				if got := runStatus(t, c); got != "running" {
					t.Errorf("the guest is %s", got)
				}
			}
			// No space, then no file.
			if _, err := os.Stat("/dev/full"); err == nil {
				state, err := qmp.Dump(ctx, c, dump(`{"paging": false, "protocol": "file:/dev/full", "detach": true}`))
				var failed *qmp.DumpError
				if !errors.As(err, &failed) || failed.Desc == "" || state.Status != "failed" {
					t.Errorf("/dev/full: %+v, %v", state, err)
				}
				state, err = qmp.Dump(ctx, c, nil)
				if !errors.As(err, &failed) || state.Status != "failed" {
					t.Errorf("that has failed: %+v, %v", state, err)
				}
			}
			var refused *qmp.Error
			if state, err := qmp.Dump(ctx, c, dump(`{"paging": false, "protocol": "file:/none/none", "detach": true}`)); !errors.As(err, &refused) {
				t.Errorf("no folder: %+v, %v", state, err)
			}
			short, cancel := context.WithCancel(ctx)
			_, err := qmp.Dump(short, c, dump(`{"paging": false, "protocol": "file:`+file+`", "detach": true}`),
				qmp.WithDumpProgress(time.Hour, func(qmp.DumpState) { cancel() }))
			cancel()
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Errorf("cancelled: %v", err)
			}
			if state, err := qmp.Dump(ctx, c, nil); err != nil || state.Fraction() != 1 {
				t.Errorf("taken up again: %+v, %v", state, err)
			}
			if n := qmp.Subscribers(c); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
		})
	}
}
