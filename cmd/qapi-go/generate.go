package main

import (
	"errors"
	"fmt"
	"go/token"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/golang"
)

// A generate is one run of the generate command.
type generate struct {
	loader
	schema, out string
	packageName string
	parts       []string
	docs        string
	rename      map[string]string
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

Files that are already as they should be are not touched. What an earlier run
wrote and is no longer generated is removed; a manifest in the folder says what
that is. Without --schema, an embedded example is used.

--docs says how much of the schema's documentation is copied into comments. What
is copied keeps the schema's licence (QEMU's: GPL-2.0-or-later); with none, the
output is Apache-2.0 alone.`,
		Example: `  qapi-go generate --out ./out
  qapi-go generate --schema qemu/qapi/qapi-schema.json --out internal/qapi
  qapi-go generate --schema qemu/qga/qapi-schema.json --package qga --parts types,client --out internal/qga
  qapi-go generate --schema qemu/qapi/qapi-schema.json --out internal/qapi --check

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
	f.StringToStringVar(&g.rename, "rename", nil, "Go `names` instead of those made from the schema's: Type=Name or Type.member=Name")
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
	switch docs := golang.Docs(g.docs); docs {
	case golang.DocsFull, golang.DocsSummary, golang.DocsNone:
		return golang.Options{Package: g.packageName, Parts: parts, Docs: docs, Rename: g.rename}, nil
	}
	return none, usagef(cmd, "--docs takes full, summary or none, not %q", g.docs)
}

func (g *generate) run(cmd *cobra.Command) error {
	opts, err := g.options(cmd)
	if err != nil {
		return err
	}
	stderr := cmd.ErrOrStderr()
	schema, err := g.loadOne(g.schema, stderr)
	if err != nil {
		return err
	}
	opts.SchemaName = schema.Name
	if opts.Introspection, err = introspection(schema.Schema, opts.Parts); err != nil {
		return err
	}
	files, err := golang.Generate(schema.Schema, opts)
	if clash := new(golang.ClashError); errors.As(err, &clash) {
		fmt.Fprintf(stderr, "%v\nqapi-go: %s, nothing written; --rename gives another name\n", clash, plural(len(clash.Clashes), "clash"))
		return errFindings
	}
	if err != nil {
		return err
	}
	meta := gen.Meta{
		Generator: "go", Tool: version(), Schema: schema.Name,
		Options: []string{"package=" + opts.Package, "parts=" + opts.Parts.String(), "docs=" + string(opts.Docs)},
	}
	return output{g.out, g.check}.put(cmd.OutOrStdout(), g.notes(stderr), files, meta)
}
