package main

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/fake"
	"github.com/qapi-go/qapi-go/internal/source"
)

// A serve is one run of the serve command.
type serve struct {
	loader
	project
	schema   string
	listen   string
	scenario string
	agent    bool
	verbose  bool
}

func newServe() *cobra.Command {
	var s serve
	cmd := &cobra.Command{
		Use:   "serve [--schema SCHEMA] --listen ADDR",
		Short: "Play a server that speaks a schema, without QEMU",
		Long: `serve plays the server of a schema: it negotiates, checks arguments as QEMU does and in
its words, and answers each command with the result of a valid example in the
documentation, or else with the least value that is valid. Introspection answers as
the schema's release would. With --agent it is a guest agent.

--scenario names a YAML file that says, by command, arguments and state, what is
answered instead: a result, an error, events before and behind it, a delay, a change
of state, garbage, or the end of the connection. docs/console.md describes it; the
file is checked against the schema.

Without --schema the schema of qapi.yaml is served, or the embedded example. ADDR is
unix:PATH or tcp:HOST:PORT. It serves any number of clients until it is interrupted.`,
		Example: `  qapi-go serve --schema qemu/qapi/qapi-schema.json --listen unix:/tmp/vm.qmp
  qapi-go serve --schema qemu/qga/qapi-schema.json --agent --listen unix:/tmp/vm.qga
  qapi-go serve --schema qapi-schema.json --listen tcp:localhost:4444 --scenario failing-migration.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd) },
	}
	s.loader.addFlags(cmd)
	s.project.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.schema, "schema", "", "root `file` of the schema (default: that of qapi.yaml, or the embedded example)")
	f.StringVar(&s.listen, "listen", "", "`address` to listen on: unix:PATH or tcp:HOST:PORT")
	f.StringVar(&s.scenario, "scenario", "", "`file` that says what is answered")
	f.BoolVar(&s.agent, "agent", false, "be a guest agent")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "print each command that is run on stderr")
	cmd.MarkFlagFilename("scenario", "yaml", "yml")
	return cmd
}

func (s *serve) run(cmd *cobra.Command) error {
	if err := s.loader.check(cmd); err != nil {
		return err
	}
	if s.listen == "" {
		return usagef(cmd, "--listen is missing: where should clients connect?")
	}
	network, address, err := dial.Parse(s.listen, false)
	if err != nil {
		return usagef(cmd, "--listen: %v", err)
	}
	stderr := cmd.ErrOrStderr()
	src, err := s.open(cmd)
	if err != nil {
		return err
	}
	got, err := s.LoadOne(src, stderr)
	src.Close()
	if ferr := s.Finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return err
	}
	opts := fake.Options{Agent: s.agent}
	if s.verbose {
		opts.Log = func(command string, args json.RawMessage) { driver.Note(stderr, "%s %s", command, args) }
	}
	if s.scenario != "" {
		data, err := os.ReadFile(s.scenario)
		if err != nil {
			return err
		}
		var wrong fake.Mistakes
		if opts.Scenario, err = fake.ParseScenario(s.scenario, data, got.Schema); errors.As(err, &wrong) {
			for _, line := range wrong {
				cmd.PrintErrln(line)
			}
			driver.Note(stderr, "%s, nothing served", driver.Plural(len(wrong), "mistake"))
			return driver.ErrFindings
		} else if err != nil {
			return err
		}
	}
	server, err := fake.New(got.Schema, opts)
	if err != nil {
		return err
	}
	defer server.Close()
	l, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	driver.Note(stderr, "listening on %s: %s of QEMU %s, %s", s.listen, got.Name, got.Schema.Release, driver.Plural(len(got.Schema.Commands), "command"))
	ctx, stop := interruptible(cmd)
	defer stop()
	go func() {
		<-ctx.Done()
		l.Close()
		server.Close()
	}()
	return server.Serve(l)
}

// open opens the schema that is served.
func (s *serve) open(cmd *cobra.Command) (*source.Source, error) {
	if s.schema == "" && !cmd.Flags().Changed("schema") {
		c, err := s.project.load(cmd)
		if err != nil {
			return nil, err
		}
		if c == nil || strings.TrimSpace(c.Schema) == "" {
			return source.Embedded(qapigo.Example, qapigo.ExampleRoot), nil
		}
		s.schema = c.Schema
	}
	return s.Open(s.schema, cmd.ErrOrStderr())
}
