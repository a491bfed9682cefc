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
		Short: "Record the messages between clients and a server",
		Long: `record forwards the connections of clients to a server, unchanged and with file
descriptors, and records the messages until it is interrupted.

The recording has one JSON object a line: time, connection (the client's number, from
1), from ("client" or "server"), message (or, if it is not JSON, text, or bytes in
base64), and files (number of descriptors). Secrets are masked: members such as
password and key, the data of secret objects, and passwords in lines for the human
monitor and in URLs.

The first ADDR is that of the server, as in "qapi-go help call"; clients connect to
that of --listen, which is unix:PATH, tcp:HOST:PORT or the path of a socket.

Exit status: 0 interrupted; 2 could not run.`,
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
	f.StringVarP(&r.Out, "out", "o", "", "`file` for the recording, which must not exist")
	f.BoolVar(&r.Secrets, "secrets", false, "do not mask secrets")
	return cmd
}

// listening returns a function that reports the address for clients.
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
