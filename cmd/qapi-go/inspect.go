package main

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
)

// inspectFormats are the values of inspect's --format.
var inspectFormats = []struct {
	name  string
	print func(io.Writer, *ir.Schema) error
}{
	{"list", facts.List},
	{"facts", facts.Facts},
	{"introspection", introspect.Write},
}

func newInspect() *cobra.Command {
	var load loader
	var format string
	var names []string
	for _, f := range inspectFormats {
		names = append(names, f.name)
	}
	cmd := &cobra.Command{
		Use:   "inspect SCHEMA",
		Short: "Print what a schema defines",
		Long: `inspect prints what a schema defines.

  list           definitions by kind, with where they stand, and counts
  facts          a JSON object with everything that QEMU's own compiler knows
                 of them
  introspection  the JSON array that query-qmp-schema would return if all
                 conditions held`,
		Example: `  qapi-go inspect qapi/qapi-schema.json
  qapi-go inspect --format facts qga/qapi-schema.json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef(cmd, "inspect takes one schema, not %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := load.check(cmd); err != nil {
				return err
			}
			i := slices.Index(names, format)
			if i < 0 {
				return usagef(cmd, "--format takes %s, not %q", strings.Join(names, ", "), format)
			}
			got, err := load.Load(args[0], cmd.ErrOrStderr())
			if ferr := load.Finish(cmd.ErrOrStderr()); err == nil {
				err = ferr
			}
			if err != nil {
				return err
			}
			if got.Schema == nil {
				return driver.ErrFindings
			}
			out := bufio.NewWriter(cmd.OutOrStdout())
			if err := inspectFormats[i].print(out, got.Schema); err != nil {
				return err
			}
			return out.Flush()
		},
	}
	load.addFlags(cmd)
	cmd.Flags().StringVar(&format, "format", "list", "one of "+strings.Join(names, ", "))
	return cmd
}
