// Command server is a QMP server made from QEMU's own schema. The server test
// builds it and runs clients against it:
//
//	server SOCKET
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path"
	"sync"
	"time"

	"example.test/server/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	if err := serve(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A machine has a state, block nodes and devices, and nothing that runs.
type machine struct {
	server *qmp.Server
	quit   chan struct{}

	mu      sync.Mutex
	state   qapi.RunState
	nodes   []qapi.BlockdevOptions
	devices map[string]map[string]any // properties by id
}

func serve(socket string) error {
	m := &machine{quit: make(chan struct{}), state: qapi.RunStatePrelaunch, devices: make(map[string]map[string]any)}
	h := qapi.Handlers{
		QueryStatus:          m.queryStatus,
		Cont:                 m.cont,
		Stop:                 m.stop,
		BlockdevAdd:          m.blockdevAdd,
		BlockdevDel:          m.blockdevDel,
		QueryNamedBlockNodes: m.queryNodes,
		DeviceAdd:            m.deviceAdd,
		QomGet:               m.qomGet,
		MigratePause: func(context.Context) error {
			return errors.New("migrate-pause is currently only supported during postcopy-active or postcopy-recover state")
		},
		Quit: m.end,
	}
	m.server = qmp.NewServer(h.Commands(), qmp.WithVersion(qmp.Version{Major: 10, Minor: 2}))
	l, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- m.server.Serve(l) }()
	<-m.quit
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := m.server.Shutdown(ctx); err != nil {
		return err
	}
	if err := <-served; !errors.Is(err, qmp.ErrClosed) {
		return err
	}
	return nil
}

func (m *machine) queryStatus(context.Context) (qapi.StatusInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return qapi.StatusInfo{Running: m.state == qapi.RunStateRunning, Status: m.state}, nil
}

func (m *machine) cont(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = qapi.RunStateRunning
	return m.server.Emit(&qapi.ResumeEvent{})
}

func (m *machine) stop(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = qapi.RunStatePaused
	return m.server.Emit(&qapi.StopEvent{})
}

func (m *machine) blockdevAdd(_ context.Context, args qapi.BlockdevOptions) error {
	if args.NodeName == nil {
		return errors.New("'node-name' must be specified for the root node")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.nodes = append(m.nodes, args)
	return nil
}

func (m *machine) blockdevDel(_ context.Context, args qapi.BlockdevDelArgs) error {
	return fmt.Errorf("Failed to find node with node-name='%s'", args.NodeName)
}

func (m *machine) deviceAdd(_ context.Context, args qapi.DeviceAddArgs) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if args.ID == nil {
		return errors.New("a device without id cannot be found again")
	}
	m.devices[*args.ID] = args.Extra
	return nil
}

func (m *machine) qomGet(_ context.Context, args qapi.QomGetArgs) (any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.devices[path.Base(args.Path)][args.Property]
	if !ok {
		return nil, fmt.Errorf("Property '%s' not found", args.Property)
	}
	return value, nil
}

func (m *machine) queryNodes(context.Context, qapi.QueryNamedBlockNodesArgs) ([]qapi.BlockDeviceInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []qapi.BlockDeviceInfo
	for _, n := range m.nodes {
		info := qapi.BlockDeviceInfo{NodeName: *n.NodeName, Drv: string(n.Driver), Ro: n.ReadOnly != nil && *n.ReadOnly,
			DetectZeroes: qapi.BlockdevDetectZeroesOptionsOff}
		info.Image.VirtualSize = 1 << 20
		list = append(list, info)
	}
	return list, nil
}

func (m *machine) end(context.Context) error {
	err := m.server.Emit(&qapi.ShutdownEvent{Reason: qapi.ShutdownCauseHostQmpQuit})
	close(m.quit)
	return err
}
