package qmp_test

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// Operations work over a session as they do over a client.
func TestLiveOperationsOfSession(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			dir := t.TempDir()
			monitor := "unix:" + filepath.Join(dir, "qmp") + ",server=on,wait=off"
			cmd := exec.Command(live.Release(t, release, "qemu-system-x86_64"), "-M", "pc,accel=tcg", "-m", "16", "-nodefaults",
				"-display", "none", "-qmp", monitor, "-device", "qemu-xhci", "-device", "usb-kbd,id=key")
			if err := live.Start(cmd); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
			ctx := testContext(t)
			s, err := qmp.DialSession(ctx, monitor, qmp.WithRetry(10*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			start := func(command string, args map[string]any) func(context.Context) error {
				return func(ctx context.Context) error { return s.Do(ctx, &qmp.Request{Command: command, Args: args}) }
			}
			for range 2 {
				if err := qmp.Unplug(ctx, s, "key"); err != nil {
					t.Error(err)
				}
			}
			state, err := qmp.Migrate(ctx, s, start("migrate", map[string]any{"uri": "unix:" + filepath.Join(dir, "none")}))
			var failed *qmp.MigrationError
			if !errors.As(err, &failed) || failed.Desc == "" {
				t.Errorf("%+v, %v", state, err)
			}
			dump, err := qmp.Dump(ctx, s, start("dump-guest-memory", map[string]any{
				"paging": false, "protocol": "file:" + filepath.Join(dir, "dump"), "detach": true,
			}))
			if err != nil || dump.Fraction() != 1 {
				t.Errorf("%+v, %v", dump, err)
			}
			if job, err := qmp.SaveSnapshot(ctx, s, qmp.Snapshot{Tag: "x", VMState: "none"}); err == nil {
				t.Errorf("no such node: %+v", job)
			}
		})
	}
}
