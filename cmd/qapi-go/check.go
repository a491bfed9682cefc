package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

func newCheck() *cobra.Command {
	var load loader
	cmd := &cobra.Command{
		Use:   "check SCHEMA...",
		Short: "Say everything that is wrong with schemas",
		Long: `check reads each schema with its includes, resolves it and reports all errors
with file, line and column. Errors go to stderr.`,
		Example: `  qapi-go check qapi/qapi-schema.json
  qapi-go check --error-format qemu tests/qapi-schema/*.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef(cmd, "which schema?")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := load.check(cmd); err != nil {
				return err
			}
			var result error
			for _, name := range args {
				got, err := load.load(name, cmd.ErrOrStderr())
				switch {
				case errors.Is(err, errUnreadable):
					result = err
				case err != nil:
					return err
				case got.Schema == nil:
					if result == nil {
						result = errFindings
					}
					fmt.Fprintf(cmd.ErrOrStderr(), "qapi-go: %s: %s in %s\n", name, plural(got.Errors, "error"), plural(got.Files, "file"))
				default:
					fmt.Fprintf(cmd.ErrOrStderr(), "qapi-go: %s: no errors in %s, %s\n", name,
						plural(got.Files, "file"), plural(got.definitions(), "definition"))
				}
			}
			return result
		},
	}
	load.addFlags(cmd)
	return cmd
}
