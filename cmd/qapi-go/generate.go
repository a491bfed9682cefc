package main

import (
	"errors"
	"fmt"
	"go/token"
	"io"
	"maps"
	"path"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// A generate is one run of the generate command.
type generate struct {
	loader
	schema, out string
	packageName string
	parts       []string
	docs        string
	rename      map[string]string
	include     []string
	exclude     []string
	define      []string
	spdx        string
	check       bool
}

func newGenerate() *cobra.Command {
	var g generate
	cmd := &cobra.Command{
		Use:   "generate --out DIR [--schema SCHEMA]",
		Short: "Write a Go package for a schema",
		Long: `generate writes a Go package for a schema: its types, a client, events and a
server's dispatch table, one file a schema module. The package needs the standard
library and github.com/qapi-go/qapi-go/qmp.

Files that are already as they should be are not touched, and if nothing has
changed since the last run little is done at all. What an earlier run wrote and is no longer generated is removed; a manifest in the folder says what
that is. Without --schema, an embedded example is used.

--docs says how much of the schema's documentation is copied into comments. What
is copied keeps the schema's licence, which the SPDX line at the top of each file
tells: that of the schema's own SPDX lines, or GPL-2.0-or-later, which is QEMU's,
if a file of it has none. With none, the output is Apache-2.0 alone. --spdx sets
the line.

--include takes the name of a command or event, or a pattern of such names with
'*', '?' and "[a-z]"; --exclude takes away from those. Only they and the types
that they need are generated. Without --include, all are chosen.

--define says which macros the server was built with, and so decides the schema's
conditions ('if'): what has a condition that does not hold is left out. All macros
that are not given count as undefined. Without --define everything stays, with its
condition in the comment.

--rename gives Go names to what has none of its own because two names of the
schema become the same one, or is just to be called otherwise: TYPE=Name,
COMMAND=Name, EVENT=Name, or DEFINITION.MEMBER=Name for a member, a value, or the
branch of an alternate.`,
		Example: `  qapi-go generate --out ./out
  qapi-go generate --schema qemu/qapi/qapi-schema.json --out internal/qapi
  qapi-go generate --schema qemu/qga/qapi-schema.json --package qga --parts types,client --out internal/qga
  qapi-go generate --schema qemu/qapi/qapi-schema.json --out internal/qapi --check
  qapi-go generate --schema qemu/qapi/qapi-schema.json --out internal/qapi \
    --include 'query-*' --include blockdev-add --include SHUTDOWN --define CONFIG_LINUX

In a Go file:
  //go:generate go tool qapi-go generate --schema ../qemu/qapi/qapi-schema.json --out ./qapi`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return g.run(cmd) },
	}
	g.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&g.schema, "schema", "", "root `file` of the schema (default: the embedded example)")
	f.StringVar(&g.out, "out", "", "output `folder`; it is made if it is not there")
	f.StringVar(&g.packageName, "package", "qapi", "`name` of the package")
	f.StringSliceVar(&g.parts, "parts", []string{"types", "client", "events", "server"}, "what to generate")
	f.StringVar(&g.docs, "docs", "full", "how much documentation is copied: full, summary or none")
	f.StringVar(&g.spdx, "spdx", "", "SPDX `expression` for the licence of the output (default: Apache-2.0, with --docs=full and summary AND that of the schema)")
	f.StringToStringVar(&g.rename, "rename", nil, "Go `names` instead of those made from the schema's: DEFINITION=Name or DEFINITION.MEMBER=Name")
	f.StringArrayVar(&g.include, "include", nil, "commands and events to generate, with what they need: a `pattern` of names (repeatable; default: all)")
	f.StringArrayVar(&g.exclude, "exclude", nil, "commands and events not to generate: a `pattern` of names (repeatable)")
	f.StringArrayVar(&g.define, "define", nil, "a `macro` that the server was built with; all others count as undefined (repeatable; default: keep what is conditional)")
	f.BoolVar(&g.check, "check", false, "write nothing; say what is not up to date")
	return cmd
}

// options returns the options of the generator, or an error about the flags.
func (g *generate) options(cmd *cobra.Command) (golang.Options, error) {
	var none golang.Options
	if err := g.loader.check(cmd); err != nil {
		return none, err
	}
	if g.out == "" {
		return none, usagef(cmd, "--out is missing: where should the package be written?")
	}
	if !token.IsIdentifier(g.packageName) || g.packageName == "_" {
		return none, usagef(cmd, "--package takes the name of a Go package, not %q", g.packageName)
	}
	parts, err := golang.ParseParts(g.parts)
	if err != nil {
		return none, usagef(cmd, "--parts: %v", err)
	}
	if g.spdx != "" && !golang.IsLicence(g.spdx) {
		return none, usagef(cmd, "--spdx takes an SPDX expression such as \"MIT OR Apache-2.0\", not %q", g.spdx)
	}
	switch docs := golang.Docs(g.docs); docs {
	case golang.DocsFull, golang.DocsSummary, golang.DocsNone:
		return golang.Options{Package: g.packageName, Parts: parts, Docs: docs, Rename: g.rename, Licence: g.spdx}, nil
	}
	return none, usagef(cmd, "--docs takes full, summary or none, not %q", g.docs)
}

func (g *generate) run(cmd *cobra.Command) error {
	opts, err := g.options(cmd)
	if err != nil {
		return err
	}
	src, err := openSource(cmd, g.schema)
	if err != nil {
		return err
	}
	defer src.Close()
	opts.SchemaName = path.Base(src.Root)
	meta := gen.Meta{
		Generator: "go", Tool: version(), Build: build(), Schema: opts.SchemaName,
		Options: g.recorded(cmd),
	}
	read := &inputs{FS: src.FS, dir: path.Dir(src.Root)}
	out := output{g.out, g.check}
	if !g.check {
		if n, ok := gen.UpToDate(g.out, meta, read.read); ok {
			out.summary(g.notes(cmd.ErrOrStderr()), gen.Result{Unchanged: n})
			return g.finish(cmd.ErrOrStderr())
		}
	}
	src.FS = read
	stderr := &counter{Writer: cmd.ErrOrStderr()}
	schema, err := g.loadOneFrom(src, stderr)
	if err != nil {
		return err
	}
	if schema.Schema, err = g.subset(cmd, stderr, schema.Schema); err != nil {
		return err
	}
	if opts.Licence == "" && opts.Docs != golang.DocsNone {
		opts.Licence = read.licence()
	}
	if opts.Introspection, err = introspection(schema.Schema, opts.Parts); err != nil {
		return err
	}
	files, err := golang.Generate(schema.Schema, opts)
	if clash := new(golang.ClashError); errors.As(err, &clash) {
		fmt.Fprintf(stderr, "%v\nqapi-go: %s, nothing written; --rename gives another name\n", clash, plural(len(clash.Clashes), "name clash"))
		return errFindings
	}
	if err != nil {
		return err
	}
	if stderr.n == 0 { // else the next run has to say it again
		meta.Inputs = read.noted()
	}
	return out.put(cmd.OutOrStdout(), g.notes(stderr), files, meta)
}

// A counter counts what is written through it.
type counter struct {
	io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Writer.Write(p)
}

// unrecorded are the flags that do not shape the output, and --schema, of which
// the manifest has the name and the files.
var unrecorded = []string{"check", "error-format", "help", "out", "schema"}

// recorded returns the options for the manifest, sorted by name: all flags that
// are not known to be of no importance.
func (g *generate) recorded(cmd *cobra.Command) []string {
	var list []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if slices.Contains(unrecorded, f.Name) {
			return
		}
		if f.Name == "rename" { // its String has no fixed order
			for _, key := range slices.Sorted(maps.Keys(g.rename)) {
				list = append(list, "rename="+key+"="+g.rename[key])
			}
			return
		}
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		for _, v := range values {
			if v != "" {
				list = append(list, f.Name+"="+v)
			}
		}
	})
	return list
}

// subset returns the part of the schema that is asked for. Patterns are held
// against the whole schema: that a condition does not hold makes none wrong.
func (g *generate) subset(cmd *cobra.Command, stderr io.Writer, s *ir.Schema) (*ir.Schema, error) {
	some := len(g.include) > 0 || len(g.exclude) > 0
	part := s
	if some {
		var err error
		part, err = subset.Select(s, g.include, g.exclude)
		if wrong := new(subset.PatternError); errors.As(err, &wrong) {
			msg := wrong.Error()
			if hint := diag.DidYouMean(wrong.Pattern, wrong.Names); hint != "" {
				msg += "; " + hint
			}
			return nil, usagef(cmd, "%s", msg)
		} else if err != nil {
			return nil, err
		}
	}
	if len(g.define) == 0 {
		return part, nil
	}
	macros := subset.Macros(s)
	for _, m := range g.define {
		if !slices.Contains(macros, m) {
			note := "no condition of the schema mentions " + m
			if hint := diag.DidYouMean(m, macros); hint != "" {
				note += "; " + hint
			}
			fmt.Fprintf(g.notes(stderr), "qapi-go: %s\n", note)
		}
	}
	part = subset.Decide(part, g.define)
	if !some {
		return part, nil
	}
	if len(part.Commands)+len(part.Events) == 0 {
		return nil, usagef(cmd, "with these macros defined, the schema has none of the commands and events that are asked for")
	}
	return subset.Select(part, nil, nil) // less may be needed now
}
