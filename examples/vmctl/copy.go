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

// copyDisk copies the current contents of a block node to a new file.
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

	_, err = qmp.RunJob(ctx, c, job, func(ctx context.Context) error {
		return vm.BlockdevBackup(ctx, vmapi.BlockdevBackupArgs{
			JobID: job, Device: node, Target: target, Sync: vmapi.MirrorSyncModeFull,
		})
	}, qmp.WithJobProgress(100*time.Millisecond, func(state qmp.JobState) { bar(stdout, state.Fraction()) }))
	if err == nil {
		bar(stdout, 1)
	}
	fmt.Fprintln(stdout)
	return err
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
	return 0, fmt.Errorf("no block node %s", name)
}

// makeFile creates a file of that size, in bytes.
func makeFile(name string, size int64) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Truncate(size), f.Close())
}

// bar draws a progress bar.
func bar(w io.Writer, part float64) {
	const width = 40
	full := int(part * width)
	fmt.Fprintf(w, "\r[%s%s] %3.0f %%", strings.Repeat("#", full), strings.Repeat(".", width-full), part*100)
}
