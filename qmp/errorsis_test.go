package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// conditions returns the names of the predicates that are true for an error.
func conditions(err error) (names string) {
	for _, p := range []struct {
		name string
		is   func(error) bool
	}{
		{"not found", qmp.IsNotFound}, {"exists", qmp.IsExists}, {"in use", qmp.IsInUse}, {"not active", qmp.IsNotActive},
		{"no command", qmp.IsCommandNotFound}, {"disconnected", qmp.IsDisconnected},
	} {
		if p.is(err) {
			if names != "" {
				names += ", "
			}
			names += p.name
		}
	}
	return names
}

func TestErrorText(t *testing.T) {
	for _, test := range []struct {
		e    qmp.Error
		want string
	}{
		{qmp.Error{Class: qmp.ClassGenericError, Desc: "no"}, "no"},
		{qmp.Error{Desc: "no"}, "no"},
		{qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "no"}, "DeviceNotFound: no"},
		{qmp.Error{Class: qmp.ClassGenericError}, `an error without a description (class "GenericError")`},
		{qmp.Error{}, `an error without a description (class "")`},
	} {
		if got := test.e.Error(); got != test.want {
			t.Errorf("%+v: %q, want %q", test.e, got, test.want)
		}
	}
}

// The text of a lost connection names the package once.
func TestDisconnectText(t *testing.T) {
	for _, test := range []struct {
		cause error
		want  string
	}{
		{io.EOF, "qmp: connection closed by the server"},
		{qmp.ErrClosed, "qmp: connection closed by this program"},
		{&qmp.ProtocolError{Reason: "bad"}, "qmp: bad"},
		{fs.ErrNotExist, "qmp: connection lost: file does not exist"},
		{errors.New("qmp: waiting for the greeting: EOF"), "qmp: connection lost: waiting for the greeting: EOF"},
	} {
		if got := (&qmp.DisconnectError{Err: test.cause}).Error(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestErrorPredicates(t *testing.T) {
	tests := []struct{ command, class, desc, want string }{
		{"device_del", qmp.ClassDeviceNotFound, "any text", "not found"},
		{"block-job-cancel", qmp.ClassDeviceNotActive, "any text", "not found"},
		{"balloon", qmp.ClassDeviceNotActive, "any text", "not active"},
		{"x", qmp.ClassCommandNotFound, "any text", "no command"},
		{"blockdev-del", qmp.ClassGenericError, "Failed to find node with node-name='a'b'", "not found"},
		{"blockdev-del", qmp.ClassGenericError, "Failed to find node with node-name='a", ""},
		{"qom-get", qmp.ClassGenericError, "Property 'a.b' not found", "not found"},
		{"x-other", qmp.ClassGenericError, "Property 'a.b' not found", ""},
		{"blockdev-del", "Another", "Node n is in use", ""},
		{"blockdev-add", qmp.ClassGenericError, "Could not open '/x': No such file or directory", ""},
	}
	for _, test := range tests {
		c := connect(t, func(p *qmptest.Peer) {
			p.Negotiate()
			p.Fail(p.Expect(test.command), test.class, test.desc)
			p.WaitClose()
		})
		err := c.Call(testContext(t), test.command, nil, nil)
		if got := conditions(fmt.Errorf("more: %w", err)); got != test.want {
			t.Errorf("%v: %q, want %q", err, got, test.want)
		}
	}
	// Without the name of the command, the text decides.
	if got := conditions(&qmp.Error{Class: qmp.ClassGenericError, Desc: "Job not found"}); got != "not found" {
		t.Errorf("%q", got)
	}
	for _, err := range []error{nil, errors.New("Job not found"), context.Canceled} {
		if got := conditions(err); got != "" {
			t.Errorf("%v: %q", err, got)
		}
	}
	if got := conditions(&qmp.InterruptedError{Err: &qmp.DisconnectError{Err: qmp.ErrClosed}}); got != "disconnected" {
		t.Errorf("%q", got)
	}
}

// The texts were sent by real servers.
func TestLiveErrorTexts(t *testing.T) {
	tests := []struct{ command, args, want string }{
		{"x-none", `{}`, "no command"},
		{"device_del", `{"id": "x"}`, "not found"},
		{"netdev_del", `{"id": "x"}`, "not found"},
		{"object-del", `{"id": "x"}`, "not found"},
		{"blockdev-del", `{"node-name": "x"}`, "not found"},
		{"chardev-remove", `{"id": "x"}`, "not found"},
		{"chardev-change", `{"id": "x", "backend": {"type": "null", "data": {}}}`, "not found"},
		{"ringbuf-read", `{"device": "x", "size": 1}`, "not found"},
		{"qom-get", `{"path": "/x", "property": "y"}`, "not found"},
		{"qom-get", `{"path": "/machine", "property": "y"}`, "not found"},
		{"qom-list", `{"path": "/x"}`, "not found"},
		{"job-cancel", `{"id": "x"}`, "not found"},
		{"block-job-cancel", `{"device": "x"}`, "not found"},
		{"block-dirty-bitmap-remove", `{"node": "x", "name": "b"}`, "not found"},
		{"block-export-del", `{"id": "x"}`, "not found"},
		{"nbd-server-remove", `{"name": "x"}`, "not found"},
		{"closefd", `{"fdname": "x"}`, "not found"},
		{"remove-fd", `{"fdset-id": 77}`, "not found"},
		{"block_resize", `{"node-name": "x", "size": 512}`, "not found"},
		{"blockdev-mirror", `{"device": "x", "target": "x", "sync": "full"}`, "not found"},
		{"eject", `{"id": "x"}`, "not found"},
		{"device_add", `{"driver": "x"}`, "not found"},
		{"query-cpu-model-expansion", `{"type": "full", "model": {"name": "x"}}`, "not found"},
		{"balloon", `{"value": 1000}`, "not active"},
		{"nbd-server-stop", `{}`, "not active"},
		{"object-add", `{"qom-type": "iothread", "id": "io"}`, ""},
		{"object-add", `{"qom-type": "iothread", "id": "io"}`, "exists"},
		{"chardev-add", `{"id": "c", "backend": {"type": "null", "data": {}}}`, ""},
		{"chardev-add", `{"id": "c", "backend": {"type": "null", "data": {}}}`, "exists"},
		{"netdev_add", `{"type": "hubport", "hubid": 0, "id": "h"}`, ""},
		{"netdev_add", `{"type": "hubport", "hubid": 0, "id": "h"}`, "exists"},
		{"blockdev-add", `{"driver": "null-co", "node-name": "n", "size": 1048576}`, ""},
		{"blockdev-add", `{"driver": "null-co", "node-name": "n", "size": 1048576}`, "exists"},
		{"blockdev-add", `{"driver": "null-co", "node-name": "to", "size": 1048576}`, ""},
		{"block-dirty-bitmap-remove", `{"node": "n", "name": "b"}`, "not found"},
		{"block-dirty-bitmap-add", `{"node": "n", "name": "b"}`, ""},
		{"block-dirty-bitmap-add", `{"node": "n", "name": "b"}`, "exists"},
		{"blockdev-mirror", `{"job-id": "j", "device": "n", "target": "to", "sync": "full"}`, ""},
		{"blockdev-create", `{"job-id": "j", "options": {"driver": "file", "filename": "/none/x", "size": 512}}`, "exists"},
		{"blockdev-del", `{"node-name": "n"}`, "in use"},
		{"blockdev-del", `{"node-name": "to"}`, "in use"},
		{"device_add", `{"driver": "virtio-rng-pci", "id": "rng"}`, ""},
		{"device_add", `{"driver": "virtio-rng-pci", "id": "rng"}`, "exists"},
		{"object-add", `{"qom-type": "throttle-group", "id": "slow"}`, ""},
		{"blockdev-add", `{"driver": "throttle", "throttle-group": "slow", "file": {"driver": "null-co"}, "node-name": "slow"}`, ""},
		{"object-del", `{"id": "slow"}`, "in use"},
		{"device_add", `{"driver": "virtio-serial-pci", "id": "serial"}`, ""},
		{"device_add", `{"driver": "virtserialport", "chardev": "c", "bus": "serial.0"}`, ""},
		{"chardev-remove", `{"id": "c"}`, "in use"},
		{"nbd-server-start", `{"addr": {"type": "unix", "data": {"path": "PATH"}}}`, ""},
		{"nbd-server-start", `{"addr": {"type": "unix", "data": {"path": "PATH"}}}`, "exists"},
		{"blockdev-add", `{"driver": "null-co", "node-name": "exported"}`, ""},
		{"block-export-add", `{"type": "nbd", "id": "e", "node-name": "exported"}`, ""},
		{"block-export-add", `{"type": "nbd", "id": "e", "node-name": "exported"}`, "exists"},
	}
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			qemu := live.Release(t, release, "qemu-system-x86_64")
			checkGoroutines(t)
			cmd := exec.Command(qemu, "-accel", "tcg", "-nodefaults", "-display", "none", "-S", "-m", "64")
			m, err := qmp.StartMachine(testContext(t), cmd, qemuMonitor)
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			dir, err := os.MkdirTemp("", "nbd") // a short path
			if err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(dir)
			for _, test := range tests {
				args := test.args
				if test.command == "nbd-server-start" {
					args = `{"addr": {"type": "unix", "data": {"path": "` + filepath.Join(dir, "s") + `"}}}`
				}
				err := m.Call(testContext(t), test.command, json.RawMessage(args), nil)
				if got := conditions(err); got != test.want || test.want == "" && err != nil {
					t.Errorf("%s %s: %v: %q, want %q", test.command, args, err, got, test.want)
				}
			}
		})
	}
}
