package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/driver"
)

func newCall() *cobra.Command {
	var m machine
	var c console.Call
	var argsFile string
	cmd := &cobra.Command{
		Use:   "call ADDR COMMAND [KEY=VALUE…]",
		Short: "Run one command on a server and print its result",
		Long: `call runs one command on a QMP server or a guest agent and prints its result as
JSON: indented on a terminal, on one line otherwise.

` + addressHelp + `

A KEY may have dots, which lead into objects and, as numbers, into lists. VALUE is
converted to the type in the schema: string, number, boolean or enum value. Objects
and lists are JSON, in which strings may have single quotes. Arguments that the
schema does not allow are not sent.

Exit status: 0 success; 1 the server returned an error; 2 no reply, or not sent.`,
		Example: `  qapi-go call /run/vm.qmp query-status
  qapi-go call /run/vm.qmp device_del id=disk0 --wait DEVICE_DELETED:device=disk0
  qapi-go call /run/vm.qmp blockdev-add driver=qcow2 node-name=disk0 file.driver=file \
      file.filename=/srv/disk0.qcow2
  qapi-go call --agent /run/vm.qga guest-info`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usagef(cmd, "call takes an address and a command")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.open(cmd, args[0]); err != nil {
				return err
			}
			if c.Timeout < 0 {
				return usagef(cmd, "--timeout is negative")
			}
			c.Target, c.Schema, c.Command, c.Words = m.target, m.schemaOf(cmd), args[1], args[2:]
			m.names = c.Names()
			c.Indent = console.IsTerminal(cmd.OutOrStdout())
			if cmd.Flags().Changed("args") {
				text, err := readText(cmd.InOrStdin(), argsFile)
				if err != nil {
					return fmt.Errorf("--args: %w", err)
				}
				c.Args = text
			}
			ctx, stop := interruptible(cmd)
			defer stop()
			return machineError(cmd, c.Run(ctx, cmd.OutOrStdout(), cmd.ErrOrStderr()))
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return completeAddress(typed)
			}
			return m.complete(cmd, args, typed)
		},
	}
	m.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&argsFile, "args", "", "`file` with the arguments as a JSON object; - is standard input")
	f.StringArrayVar(&c.Files, "fd", nil, "`file` whose descriptor is passed with the command, over a unix socket (repeatable)")
	f.StringArrayVar(&c.Wait, "wait", nil, "`EVENT[:member=value]` to wait for after the reply, and to print; of several, the first to arrive (repeatable)")
	f.DurationVar(&c.Timeout, "timeout", 0, "limit for the whole run, such as 30s (default: none)")
	f.BoolVar(&c.Raw, "raw", false, "print the result as received, without formatting")
	return cmd
}

// readText reads a whole file, or standard input for "-".
func readText(stdin io.Reader, name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(stdin)
		return string(text), err
	}
	text, err := driver.ReadFile(name, driver.MaxText)
	return string(text), err
}
