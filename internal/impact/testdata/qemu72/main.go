// Package main is a small VM manager on QEMU 7.2. A comment "want" names the
// changes up to QEMU 9.2, by rule and path, that hit its line.
package main

import (
	"context"
	"fmt"

	"example.org/manager/qapi"

	"github.com/qapi-go/qapi-go/qmp"
)

type vm struct {
	*qapi.Client
	conn *qmp.Client
}

func text(s string) *string { return &s }

// plug adds a disk and a device on it, and removes both again.
func (m *vm) plug(ctx context.Context) error {
	err := m.BlockdevAdd(ctx, qapi.BlockdevOptions{
		Driver:   qapi.BlockdevDriverQcow2,
		NodeName: text("disk0"),
		Branch: &qapi.BlockdevOptionsQcow2{
			File: qapi.BlockdevRef{Reference: text("file0")},
		},
	})
	if err != nil {
		return err
	}
	err = m.DeviceAdd(ctx, qapi.DeviceAddArgs{Driver: "virtio-blk-pci", ID: text("d0"), Extra: map[string]any{"drive": "disk0"}})
	if err != nil {
		return err
	}
	if err := m.DeviceDel(ctx, qapi.DeviceDelArgs{ID: "d0"}); err != nil {
		return err
	}
	if _, err := m.ChardevAdd(ctx, qapi.ChardevAddArgs{ID: "c0", Backend: qapi.ChardevBackend{
		Type:   qapi.ChardevBackendKindParallel, // want COND_NARROWED ChardevBackendKind.parallel
		Branch: &qapi.ChardevHostdevWrapper{},
	}}); err != nil {
		return err
	}
	return m.BlockdevDel(ctx, qapi.BlockdevDelArgs{NodeName: "disk0"})
}

// mirror copies a disk and looks at how far it is.
func (m *vm) mirror(ctx context.Context) (int64, error) {
	if err := m.BlockdevMirror(ctx, qapi.BlockdevMirrorArgs{Device: "disk0", Target: "disk1", Sync: qapi.MirrorSyncModeFull, JobID: text("j")}); err != nil {
		return 0, err
	}
	jobs, err := m.QueryBlockJobs(ctx)
	if err != nil {
		return 0, err
	}
	for _, j := range jobs {
		if j.Device == "j" {
			return j.Offset, nil
		}
	}
	return 0, nil
}

func total(list []qapi.BlockJobInfo) (n int64) { // want GO_KIND_CHANGED BlockJobInfo
	for _, j := range list {
		n += j.Len
	}
	return n
}

// status reads what became of the machine.
func (m *vm) status(ctx context.Context) error {
	st, err := m.QueryStatus(ctx)
	if err != nil {
		return err
	}
	if st.Running && st.Singlestep { // want MEMBER_REMOVED StatusInfo.singlestep
		fmt.Println(st.Status)
	}
	if _, err := m.QueryMachines(ctx); err != nil { // want GO_SIGNATURE_CHANGED query-machines
		return err
	}
	return m.Pmemsave(ctx, qapi.PmemsaveArgs{
		Val:      0,    // want INT_RANGE_CHANGED pmemsave.val
		Size:     4096, // want INT_RANGE_CHANGED pmemsave.size
		Filename: "/tmp/memory",
	})
}

// migrate sends the machine away.
func (m *vm) migrate(ctx context.Context) error {
	err := m.MigrateSetCapabilities(ctx, qapi.MigrateSetCapabilitiesArgs{Capabilities: []qapi.MigrationCapabilityStatus{
		{Capability: qapi.MigrationCapabilityEvents, State: true},
		{Capability: qapi.MigrationCapabilityBlock, State: false}, // want ENUM_VALUE_REMOVED MigrationCapability.block
	}})
	if err != nil {
		return err
	}
	level := uint8(1)
	bandwidth := uint64(1 << 30)
	if err := m.MigrateSetParameters(ctx, qapi.MigrateSetParameters{
		MaxBandwidth:  &bandwidth,
		CompressLevel: &level, // want ARG_REMOVED MigrateSetParameters.compress-level
	}); err != nil {
		return err
	}
	yes := true
	if err := m.Migrate(ctx, qapi.MigrateArgs{
		URI:    "unix:/run/migrate", // want MANDATORY_TO_OPTIONAL migrate.uri
		Detach: &yes,
		Blk:    &yes, // want ARG_REMOVED migrate.blk
	}); err != nil {
		return err
	}
	info, err := m.QueryMigrate(ctx)
	if err != nil {
		return err
	}
	return m.progress(&info)
}

func (m *vm) progress(info *qapi.MigrationInfo) error {
	if info.RAM != nil {
		fmt.Println(info.RAM.Total, info.RAM.Skipped) // want MEMBER_REMOVED MigrationStats.skipped
	}
	if info.Disk != nil { // want MEMBER_REMOVED MigrationInfo.disk
		fmt.Println("disks, too")
	}
	if info.Status == nil {
		return nil
	}
	switch *info.Status { // want ENUM_VALUE_ADDED MigrationStatus.postcopy-recover-setup
	case qapi.MigrationStatusCompleted:
		return nil
	case qapi.MigrationStatusFailed:
		return fmt.Errorf("failed")
	}
	switch *info.Status {
	case qapi.MigrationStatusActive:
	default:
	}
	return nil
}

// watch takes events.
func (m *vm) watch(e qmp.Event) {
	switch e := e.(type) {
	case *qapi.DeviceDeletedEvent:
		fmt.Println(e.Path)
	case *qapi.MemUnplugErrorEvent: // want EVENT_REMOVED MEM_UNPLUG_ERROR
		fmt.Println(e.Msg)
	case *qapi.ShutdownEvent:
		fmt.Println(e.Guest)
	}
}

// trace runs commands that it knows by name only.
func (m *vm) trace(ctx context.Context) error {
	if err := m.conn.Call(ctx, "trace-event-set-state", map[string]any{
		"name":   "*",
		"enable": true,
		"vcpu":   0, // want ARG_REMOVED trace-event-set-state.vcpu
	}, nil); err != nil {
		return err
	}
	return m.conn.Call(ctx, "query-name", nil, nil)
}

func main() {}
