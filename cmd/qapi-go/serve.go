package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/console"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/fake"
	"github.com/qapi-go/qapi-go/ir"
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
		Short: "Run a server that speaks a schema, without QEMU",
		Long: `serve runs a server for a schema. It negotiates capabilities, checks arguments as QEMU
does, with QEMU's error messages, and answers each command with the result of a valid
example in the documentation or, without one, with the smallest valid value.
Introspection is that of the schema's release; without --dialect and a file VERSION,
that is the oldest of which the schema can be. With --agent it is a guest agent. It
serves any number of clients until it is interrupted.

--scenario names a YAML file that sets replies by command, arguments and state: a
result, an error, events before and after it, a delay, a change of state, garbage or
a disconnect (docs/console.md). The file is checked against the schema.

Without --schema, it serves the schema of qapi.yaml, else the embedded example. A
running server, such as qmp:unix:/run/vm.qmp, and a file with its answer to
query-qmp-schema are also schemas, without documentation; --dialect sets the release of
a file. ADDR is unix:PATH, tcp:HOST:PORT or the path of a socket.

Exit status: 0 interrupted; 1 errors in the schema or the scenario; 2 could not run.`,
		Example: `  qapi-go serve --schema qapi/qapi-schema.json --listen unix:/tmp/vm.qmp
  qapi-go serve --schema qga/qapi-schema.json --agent --listen unix:/tmp/vm.qga
  qapi-go serve --listen tcp:localhost:4444 --scenario failing-migration.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd) },
	}
	s.loader.addFlags(cmd)
	s.project.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.schema, "schema", "", "`SCHEMA` to serve (default: that of qapi.yaml, else the embedded example)")
	f.StringVar(&s.listen, "listen", "", "`ADDR` to listen on for clients")
	f.StringVar(&s.scenario, "scenario", "", "YAML `file` with replies")
	f.BoolVar(&s.agent, "agent", false, "serve a guest agent's protocol")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "print each command on stderr")
	cmd.MarkFlagFilename("scenario", "yaml", "yml")
	return cmd
}

func (s *serve) run(cmd *cobra.Command) error {
	if err := s.loader.check(cmd); err != nil {
		return err
	}
	if s.listen == "" {
		return usagef(cmd, "--listen ADDR is required")
	}
	if err := console.CheckListen(s.listen); err != nil {
		return usagef(cmd, "--listen: %v", err)
	}
	stderr := cmd.ErrOrStderr()
	opts := fake.Options{Agent: s.agent}
	name, schema, err := s.read(cmd, &opts) // name is for messages
	if err != nil {
		return err
	}
	if s.verbose {
		opts.Log = func(command string, args json.RawMessage) { driver.Note(stderr, "%s %s", command, args) }
	}
	if s.scenario != "" {
		data, err := driver.ReadFile(s.scenario, driver.MaxText)
		if err != nil {
			return err
		}
		var wrong fake.Mistakes
		if opts.Scenario, err = fake.ParseScenario(s.scenario, data, schema); errors.As(err, &wrong) {
			for _, line := range wrong {
				cmd.PrintErrln(line)
			}
			driver.Note(stderr, "%s, nothing served", driver.Plural(len(wrong), "mistake"))
			return driver.ErrFindings
		} else if err != nil {
			return err
		}
	}
	server, err := fake.New(schema, opts)
	if err != nil {
		return err
	}
	defer server.Close()
	l, err := console.Listen(s.listen)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(cmd) // before clients are told to connect
	defer stop()
	driver.Note(stderr, "listening on %s: %s, %s", s.listen, name, driver.Plural(len(schema.Commands), "command"))
	go func() {
		<-ctx.Done()
		l.Close()
		server.Close()
	}()
	return server.Serve(l)
}

// read reads the schema to serve, and returns it with its name. Introspection, of a
// running server or in a file, becomes the answer to query-qmp-schema.
func (s *serve) read(cmd *cobra.Command, opts *fake.Options) (string, *ir.Schema, error) {
	stderr := cmd.ErrOrStderr()
	if err := s.choose(cmd); err != nil {
		return "", nil, err
	}
	if answer, err := driver.Introspect(cmd.Context(), s.schema); err != nil {
		return "", nil, err
	} else if answer != nil {
		if opts.Introspection = answer.Text; s.Release != 0 {
			answer.Release = s.Release
		}
		answer.Schema.Release = answer.Release
		return filepath.Base(s.schema) + ofRelease(answer.Release, answer.Release), answer.Schema, nil
	}
	src, err := s.openSource(cmd, s.schema)
	if err != nil {
		return "", nil, err
	}
	got, err := s.LoadOne(src, stderr)
	src.Close()
	if ferr := s.Finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return "", nil, err
	}
	first, last := got.Parsed.Dialect.Known()
	if first > 0 { // the rules by which it was read may be those of a newer one
		got.Schema.Release = first
	}
	return got.Name + ofRelease(first, last), got.Schema, nil
}

// ofRelease describes the releases of which a schema can be; 0 means unknown.
func ofRelease(first, last dialect.Release) string {
	switch {
	case first == last && first > 0:
		return " of QEMU " + first.String()
	case first > 0 && last > 0:
		return " of QEMU " + dialect.Range{First: first, Last: last}.String()
	case first > 0:
		return " of QEMU " + first.String() + " or newer"
	case last > 0:
		return " of QEMU " + last.String() + " or older"
	}
	return ""
}

// choose sets the schema to the first one of qapi.yaml, if the command line has none.
func (s *serve) choose(cmd *cobra.Command) error {
	if cmd.Flags().Changed("schema") {
		return nil
	}
	c, err := s.project.load(cmd)
	if c == nil || err != nil {
		return err
	}
	all := c.AllSchemas()
	if len(all) == 0 {
		return nil
	}
	if _, several := asOne(all[0]); several {
		return fmt.Errorf("%s: the schema is that of several releases; choose the release to serve with --schema", c.Path)
	}
	s.schema = all[0].Name
	if len(all[0].Releases) > 0 {
		s.schema = all[0].Releases[0]
	}
	if cmd.Flags().Changed("dialect") {
		return nil
	}
	return s.pin(all[0].Dialect)
}
