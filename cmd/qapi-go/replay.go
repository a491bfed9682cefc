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
		Short: "Answer as a recording has it, without a machine",
		Long: `replay answers commands as the recording of "qapi-go record" has it, until it is
interrupted. An answer is found by the command and its arguments, whose order does
not matter; what was asked several times is answered in the order of the recording,
and then as the last time. Events come with the answers that they came with.

What was asked and is not in the recording is answered with an error, and printed.
A recording without a greeting is that of a guest agent.

ADDR is unix:PATH, tcp:HOST:PORT or a path.

With --as-scenario the recording is printed as a scenario for "qapi-go serve".

Exit status: 0 all was in the recording; 1 something was not; 2 could not run.`,
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
	cmd.Flags().BoolVar(&scenario, "as-scenario", false, "print the recording as a scenario, and end")
	return cmd
}
