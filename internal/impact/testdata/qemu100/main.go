// Package main is a small VM manager on QEMU 10.0. A comment "want" names the
// changes up to QEMU 10.2, by rule and path, that hit its line.
package main

import (
	"context"
	"fmt"

	"example.org/manager/qapi"

	"github.com/qapi-go/qapi-go/qmp"
)

type vm struct {
	qapi *qapi.Client
	conn *qmp.Client
}

// info reads what the machine is.
func (m *vm) info(ctx context.Context) error {
	target, err := m.qapi.QueryTarget(ctx)
	if err != nil {
		return err
	}
	fmt.Println(target.Arch)
	var saved qapi.TargetInfo = target // want GO_NAME_CHANGED TargetInfo
	fmt.Println(saved)
	nodes, err := m.qapi.QueryNamedBlockNodes(ctx, qapi.QueryNamedBlockNodesArgs{})
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if n.NodeName != nil { // want OPTIONAL_TO_MANDATORY BlockDeviceInfo.node-name
			fmt.Println(*n.NodeName) // want OPTIONAL_TO_MANDATORY BlockDeviceInfo.node-name
		}
		fmt.Println(n.Drv)
	}
	return nil
}

// job works with block jobs.
func (m *vm) job(ctx context.Context, id string) error {
	if err := m.qapi.BlockJobPause(ctx, qapi.BlockJobPauseArgs{Device: id}); err != nil { // want DEPRECATED block-job-pause
		return err
	}
	if err := m.conn.Call(ctx, "block-job-resume", map[string]any{"device": id}, nil); err != nil { // want DEPRECATED block-job-resume
		return err
	}
	return m.qapi.BlockJobCancel(ctx, qapi.BlockJobCancelArgs{Device: id})
}

// serial adds a serial line that connects again.
func (m *vm) serial(ctx context.Context) error {
	seconds := int64(1)
	_, err := m.qapi.ChardevAdd(ctx, qapi.ChardevAddArgs{ID: "s", Backend: qapi.ChardevBackend{
		Type: qapi.ChardevBackendKindSocket,
		Branch: &qapi.ChardevSocketWrapper{Data: qapi.ChardevSocket{
			Addr:      qapi.SocketAddressLegacy{Type: qapi.SocketAddressTypeUnix},
			Reconnect: &seconds, // want ARG_REMOVED ChardevSocket.reconnect
		}},
	}})
	return err
}

// migrate sends the machine away.
func (m *vm) migrate(ctx context.Context, detach bool) error {
	uri := "unix:/run/migrate"
	if err := m.qapi.Migrate(ctx, qapi.MigrateArgs{
		URI:    &uri,
		Detach: &detach, // want DEPRECATED migrate.detach
	}); err != nil {
		return err
	}
	p, err := m.qapi.QueryMigrateParameters(ctx)
	if err != nil || p.Mode == nil {
		return err
	}
	switch *p.Mode { // want ENUM_VALUE_ADDED MigMode.cpr-exec
	case qapi.MigModeNormal, qapi.MigModeCprReboot:
	}
	return nil
}

// panicked describes why a guest stopped.
func panicked(e *qapi.GuestPanickedEvent) string {
	if e.Info == nil {
		return ""
	}
	switch info := e.Info.Branch.(type) { // want BRANCH_ADDED GuestPanicInformation.tdx
	case *qapi.GuestPanicInformationS390:
		return fmt.Sprint(info.Reason)
	}
	return string(e.Info.Type)
}

func main() {}
