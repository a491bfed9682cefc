package qmp_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"

	"github.com/qapi-go/qapi-go/qmp"
)

// Over TLS, a monitor of QEMU's with tls-creds is dialled by a tls.Dialer. Any function of that
// form will do: with one of a vsock package, the address is "vsock:3:5555".
func ExampleWithDialer() {
	secure := tls.Dialer{Config: &tls.Config{ServerName: "vm-host"}}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // this example has no server
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
