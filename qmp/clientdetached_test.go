package qmp_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// monitorCommand is a custom transport, such as libvirt's virDomainQemuMonitorCommand: JSON in,
// JSON out.
func monitorCommand(command string) (reply string, err error) {
	fmt.Println(command)
	if strings.Contains(command, "device_del") {
		return `{"id":"libvirt-7","error":{"class":"DeviceNotFound","desc":"Device 'sda' not found"}}`, nil
	}
	return `{"return":{"running":true,"status":"running"},"id":"libvirt-8"}`, nil
}

// A generated client works with any transport.
func ExampleAppendRequest() {
	vm := NewClient(qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		command, err := qmp.AppendRequest(nil, req)
		if err != nil {
			return err
		}
		reply, err := monitorCommand(string(command))
		if err != nil {
			return err
		}
		return qmp.DecodeReply([]byte(reply), req.Result)
	}))
	status, err := vm.QueryStatus(context.Background())
	fmt.Println(status.Status, err)
	fmt.Println(vm.DeviceDel(context.Background(), DeviceDelArgs{ID: "sda"}))
	// Output:
	// {"execute":"query-status"}
	// running <nil>
	// {"execute":"device_del","arguments":{"id":"sda"}}
	// DeviceNotFound: Device 'sda' not found
}

func TestDecodeReply(t *testing.T) {
	tests := []struct {
		name, reply string
		want        string // part of the error
	}{
		{"value", `{"return": {"running": true, "status": "new", "more": 1}}` + "\r\n", ""},
		{"neither", `{"event": "STOP"}`, "not a reply"},
		{"no object", `[]`, "cannot be read"},
		{"cut off", `{"return": {"running"`, "cannot be read"},
		{"more than one", `{"return": {}} {"return": {}}`, "cannot be read"},
		{"empty", ``, "cannot be read"},
		{"wrong kind", `{"return": {"running": 1}}`, "running: expected boolean"},
		{"error", `{"error": {"class": "KVMMissingCap", "desc": "none", "data": {}}}`, "KVMMissingCap: none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var status StatusInfo
			err := qmp.DecodeReply([]byte(test.reply), &status)
			switch {
			case test.want == "" && (err != nil || !status.Running || status.Status != "new"):
				t.Errorf("%+v, %v", status, err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
	var p *qmp.ProtocolError
	if err := qmp.DecodeReply([]byte("HTTP/1.1"), nil); !errors.As(err, &p) {
		t.Errorf("%v is no ProtocolError", err)
	}
	if err := qmp.DecodeReply([]byte(`{"return": {"a": 1}}`), nil); err != nil {
		t.Error(err)
	}
	buf := []byte("kept")
	if got, err := qmp.AppendRequest(buf, &qmp.Request{Command: "x", Args: []int{1}}); err == nil || string(got) != "kept" {
		t.Errorf("arguments that are no object: %q, %v", got, err)
	}
}
