package examples

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestLiveGuest runs guest against QEMU's own agent, of two releases.
func TestLiveGuest(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			program := live.Release(t, release, "qemu-ga")
			path := socket(t)
			state := t.TempDir()
			start(t, program, "-m", "unix-listen", "-p", path, "-t", state, "-f", filepath.Join(state, "pid"))
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			c, err := qga.Dial(ctx, path, qga.WithRetry(10*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
			guest := func(stdin string, args ...string) (string, error) {
				cmd := exec.CommandContext(ctx, build(t, "guest"), append([]string{path}, args...)...)
				cmd.Stdin = strings.NewReader(stdin)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			if out, err := guest("", "run", "echo", "a b"); out != "a b\n" || err != nil {
				t.Errorf("run: %q, %v", out, err)
			}
			out, err := guest("", "run", "sh", "-c", "exit 3")
			var exit *exec.ExitError
			if out != "" || !errors.As(err, &exit) || exit.ExitCode() != 3 {
				t.Errorf("run, exit status: %q, %v", out, err)
			}
			text := strings.Repeat("text\n", 1e5)
			file := filepath.Join(t.TempDir(), "file")
			if out, err := guest(text, "put", file); out != "" || err != nil {
				t.Errorf("put: %q, %v", out, err)
			}
			if out, err := guest("", "get", file); out != text || err != nil {
				t.Errorf("get: %d bytes, %v", len(out), err)
			}
		})
	}
}

// TestLiveOperate runs operate against QEMU, of two releases.
func TestLiveOperate(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			qemu := live.Release(t, release, "qemu-system-x86_64")
			image := filepath.Join(t.TempDir(), "disk")
			if out, err := exec.Command(live.Release(t, release, "qemu-img"), "create", "-f", "qcow2", image, "1M").CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			operate := build(t, "operate")
			path, to, channel := socket(t), socket(t), socket(t)
			machine := func(monitor string, args ...string) {
				start(t, qemu, append([]string{"-M", "pc,accel=tcg", "-m", "16", "-nodefaults", "-display", "none", "-S", "-device", "qemu-xhci",
					"-qmp", "unix:" + monitor + ",server=on,wait=off"}, args...)...)
				ctx, cancel := context.WithTimeout(context.Background(), patience)
				defer cancel()
				c, err := qmp.Dial(ctx, monitor, qmp.WithRetry(10*time.Millisecond))
				if err != nil {
					t.Fatal(err)
				}
				c.Close() // a monitor has one client
			}
			disk := "driver=qcow2,node-name=disk,file.driver=file,file.filename=" + image
			machine(path, "-device", "usb-kbd,id=key", "-blockdev", disk)
			for _, test := range []struct {
				args string
				want string
			}{
				{"save tag disk", ""},
				{"load tag disk", ""},
				{"delete tag disk", ""},
				{"dump " + filepath.Join(t.TempDir(), "dump"), "completed, 100 %\n"},
				{"unplug key", ""},
				{"unplug key", ""},
			} {
				out, err := exec.Command(operate, append([]string{path}, strings.Fields(test.args)...)...).CombinedOutput()
				if err != nil || !strings.HasSuffix(string(out), test.want) {
					t.Errorf("%s: %v\n%s", test.args, err, out)
				}
			}
			machine(to, "-blockdev", disk, "-incoming", "unix:"+channel)
			out, err := exec.Command(operate, path, "migrate", "unix:"+channel).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "completed, 100 %\n") {
				t.Errorf("migrate: %v\n%s", err, out)
			}
		})
	}
}
