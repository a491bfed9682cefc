package qmp

import (
	"context"
	"math/rand/v2"
	"strconv"
)

// A Snapshot names an internal snapshot of a machine: of the state of its devices and memory, and
// of its disks (QEMU 6.0 and later).
type Snapshot struct {
	Tag     string   // the snapshot's name
	VMState string   // the node name of the block device, a qcow2, that has the machine's state
	Devices []string // the node names of all block devices to be in the snapshot
}

// SaveSnapshot saves a snapshot (snapshot-save). The guest is stopped meanwhile. A tag that exists
// is an error.
//
// The snapshot is the work of a job with an id of its own, which is run as by [RunJob], and
// dismissed. Its options and results are those of RunJob. The server does nothing else while it
// saves, so that a context that is done meanwhile may be too late: the state has no Error then.
func SaveSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	return snapshotJob(ctx, s, "snapshot-save", snap, opts)
}

// LoadSnapshot brings a machine and its disks back to a snapshot (snapshot-load). The guest runs
// afterwards if it ran before. If loading fails, the machine stays stopped, and some of its disks
// may have been changed. See [SaveSnapshot] for the job.
func LoadSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	return snapshotJob(ctx, s, "snapshot-load", snap, opts)
}

// DeleteSnapshot deletes a snapshot from the devices (snapshot-delete). One that does not exist is
// no error. VMState has no effect. See [SaveSnapshot] for the job.
func DeleteSnapshot(ctx context.Context, s JobSource, snap Snapshot, opts ...JobOption) (JobState, error) {
	snap.VMState = ""
	return snapshotJob(ctx, s, "snapshot-delete", snap, opts)
}

// snapshotJob runs a command for a snapshot, and the job that it starts.
func snapshotJob(ctx context.Context, s JobSource, command string, snap Snapshot, opts []JobOption) (JobState, error) {
	// Other programs may do the same at the same server.
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
