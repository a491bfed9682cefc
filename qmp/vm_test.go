package qmp_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net"
	"reflect"
	"slices"
	"testing"

	vm "github.com/qapi-go/qapi-go/golden/vm/go"
	"github.com/qapi-go/qapi-go/qmp"
)

func ptr[T any](v T) *T { return &v }

var vmStatus = vm.StatusInfo{Running: true, Status: vm.RunStateRunning, ExitCode: ptr(uint8(255))}

var vmDisk = vm.DiskOptions{
	Driver: vm.DiskDriverOverlay, Name: "ü😀\x01\"\\", ReadOnly: ptr(false), Size: ptr(uint64(math.MaxUint64)), Labels: []string{},
	Branch: &vm.DiskOverlayOptions{Filename: "a", Backing: &vm.DiskRefOrNull{Definition: &vm.DiskOptions{
		Driver: vm.DiskDriverRemote, Name: "b",
		Branch: &vm.DiskRemoteOptions{
			Server:  vm.SocketAddress{Type: vm.SocketAddressTypeUnix, Branch: &vm.UnixSocketAddress{Path: "/x", Abstract: ptr(true)}},
			Retries: []float64{0, 1.5, -1e300},
		},
	}}},
}

var vmNic = vm.NicOptions{ID: "n0", Mac: ptr("52:54:00:12:34:56"), Backend: vm.NicBackendSocket,
	Branch: &vm.SocketAddress{Type: vm.SocketAddressTypeInet, Branch: &vm.InetSocketAddress{Host: "::1", Port: math.MaxUint16}}}

// vmCalls has each command of the example schema, with its arguments and result. Keys are the
// methods of Client and fields of Handlers.
var vmCalls = []struct {
	method       string
	args, result any
}{
	{"QueryVersion", nil, vm.VersionInfo{VM: vm.VersionTriple{Major: math.MaxInt64, Minor: math.MinInt64}, Package: "p"}},
	{"MonitorCommand", vm.MonitorCommandArgs{CommandLine: "info\r\n"}, "line\r\n\u2028"},
	{"Quit", nil, nil},
	{"QueryStatus", nil, vmStatus},
	{"QueryUptime", nil, uint64(math.MaxUint64)},
	{"Start", nil, nil},
	{"Stop", nil, nil},
	//lint:ignore SA1019 deprecated members are sent, too
	{"Powerdown", vm.PowerdownArgs{Timeout: ptr(uint32(math.MaxUint32)), Force: ptr(true)}, nil},
	{"QueryStats", nil, vm.MachineStats{StealTime: 1 << 63, Load: 0.25, Balloon: math.MinInt64, Temperature: ptr(int8(-128)), ExitsByReason: []uint16{0, 65535}}},
	{"SendKey", vm.SendKeyArgs{
		Keys:     []vm.KeyPress{{Code: ptr(vm.KeyCodeCtrl)}, {Raw: &vm.KeyNumber{ScanCode: 56}}},
		HoldTime: &vm.HoldTime{Forever: ptr(false)},
	}, nil},
	{"DeviceAdd", vm.DeviceAddArgs{Driver: "d", Extra: map[string]any{"slots": json.Number("18446744073709551615"), "on": true, "list": []any{"x"}}}, nil},
	{"DeviceDel", vm.DeviceDelArgs{ID: ""}, nil},
	{"QueryDevices", nil, []vm.DeviceNode{{Driver: "a", Children: []vm.DeviceNode{{ID: ptr("b"), Driver: "c", Children: []vm.DeviceNode{}}}}}},
	{"PropertyList", vm.PropertyListArgs{ID: "a"}, []vm.PropertyValue{{Name: "a", Value: json.Number("1e2"), Default: qmp.Null{}}, {Name: "b", Value: nil}}},
	{"PropertyGet", vm.PropertyGetArgs{ID: "a", Name: "b"}, map[string]any{"k": []any{nil, json.Number("0.10")}}},
	{"XPropertySet", vm.XPropertySetArgs{ID: "a", Name: "b", Value: "c"}, nil},
	{"DiskAdd", vmDisk, nil},
	{"QueryDisks", vm.QueryDisksArgs{Names: []string{"a"}}, []vm.DiskInfo{{Name: "a", BytesRead: math.MaxUint64, Options: &vmDisk}}},
	{"DiskAddMany", vm.DiskAddManyArgs{Disks: []vm.DiskOptions{vmDisk, {Driver: vm.DiskDriverMemory, Name: "m"}}, Chain: []vm.DiskRefOrNull{{Null: true}, {Reference: ptr("r")}}}, nil},
	{"NicAdd", vmNic, nil},
	{"QueryNics", nil, []vm.NicOptions{vmNic, {ID: "n1", Backend: vm.NicBackendNone}, {ID: "n2", Backend: vm.NicBackendUser,
		Branch: &vm.NicUserOptions{Forward: []vm.PortForward{{HostPort: 1}}, DNS: &vm.StrOrListOrNull{Several: []string{}}}}}},
	{"SetLink", vm.SetLinkArgs{ID: "n0", Up: true}, nil},
}

var vmTime = qmp.Timestamp{Seconds: 1700000000, Microseconds: 999999}

var vmEvents = []qmp.Event{
	&vm.MachinePausedEvent{Timestamp: vmTime},
	&vm.MachineShutdownEvent{Guest: true, Status: vmStatus, Timestamp: vmTime},
	&vm.DeviceDeletedEvent{ID: "é", Timestamp: vmTime},
	&vm.DiskErrorEvent{Name: "a", Operation: vm.DiskOperationRead, Branch: &vm.DiskErrorPlace{Offset: math.MaxUint64, Length: -1}, Timestamp: vmTime},
	&vm.DiskErrorEvent{Name: "a", Operation: vm.DiskOperationFlush, Timestamp: vmTime},
	&vm.NicLinkChangedEvent{ID: "n", Since: ptr(int16(math.MinInt16)), Timestamp: vmTime},
}

// vmHandlers returns a handler for each command, which checks its arguments and returns the result
// above.
func vmHandlers(t *testing.T) *vm.Handlers {
	h := new(vm.Handlers)
	v := reflect.ValueOf(h).Elem()
	for _, call := range vmCalls {
		field := v.FieldByName(call.method)
		field.Set(reflect.MakeFunc(field.Type(), func(in []reflect.Value) []reflect.Value {
			if call.args != nil && !reflect.DeepEqual(in[1].Interface(), call.args) {
				t.Errorf("%s: the handler got %+v, want %+v", call.method, in[1], call.args)
			}
			out := []reflect.Value{reflect.Zero(field.Type().Out(field.Type().NumOut() - 1))}
			if call.result != nil {
				result := reflect.New(field.Type().Out(0)).Elem()
				result.Set(reflect.ValueOf(call.result))
				out = append([]reflect.Value{result}, out...)
			}
			return out
		}))
	}
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; v.Field(i).IsNil() && name != "QmpCapabilities" {
			t.Errorf("vmCalls lacks %s", name)
		}
	}
	return h
}

// TestVM sends every command and every event of the example schema between a client and a server,
// with generated code on both sides.
func TestVM(t *testing.T) {
	for _, transport := range []string{"unix", "pipe"} {
		for _, opts := range [][]qmp.Option{nil, {qmp.WithOOB()}} {
			t.Run(fmt.Sprint(transport, " ", len(opts)), func(t *testing.T) {
				s := qmp.NewServer(vmHandlers(t).Commands())
				var c *qmp.Client
				if transport == "unix" {
					c = dial(t, listen(t, s), opts...)
				} else {
					checkGoroutines(t)
					client, server := net.Pipe()
					go s.ServeConn(context.Background(), server)
					var err error
					if c, err = qmp.NewClient(testContext(t), client, opts...); err != nil {
						t.Fatal(err)
					}
					defer c.Close()
				}
				runVM(t, s, c)
			})
		}
	}
}

func runVM(t *testing.T, s *qmp.Server, c *qmp.Client) {
	ctx := testContext(t)
	client := reflect.ValueOf(vm.NewClient(c))
	for _, call := range vmCalls {
		in := []reflect.Value{reflect.ValueOf(ctx)}
		if call.args != nil {
			in = append(in, reflect.ValueOf(call.args))
		}
		out := client.MethodByName(call.method).Call(in)
		if err := out[len(out)-1]; !err.IsNil() {
			t.Errorf("%s: %v", call.method, err)
			continue
		}
		if call.result != nil && !reflect.DeepEqual(out[0].Interface(), call.result) {
			t.Errorf("%s: the client got %+v, want %+v", call.method, out[0], call.result)
		}
	}
	var status vm.StatusInfo
	req := &qmp.Request{Command: "query-status", Result: &status, OOB: c.OOB()}
	if err := c.Do(ctx, req); err != nil || !reflect.DeepEqual(status, vmStatus) {
		t.Errorf("query-status, OOB %v: %+v, %v", c.OOB(), status, err)
	}
	events := vm.SubscribeAll(c)
	for _, ev := range vmEvents {
		if err := s.Emit(ev); err != nil {
			t.Error(err)
		}
	}
	i := 0
	for ev, err := range events.All(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(ev, vmEvents[i]) {
			t.Errorf("event %+v, want %+v", ev, vmEvents[i])
		}
		if i++; i == len(vmEvents) {
			break
		}
	}
}

// A server without handlers answers all commands with CommandNotFound, except those that it
// implements itself.
func TestVMWithoutHandlers(t *testing.T) {
	s := qmp.NewServer(new(vm.Handlers).Commands())
	c := dial(t, listen(t, s), qmp.WithNoReplyTime(patience))
	if slices.Contains(c.Greeting().Capabilities, "oob") {
		t.Error("oob is offered, but no command is there for it")
	}
	client := reflect.ValueOf(vm.NewClient(c))
	for _, call := range vmCalls {
		in := []reflect.Value{reflect.ValueOf(testContext(t))}
		if call.args != nil {
			in = append(in, reflect.ValueOf(call.args))
		}
		out := client.MethodByName(call.method).Call(in)
		err, _ := out[len(out)-1].Interface().(error)
		var e *qmp.Error
		if !errors.As(err, &e) || e.Class != qmp.ClassCommandNotFound {
			t.Errorf("%s: %v", call.method, err)
		}
	}
}
