// Command live drives a real QEMU through a package generated from QEMU's own
// schema. The live test builds and runs it:
//
//	live SOCKET IMAGE
//
// SOCKET is that of the monitor, IMAGE a file to open as a raw disk.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.test/live/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := drive(ctx, os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func drive(ctx context.Context, socket, image string) error {
	c, err := qmp.Dial(ctx, "unix:"+socket)
	if err != nil {
		return err
	}
	defer c.Close()
	vm := qapi.NewClient(c)

	status, err := vm.QueryStatus(ctx)
	if err != nil {
		return fmt.Errorf("query-status: %w", err)
	}
	fmt.Println("status:", status.Status, "running:", status.Running, "known:", status.Status.Known())

	version, err := vm.QueryVersion(ctx)
	if err != nil {
		return fmt.Errorf("query-version: %w", err)
	}
	fmt.Printf("version: %d.%d\n", version.Qemu.Major, version.Qemu.Minor)

	name := "disk0"
	readOnly := true
	err = vm.BlockdevAdd(ctx, qapi.BlockdevOptions{
		NodeName: &name,
		Driver:   qapi.BlockdevDriverRaw,
		ReadOnly: &readOnly,
		Branch: &qapi.BlockdevOptionsRaw{
			File: qapi.BlockdevRef{Definition: &qapi.BlockdevOptions{
				Driver: qapi.BlockdevDriverFile,
				Branch: &qapi.BlockdevOptionsFile{Filename: image},
			}},
		},
	})
	if err != nil {
		return fmt.Errorf("blockdev-add: %w", err)
	}

	nodes, err := vm.QueryNamedBlockNodes(ctx, qapi.QueryNamedBlockNodesArgs{})
	if err != nil {
		return fmt.Errorf("query-named-block-nodes: %w", err)
	}
	for _, node := range nodes {
		if node.NodeName != nil && *node.NodeName == name {
			fmt.Println("node:", *node.NodeName, node.Drv, "ro:", node.Ro, "size:", node.Image.VirtualSize)
		}
	}

	// The schema does not tell the properties of devices.
	id := "mouse0"
	err = vm.DeviceAdd(ctx, qapi.DeviceAddArgs{
		Driver: "usb-mouse",
		ID:     &id,
		Extra:  map[string]any{"serial": "1 \"2\"", "usb_version": 1, "msos-desc": false},
	})
	if err != nil {
		return fmt.Errorf("device_add: %w", err)
	}
	for _, property := range []string{"serial", "usb_version", "msos-desc"} {
		value, err := vm.QomGet(ctx, qapi.QomGetArgs{Path: "/machine/peripheral/" + id, Property: property})
		if err != nil {
			return fmt.Errorf("qom-get: %w", err)
		}
		fmt.Println("property:", property, value)
	}

	err = vm.BlockdevDel(ctx, qapi.BlockdevDelArgs{NodeName: "nonesuch"})
	var qerr *qmp.Error
	if !errors.As(err, &qerr) {
		return fmt.Errorf("blockdev-del of a node that is not there: %v, want a *qmp.Error", err)
	}
	fmt.Println("error:", qerr.Class)

	resumed := qmp.Subscribe[*qapi.ResumeEvent](c)
	stopped := qmp.Subscribe[*qapi.StopEvent](c)
	defer resumed.Close()
	defer stopped.Close()
	if err := vm.Cont(ctx); err != nil {
		return fmt.Errorf("cont: %w", err)
	}
	for ev, err := range resumed.All(ctx) {
		if err != nil {
			return fmt.Errorf("waiting for RESUME: %w", err)
		}
		fmt.Println("event:", ev.EventName(), "timed:", !ev.Timestamp.Time().IsZero())
		break
	}
	if err := vm.Stop(ctx); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	for ev, err := range stopped.All(ctx) {
		if err != nil {
			return fmt.Errorf("waiting for STOP: %w", err)
		}
		fmt.Println("event:", ev.EventName(), "timed:", !ev.Timestamp.Time().IsZero())
		break
	}

	shutdown := qmp.Subscribe[*qapi.ShutdownEvent](c)
	defer shutdown.Close()
	if err := vm.Quit(ctx); err != nil {
		return fmt.Errorf("quit: %w", err)
	}
	for ev, err := range shutdown.All(ctx) {
		if err != nil {
			return fmt.Errorf("waiting for SHUTDOWN: %w", err)
		}
		fmt.Println("event:", ev.EventName(), "guest:", ev.Guest, "reason:", ev.Reason)
		break
	}
	<-c.Done()
	fmt.Println("closed")
	return nil
}
