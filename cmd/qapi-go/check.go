package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/driver"
)

func newCheck() *cobra.Command {
	load := loader{Loader: driver.Loader{NoDocs: true}}
	var project project
	var explain bool
	cmd := &cobra.Command{
		Use:   "check [SCHEMA...]",
		Short: "Report every error in schemas",
		Long: `check reads each schema with its includes, resolves it and reports all errors with
file, line and column, on stderr. For a schema that vendor copied, it also lists the
files that were edited since. Without SCHEMA, it checks those of qapi.yaml
(docs/config.md). For a running server, such as qmp:unix:/run/vm.qmp, or a file with
its answer to query-qmp-schema, it checks that introspection is consistent.

The dialect is detected, or pinned with --dialect. Detection uses the schema's
constructs, the releases that its documentation mentions, and a file VERSION at the
top of its tree. If several releases remain, a construct is accepted if any of them
accepts it. --explain-dialect prints the result and the evidence.

--error-format sets the format of errors (docs/diagnostics.md):

  text    file:line:col: error: message [code], the source line with a mark, and
          notes; a summary at the end
  json    one object a line
  github  workflow commands for GitHub Actions
  sarif   one log of SARIF 2.1.0 for all schemas
  qemu    the first error, as QEMU's own compiler prints it

Exit status: 0 no errors; 1 errors, or edited files; 2 could not run.`,
		Example: `  qapi-go check qapi/qapi-schema.json
  qapi-go check --error-format qemu --dialect 10.0 qapi/qapi-schema.json
  qapi-go check --config qapi.yaml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := load.check(cmd); err != nil {
				return err
			}
			if len(args) > 0 && cmd.Flags().Changed("config") {
				return usagef(cmd, "--config names the schemas: %q is one argument too many", args[0])
			}
			schemas, err := project.schemas(cmd, args)
			if err != nil {
				return err
			}
			var result error
			notes := load.Notes(cmd.ErrOrStderr())
			if schemas, err = load.each(cmd, schemas); err != nil {
				return err
			}
			for _, s := range schemas {
				name := s.Name
				if err := load.pin(s.Dialect); err != nil {
					return err
				}
				got, err := load.LoadAny(cmd.Context(), name, cmd.ErrOrStderr())
				if err == nil && got.Server != nil {
					driver.Note(notes, "%s: no errors in what %s describes, %s and %s", name, got.Name,
						driver.Plural(len(got.Schema.Commands), "command"), driver.Plural(len(got.Schema.Events), "event"))
					continue
				}
				if explain && err == nil {
					fmt.Fprint(cmd.OutOrStdout(), got.Parsed.Dialect.Explain(got.Fset, name))
				}
				switch {
				case errors.Is(err, driver.ErrUnreadable):
					result = err
				case err != nil:
					return err
				case got.Schema == nil:
					if result == nil {
						result = driver.ErrFindings
					}
					driver.Note(notes, "%s: %s in %s", name, driver.Plural(got.Errors, "error"), driver.Plural(got.Files, "file"))
				default:
					driver.Note(notes, "%s: no errors in %s, %s", name,
						driver.Plural(got.Files, "file"), driver.Plural(got.Definitions(), "definition"))
				}
				if got != nil {
					name = got.Spec
				}
				edited, verr := driver.CheckVendored(name, cmd.OutOrStdout())
				if verr != nil {
					return verr
				}
				if edited > 0 && result == nil {
					result = driver.ErrFindings
				}
			}
			if err := load.Finish(cmd.ErrOrStderr()); err != nil {
				return err
			}
			return result
		},
	}
	cmd.Flags().BoolVar(&explain, "explain-dialect", false, "print the detected dialect and the evidence for it")
	load.addFlags(cmd)
	project.addFlags(cmd)
	return cmd
}
