// Command fakeqemu speaks QMP on a unix socket as QEMU does, without a machine:
//
//	fakeqemu SOCKET
//
// It has one disk, disk0, of a megabyte, and the commands that vmctl uses. As QEMU, it ends with
// the command quit, or when the machine shuts down.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: fakeqemu SOCKET")
		os.Exit(2)
	}
	if err := serve(ctx, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "fakeqemu:", err)
		os.Exit(1)
	}
}

// serve serves until the machine ends or the context is done.
func serve(ctx context.Context, path string) error {
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	m := newMachine()
	served := make(chan error, 1)
	go func() { served <- m.server.Serve(l) }()
	select {
	case err := <-served:
		return err
	case <-m.ended:
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := m.server.Shutdown(patience); err != nil {
		return err
	}
	if err := <-served; !errors.Is(err, qmp.ErrClosed) {
		return err
	}
	return nil
}
