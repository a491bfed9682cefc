// Command guest runs programs in a guest and copies files, with the guest agent:
//
//	guest SOCKET run PROGRAM [ARGUMENT…]
//	guest SOCKET get FILE    to standard output
//	guest SOCKET put FILE    from standard input
//
// SOCKET is the host's end of the agent's channel. The exit status of run is that of the program.
// An interrupt ends the wait; the program continues in the guest.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"github.com/qapi-go/qapi-go/qga"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:])
	var exit *qga.ExitError
	switch {
	case errors.As(err, &exit) && exit.Code > 0:
		os.Exit(exit.Code)
	case err != nil:
		fmt.Fprintln(os.Stderr, "guest:", err)
		os.Exit(1)
	}
}

// run runs the program with the given arguments.
func run(ctx context.Context, args []string) error {
	if len(args) < 3 {
		return errors.New("usage: guest SOCKET run PROGRAM [ARGUMENT…] | get FILE | put FILE")
	}
	agent, err := qga.Dial(ctx, args[0])
	if err != nil {
		return err
	}
	defer agent.Close()
	files := qga.NewFS(ctx, agent, "/")
	name := strings.TrimPrefix(args[2], "/")
	switch args[1] {
	case "run":
		cmd := qga.CommandContext(ctx, agent, args[2], args[3:]...)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		return cmd.Run()
	case "get":
		file, err := files.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		_, err = io.Copy(os.Stdout, file)
		return err
	case "put":
		file, err := files.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, os.Stdin)
		return errors.Join(err, file.Close()) // closing reports a full disk
	}
	return fmt.Errorf("unknown command %q", args[1])
}
