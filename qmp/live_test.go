package qmp_test

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// startQEMU starts a QEMU without a machine and returns a client of it.
func startQEMU(t *testing.T, opts ...qmp.Option) *qmp.Client {
	t.Helper()
	c, _ := launchQEMU(t, []string{"-M", "none"}, opts...)
	return c
}

// launchQEMU starts a stopped QEMU and returns a client of it.
func launchQEMU(t *testing.T, args []string, opts ...qmp.Option) (*qmp.Client, *os.Process) {
	t.Helper()
	path := live.Program(t, "qemu-system-x86_64")
	monitor := "unix:" + filepath.Join(t.TempDir(), "qmp") + ",server=on,wait=off"
	cmd := exec.Command(path, append(args, "-nodefaults", "-display", "none", "-S", "-qmp", monitor)...)
	cmd.Stderr = os.Stderr
	if err := live.Start(cmd); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	checkGoroutines(t)
	c, err := qmp.Dial(testContext(t), monitor, append(opts, qmp.WithRetry(10*time.Millisecond))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, cmd.Process
}

func TestLive(t *testing.T) {
	c := startQEMU(t)
	ctx := testContext(t)
	vm := NewClient(c)
	if c.Greeting().Version.Major == 0 {
		t.Errorf("greeting %+v", c.Greeting())
	}
	status, err := vm.QueryStatus(ctx)
	if want := (StatusInfo{Running: false, Status: RunStatePrelaunch}); err != nil || status != want {
		t.Errorf("QueryStatus: %+v, %v; want %+v", status, err, want)
	}
	var e *qmp.Error
	if err := vm.DeviceDel(ctx, DeviceDelArgs{ID: "none"}); !errors.As(err, &e) || e.Class != qmp.ClassDeviceNotFound {
		t.Errorf("DeviceDel: %v, want class DeviceNotFound", err)
	}
	if err := c.Call(ctx, "x-none", nil, nil); !errors.As(err, &e) || e.Class != qmp.ClassCommandNotFound {
		t.Errorf("unknown command: %v, want class CommandNotFound", err)
	}
	// QEMU cannot parse this, and replies without an id.
	if err := c.Call(ctx, "query-status", json.RawMessage(`{"a": 1, "a": 2}`), nil); !errors.As(err, &e) || e.Class != qmp.ClassGenericError {
		t.Errorf("duplicate member: %v, want class GenericError", err)
	}

	events := SubscribeAll(c)
	for range 2 {
		if err := vm.Cont(ctx); err != nil {
			t.Error(err)
		}
		if err := vm.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
	if err := vm.Quit(ctx); err != nil {
		t.Error(err)
	}
	var got []string
	var end error
	for ev, err := range events.All(ctx) {
		if err != nil {
			end = err
			continue
		}
		if ev.EventTime().Time().IsZero() {
			t.Errorf("%s without time", ev.EventName())
		}
		got = append(got, ev.EventName())
	}
	if want := []string{"RESUME", "STOP", "RESUME", "STOP", "SHUTDOWN"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	var d *qmp.DisconnectError
	if !errors.As(end, &d) || !errors.Is(end, io.EOF) {
		t.Errorf("at the end: %v, want io.EOF", end)
	}
	if _, err := vm.QueryStatus(ctx); !errors.Is(err, io.EOF) {
		t.Errorf("call at the end: %v, want io.EOF", err)
	}
}

func TestLiveConcurrent(t *testing.T) {
	c := startQEMU(t, qmp.WithOOB())
	if !c.OOB() {
		t.Error("out-of-band execution was not negotiated")
	}
	ctx := testContext(t)
	vm := NewClient(c)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 5 {
				if _, err := vm.QueryStatus(ctx); err != nil {
					t.Error(err)
				}
				if err := c.Do(ctx, &qmp.Request{Command: "query-yank", OOB: true, Result: new(json.RawMessage)}); err != nil {
					t.Error(err)
				}
				var version struct {
					QEMU struct{ Major int } `json:"qemu"`
				}
				if err := c.Call(ctx, "query-version", nil, &version); err != nil || version.QEMU.Major != c.Greeting().Version.Major {
					t.Errorf("query-version: %+v, %v", version, err)
				}
			}
		})
	}
	wg.Wait()
	var schema []json.RawMessage
	if err := c.Call(ctx, "query-qmp-schema", nil, &schema); err != nil || len(schema) < 100 {
		t.Errorf("query-qmp-schema: %d entries, %v", len(schema), err)
	}
}

// TestLiveFeatures queries the features of a real QEMU and checks that they work.
func TestLiveFeatures(t *testing.T) {
	c := startQEMU(t)
	ctx := testContext(t)
	f, err := qmp.QueryFeatures(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	var commands []struct{ Name string }
	if err := c.Call(ctx, "query-commands", nil, &commands); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, command := range commands {
		names = append(names, command.Name)
	}
	slices.Sort(names)
	if got := f.Commands(); !slices.Equal(got, names) {
		t.Errorf("commands %q, want those of query-commands %q", got, names)
	}
	add := f.Command("blockdev-add")
	for _, test := range []struct {
		what      string
		got, want bool
	}{
		{"blockdev-add driver=file", add.Member("driver").HasValue("file"), true},
		{"blockdev-add driver=none-such", add.Member("driver").HasValue("none-such"), false},
		{"blockdev-add driver=qcow2 file", add.Branch("qcow2").Member("file").Exists(), true},
		{"blockdev-add driver=file file", add.Branch("file").Member("file").Exists(), false},
		{"blockdev-add node-name is optional", add.Member("node-name").Optional(), true},
		{"blockdev-add file.filename", add.Member("file", "filename").Exists(), true},
		{"query-status returns running", f.Command("query-status").Returns().Member("running").Exists(), true},
		{"RESET reason", f.Event("RESET").Member("reason").HasValue("guest-reset"), true},
		{"RESET color", f.Event("RESET").Member("color").Exists(), false},
		{"an event that is none", f.Event("NONE_SUCH").Exists(), false},
	} {
		if test.got != test.want {
			t.Errorf("%s: %t", test.what, test.got)
		}
	}
}
