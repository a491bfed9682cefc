package examples

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// fleetReleases are the releases that program fleet is tried on, and what it could
// not send to them.
var fleetReleases = map[string][]string{
	"7.2": {
		`qmp: blockdev-mirror: argument "target-is-zero": this server (QEMU 7.2`,
		`does not have it; it came with 10.1`,
		`qmp: migrate: argument "channels": this server (QEMU 7.2`,
	},
	"10.0": {`qmp: blockdev-mirror: argument "target-is-zero": this server (QEMU 10.0`},
	"11.1": nil,
}

// release returns a QEMU of a release: one in the folder that the variable names,
// or the one that is installed, if it is of that release.
func release(t *testing.T, name string) string {
	t.Helper()
	why := "set QAPI_QEMU_RELEASES to a folder of QEMU's releases"
	if dir := os.Getenv("QAPI_QEMU_RELEASES"); dir != "" {
		path := filepath.Join(dir, name, "bin", "qemu-system-x86_64")
		_, err := os.Stat(path)
		if err == nil {
			return path
		}
		why = err.Error()
	} else if path, err := exec.LookPath("qemu-system-x86_64"); err == nil {
		out, err := exec.Command(path, "--version").Output()
		if err == nil && strings.HasPrefix(string(out), "QEMU emulator version "+name+".") {
			return path
		}
		if os.Getenv("QAPI_LIVE") != "" {
			t.Skipf("live test: the QEMU that is installed is not %s: %s", name, why)
		}
	}
	if os.Getenv("QAPI_LIVE") != "" {
		t.Fatalf("no QEMU %s: %s", name, why)
	}
	t.Skipf("live test: no QEMU %s: %s", name, why)
	return ""
}

func TestLiveFleet(t *testing.T) {
	fleet := build(t, "fleet")
	for name, refused := range fleetReleases {
		t.Run(name, func(t *testing.T) {
			qemu, path := release(t, name), socket(t)
			end, _ := start(t, qemu, "-S", "-nodefaults", "-display", "none", "-machine", "pc", "-m", "32",
				"-device", "virtio-scsi-pci,id=scsi0", "-qmp", "unix:"+path+",server=on,wait=off")
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			c, err := qmp.Dial(ctx, path, qmp.WithRetry(10*time.Millisecond))
			if err != nil {
				t.Fatal(err)
			}
			c.Close()
			folder := t.TempDir()
			out, err := exec.CommandContext(ctx, fleet, path, folder).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			text := string(out)
			for _, want := range append([]string{"QEMU " + name, "plugged in disk1\n", "took a snapshot of disk1\n", "mirrored disk1 into disk1-twin\n", "unplugged disk1\n", "migrated the machine\n"}, refused...) {
				if !strings.Contains(text, want) {
					t.Errorf("no %q in\n%s", want, text)
				}
			}
			if len(refused) == 0 && strings.Contains(text, "not sent") {
				t.Errorf("something was not sent:\n%s", text)
			}
			for { // the program that QEMU sends it to may go on for a moment
				info, err := os.Stat(filepath.Join(folder, "machine"))
				if err == nil && info.Size() >= 1<<12 {
					break
				}
				if ctx.Err() != nil {
					t.Fatalf("the machine in a file: %v, %v", info, err)
				}
				time.Sleep(time.Millisecond)
			}
			if c, err = qmp.Dial(ctx, path, qmp.WithRetry(10*time.Millisecond)); err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.Call(ctx, "quit", nil, nil); err != nil {
				t.Error(err)
			}
			if err := end(); err != nil {
				t.Errorf("QEMU: %v", err)
			}
		})
	}
}
