package main

import (
	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
)

func newEvents() *cobra.Command {
	var m machine
	var e console.Events
	cmd := &cobra.Command{
		Use:   "events ADDR [NAME…]",
		Short: "Print the events of a server",
		Long: `events prints the events of a server as they arrive, one JSON object a line, until it
is interrupted or the server closes the connection. NAME selects events by name or
pattern, such as "BLOCK_*"; the default is all.

` + addressHelp + `

Exit status: 0 ended as requested; 1 fewer events arrived than --count; 2 could not
run, or the connection broke.`,
		Example: `  qapi-go events /run/vm.qmp
  qapi-go events /run/vm.qmp SHUTDOWN RESET --count 1 --timeout 1m
  qapi-go events tcp:localhost:4444 "BLOCK_JOB_*" --reconnect`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "events takes an address")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.open(cmd, args[0]); err != nil {
				return err
			}
			if e.Count < 0 || e.Timeout < 0 {
				return usagef(cmd, "--count and --timeout cannot be negative")
			}
			e.Target, e.Schema, e.Patterns = m.target, m.schemaOf(cmd), args[1:]
			ctx, stop := interruptible(cmd)
			defer stop()
			return machineError(cmd, e.Run(ctx, cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return completeAddress(typed)
			}
			return m.completeEvents(cmd, args, typed)
		},
	}
	m.addFlags(cmd)
	f := cmd.Flags()
	f.IntVar(&e.Count, "count", 0, "number of events after which to end (default: no limit)")
	f.DurationVar(&e.Timeout, "timeout", 0, "time after which to end, such as 30s (default: none)")
	f.BoolVar(&e.Reconnect, "reconnect", false, "reconnect when the connection ends")
	return cmd
}
