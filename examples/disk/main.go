// Command disk attaches a disk to a virtual machine, until it is interrupted:
//
//	disk SOCKET FILE [DRIVER]
//
// SOCKET is a path, or a value of QEMU's option -qmp. FILE is a raw image, which QEMU need not have
// permission to open: disk passes the open file. DRIVER is the driver of the device, such as
// virtio-blk-pci; the default is usb-storage. At the end, disk detaches the disk.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "disk:", err)
		os.Exit(1)
	}
}

// run runs the program with the given arguments.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 2 {
		args = append(args, "usb-storage")
	}
	if len(args) != 3 {
		return errors.New("usage: disk SOCKET FILE [DRIVER]")
	}
	file, err := os.OpenFile(args[1], os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	c, err := qmp.Dial(ctx, args[0])
	if err != nil {
		return err
	}
	defer c.Close()
	d := disk{c, vmapi.NewClient(c)}
	err = d.plug(ctx, file, args[2])
	if err == nil {
		fmt.Fprintln(stdout, "plugged in")
		<-ctx.Done()
	}
	// Everything is undone, also after an interrupt or a failure.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return errors.Join(err, d.unplug(ctx))
}

// The names of the disk in the machine.
const node, device = "disk-node", "disk-device"

type disk struct {
	client *qmp.Client
	vm     *vmapi.Client
}

// plug passes the file, and adds a node and a device for it.
func (d *disk) plug(ctx context.Context, file *os.File, driver string) error {
	set, err := vmapi.NewClient(qmp.PassFiles(d.client, file)).AddFd(ctx, vmapi.AddFdArgs{})
	if err != nil {
		return err
	}
	name := node
	err = d.vm.BlockdevAdd(ctx, vmapi.BlockdevOptions{
		Driver: vmapi.BlockdevDriverFile, NodeName: &name,
		Branch: &vmapi.BlockdevOptionsFile{Filename: fmt.Sprintf("/dev/fdset/%d", set.FdsetID)},
	})
	// The node has its own copy of the descriptor.
	err = errors.Join(err, d.vm.RemoveFd(ctx, vmapi.RemoveFdArgs{FdsetID: set.FdsetID}))
	if err != nil {
		return err
	}
	id := device
	return d.vm.DeviceAdd(ctx, vmapi.DeviceAddArgs{Driver: driver, ID: &id, Extra: map[string]any{"drive": node}})
}

// unplug removes the device, the node and the descriptor, as far as they exist.
func (d *disk) unplug(ctx context.Context) error {
	if err := qmp.Unplug(ctx, d.client, device); err != nil {
		return err
	}
	if err := d.vm.BlockdevDel(ctx, vmapi.BlockdevDelArgs{NodeName: node}); !qmp.IsNotFound(err) {
		return err
	}
	return nil
}
