// Command operate runs long operations on a virtual machine, with progress:
//
//	operate SOCKET migrate URI              to another QEMU, started with "-incoming URI"
//	operate SOCKET unplug DEVICE            waits 10 seconds for the guest
//	operate SOCKET save|load|delete TAG NODE…   snapshots; the first node has the machine's state
//	operate SOCKET dump FILE                the guest's memory
//
// SOCKET is a path, or a value of QEMU's option -qmp. An interrupt cancels the operation, if that
// is possible.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "operate:", err)
		os.Exit(1)
	}
}

// run runs the program with the given arguments.
func run(ctx context.Context, args []string) error {
	if len(args) < 3 {
		return errors.New("usage: operate SOCKET migrate URI | unplug DEVICE | save|load|delete TAG NODE… | dump FILE")
	}
	c, err := qmp.Dial(ctx, args[0])
	if err != nil {
		return err
	}
	defer c.Close()
	// start returns a function that runs a command. With generated code it is a method.
	start := func(command string, args map[string]any) func(context.Context) error {
		return func(ctx context.Context) error { return c.Call(ctx, command, args, nil) }
	}
	command, what := args[1], args[2]
	switch command {
	case "migrate":
		state, err := qmp.Migrate(ctx, c, start("migrate", map[string]any{"uri": what}),
			qmp.WithMigrationProgress(time.Second, func(m qmp.MigrationState) { show(m.Status, m.Fraction()) }))
		if err == nil {
			fmt.Printf("the guest stood still for %v\n", state.Downtime)
		}
		return err
	case "unplug":
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		return qmp.Unplug(ctx, c, what)
	case "dump":
		_, err := qmp.Dump(ctx, c, start("dump-guest-memory", map[string]any{"paging": false, "protocol": "file:" + what, "detach": true}),
			qmp.WithDumpProgress(time.Second, func(d qmp.DumpState) { show(d.Status, d.Fraction()) }))
		return err
	}
	snapshot, ok := map[string]func(context.Context, qmp.JobSource, qmp.Snapshot, ...qmp.JobOption) (qmp.JobState, error){
		"save": qmp.SaveSnapshot, "load": qmp.LoadSnapshot, "delete": qmp.DeleteSnapshot,
	}[command]
	if !ok || len(args) < 4 {
		return fmt.Errorf("unknown command %q, or no node", command)
	}
	_, err = snapshot(ctx, c, qmp.Snapshot{Tag: what, VMState: args[3], Devices: args[3:]})
	return err
}

func show(status string, fraction float64) { fmt.Printf("%s, %.0f %%\n", status, 100*fraction) }
