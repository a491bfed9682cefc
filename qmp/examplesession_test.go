package qmp_test

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A QEMU is started with its monitor on a socket pair.
func ExampleStartMachine() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.Command("qemu-system-x86_64", "-M", "none", "-nodefaults", "-display", "none")
	m, err := qmp.StartMachine(ctx, cmd, func(fd string) []string {
		return []string{"-chardev", "socket,id=qmp,fd=" + fd, "-mon", "chardev=qmp,mode=control"}
	})
	if err != nil {
		fmt.Println(err) // includes what QEMU wrote to standard error
		return
	}
	defer m.Close()
	if err := m.Call(ctx, "stop", nil, nil); err != nil {
		fmt.Println(err)
	}
	if err := m.Quit(ctx); err != nil {
		fmt.Println(err)
	}
}

// A session survives a restart of QEMU.
func ExampleDialSession() {
	ctx := context.Background()
	s, err := qmp.DialSession(ctx, "unix:/run/vm.qmp", qmp.WithRepeat(func(command string) bool {
		return strings.HasPrefix(command, "query-")
	}))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	sub := qmp.Subscribe[*ShutdownEvent](s)
	defer sub.Close()
	for ev, err := range sub.All(ctx) {
		var lost *qmp.LostError
		switch {
		case errors.As(err, &lost):
			fmt.Println("look at the state again")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println("shut down:", ev.Reason)
		}
	}
}

// A device is removed, which the guest may refuse.
func ExampleRunAndWaitAny() {
	ctx := context.Background()
	c, err := qmp.Dial(ctx, "unix:/run/vm.qmp")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	ev, err := qmp.RunAndWaitAny(ctx, c, func(ctx context.Context) error {
		return c.Call(ctx, "device_del", DeviceDelArgs{ID: "disk0"}, nil)
	},
		qmp.When(func(ev *DeviceDeletedEvent) bool { return ev.Device != nil && *ev.Device == "disk0" }),
		qmp.When[*ShutdownEvent](nil),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(ev.EventName())
}
