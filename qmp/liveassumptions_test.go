//go:build unix

package qmp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestLiveAssumptions sends commands, in this order, to each release of QEMU whose answers clients
// may not expect: see docs/qemu-behaviour.md. An answer that begins with "error: " is the start of
// an error's text, with "has: " or "lacks: " a text that the result has or lacks; with none, any
// result is right.
func TestLiveAssumptions(t *testing.T) {
	const uuid = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
	const place = `{"path": "/machine/peripheral/placed", "property": "addr"}`
	const iothread = `{"path": "/machine/peripheral/disk", "property": "iothread"}`
	image := filepath.Join(t.TempDir(), "image") // 1 MiB for each release
	overlay := image + "-overlay"                // a file of text
	tests := []struct {
		command, args string
		want          string // of all releases, or:
		old, middle   string // of 7.2, and of 10.0
	}{
		{command: "device_add", args: `{"driver": "virtio-rng-pci", "id": "placed", "addr": 18}`},
		{command: "qom-get", args: place, old: "192", middle: "18", want: "18"},
		{command: "device_add", args: `{"driver": "virtio-rng-pci", "id": "text", "max-bytes": "100"}`, old: "{}", middle: "error: Parameter 'max-bytes' expects uint64", want: "error: Parameter 'max-bytes' expects uint64"},

		{command: "device_add", args: `{"driver": "virtio-rng-pci", "id": "` + uuid + `", "addr": "1c.0"}`, old: "error: Parameter 'id' expects an identifier", middle: "{}", want: "error: Invalid qdev ID"},
		{command: "chardev-add", args: `{"id": "` + uuid + `", "backend": {"type": "null", "data": {}}}`, want: "{}"},
		{command: "blockdev-add", args: `{"driver": "null-co", "node-name": "` + uuid + `"}`, want: "error: Invalid node-name"},
		{command: "blockdev-add", args: `{"driver": "null-co", "node-name": "` + strings.Repeat("n", 32) + `"}`, want: "error: Node name too long"},

		{command: "netdev_add", args: `{"type": "hubport", "hubid": 0, "id": "n"}`},
		{command: "device_add", args: `{"driver": "e1000", "romfile": "", "netdev": "n", "id": "card", "addr": "1e.0"}`},
		{command: "netdev_del", args: `{"id": "n"}`, want: "{}"},
		{command: "netdev_add", args: `{"type": "hubport", "hubid": 0, "id": "n"}`, want: "{}"},
		{command: "set_link", args: `{"name": "card", "up": true}`, want: "{}"},
		{command: "qom-get", args: `{"path": "/machine/peripheral/card", "property": "netdev"}`, want: `"n"`},
		{command: "device_add", args: `{"driver": "e1000", "romfile": "", "netdev": "n", "id": "other", "addr": "1f.0"}`, want: "{}"},

		{command: "device_add", args: `{"driver": "isa-serial", "id": "serial"}`, want: "error: Bus 'isa.0' does not support hotplugging"},
		{command: "device_add", args: `{"driver": "pci-bridge", "id": "bridge", "chassis_nr": 5, "addr": "1d.0"}`, want: "{}"},
		{command: "qom-get", args: `{"path": "bridge", "property": "chassis_nr"}`, want: "error: Device 'bridge' not found"},
		{command: "qom-list", args: `{"path": "bridge"}`, want: "error: Path 'bridge' is ambiguous"},
		{command: "qom-get", args: `{"path": "/machine/peripheral/bridge", "property": "chassis_nr"}`, want: "5"},

		{command: "cont"}, {command: "stop"}, {command: "system_reset"},
		{command: "query-status", old: `{"status": "prelaunch", "singlestep": false, "running": false}`, middle: `{"status": "prelaunch", "running": false}`, want: `{"status": "prelaunch", "running": false}`},

		{command: "blockdev-add", args: `{"driver": "null-co", "node-name": "p", "size": 1048576.0}`, want: "error: Invalid parameter type for 'size', expected: integer"},
		{command: "pmemsave", args: `{"val": 1099511627776, "size": 4096, "filename": "/dev/null"}`, want: "{}"},
		{command: "human-monitor-command", args: `{"command-line": "no-such-command"}`, want: `"unknown command: 'no-such-command'\r\n"`},
		{command: "blockdev-add", args: `{"driver": "null-co", "node-name": "r", "size": 65536, "read-zeroes": true}`},
		{command: "human-monitor-command", args: `{"command-line": "qemu-io r \"read 0 4k\""}`, want: `""`},

		{command: "object-add", args: `{"qom-type": "iothread", "id": "io"}`},
		{command: "device_add", args: `{"driver": "virtio-blk-pci", "id": "disk", "drive": "r", "iothread": "io", "addr": "1b.0"}`, want: "{}"},
		{command: "qom-get", args: iothread, want: `"/objects/io"`},
		{command: "object-del", args: `{"id": "io"}`, want: "{}"},
		{command: "query-iothreads", want: "[]"},
		{command: "qom-get", args: iothread, want: `""`},
		{command: "eject", args: `{"id": "disk"}`, want: "error: Device does not have a block device backend"},
		{command: "query-block", want: `has: "qdev": "/machine/peripheral/disk/virtio-backend"`},

		{command: "chardev-add", args: `{"id": "nobody", "backend": {"type": "socket", "data": {"server": false, "addr": {"type": "unix", "data": {"path": "/nobody/there"}}}}}`, want: "error: Failed to add chardev 'nobody': Failed to connect"},
		{command: "netdev_add", args: `{"type": "stream", "id": "nobody", "server": false, "addr": {"type": "unix", "path": "/nobody/there"}}`, want: "{}"},

		{command: "device_add", args: `{"driver": "virtio-rng-pci", "id": "behind", "bus": "bridge", "addr": "2.0"}`, want: "{}"},
		{command: "query-pci", want: `has: "qdev_id": "bridge"`},
		{command: "query-pci", want: `lacks: "qdev_id": "behind"`},

		{command: "device_add", args: `{"driver": "virtio-balloon-pci", "id": "balloon", "addr": "1a.0"}`},
		{command: "qom-get", args: `{"path": "/machine/peripheral/balloon", "property": "guest-stats"}`, want: `has: "stat-free-memory": 18446744073709551615`},

		{command: "query-cpu-model-expansion", args: `{"type": "full", "model": {"name": "qemu64"}}`, want: `has: "lbr-fmt": 18446744073709551552`},
		{command: "query-cpu-model-expansion", args: `{"type": "full", "model": {"name": "qemu64", "props": {"lbr-fmt": 18446744073709551552}}}`, want: "error: Property value for 'lbr-fmt' has bits outside mask"},

		{command: "nbd-server-start", args: `{"addr": {"type": "inet", "data": {"host": "127.0.0.1", "port": "0"}}}`, want: "{}"},
		{command: "block-export-add", args: `{"type": "nbd", "id": "export", "node-name": "r"}`, want: "{}"},
		{command: "query-block-exports", want: `[{"node-name": "r", "shutting-down": false, "type": "nbd", "id": "export"}]`},

		{command: "blockdev-add", args: `{"driver": "null-co", "node-name": "p", "size": null}`, want: "error: Invalid parameter type for 'size', expected: integer"},
		{command: "query-blockstats", args: `{"query-nodes": true}`, want: `has: "node-name": "r"`},
		{command: "query-blockstats", args: `{"query-nodes": true}`, want: `lacks: "rd_bytes": 4096`},
		{command: "send-key", args: `{"keys": [{"type": "qcode", "data": "a"}]}`, want: "{}"},
		{command: "input-send-event", args: `{"events": [{"type": "key", "data": {"down": false, "key": {"type": "qcode", "data": "a"}}}]}`, want: "error: VM not running"},

		{command: "blockdev-add", args: `{"driver": "raw", "node-name": "image", "file": {"driver": "file", "filename": "` + image + `"}}`, want: "{}"},
		{command: "block_resize", args: `{"node-name": "image", "size": 65536}`, want: "{}"},
		{command: "query-named-block-nodes", args: `{"flat": true}`, want: `lacks: "virtual-size": 1048576`},
		{command: "block-dirty-bitmap-add", args: `{"node": "image", "name": "changes"}`, want: "{}"},
		{command: "blockdev-snapshot-sync", args: `{"node-name": "image", "snapshot-file": "` + overlay + `", "snapshot-node-name": "top"}`, want: "{}"},
		{command: "query-named-block-nodes", args: `{"flat": true}`, want: `lacks: "node-name": "top"`},
		{command: "device_add", args: `{"driver": "virtio-blk-pci", "id": "snapped", "drive": "image", "addr": "19.0"}`, want: "{}"},
		{command: "blockdev-snapshot-sync", args: `{"node-name": "image", "snapshot-file": "` + overlay + `", "snapshot-node-name": "top"}`, want: "{}"},
		{command: "query-named-block-nodes", args: `{"flat": true}`, want: `has: "node-name": "top"`},
		{command: "query-named-block-nodes", args: `{"flat": true}`, want: `has: "recording": true`},
		{command: "query-block", want: `lacks: "recording": true`},

		{command: "system_powerdown", want: "{}"},
	}
	done := map[string]string{"system_reset": "RESET", "system_powerdown": "POWERDOWN"} // by the main loop, after the reply or before
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			for name, content := range map[string]string{image: strings.Repeat("x", 1<<20), overlay: "text"} {
				if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, _ := launchRelease(t, release, "-S")
			events := qmp.Subscribe[*qmp.UnknownEvent](c)
			defer events.Close()
			for _, test := range tests {
				want := test.want
				switch {
				case release == "7.2" && test.old != "":
					want = test.old
				case release == "10.0" && test.middle != "":
					want = test.middle
				}
				got, err := answer(t, c, test.command, test.args)
				if name := done[test.command]; name != "" {
					for ev, err := range events.All(testContext(t)) {
						if err != nil {
							t.Fatal(err)
						}
						if ev.Name == name {
							break
						}
					}
				}
				kind, text, _ := strings.Cut(want, ": ")
				switch {
				case kind == "has" || kind == "lacks":
					if err != nil || strings.Contains(got, text) != (kind == "has") {
						t.Errorf("%s %s: %s, %v; want: %s", test.command, test.args, got, err, want)
					}
				case kind == "error":
					var e *qmp.Error
					if !errors.As(err, &e) || !strings.HasPrefix(e.Desc, text) {
						t.Errorf("%s %s: %s, %v; want error %q", test.command, test.args, got, err, text)
					}
				case err != nil || want != "" && got != want:
					t.Errorf("%s %s: %s, %v; want %s", test.command, test.args, got, err, want)
				}
			}
		})
	}
}

// answer returns the result of a command as QEMU wrote it.
func answer(t *testing.T, c *qmp.Client, command, args string) (string, error) {
	t.Helper()
	var raw any
	if args != "" {
		raw = json.RawMessage(args)
	}
	var result json.RawMessage
	err := c.Call(testContext(t), command, raw, &result)
	return string(result), err
}

// TestLiveEventsDropped checks that QEMU sends the first and the last of the events of a kind that
// come within a second, and drops others.
func TestLiveEventsDropped(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			ctx := testContext(t)
			c, _ := launchRelease(t, release)
			file := filepath.Join(t.TempDir(), "differs")
			if err := os.WriteFile(file, make([]byte, 64<<10), 0o600); err != nil {
				t.Fatal(err)
			}
			const node = `{"driver": "null-co", "size": 65536, "read-zeroes": true}`
			must(t, c, "blockdev-add", `{"driver": "quorum", "node-name": "q", "vote-threshold": 2, "children": [`+node+`, `+node+`, {"driver": "file", "node-name": "differs", "filename": "`+file+`"}]}`)
			if err := os.WriteFile(file, []byte(strings.Repeat("x", 64<<10)), 0o600); err != nil {
				t.Fatal(err)
			}
			sub := qmp.Subscribe[*qmp.UnknownEvent](c)
			defer sub.Close()
			const reads = 4
			for k := range reads {
				must(t, c, "human-monitor-command", fmt.Sprintf(`{"command-line": "qemu-io q \"read %dk 4k\""}`, 4*k))
			}
			var sectors []int
			var times []float64
			for ev, err := range sub.All(ctx) {
				if err != nil {
					t.Fatal(err)
				}
				if ev.Name != "QUORUM_REPORT_BAD" {
					continue
				}
				var data struct {
					Sector int `json:"sector-num"`
				}
				if err := json.Unmarshal(ev.Data, &data); err != nil {
					t.Fatal(err)
				}
				sectors = append(sectors, data.Sector)
				times = append(times, float64(ev.Timestamp.Seconds)+float64(ev.Timestamp.Microseconds)/1e6)
				if data.Sector == 8*(reads-1) { // the last one comes in any case
					break
				}
			}
			if sectors[0] != 0 || !slices.IsSorted(sectors) {
				t.Errorf("events of sectors %d", sectors)
			}
			if len(sectors) == reads && times[reads-1]-times[0] < 1 {
				t.Errorf("QEMU sent all %d events of one second", reads)
			}
		})
	}
}

// TestLiveSocketTaken checks that a second QEMU takes a socket over, and that the end of the first
// one removes its file.
func TestLiveSocketTaken(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			path := startRelease(t, release)
			first, err := qmp.Dial(testContext(t), "unix:"+path)
			if err != nil {
				t.Fatal(err)
			}
			defer first.Close()
			own := filepath.Join(t.TempDir(), "own")
			second := exec.Command(live.Release(t, release, "qemu-system-x86_64"), "-M", "none", "-nodefaults", "-display", "none",
				"-qmp", "unix:"+path+",server=on,wait=off", "-qmp", "unix:"+own+",server=on,wait=off")
			if err := live.Start(second); err != nil {
				t.Fatal(err)
			}
			defer second.Wait()
			defer second.Process.Kill()
			at, err := qmp.Dial(testContext(t), "unix:"+path)
			if err != nil {
				t.Fatal(err)
			}
			at.Close()
			must(t, first, "quit", "")
			await(t, "the file is removed", func() bool { _, err := os.Stat(path); return err != nil })
			if c, err := qmp.Dial(testContext(t), "unix:"+own); err != nil {
				t.Errorf("the second QEMU has ended, too: %v", err)
			} else {
				c.Close()
			}
		})
	}
}
