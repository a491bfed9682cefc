package main

import (
	"net"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/driver"
)

func newRecord() *cobra.Command {
	var m machine
	var r console.Recorder
	cmd := &cobra.Command{
		Use:   "record ADDR --listen ADDR --out FILE",
		Short: "Pass a conversation with a machine on, and write it down",
		Long: `record stands between clients and a machine: it passes everything on unchanged,
descriptors too, and writes it down, until it is interrupted.

The file has a JSON object a line: time, connection (which client, from 1), from
("client" or "server"), and message, or text or bytes (base64) for what is no JSON;
files is how many descriptors came with it. Secrets are masked: members such as
password and key, the data of secret objects, and passwords in lines for the human
monitor and in URLs.

The first ADDR is that of the machine, as "qapi-go help call" describes it; clients
connect to that of --listen, which is unix:PATH, tcp:HOST:PORT or a path.`,
		Example: `  qapi-go record /run/vm.qmp --listen /run/vm-recorded.qmp --out vm.jsonl
  qapi-go record tls:host:4444 --tls-ca ca.pem --listen tcp:localhost:4445 --out vm.jsonl`,
		Args: oneAddress,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := m.open(cmd, args[0]); err != nil {
				return err
			}
			if r.Listen == "" || r.Out == "" {
				return usagef(cmd, "record needs --listen and --out")
			}
			r.Target = m.target
			ctx, stop := interruptible(cmd)
			defer stop()
			return machineError(cmd, r.Run(ctx, cmd.ErrOrStderr(), listening(cmd)))
		},
		ValidArgsFunction: completeOneAddress,
	}
	m.addTargetFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&r.Listen, "listen", "", "`ADDR` to listen on for clients")
	f.StringVarP(&r.Out, "out", "o", "", "`file` to write, which must not exist")
	f.BoolVar(&r.Secrets, "secrets", false, "write secrets down, too")
	return cmd
}

// listening returns what tells that clients can connect.
func listening(cmd *cobra.Command) func(net.Addr) {
	return func(addr net.Addr) {
		driver.Note(cmd.ErrOrStderr(), "listening on %s:%s", addr.Network(), addr)
	}
}

// oneAddress refuses everything but one argument.
func oneAddress(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return usagef(cmd, "%s takes one address, not %d", cmd.Name(), len(args))
	}
	return nil
}

func completeOneAddress(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return completeAddress(typed)
}
