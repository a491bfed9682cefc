package main

import (
	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
)

func newReplay() *cobra.Command {
	var listen string
	var scenario bool
	cmd := &cobra.Command{
		Use:   "replay FILE --listen ADDR",
		Short: "Run a server that answers from a recording",
		Long: `replay answers commands from a recording of "qapi-go record" until it is interrupted.
Replies are found by the command and its arguments, in any order. A command that was
recorded several times gets its replies in the order of the recording, and then the
last one again. Events are sent with the reply that they came with. A recording
without a greeting is that of a guest agent.

A command that is not in the recording gets an error, and is reported.

--as-scenario prints the recording as a scenario for "qapi-go serve" instead. ADDR is
unix:PATH, tcp:HOST:PORT or the path of a socket.

Exit status: 0 all commands were in the recording; 1 some were not; 2 could not run.`,
		Example: `  qapi-go replay vm.jsonl --listen /tmp/vm.qmp
  qapi-go replay vm.jsonl --as-scenario > vm.yaml`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "replay takes one recording, not %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if (listen == "") == !scenario {
				return usagef(cmd, "replay needs --listen or --as-scenario, not both")
			}
			r, err := console.OpenReplay(args[0])
			if err != nil {
				return err
			}
			if scenario {
				return r.WriteScenario(cmd.OutOrStdout())
			}
			l, err := console.Listen(listen)
			if err != nil {
				return err
			}
			ctx, stop := interruptible(cmd)
			defer stop()
			listening(cmd)(l.Addr())
			return machineError(cmd, r.Run(ctx, l, cmd.ErrOrStderr()))
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "", "`ADDR` to listen on for clients")
	cmd.Flags().BoolVar(&scenario, "as-scenario", false, "print the recording as a scenario instead of serving it")
	return cmd
}
