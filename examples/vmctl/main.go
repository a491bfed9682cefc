// Command vmctl controls a virtual machine over its QMP socket:
//
//	vmctl SOCKET status
//	vmctl SOCKET events
//	vmctl SOCKET copy NODE FILE
//	vmctl SOCKET powerdown
//
// SOCKET is a path, or a value of QEMU's option -qmp. events prints events until the machine ends;
// copy writes a raw image of a disk in use, with a progress bar; powerdown asks the guest to shut
// down and waits for it. An interrupt ends each of them.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "vmctl:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: vmctl SOCKET status | events | copy NODE FILE | powerdown")

// run runs the program with the given arguments.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) < 2 {
		return errUsage
	}
	c, err := qmp.Dial(ctx, args[0])
	if err != nil {
		return err
	}
	defer c.Close()
	vm := vmapi.NewClient(c)
	switch command := args[1]; {
	case command == "status" && len(args) == 2:
		return status(ctx, vm, stdout)
	case command == "events" && len(args) == 2:
		return events(ctx, c, stdout)
	case command == "copy" && len(args) == 4:
		return copyDisk(ctx, c, args[2], args[3], stdout)
	case command == "powerdown" && len(args) == 2:
		return powerdown(ctx, c, stdout)
	}
	return errUsage
}

func status(ctx context.Context, vm *vmapi.Client, stdout io.Writer) error {
	version, err := vm.QueryVersion(ctx)
	if err != nil {
		return err
	}
	status, err := vm.QueryStatus(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "QEMU %d.%d.%d, %s\n", version.Qemu.Major, version.Qemu.Minor, version.Qemu.Micro, status.Status)
	return nil
}

// events prints each event, including those that are not in the schema.
func events(ctx context.Context, c *qmp.Client, stdout io.Writer) error {
	sub := vmapi.SubscribeAll(c)
	defer sub.Close()
	for ev, err := range sub.All(ctx) {
		if errors.Is(err, io.EOF) {
			return nil // the machine has ended
		}
		if err != nil {
			return err
		}
		data, err := json.Marshal(ev)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s %s %s\n", ev.EventTime().Time().Format("15:04:05.000"), ev.EventName(), data)
	}
	return nil
}

// powerdown presses the power button and waits until the guest has shut down.
func powerdown(ctx context.Context, c *qmp.Client, stdout io.Writer) error {
	ev, err := qmp.RunAndWait[*vmapi.ShutdownEvent](ctx, c, vmapi.NewClient(c).SystemPowerdown, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "the machine has shut down:", ev.Reason)
	return nil
}
