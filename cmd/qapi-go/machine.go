package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/source"
)

// A machine holds the flags for a server, QEMU or a guest agent, and its schema.
type machine struct {
	target  console.Target
	schema  string
	load    loader
	project project

	// names are the commands and events whose part of the schema is needed; nil means all.
	names []string
}

func (m *machine) addFlags(cmd *cobra.Command) {
	m.addTargetFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&m.schema, "schema", "", "`SCHEMA` of the server (default: that of qapi.yaml, else the server's introspection)")
	m.load.addFlags(cmd)
	m.project.addFlags(cmd)
}

// addTargetFlags adds the flags without those about the schema.
func (m *machine) addTargetFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&m.target.Agent, "agent", false, "the server is a guest agent")
	f.StringVar(&m.target.CA, "tls-ca", "", "`file` with trusted CA certificates, for tls:HOST:PORT")
	f.StringVar(&m.target.Cert, "tls-cert", "", "`file` with the client certificate, for tls:HOST:PORT")
	f.StringVar(&m.target.Key, "tls-key", "", "`file` with the key of the client certificate, for tls:HOST:PORT")
}

// open checks the flags and the address.
func (m *machine) open(cmd *cobra.Command, addr string) error {
	m.target.Addr = addr
	m.target.Stderr = cmd.ErrOrStderr()
	if err := m.target.Check(); err != nil {
		return usagef(cmd, "%v", err)
	}
	if cmd.Flags().Lookup("schema") == nil {
		return nil
	}
	return m.load.check(cmd)
}

// known returns the schema of the flags or the configuration, or nil.
func (m *machine) known(cmd *cobra.Command, stderr io.Writer) (*console.Schema, error) {
	name := m.schema
	if cmd.Flags().Changed("schema") {
		if name == "" {
			return nil, usagef(cmd, "--schema: the name of the schema is empty")
		}
	} else {
		c, err := m.project.load(cmd)
		if c == nil || err != nil {
			return nil, err
		}
		all := c.AllSchemas()
		if len(all) == 0 {
			return nil, nil
		}
		if !cmd.Flags().Changed("dialect") {
			if err := m.load.pin(all[0].Dialect); err != nil {
				return nil, err
			}
		}
		if names, several := asOne(all[0]); several {
			merged, err := m.load.loadReleases(cmd, names, all[0].Prefer)
			if ferr := m.load.Finish(stderr); err == nil {
				err = ferr
			}
			if err != nil {
				return nil, err
			}
			return console.NewSchema(merged.Schema), nil
		}
		name = all[0].Name
	}
	if text, ok := source.Introspection(name); ok {
		return console.ReadIntrospection(text, m.names)
	}
	if driver.IsServer(name) {
		answer, err := driver.AskServer(cmd.Context(), name)
		if err != nil {
			return nil, err
		}
		return console.ReadIntrospection(answer.Text, m.names)
	}
	schema, err := m.load.LoadNamed(name, m.names, stderr)
	if ferr := m.load.Finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return nil, err
	}
	return console.NewSchema(schema), nil
}

// schemaOf returns a function that finds the schema of a server.
func (m *machine) schemaOf(cmd *cobra.Command) func(context.Context, *console.Machine) (*console.Schema, error) {
	return func(ctx context.Context, c *console.Machine) (*console.Schema, error) {
		known, err := m.known(cmd, cmd.ErrOrStderr())
		if known != nil || err != nil {
			return known, err
		}
		return console.AskSchema(ctx, c, m.names)
	}
}

// interruptible returns a context that ends with an interrupt or a signal to terminate.
func interruptible(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
}

// terminable returns a context that ends with a signal to terminate, but not with an
// interrupt.
func terminable(cmd *cobra.Command) (context.Context, context.CancelFunc) {
	return signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGHUP)
}

// machineError converts an error of package console to one that run expects.
func machineError(cmd *cobra.Command, err error) error {
	wrong := new(console.ArgumentError)
	switch {
	case errors.Is(err, console.ErrAnswered), errors.Is(err, console.ErrIncomplete):
		return driver.ErrFindings
	case errors.As(err, &wrong):
		console.PrintProblem(cmd.ErrOrStderr(), err)
		return driver.ErrUnreadable
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted")
	}
	return err
}

// addressHelp describes ADDR and the schema of a server.
const addressHelp = `ADDR is unix:PATH, tcp:HOST:PORT, the path of a socket, QEMU's -qmp spelling of
these, tls:HOST:PORT, or exec:COMMAND…, a program whose standard input and output
are the monitor. With --agent, it is the address of a guest agent.

The schema is that of --schema (a SCHEMA, or a file with the answer to
query-qmp-schema), else that of qapi.yaml, else the server's introspection.`

// completeAddress completes an ADDR: a file, or the beginning of the other forms.
func completeAddress(typed string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, prefix := range []string{"unix:", "tcp:", "tls:", "exec:"} {
		if typed != "" && strings.HasPrefix(prefix, typed) {
			words = append(words, prefix)
		}
	}
	if words != nil {
		return words, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
	return nil, cobra.ShellCompDirectiveDefault
}
