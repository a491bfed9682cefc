package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// inspectFormats are the values of inspect's --format.
var inspectFormats = []struct {
	name  string
	print func(io.Writer, *ir.Schema) error           // of a whole schema
	some  func(io.Writer, *ir.Schema, []ir.Def) error // of some of its definitions
}{
	{"list", facts.List, facts.Show},
	{"facts", facts.Facts, facts.FactsOf},
	{"introspection", introspect.Write, func(w io.Writer, s *ir.Schema, defs []ir.Def) error {
		return introspect.Write(w, subset.Of(s, defs))
	}},
}

// An inspection is one run of the inspect command.
type inspection struct {
	load    loader
	project project
	set     schemaSet
	format  string
}

func newInspect() *cobra.Command {
	var in inspection
	var names []string
	for _, f := range inspectFormats {
		names = append(names, f.name)
	}
	cmd := &cobra.Command{
		Use:   "inspect [SCHEMA] [NAME...]",
		Short: "Print what a schema defines",
		Long: `inspect prints what a schema defines.

  list           definitions by kind, with file and line, and counts
  facts          a JSON object with everything that QEMU's own compiler derives
  introspection  the JSON array that query-qmp-schema would return if all
                 conditions held

With NAME, it prints only that command, event or type, and all types that it refers
to; list then prints members, values and branches with a line of their documentation.

SCHEMA may be a running server, such as qmp:unix:/run/vm.qmp, or a file with its answer
to query-qmp-schema. Introspection has commands and events, but no names of types, and
no facts.

Several --schema, or a folder of releases, are merged into one schema as for generate
(docs/releases.md); list and facts then give the releases of each part.

Without SCHEMA, the schemas of qapi.yaml are printed (docs/config.md).

Exit status: 0 clean; 1 errors in a schema; 2 could not run.`,
		Example: `  qapi-go inspect qapi/qapi-schema.json
  qapi-go inspect qemu/ query-status --format facts
  qapi-go inspect qmp:unix:/run/vm.qmp query-status
  qapi-go inspect releases/ query-status`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := in.load.check(cmd); err != nil {
				return err
			}
			if !slices.Contains(names, in.format) {
				return usagef(cmd, "--format takes %s, not %q", oneOf(names), in.format)
			}
			return in.run(cmd, args)
		},
	}
	cmd.ValidArgsFunction = in.complete
	in.load.addFlags(cmd)
	in.project.addFlags(cmd)
	in.set.addFlags(cmd)
	cmd.Flags().StringVar(&in.format, "format", "list", "output format: "+oneOf(names))
	return cmd
}

func (in *inspection) run(cmd *cobra.Command, args []string) error {
	schemas, names, err := in.arguments(cmd, args)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	loaded, result := in.loadAll(cmd, schemas)
	if ferr := in.load.Finish(stderr); result == nil {
		result = ferr
	}
	if result != nil && (len(names) > 0 || !driver.Printed(result)) {
		return result
	}
	if len(names) > 0 {
		if err := unknownNames(cmd, loaded, names); err != nil {
			return err
		}
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	for _, got := range loaded {
		if err := in.print(cmd, out, got, names); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return result
}

// arguments splits the arguments into schemas and names of definitions. The first argument is a
// schema, unless the configuration names schemas and it looks like a name.
func (in *inspection) arguments(cmd *cobra.Command, args []string) ([]config.Schema, []string, error) {
	set, err := in.set.list(cmd)
	switch {
	case err != nil:
		return nil, nil, err
	case set != nil && cmd.Flags().Changed("config"):
		return nil, nil, usagef(cmd, "--config and --schema exclude each other")
	case set != nil:
		return set, args, nil
	}
	isName := len(args) > 0 && args[0] != "" && !strings.ContainsAny(args[0], "./:\\")
	if isName {
		_, err := os.Stat(args[0])
		isName = errors.Is(err, os.ErrNotExist)
	}
	if len(args) > 0 && !isName {
		if cmd.Flags().Changed("config") {
			return nil, nil, usagef(cmd, "--config names the schemas: %q is one too many", args[0])
		}
		return []config.Schema{{Name: args[0], Prefer: in.set.prefer}}, args[1:], nil
	}
	if isName {
		if c, err := in.project.load(cmd); err != nil {
			return nil, nil, err
		} else if c == nil {
			return nil, nil, usagef(cmd, "no schema %s, and no %s with a schema that could define %[1]s", args[0], config.FileName)
		}
	}
	schemas, err := in.project.schemas(cmd, nil)
	return schemas, args, err
}

// loadAll loads schemas. The error is that of the first one that could not be loaded.
func (in *inspection) loadAll(cmd *cobra.Command, schemas []config.Schema) (all []*driver.Loaded, result error) {
	for _, s := range schemas {
		if err := in.load.pin(s.Dialect); err != nil {
			return nil, err
		}
		got, err := in.load.loadSchema(cmd, s)
		switch {
		case errors.Is(err, driver.ErrUnreadable):
			result = err
		case err != nil:
			return nil, err
		case got.Schema == nil:
			if result == nil {
				result = driver.ErrFindings
			}
		default:
			all = append(all, got)
		}
	}
	return all, result
}

// definition returns the command, event or type of that name, or nil. Built-in and implicit types
// are not found.
func definition(s *ir.Schema, name string) ir.Def {
	for _, c := range s.Commands {
		if c.Name == name {
			return c
		}
	}
	for _, e := range s.Events {
		if e.Name == name {
			return e
		}
	}
	if d := s.ByName[name]; d != nil && d.Kind() != "built-in" && d.Kind() != "array" && !d.Head().Implicit {
		return d
	}
	return nil
}

// unknownNames returns an error for names that no schema defines.
func unknownNames(cmd *cobra.Command, loaded []*driver.Loaded, names []string) error {
	for _, name := range names {
		if slices.ContainsFunc(loaded, func(l *driver.Loaded) bool { return definition(l.Schema, name) != nil }) {
			continue
		}
		hint := diag.DidYouMean(name, definedNames(loaded))
		if hint != "" {
			hint = "; " + hint
		}
		return usagef(cmd, "no definition %q in %s%s", name, loaded[0].Spec, hint)
	}
	return nil
}

// definedNames returns the names that schemas define.
func definedNames(loaded []*driver.Loaded) []string {
	var all []string
	for _, l := range loaded {
		for d := range l.Schema.ByModule() {
			all = append(all, d.Head().Name)
		}
		if l.Server != nil {
			for _, c := range l.Schema.Commands {
				all = append(all, c.Name)
			}
			for _, e := range l.Schema.Events {
				all = append(all, e.Name)
			}
		}
	}
	return all
}

// print prints a schema, or the definitions of these names.
func (in *inspection) print(cmd *cobra.Command, w io.Writer, got *driver.Loaded, names []string) error {
	if got.Server != nil && in.format == "facts" {
		return usagef(cmd, "--format facts needs the text of a schema; introspection, such as %s, has list and introspection", got.Spec)
	}
	i := 0
	for inspectFormats[i].name != in.format {
		i++
	}
	if got.Server != nil && in.format == "introspection" {
		return introspect.Print(w, got.Server.Text, names...)
	}
	if len(names) == 0 {
		return inspectFormats[i].print(w, got.Schema)
	}
	var defs []ir.Def
	for _, name := range names {
		d := definition(got.Schema, name)
		if d == nil { // then another schema has it
			continue
		}
		if _, isType := d.(ir.Type); isType && in.format == "introspection" {
			return usagef(cmd, "--format introspection takes commands and events, not the type %s: introspection has no names of types", name)
		}
		if !slices.Contains(defs, d) {
			defs = append(defs, d)
		}
	}
	if len(defs) == 0 {
		return nil
	}
	return inspectFormats[i].some(w, got.Schema, defs)
}
