package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

const (
	job    = "vmctl-copy"
	target = "vmctl-target"
)

// copyDisk copies what is on a block node, as it is now, into a new file.
func copyDisk(ctx context.Context, c *qmp.Client, node, file string, stdout io.Writer) (err error) {
	vm := vmapi.NewClient(c)
	size, err := diskSize(ctx, vm, node)
	if err != nil {
		return err
	}
	if err := makeFile(file, size); err != nil {
		return err
	}
	name := target
	if err := vm.BlockdevAdd(ctx, vmapi.BlockdevOptions{
		Driver:   vmapi.BlockdevDriverFile,
		NodeName: &name,
		Branch:   &vmapi.BlockdevOptionsFile{Filename: file},
	}); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, vm.BlockdevDel(ctx, vmapi.BlockdevDelArgs{NodeName: target})) }()

	completed := qmp.Subscribe[*vmapi.BlockJobCompletedEvent](c)
	defer completed.Close()
	if err := vm.BlockdevBackup(ctx, vmapi.BlockdevBackupArgs{
		JobID: job, Device: node, Target: target, Sync: vmapi.MirrorSyncModeFull,
	}); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- wait(ctx, completed) }()
	for {
		select {
		case err := <-done:
			if err == nil {
				bar(stdout, 1, 1)
			}
			fmt.Fprintln(stdout)
			return err
		case <-time.After(100 * time.Millisecond):
		}
		jobs, err := vm.QueryBlockJobs(ctx)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if j.Device == job {
				bar(stdout, j.Offset, j.Len)
			}
		}
	}
}

// wait waits for the end of the job.
func wait(ctx context.Context, completed *qmp.Subscription[*vmapi.BlockJobCompletedEvent]) error {
	for ev, err := range completed.All(ctx) {
		switch {
		case err != nil:
			return err
		case ev.Device != job:
		case ev.Error != nil:
			return errors.New(*ev.Error)
		default:
			return nil
		}
	}
	return nil
}

// diskSize returns the size of a block node in bytes.
func diskSize(ctx context.Context, vm *vmapi.Client, name string) (int64, error) {
	flat := true
	nodes, err := vm.QueryNamedBlockNodes(ctx, vmapi.QueryNamedBlockNodesArgs{Flat: &flat})
	if err != nil {
		return 0, err
	}
	for _, node := range nodes {
		if node.NodeName != nil && *node.NodeName == name {
			return node.Image.VirtualSize, nil
		}
	}
	return 0, fmt.Errorf("there is no block node %s", name)
}

// makeFile makes a new file of a size.
func makeFile(name string, size int64) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Close())
}

// bar draws how much is done.
func bar(w io.Writer, done, all int64) {
	const width = 40
	part := 0.0
	if all > 0 {
		part = float64(done) / float64(all)
	}
	full := int(part * width)
	fmt.Fprintf(w, "\r[%s%s] %3.0f %%", strings.Repeat("#", full), strings.Repeat(".", width-full), part*100)
}
