package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

const diskSize = 1 << 20

// A machine is the state of the machine that clients see.
type machine struct {
	server *qmp.Server
	ended  chan struct{} // closed when it has shut down

	mu    sync.Mutex
	state vmapi.RunState
	nodes map[string]bool
	jobs  map[string]int64 // bytes copied
	once  sync.Once
}

func newMachine() *machine {
	m := &machine{
		ended: make(chan struct{}),
		state: vmapi.RunStateRunning,
		nodes: map[string]bool{"disk0": true},
		jobs:  make(map[string]int64),
	}
	handlers := vmapi.Handlers{
		QueryStatus:          m.queryStatus,
		Stop:                 m.stop,
		Cont:                 m.cont,
		SystemPowerdown:      m.powerdown,
		Quit:                 m.quit,
		BlockdevAdd:          m.blockdevAdd,
		BlockdevDel:          m.blockdevDel,
		QueryNamedBlockNodes: m.queryNodes,
		BlockdevBackup:       m.backup,
		QueryBlockJobs:       m.queryJobs,
	}
	m.server = qmp.NewServer(handlers.Commands(), qmp.WithVersion(qmp.Version{Major: 10, Minor: 2, Package: "fake"}))
	return m
}

func (m *machine) queryStatus(context.Context) (vmapi.StatusInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return vmapi.StatusInfo{Running: m.state == vmapi.RunStateRunning, Status: m.state}, nil
}

func (m *machine) set(state vmapi.RunState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state = state
}

func (m *machine) stop(context.Context) error {
	m.set(vmapi.RunStatePaused)
	return m.server.Emit(&vmapi.StopEvent{})
}

func (m *machine) cont(context.Context) error {
	m.set(vmapi.RunStateRunning)
	return m.server.Emit(&vmapi.ResumeEvent{})
}

// end ends the machine; its server answers the commands that it has read, and closes.
func (m *machine) end(guest bool, reason string) error {
	m.set(vmapi.RunStateShutdown)
	err := m.server.Emit(&vmapi.ShutdownEvent{Guest: guest, Reason: reason})
	m.once.Do(func() { close(m.ended) })
	return err
}

func (m *machine) powerdown(context.Context) error {
	if err := m.server.Emit(&vmapi.PowerdownEvent{}); err != nil {
		return err
	}
	time.AfterFunc(20*time.Millisecond, func() { m.end(true, "guest-shutdown") })
	return nil
}

func (m *machine) quit(context.Context) error { return m.end(false, "host-qmp-quit") }

func (m *machine) blockdevAdd(_ context.Context, args vmapi.BlockdevOptions) error {
	if args.NodeName == nil {
		return fmt.Errorf("'node-name' must be specified for the root node")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.nodes[*args.NodeName] {
		return fmt.Errorf("Duplicate nodes with node-name='%s'", *args.NodeName)
	}
	m.nodes[*args.NodeName] = true
	return nil
}

func (m *machine) blockdevDel(_ context.Context, args vmapi.BlockdevDelArgs) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.nodes[args.NodeName] {
		return fmt.Errorf("Failed to find node with node-name='%s'", args.NodeName)
	}
	delete(m.nodes, args.NodeName)
	return nil
}

func (m *machine) queryNodes(context.Context, vmapi.QueryNamedBlockNodesArgs) ([]vmapi.BlockDeviceInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var nodes []vmapi.BlockDeviceInfo
	for name := range m.nodes {
		nodes = append(nodes, vmapi.BlockDeviceInfo{NodeName: &name, Image: vmapi.ImageInfo{VirtualSize: diskSize}})
	}
	return nodes, nil
}

func (m *machine) backup(_ context.Context, args vmapi.BlockdevBackupArgs) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range []string{args.Device, args.Target} {
		if !m.nodes[name] {
			return fmt.Errorf("Cannot find device='%s' nor node-name='%s'", name, name)
		}
	}
	m.jobs[args.JobID] = 0
	go m.work(args.JobID)
	return nil
}

// work simulates copying.
func (m *machine) work(job string) {
	for done := int64(0); done <= diskSize; done += diskSize / 8 {
		time.Sleep(10 * time.Millisecond)
		m.mu.Lock()
		m.jobs[job] = done
		m.mu.Unlock()
	}
	m.mu.Lock()
	delete(m.jobs, job)
	m.mu.Unlock()
	m.server.Emit(&vmapi.BlockJobCompletedEvent{Device: job, Len: diskSize, Offset: diskSize})
}

func (m *machine) queryJobs(context.Context) ([]vmapi.BlockJobInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var jobs []vmapi.BlockJobInfo
	for name, done := range m.jobs {
		jobs = append(jobs, vmapi.BlockJobInfo{Device: name, Len: diskSize, Offset: done})
	}
	return jobs, nil
}
