// Command machine starts a virtual machine and runs until it ends:
//
//	machine qemu-system-x86_64 -nodefaults -display none -S …
//
// The command line is QEMU's, with -S and without a monitor: machine adds a monitor on a socket
// pair. It starts the guest, prints events, and reports how QEMU ended. An interrupt asks the guest
// to shut down, and ends QEMU if it does not within 2 seconds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"github.com/qapi-go/qapi-go/examples/internal/vmapi"
	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "machine:", err)
		os.Exit(1)
	}
}

// run runs the program with the given arguments.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: machine QEMU OPTION…")
	}
	m, err := qmp.StartMachine(ctx, exec.Command(args[0], args[1:]...), func(fd string) []string {
		return []string{"-chardev", "socket,id=qmp,fd=" + fd, "-mon", "chardev=qmp,mode=control"}
	})
	if err != nil {
		return err
	}
	defer m.Close()

	sub := vmapi.SubscribeAll(m)
	defer sub.Close()
	vm := vmapi.NewClient(m)
	ev, err := qmp.RunAndWaitAny(ctx, m, vm.Cont,
		qmp.When[*vmapi.ResumeEvent](nil), qmp.When[*vmapi.ShutdownEvent](nil))
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, "started:", ev.EventName())

	events := sub.Chan(ctx)
	for {
		select {
		case got, ok := <-events:
			switch {
			case !ok && ctx.Err() != nil:
				return shutDown(m, stdout)
			case !ok:
				return m.Wait(context.Background())
			case qmp.IsDisconnected(got.Err): // the last one
			case got.Err != nil:
				return got.Err
			default:
				fmt.Fprintln(stdout, "event:", got.Event.EventName())
			}
		case <-m.Exited():
			err := m.Wait(context.Background())
			fmt.Fprintln(stdout, "ended")
			return err
		}
	}
}

// shutDown asks the guest to shut down, and ends QEMU if it does not.
func shutDown(m *qmp.Machine, stdout io.Writer) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := vmapi.NewClient(m).SystemPowerdown(ctx)
	if err == nil {
		err = m.Wait(ctx)
	}
	if err == nil || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	fmt.Fprintln(stdout, "the guest does not shut down")
	ctx, cancel = context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return m.Quit(ctx)
}
