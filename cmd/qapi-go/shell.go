package main

import (
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
)

func newShell() *cobra.Command {
	var m machine
	cmd := &cobra.Command{
		Use:   "shell ADDR",
		Short: "Run commands on a server by hand, or from a script",
		Long: `shell runs commands on a server, typed by hand or from a script. On a terminal it has
line editing, history, and completion of commands, arguments and values, including
objects of the running server; events are printed above the prompt.

  COMMAND KEY=VALUE…    run a command, as "qapi-go call" does
  {"execute": …}        run a command in JSON, which may take several lines
  !COMMAND              run a command of the human monitor
  help [NAME]           describe a command or event
  dial                  reconnect
  exit                  leave the shell

A script has the same commands, one a line, and comments that begin with #. It ends
at the first error; events go to stderr. Ctrl-C cancels the running command and, at
the prompt, ends the shell.

` + addressHelp + `

Exit status: 0 clean; 1 an error in a script; 2 could not connect.`,
		Example: `  qapi-go shell /run/vm.qmp
  qapi-go shell /run/vm.qmp --schema qapi/qapi-schema.json
  qapi-go shell /run/vm.qmp < commands.txt
  qapi-go shell --agent /run/vm.qga`,
		Args: oneAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.open(cmd, args[0]); err != nil {
				return err
			}
			s := console.Shell{Target: m.target, Schema: m.schemaOf(cmd), In: cmd.InOrStdin(), Out: cmd.OutOrStdout(), Err: cmd.ErrOrStderr()}
			ctx, stop := terminable(cmd)
			defer stop()
			interrupts := make(chan os.Signal, 1)
			signal.Notify(interrupts, os.Interrupt)
			defer signal.Stop(interrupts)
			s.Interrupt = interrupts
			return machineError(cmd, s.Run(ctx))
		},
		ValidArgsFunction: completeOneAddress,
	}
	m.addFlags(cmd)
	return cmd
}
