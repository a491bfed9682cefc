package qmp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// opsReleases are the releases for tests of operations.
var opsReleases = live.Releases

// crawl has parameters of a migration that is too slow to end by itself.
const crawl = `{"max-bandwidth": 2000}`

// launchRelease starts a release of QEMU with a small machine. kill ends it.
func launchRelease(t *testing.T, release string, args ...string) (c *qmp.Client, kill func()) {
	t.Helper()
	path := live.Release(t, release, "qemu-system-x86_64")
	monitor := "unix:" + filepath.Join(t.TempDir(), "qmp") + ",server=on,wait=off"
	args = append([]string{"-M", "pc,accel=tcg", "-m", "64", "-nodefaults", "-display", "none", "-qmp", monitor}, args...)
	cmd := exec.Command(path, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := live.Start(cmd); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	kill = func() { cmd.Process.Kill(); <-ended }
	t.Cleanup(func() {
		kill()
		if t.Failed() {
			t.Logf("QEMU %s: %v\n%s", release, cmd.ProcessState, &stderr)
		}
	})
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	go func() {
		select {
		case <-ended: // QEMU refused its arguments
			cancel()
		case <-ctx.Done():
		}
	}()
	c, err := qmp.Dial(ctx, monitor, qmp.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if !slices.Contains(args, "-S") && !slices.Contains(args, "-incoming") { // otherwise QEMU answers earlier
		await(t, "the guest runs", func() bool { return runStatus(t, c) == "running" })
	}
	return c, kill
}

// capabilities returns the enabled migration capabilities.
func capabilities(t *testing.T, c *qmp.Client) (on []string) {
	t.Helper()
	var all []struct {
		Capability string `json:"capability"`
		State      bool   `json:"state"`
	}
	if err := c.Call(testContext(t), "query-migrate-capabilities", nil, &all); err != nil {
		t.Error(err)
	}
	for _, c := range all {
		if c.State {
			on = append(on, c.Capability)
		}
	}
	return on
}

func runStatus(t *testing.T, c *qmp.Client) string {
	t.Helper()
	var status struct {
		Status string `json:"status"`
	}
	if err := c.Call(testContext(t), "query-status", nil, &status); err != nil {
		t.Error(err)
	}
	return status.Status
}

func TestLiveMigrate(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			from, _ := launchRelease(t, release)
			start := func(c *qmp.Client, command, path string) func(context.Context) error {
				return run(c, command, `{"uri": "unix:`+path+`"}`)
			}
			was := capabilities(t, from)
			t.Run("none", func(t *testing.T) {
				if _, err := qmp.Migrate(ctx, from, nil); err != qmp.ErrNoMigration {
					t.Error(err)
				}
			})
			t.Run("to nowhere", func(t *testing.T) {
				state, err := qmp.Migrate(ctx, from, start(from, "migrate", filepath.Join(t.TempDir(), "none")))
				var failed *qmp.MigrationError
				if !errors.As(err, &failed) || failed.Cancelled || !strings.Contains(failed.Desc, "No such file") || state.Status != "failed" {
					t.Errorf("%+v, %v", state, err)
				}
			})
			t.Run("a wrong URI", func(t *testing.T) {
				state, err := qmp.Migrate(ctx, from, run(from, "migrate", `{"uri": "nothing:x"}`))
				var refused *qmp.Error
				if !errors.As(err, &refused) {
					t.Errorf("%+v, %v", state, err)
				}
			})
			t.Run("cancelled before the start", func(t *testing.T) {
				short, cancel := context.WithCancel(ctx)
				state, err := qmp.Migrate(short, from, func(ctx context.Context) error {
					cancel()
					return start(from, "migrate", filepath.Join(t.TempDir(), "none"))(ctx)
				})
				if !errors.Is(err, context.Canceled) {
					t.Errorf("%+v, %v", state, err)
				}
			})
			t.Run("refused before switching over", func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "m")
				_, kill := launchRelease(t, release, "-incoming", "unix:"+path)
				defer kill()
				no := errors.New("the mirror is not ready")
				state, err := qmp.Migrate(ctx, from, start(from, "migrate", path), qmp.WithPreSwitchover(func(context.Context) error { return no }))
				if !errors.Is(err, no) || state.Status != "cancelled" {
					t.Errorf("%+v, %v", state, err)
				}
				if got := runStatus(t, from); got != "running" {
					t.Errorf("the guest is %s", got)
				}
			})
			t.Run("the other side dies", func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "m")
				_, kill := launchRelease(t, release, "-incoming", "unix:"+path)
				must(t, from, "migrate-set-parameters", crawl)
				defer must(t, from, "migrate-set-parameters", `{"max-bandwidth": 1073741824}`)
				state, err := qmp.Migrate(ctx, from, start(from, "migrate", path), qmp.WithMigrationProgress(time.Millisecond, func(m qmp.MigrationState) {
					if m.Status == "active" {
						kill()
					}
				}))
				var failed *qmp.MigrationError
				if !errors.As(err, &failed) || failed.Desc == "" || failed.Cancelled {
					t.Errorf("%+v, %v", state, err)
				}
			})
			if got := capabilities(t, from); !slices.Equal(got, was) {
				t.Errorf("capabilities %q, before %q", got, was)
			}
			t.Run("whole", func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "m")
				to, _ := launchRelease(t, release, "-incoming", "defer")
				in := make(chan error, 1)
				listening := make(chan error, 1)
				var arrived qmp.MigrationState
				go func() {
					var err error
					arrived, err = qmp.MigrateIncoming(ctx, to, func(ctx context.Context) error {
						err := start(to, "migrate-incoming", path)(ctx)
						listening <- err
						return err
					})
					in <- err
				}()
				if err := <-listening; err != nil {
					t.Fatal(err)
				}
				var seen []string
				paused := ""
				state, err := qmp.Migrate(ctx, from, start(from, "migrate", path),
					qmp.WithMigrationProgress(time.Millisecond, func(m qmp.MigrationState) {
						if f := m.Fraction(); f < 0 || f > 1 {
							t.Errorf("fraction %v of %+v", f, m)
						}
						if len(seen) == 0 || seen[len(seen)-1] != m.Status {
							seen = append(seen, m.Status)
						}
					}),
					qmp.WithPreSwitchover(func(context.Context) error { paused = runStatus(t, from); return nil }))
				if err != nil || state.Status != "completed" || state.Fraction() != 1 || state.Total == 0 || state.Transferred == 0 {
					t.Errorf("%+v, %v", state, err)
				}
				if !slices.Contains(seen, "pre-switchover") || paused == "" || paused == "running" {
					t.Errorf("%q, %q", seen, paused)
				}
				if err := <-in; err != nil || arrived.Status != "completed" {
					t.Errorf("%+v, %v", arrived, err)
				}
				if got := runStatus(t, to); got != "running" {
					t.Errorf("the guest is %s", got)
				}
				if got := runStatus(t, from); got != "postmigrate" {
					t.Errorf("the guest is %s here", got)
				}
			})
		})
	}
}

// QEMU exits after an invalid migration stream, unless exit-on-error is off.
func TestLiveMigrateIncomingFails(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			for _, stay := range []bool{false, true} {
				args := `{"uri": "exec:echo nonsense"}`
				if stay && release == "7.2" {
					continue
				} else if stay {
					args = `{"uri": "exec:echo nonsense", "exit-on-error": false}`
				}
				to, _ := launchRelease(t, release, "-incoming", "defer")
				state, err := qmp.MigrateIncoming(testContext(t), to, run(to, "migrate-incoming", args))
				var gone *qmp.DisconnectError
				var failed *qmp.MigrationError
				if errors.As(err, &gone) == stay || stay && (!errors.As(err, &failed) || failed.Desc == "") {
					t.Errorf("%+v, %v", state, err)
				}
			}
		})
	}
}

// A migration that is cancelled at any time ends, though by itself it would take minutes. The guest
// keeps running and can be migrated again.
func TestLiveMigrateCancel(t *testing.T) {
	live.Slow(t, "many rounds of migrations")
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			from, _ := launchRelease(t, release)
			random := rand.New(rand.NewPCG(1, 2))
			for i := range live.Rounds(t, 3, 25) {
				ctx := testContext(t)
				path := filepath.Join(t.TempDir(), "m")
				_, kill := launchRelease(t, release, "-incoming", "unix:"+path)
				must(t, from, "migrate-set-parameters", crawl)
				short, cancel := context.WithCancel(ctx)
				timer := time.AfterFunc(time.Duration(random.IntN(100_000))*time.Microsecond, cancel)
				state, err := qmp.Migrate(short, from, run(from, "migrate", `{"uri": "unix:`+path+`"}`))
				timer.Stop()
				cancel()
				kill()
				if !errors.Is(err, context.Canceled) || state.Status != "cancelled" && state.Status != "" && state.Status != "none" {
					t.Fatalf("%d: %+v, %v", i, state, err)
				}
				if got := runStatus(t, from); got != "running" {
					t.Fatalf("%d: the guest is %s", i, got)
				}
				var now struct{ Status string }
				if err := from.Call(ctx, "query-migrate", json.RawMessage(`{}`), &now); err != nil || now.Status != "cancelled" && now.Status != "" && now.Status != "none" {
					t.Fatalf("%d: %q, %v", i, now.Status, err)
				}
			}
			if n := qmp.Subscribers(from); n != 0 {
				t.Errorf("%d subscriptions are left", n)
			}
		})
	}
}

// While a migration runs, capabilities cannot be set, so its end is detected without events. They
// can be set while QEMU listens.
func TestLiveMigrateCapabilities(t *testing.T) {
	for _, release := range opsReleases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			ctx := testContext(t)
			path := filepath.Join(t.TempDir(), "m")
			from, _ := launchRelease(t, release, "-S")
			to, _ := launchRelease(t, release, "-incoming", "unix:"+path)
			in := make(chan error, 1)
			go func() {
				state, err := qmp.MigrateIncoming(ctx, to, nil)
				if err == nil && state.Status != "completed" {
					err = errors.New(state.Status)
				}
				in <- err
			}()
			must(t, from, "migrate-set-parameters", crawl)
			must(t, from, "migrate", `{"uri": "unix:`+path+`"}`)
			const on = `{"capabilities": [{"capability": "events", "state": true}]}`
			var refused *qmp.Error
			if err := run(from, "migrate-set-capabilities", on)(ctx); !errors.As(err, &refused) {
				t.Errorf("set while it runs: %v", err)
			}
			state, err := qmp.Migrate(ctx, from, nil, qmp.WithMigrationProgress(time.Millisecond, func(m qmp.MigrationState) {
				if m.Status == "active" {
					must(t, from, "migrate-set-parameters", `{"max-bandwidth": 1073741824}`)
				}
			}))
			if err != nil || state.Status != "completed" {
				t.Errorf("%+v, %v", state, err)
			}
			if err := <-in; err != nil {
				t.Error(err)
			}
			if on := capabilities(t, to); slices.Contains(on, "events") {
				t.Error("the capability events is left on")
			}
		})
	}
}

// With the capability return-path, a source notices that the destination has died before switching
// over, and its guest keeps running. Without it, QEMU 11.1 may report the migration as completed.
func TestLiveMigrateReturnPath(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			checkGoroutines(t)
			path := filepath.Join(t.TempDir(), "m")
			from, _ := launchRelease(t, release)
			to, kill := launchRelease(t, release, "-incoming", "defer")
			for _, c := range []*qmp.Client{from, to} {
				must(t, c, "migrate-set-capabilities", `{"capabilities": [{"capability": "return-path", "state": true}]}`)
			}
			must(t, to, "migrate-incoming", `{"uri": "unix:`+path+`"}`)
			state, err := qmp.Migrate(testContext(t), from, run(from, "migrate", `{"uri": "unix:`+path+`"}`),
				qmp.WithPreSwitchover(func(context.Context) error { kill(); return nil }))
			var failed *qmp.MigrationError
			if !errors.As(err, &failed) || state.Status != "failed" {
				t.Errorf("%+v, %v", state, err)
			}
			if got := runStatus(t, from); got != "running" {
				t.Errorf("the guest is %s", got)
			}
		})
	}
}
