// Command fleet does the same work on QEMU 7.2 and later, with one generated package: it plugs in
// a disk, takes a snapshot of it, mirrors it to another file, unplugs it, and migrates the machine
// to a file:
//
//	fleet SOCKET FOLDER
//
// The machine needs a SCSI controller scsi0:
//
//	qemu-system-x86_64 -S -nodefaults -device virtio-scsi-pci,id=scsi0 -qmp unix:SOCKET,server=on,wait=off
//
// A call that the release does not support is not sent, since the client checks it by the server's
// introspection; the program then uses an alternative.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/fleetapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: fleet SOCKET FOLDER")
		os.Exit(2)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if err := run(ctx, os.Args[1], os.Args[2], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

// cache holds the introspection of servers: one query for each kind of server, for any number of
// machines.
var cache qmp.FeatureCache

func run(ctx context.Context, socket, folder string, stdout io.Writer) error {
	c, err := qmp.Dial(ctx, socket, qmp.WithFeatureCheck(&fleetapi.History, &cache))
	if err != nil {
		return err
	}
	defer c.Close()
	m := &machine{conn: c, vm: fleetapi.NewClient(c), folder: folder, out: stdout}
	fmt.Fprintln(stdout, "QEMU", c.Greeting().Version)
	for _, step := range []func(context.Context) error{m.plug, m.snapshot, m.mirror, m.unplug, m.migrate} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A machine is a connection to a machine.
type machine struct {
	conn   *qmp.Client
	vm     *fleetapi.Client
	folder string
	out    io.Writer
}

const (
	diskSize = 1 << 20
	disk     = "disk1"
	overlay  = "disk1-overlay"
	twin     = "disk1-twin"
)

// addFile creates a file and adds it as a block node.
func (m *machine) addFile(ctx context.Context, node string) error {
	name := filepath.Join(m.folder, node)
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Truncate(diskSize), f.Close()); err != nil {
		return err
	}
	return m.vm.BlockdevAdd(ctx, fleetapi.BlockdevOptions{
		Driver:   fleetapi.BlockdevDriverFile,
		NodeName: &node,
		Branch:   &fleetapi.BlockdevOptionsFile{Filename: name},
	})
}

// plug plugs in a disk.
func (m *machine) plug(ctx context.Context) error {
	if err := m.addFile(ctx, disk); err != nil {
		return err
	}
	bus, id := "scsi0.0", disk
	if err := m.vm.DeviceAdd(ctx, fleetapi.DeviceAddArgs{
		Driver: "scsi-hd", Bus: &bus, ID: &id,
		Extra: map[string]any{"drive": disk},
	}); err != nil {
		return err
	}
	fmt.Fprintln(m.out, "plugged in", disk)
	return nil
}

// snapshot has the machine write to a new overlay file.
func (m *machine) snapshot(ctx context.Context) error {
	node, snapshot, format := disk, overlay, "qcow2"
	if err := m.vm.BlockdevSnapshotSync(ctx, fleetapi.BlockdevSnapshotSync{
		NodeName:         &node,
		SnapshotFile:     filepath.Join(m.folder, overlay),
		SnapshotNodeName: &snapshot,
		Format:           &format,
	}); err != nil {
		return err
	}
	fmt.Fprintln(m.out, "took a snapshot of", disk)
	return nil
}

// mirror moves the disk to another file. From 10.1 on, QEMU can skip writing zeroes to a new file.
func (m *machine) mirror(ctx context.Context) error {
	if err := m.addFile(ctx, twin); err != nil {
		return err
	}
	ready := qmp.Subscribe[*fleetapi.BlockJobReadyEvent](m.conn)
	defer ready.Close()
	completed := qmp.Subscribe[*fleetapi.BlockJobCompletedEvent](m.conn)
	defer completed.Close()
	job, zero := "mirror0", true
	args := fleetapi.BlockdevMirrorArgs{
		JobID: &job, Device: overlay, Target: twin,
		Sync: fleetapi.MirrorSyncModeFull, TargetIsZero: &zero,
	}
	err := m.vm.BlockdevMirror(ctx, args)
	if older := new(qmp.UnsupportedError); errors.As(err, &older) && older.Path == "target-is-zero" {
		fmt.Fprintln(m.out, "not sent:", err)
		args.TargetIsZero = nil
		err = m.vm.BlockdevMirror(ctx, args)
	}
	if err != nil {
		return err
	}
	if _, err := ready.Next(ctx); err != nil {
		return err
	}
	if err := m.vm.BlockJobComplete(ctx, fleetapi.BlockJobCompleteArgs{Device: job}); err != nil {
		return err
	}
	end, err := completed.Next(ctx)
	switch {
	case err != nil:
		return err
	case end.Error != nil:
		return errors.New(*end.Error)
	}
	fmt.Fprintln(m.out, "mirrored", disk, "into", twin)
	return nil
}

// unplug unplugs the disk.
func (m *machine) unplug(ctx context.Context) error {
	deleted := qmp.Subscribe[*fleetapi.DeviceDeletedEvent](m.conn)
	defer deleted.Close()
	if err := m.vm.DeviceDel(ctx, fleetapi.DeviceDelArgs{ID: disk}); err != nil {
		return err
	}
	for {
		e, err := deleted.Next(ctx)
		if err != nil {
			return err
		}
		if e.Device != nil && *e.Device == disk {
			break
		}
	}
	if err := m.vm.BlockdevDel(ctx, fleetapi.BlockdevDelArgs{NodeName: twin}); err != nil {
		return err
	}
	fmt.Fprintln(m.out, "unplugged", disk)
	return nil
}

// migrate migrates the machine to a file: by channels if the server has them, else through a
// program.
func (m *machine) migrate(ctx context.Context) error {
	file := filepath.Join(m.folder, "machine")
	err := m.vm.Migrate(ctx, fleetapi.MigrateArgs{Channels: []fleetapi.MigrationChannel{{
		ChannelType: fleetapi.MigrationChannelTypeMain,
		Addr: fleetapi.MigrationAddress{
			Transport: fleetapi.MigrationAddressTypeFile,
			Branch:    &fleetapi.FileMigrationArgs{Filename: file},
		},
	}}})
	if older := new(qmp.UnsupportedError); errors.As(err, &older) {
		fmt.Fprintln(m.out, "not sent:", err)
		uri := "exec:cat > '" + file + "'"
		err = m.vm.Migrate(ctx, fleetapi.MigrateArgs{URI: &uri})
	}
	if err != nil {
		return err
	}
	for {
		info, err := m.vm.QueryMigrate(ctx)
		switch {
		case err != nil:
			return err
		case info.Status == nil:
		case *info.Status == fleetapi.MigrationStatusFailed:
			return errors.New("the migration failed")
		case *info.Status == fleetapi.MigrationStatusCompleted:
			fmt.Fprintln(m.out, "migrated the machine")
			return nil
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
