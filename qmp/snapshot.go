package qmp

import (
	"context"
	"math/rand/v2"
	"strconv"
)

// A Snapshot names an internal snapshot of a machine: the state of its devices and memory, and its
// disks (QEMU 6.0 and later).
type Snapshot struct {
	Tag     string   // name of the snapshot
	VMState string   // node name of the block device, a qcow2, that holds the machine's state
	Devices []string // node names of all block devices in the snapshot
}

// SaveSnapshot saves a snapshot (snapshot-save). The guest is stopped during that. It is an error
// if the tag exists.
//
// The snapshot is saved by a job, which SaveSnapshot runs as [RunJob] does, with a random id, and
// dismisses. The options and results are those of RunJob. The server is blocked while it saves, so
// the job may be complete before it can be cancelled; the state then has no Error.
func SaveSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	return snapshotJob(ctx, s, "snapshot-save", snap, opts)
}

// LoadSnapshot reverts a machine and its disks to a snapshot (snapshot-load). The guest resumes if
// it was running before. If loading fails, the machine stays stopped, and some of its disks may
// have been changed. See [SaveSnapshot] for the job.
func LoadSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	return snapshotJob(ctx, s, "snapshot-load", snap, opts)
}

// DeleteSnapshot deletes a snapshot from the devices (snapshot-delete). It is no error if the
// snapshot does not exist. VMState is ignored. See [SaveSnapshot] for the job.
func DeleteSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	snap.VMState = ""
	return snapshotJob(ctx, s, "snapshot-delete", snap, opts)
}

// snapshotJob runs a snapshot command and the job that it starts.
func snapshotJob(ctx context.Context, s JobSource, command string, snap Snapshot, opts []JobOption) (JobState, error) {
	// Random, since another program may do the same on the same server.
	id := command + "-" + strconv.FormatUint(rand.Uint64(), 36)
	args := struct {
		JobID   string   `json:"job-id"`
		Tag     string   `json:"tag"`
		VMState string   `json:"vmstate,omitzero"`
		Devices []string `json:"devices"`
	}{id, snap.Tag, snap.VMState, snap.Devices}
	if args.Devices == nil {
		args.Devices = []string{}
	}
	start := func(ctx context.Context) error {
		return s.Do(ctx, &Request{Command: command, Args: &args})
	}
	return RunJob(ctx, s, id, start, append(opts[:len(opts):len(opts)], WithJobDismiss())...)
}
