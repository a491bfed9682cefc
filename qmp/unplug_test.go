package qmp_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

func TestUnplugAnswers(t *testing.T) {
	type data = map[string]any
	type event struct {
		name string
		data data
	}
	others := []event{
		{"DEVICE_DELETED", data{"path": "/machine/peripheral/disk/virtio-backend"}},
		{"DEVICE_DELETED", data{"device": "disk2", "path": "/machine/peripheral/disk2"}},
		{"DEVICE_UNPLUG_GUEST_ERROR", data{"device": "disk2", "path": "/machine/peripheral/disk2"}},
		{"ACPI_DEVICE_OST", data{"info": data{"device": "disk2", "slot": "0", "slot-type": "CPU", "source": 3, "status": 1}}},
		{"ACPI_DEVICE_OST", data{"info": data{"device": "disk", "slot": "0", "slot-type": "CPU", "source": 3, "status": 0x83}}},
		{"ACPI_DEVICE_OST", data{"info": data{"device": "disk", "slot": "0", "slot-type": "CPU", "source": 1, "status": 1}}},
		{"ACPI_DEVICE_OST", data{"info": data{"slot": "0", "slot-type": "CPU", "source": 3, "status": 1}}},
	}
	tests := []struct {
		name, id, want string // description of a refusal; empty if the device is removed
		last           event
	}{
		{"deleted", "disk", "", event{"DEVICE_DELETED", data{"device": "disk", "path": "/machine/peripheral/disk"}}},
		{"deleted, by its path", "/machine/peripheral/disk", "", event{"DEVICE_DELETED", data{"device": "disk", "path": "/machine/peripheral/disk"}}},
		{"deleted, without an id", "disk", "", event{"DEVICE_DELETED", data{"path": "/machine/peripheral/disk"}}},
		{"refused", "disk", "the guest refuses to give it up", event{"DEVICE_UNPLUG_GUEST_ERROR", data{"device": "disk", "path": "/machine/peripheral/disk"}}},
		{"refused before 6.2", "disk", "no", event{"MEM_UNPLUG_ERROR", data{"device": "disk", "msg": "no"}}},
		{"refused by ACPI", "disk", "the guest refuses to give it up", event{"ACPI_DEVICE_OST", data{"info": data{"device": "disk", "slot": "0", "slot-type": "CPU", "source": 0x103, "status": 0x81}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s *scripted
			ready := make(chan struct{})
			c, s := serveScript(t, []string{"device_del"}, func(string, any) (any, error) {
				<-ready
				for _, ev := range append(others[:len(others):len(others)], test.last) {
					text, err := json.Marshal(ev.data)
					if err != nil {
						return nil, err
					}
					s.Emit(&qmp.UnknownEvent{Name: ev.name, Data: text})
				}
				return map[string]any{}, nil
			})
			close(ready)
			err := qmp.Unplug(testContext(t), c, test.id, qmp.WithUnplugRepeat(0))
			var refused *qmp.UnplugError
			if test.want == "" && err != nil || test.want != "" && (!errors.As(err, &refused) || refused.Desc != test.want || refused.ID != test.id) {
				t.Error(err)
			}
		})
	}
}

// A request is repeated until the device is removed, whatever the server answers meanwhile.
func TestUnplugRepeats(t *testing.T) {
	answers := []error{
		&qmp.Error{Class: qmp.ClassGenericError, Desc: "Hot-unplug failed: guest is busy (power indicator blinking)"},
		&qmp.Error{Class: qmp.ClassGenericError, Desc: "Device disk is already in the process of unplug"},
		nil,
		&qmp.Error{Class: qmp.ClassGenericError, Desc: "some other error"},
		&qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "Device 'disk' not found"},
	}
	c, s := serveScript(t, []string{"device_del"}, func(string, any) (any, error) {
		err := answers[0]
		answers = answers[1:]
		return map[string]any{}, err
	})
	if err := qmp.Unplug(testContext(t), c, "disk", qmp.WithUnplugRepeat(time.Millisecond)); err != nil {
		t.Error(err)
	}
	if n := len(s.commands()); n != 5 {
		t.Errorf("%d requests", n)
	}
}
