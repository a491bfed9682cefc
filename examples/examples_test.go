package examples

import (
	"context"
	"errors"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/agentapi"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// patience is the timeout for what must happen, builds included. It only ends tests that have
// failed.
const patience = 5 * time.Minute

// built is the folder of the programs that were built, each once.
var built string

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "examples"); err != nil {
		log.Fatal(err)
	}
	status := m.Run()
	os.RemoveAll(built)
	os.Exit(status)
}

// build builds a program, unless an earlier test has, and returns its path.
func build(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(built, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if out, err := exec.Command("go", "build", "-o", path, "./"+name).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// socket returns the path of a socket to be, short enough for the system.
func socket(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ex")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

// start starts a program. end waits for its end.
func start(t *testing.T, name string, args ...string) (end func() error, interrupt func()) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Stderr = os.Stderr
	run := cmd.Start
	if slices.Contains(args, "-qmp") {
		run = func() error { return live.Start(cmd) }
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { cmd.Process.Kill() })
	return func() error {
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			return errors.New("it goes on")
		}
	}, func() { cmd.Process.Signal(syscall.SIGINT) }
}

// control runs vmctl against a machine with a disk0 of a megabyte, until that has
// shut down; end is how a client makes it.
func control(t *testing.T, path string) (run func(args ...string) string) {
	t.Helper()
	vmctl := build(t, "vmctl")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := qmp.Dial(ctx, path, qmp.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	run = func(args ...string) string {
		out, err := exec.Command(vmctl, append([]string{path}, args...)...).CombinedOutput()
		if err != nil {
			t.Errorf("vmctl %s: %v\n%s", args, err, out)
		}
		return string(out)
	}
	if got := run("status"); !strings.HasPrefix(got, "QEMU ") || !strings.HasSuffix(got, ", running\n") {
		t.Errorf("status: %q", got)
	}
	image := filepath.Join(t.TempDir(), "image")
	if got := run("copy", "disk0", image); !strings.HasSuffix(got, "["+strings.Repeat("#", 40)+"] 100 %\n") {
		t.Errorf("copy: %q", got)
	}
	if info, err := os.Stat(image); err != nil || info.Size() != 1<<20 {
		t.Errorf("the image: %v, %v", info, err)
	}
	return run
}

func TestFakeQEMU(t *testing.T) {
	path := socket(t)
	end, _ := start(t, build(t, "fakeqemu"), path)
	run := control(t, path)
	if got := run("powerdown"); got != "the machine has shut down: guest-shutdown\n" {
		t.Errorf("powerdown: %q", got)
	}
	if err := end(); err != nil {
		t.Errorf("fakeqemu: %v", err)
	}
}

// TestLiveQEMU runs vmctl against a real QEMU.
func TestLiveQEMU(t *testing.T) {
	qemu, err := exec.LookPath("qemu-system-x86_64")
	if err != nil {
		if os.Getenv("QAPI_LIVE") != "" {
			t.Fatal(err)
		}
		t.Skipf("live test: %v", err)
	}
	path := socket(t)
	end, _ := start(t, qemu, "-M", "none", "-nodefaults", "-display", "none",
		"-blockdev", "driver=null-co,node-name=disk0,size=1048576,read-zeroes=on", "-qmp", "unix:"+path+",server=on,wait=off")
	control(t, path)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := qmp.Dial(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Call(ctx, "quit", nil, nil); err != nil {
		t.Error(err)
	}
	if err := end(); err != nil {
		t.Errorf("QEMU: %v", err)
	}
	c.Close()
}

func TestAgent(t *testing.T) {
	path := socket(t)
	end, interrupt := start(t, build(t, "agent"), "unix:"+path)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := qga.Dial(ctx, path, qga.WithRetry(10*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	guest := agentapi.NewClient(c)
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := guest.GuestGetHostName(ctx); err != nil || got.HostName != host {
		t.Errorf("host name %q, %v, want %q", got.HostName, err, host)
	}
	if info, err := guest.GuestInfo(ctx); err != nil || info.Version != "1.0.0" {
		t.Errorf("%+v, %v", info, err)
	}
	var e *qmp.Error
	if err := guest.GuestShutdown(ctx, agentapi.GuestShutdownArgs{}); !errors.As(err, &e) {
		t.Errorf("guest-shutdown: %v", err)
	}
	c.Close()
	interrupt()
	if err := end(); err != nil {
		t.Errorf("agent: %v", err)
	}
}
