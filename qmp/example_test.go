package qmp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A QEMU monitor with tls-creds is reached by a tls.Dialer. Any dialer with that method will do:
// one of a vsock package would be passed the address "vsock:3:5555".
func ExampleWithDialer() {
	secure := tls.Dialer{Config: &tls.Config{ServerName: "vm-host"}}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // there is no server in this example
	_, err := qmp.Dial(ctx, "tcp:127.0.0.1:4444", qmp.WithDialer(secure.DialContext))
	fmt.Println(err != nil)

	vsock := func(ctx context.Context, network, address string) (net.Conn, error) {
		fmt.Println(network, address)
		return nil, errors.New("no such machine")
	}
	_, err = qmp.Dial(context.Background(), "vsock:3:5555", qmp.WithDialer(vsock))
	fmt.Println(err)
	// Output:
	// true
	// vsock 3:5555
	// qmp: cannot connect to vsock:3:5555: no such machine
}

// A server and a client in one process, connected in memory.
func Example() {
	commands := []qmp.ServerCommand{{
		Name:   "query-status",
		Result: (*StatusInfo)(nil),
		Run: func(context.Context, any) (any, error) {
			return &StatusInfo{Running: true, Status: RunStateRunning}, nil
		},
	}}
	server := qmp.NewServer(commands)
	ctx := context.Background()
	here, there := net.Pipe()
	go server.ServeConn(ctx, there)

	c, err := qmp.NewClient(ctx, here)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	stops := qmp.Subscribe[*StopEvent](c)
	defer stops.Close()

	status, err := NewClient(c).QueryStatus(ctx)
	fmt.Println(status.Status, err)

	err = c.Call(ctx, "x-unknown", map[string]any{"id": 1}, nil)
	fmt.Println(err)

	server.Emit(&StopEvent{})
	for ev, err := range stops.All(ctx) {
		fmt.Println(ev.EventName(), err)
		break
	}
	// Output:
	// running <nil>
	// qmp: x-unknown: CommandNotFound: The command x-unknown has not been found
	// STOP <nil>
}

// A job is started, observed and dismissed. This server advances the job by one of its two steps
// each time it is queried.
func ExampleRunJob() {
	type object = map[string]any
	job := object{"id": "create0", "type": "create", "status": "created", "current-progress": 0, "total-progress": 2}
	jobs := []object{}
	command := func(name string, run func() any) qmp.ServerCommand {
		return qmp.ServerCommand{Name: name, Args: (*object)(nil), Result: (*any)(nil), Run: func(context.Context, any) (any, error) {
			result := run()
			return &result, nil
		}}
	}
	server := qmp.NewServer([]qmp.ServerCommand{
		command("blockdev-create", func() any { jobs = append(jobs, job); return object{} }),
		command("query-jobs", func() any {
			if done := job["current-progress"].(int) + 1; done <= 2 {
				job["current-progress"], job["status"] = done, "running"
			} else {
				job["status"] = "concluded"
			}
			return jobs
		}),
		command("job-dismiss", func() any { jobs = []object{}; return object{} }),
	})
	ctx := context.Background()
	here, there := net.Pipe()
	go server.ServeConn(ctx, there)
	c, err := qmp.NewClient(ctx, here)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	// With generated code, this is vm.BlockdevCreate(ctx, …).
	start := func(ctx context.Context) error {
		return c.Call(ctx, "blockdev-create", map[string]any{"job-id": "create0"}, nil)
	}
	_, err = qmp.RunJob(ctx, c, "create0", start, qmp.WithJobDismiss(),
		qmp.WithJobProgress(time.Millisecond, func(job qmp.JobState) {
			fmt.Printf("%s %.0f %%\n", job.Status, 100*job.Fraction())
		}))
	fmt.Println(err, len(jobs), "left")
	// Output:
	// running 50 %
	// running 100 %
	// concluded 100 %
	// <nil> 0 left
}
