package qapi_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"time"

	qapi "github.com/qapi-go/qapi-go/golden/vm/go"
	"github.com/qapi-go/qapi-go/qmp"
)

// connect starts a server with the given handlers and returns a connection to
// it. A program would call [qmp.Dial].
func connect(handlers *qapi.Handlers) (*qmp.Client, *qmp.Server) {
	server := qmp.NewServer(handlers.Commands())
	near, far := net.Pipe()
	go server.ServeConn(context.Background(), far)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	c, err := qmp.NewClient(ctx, near)
	if err != nil {
		log.Fatal(err)
	}
	return c, server
}

func ExampleClient() {
	c, _ := connect(&qapi.Handlers{
		QueryStatus: func(context.Context) (qapi.StatusInfo, error) {
			return qapi.StatusInfo{Running: true, Status: qapi.RunStateRunning}, nil
		},
		DeviceDel: func(_ context.Context, args qapi.DeviceDelArgs) error {
			return &qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "Device '" + args.ID + "' not found"}
		},
	})
	defer c.Close()

	vm := qapi.NewClient(c)
	ctx := context.Background()
	status, err := vm.QueryStatus(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(status.Status, status.Running, status.ExitCode == nil)

	err = vm.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "s0"})
	var refused *qmp.Error
	fmt.Println(errors.As(err, &refused), refused.Class)
	// Output:
	// running true true
	// true DeviceNotFound
}

// A union has the members that all its values have, and in Branch those that
// depend on the discriminator.
func ExampleClient_DiskAdd() {
	c, _ := connect(&qapi.Handlers{
		DiskAdd: func(_ context.Context, disk qapi.DiskOptions) error {
			switch b := disk.Branch.(type) {
			case *qapi.DiskOverlayOptions:
				fmt.Println(disk.Driver, b.Filename, "on", *b.Backing.Reference)
			default:
				fmt.Println(disk.Driver)
			}
			return nil
		},
	})
	defer c.Close()

	base := "base"
	err := qapi.NewClient(c).DiskAdd(context.Background(), qapi.DiskOptions{
		Driver: qapi.DiskDriverOverlay,
		Name:   "root",
		Branch: &qapi.DiskOverlayOptions{
			Filename: "/srv/today.img",
			Backing:  &qapi.DiskRefOrNull{Reference: &base},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: overlay /srv/today.img on base
}

// Members of device_add that the schema does not name go into Extra.
func ExampleClient_DeviceAdd() {
	c, _ := connect(&qapi.Handlers{
		DeviceAdd: func(_ context.Context, args qapi.DeviceAddArgs) error {
			fmt.Println(args.Driver, args.Extra["speed"])
			return nil
		},
	})
	defer c.Close()

	err := qapi.NewClient(c).DeviceAdd(context.Background(), qapi.DeviceAddArgs{
		Driver: "serial",
		Extra:  map[string]any{"speed": 115200},
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: serial 115200
}

// Events are taken in a loop. They are collected from the call of Subscribe on, so
// that the command can be sent after it.
func ExampleMachineShutdownEvent() {
	var server *qmp.Server
	c, server := connect(&qapi.Handlers{
		Powerdown: func(context.Context, qapi.PowerdownArgs) error {
			return server.Emit(&qapi.MachineShutdownEvent{Guest: true, Status: qapi.StatusInfo{Status: qapi.RunStateShutdown}})
		},
	})
	defer c.Close()

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	sub := qmp.Subscribe[*qapi.MachineShutdownEvent](c)
	defer sub.Close()
	if err := qapi.NewClient(c).Powerdown(ctx, qapi.PowerdownArgs{}); err != nil {
		log.Fatal(err)
	}
	for ev, err := range sub.All(ctx) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("shut down by the guest:", ev.Guest)
		break
	}
	// Output: shut down by the guest: true
}

// A value that is not in the schema is kept, and can be told.
func ExampleRunState_Known() {
	fmt.Println(qapi.RunStateRunning.Known(), qapi.RunState("frozen").Known())
	// Output: true false
}

// A test needs no connection: a function can be the caller.
func ExampleNewClient() {
	vm := qapi.NewClient(qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		fmt.Println(req.Command)
		return nil
	}))
	if err := vm.Stop(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output: stop
}
