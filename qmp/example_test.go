package qmp_test

import (
	"context"
	"fmt"
	"net"

	"github.com/qapi-go/qapi-go/qmp"
)

// A server and a client in one process, over a connection in memory.
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
