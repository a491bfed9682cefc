// Command watch prints the status and events of a virtual machine, over restarts:
//
//	watch SOCKET
//
// SOCKET is a path, or a value of QEMU's option -qmp. When the connection ends, watch waits for the
// next one. An interrupt ends it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "watch:", err)
		os.Exit(1)
	}
}

// run runs the program with the given arguments.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) != 1 {
		return errors.New("usage: watch SOCKET")
	}
	s, err := qmp.DialSession(ctx, args[0], qmp.WithRetry(100*time.Millisecond),
		qmp.WithBackoff(10*time.Millisecond, time.Second),
		qmp.WithRepeat(func(command string) bool { return command == "query-status" }))
	if err != nil {
		return err
	}
	defer s.Close()

	sub := vmapi.SubscribeAll(s)
	defer sub.Close()
	vm := vmapi.NewClient(s)
	show := func() error {
		status, err := vm.QueryStatus(ctx)
		if err == nil {
			fmt.Fprintln(stdout, "status:", status.Status)
		}
		return err
	}
	if err := show(); err != nil {
		return err
	}
	events := sub.Chan(ctx)
	for last := qmp.Connected; ; {
		state, changed := s.State()
		if state.Status != last {
			last = state.Status
			fmt.Fprintln(stdout, "session:", last)
		}
		select {
		case got, ok := <-events:
			var lost *qmp.LostError
			switch {
			case !ok:
				return ctx.Err()
			case errors.As(got.Err, &lost): // query again
				if err := show(); err != nil {
					return err
				}
			case got.Err != nil:
				return got.Err
			default:
				fmt.Fprintln(stdout, "event:", got.Event.EventName())
			}
		case <-changed:
		}
	}
}
