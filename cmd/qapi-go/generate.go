package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen/golang"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/internal/names"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/sharing"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// A generate is one run of the generate command.
type generate struct {
	loader
	project
	writing
	flags config.Generate // the output that flags describe
	base  string          // the folder that --types-from is relative to; "" is the current one
}

func newGenerate() *cobra.Command {
	var g generate
	cmd := &cobra.Command{
		Use:   "generate [--schema SCHEMA] --out DIR | generate [--config FILE]",
		Short: "Write a Go package for a schema",
		Long: `generate writes a Go package for a schema: types, a client, events and a server's
dispatch table, with one file for each schema module. The package needs only the
standard library and github.com/qapi-go/qapi-go/qmp.

Without --schema, an embedded example is used. Without both --schema and --out,
generate writes the outputs listed in qapi.yaml, if there is one (docs/config.md).
Several --schema, or a folder of releases, give one package for the servers of all of
them (docs/releases.md).

Files of earlier runs that are no longer generated are removed, except those that were
edited and have lost their "Code generated" line, which only --clean removes. Other
files are never touched, and unchanged files are not rewritten. Processes that write
to the same folder wait for each other. A run that fails restores the folder; after
one that was killed, the next run does.

--check lists the files that are not up to date: changed (by the schema, the options
or the program), missing, orphaned (no longer generated), edited by hand, or
interrupted (a run was killed while it replaced files). --diff prints the difference
as a unified diff. Both write nothing, and they exclude each other.

--include selects commands and events by name or pattern ('*', '?' and "[a-z]"),
--exclude removes some of them. Only these and the types that they need are generated.

--define names the macros of the server's build and so decides conditions ('if'):
what depends on a false one is left out. All other macros count as undefined. Without
--define everything is generated, with its condition in the comment.

--docs sets how much documentation is copied into comments: full, summary (the first
paragraph of each text) or none. Copied text keeps the schema's licence, so the SPDX
line of each file is Apache-2.0 AND the licence in the schema's SPDX lines, or QEMU's
GPL-2.0-or-later without one. With none, comments state kind, wire name, mandatory
members, conditions and release, and the files are under Apache-2.0 alone. --spdx sets
the line.

--rename sets Go names, to resolve a clash or for a better name: TYPE=Name,
COMMAND=Name, EVENT=Name, or DEFINITION.MEMBER=Name for a member, an enum value or a
branch of an alternate. MODULE.json=name.go sets the file name of a module.

--types-from uses the types of another generated package, given by import path or as
./folder, where both have the same, as QEMU and its storage daemon do: they become
aliases. Types that differ, or refer to one that does, are the package's own. Generate
the other package first.

Exit status: 0 written, or up to date; 1 errors in the schema, name clashes, or stale
with --check or --diff; 2 could not run.`,
		Example: `  qapi-go generate --out ./out
  qapi-go generate --schema qapi/qapi-schema.json --out internal/qapi \
      --include 'query-*' --include SHUTDOWN --define CONFIG_LINUX
  qapi-go generate --schema 7.2.0/qapi/qapi-schema.json --schema 10.2.0/qapi/qapi-schema.json \
      --out internal/qapi
  qapi-go generate --config qapi.yaml --check`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return g.run(cmd) },
	}
	g.loader.addFlags(cmd)
	g.project.addFlags(cmd)
	g.writing.addFlags(cmd)
	f, o := cmd.Flags(), &g.flags
	f.StringArrayVar(&o.Schemas, "schema", nil, "root `file` of the schema, or a folder of releases; repeat it for several releases (default: the embedded example)")
	f.StringVar(&o.Out, "out", "", "output `folder`; it is created if it does not exist")
	f.StringVar(&o.Package, "package", defaultPackage, "`name` of the package")
	f.StringSliceVar(&o.Parts, "parts", defaultParts, "parts of the package")
	f.StringVar(&o.Docs, "docs", defaultGoDocs, "documentation copied into comments: full, summary or none")
	f.StringVar(&o.Prefer, "prefer", "", "`release` that keeps its names where releases clash")
	f.StringVar(&o.TypesFrom, "types-from", "", "generated `package` whose types are used where both have the same")
	f.StringVar(&o.SPDX, "spdx", "", "SPDX `expression` of the output (default: Apache-2.0 and, with copied comments, that of the schema)")
	f.StringToStringVar(&o.Rename, "rename", nil, "Go `names` to use: DEFINITION=Name, DEFINITION.MEMBER=Name or MODULE.json=file.go")
	f.StringArrayVar(&o.Include, "include", nil, "`pattern` of commands and events to generate, with the types that they need (repeatable; default: all)")
	f.StringArrayVar(&o.Exclude, "exclude", nil, "`pattern` of commands and events to leave out (repeatable)")
	f.StringArrayVar(&o.Define, "define", nil, "`macro` of the server's build; all others count as undefined (repeatable; default: keep what is conditional)")
	for _, name := range []string{"include", "exclude"} {
		cmd.RegisterFlagCompletionFunc(name, g.completePatterns)
	}
	return cmd
}

// Defaults of an output.
const (
	defaultPackage = "qapi"
	defaultGoDocs  = string(golang.DocsFull)
)

var defaultParts = []string{"types", "client", "events", "server"}

// shapingGo are the flags that describe an output.
var shapingGo = []string{"package", "parts", "docs", "spdx", "rename", "include", "exclude", "define", "dialect", "prefer", "types-from"}

// options returns the options of the generator for an output, or an error about
// the flags.
func (g *generate) options(cmd *cobra.Command, o config.Generate) (golang.Options, error) {
	var none golang.Options
	if o.Out == "" {
		return none, usagef(cmd, "--out DIR is required without a %s (\"%s init\" writes one)", config.FileName, invocation())
	}
	if !isPackage(o.Package) {
		return none, usagef(cmd, "--package takes the name of a Go package, not %q", o.Package)
	}
	parts, err := golang.ParseParts(o.Parts)
	if err != nil {
		return none, usagef(cmd, "--parts: %v", err)
	}
	if o.SPDX != "" && !golang.IsLicence(o.SPDX) {
		return none, usagef(cmd, "--spdx takes an SPDX expression such as \"MIT OR Apache-2.0\", not %q", o.SPDX)
	}
	if !slices.Contains(goDocs, o.Docs) {
		return none, usagef(cmd, "--docs takes full, summary or none, not %q", o.Docs)
	}
	return golang.Options{Package: o.Package, Parts: parts, Docs: golang.Docs(o.Docs), Rename: o.Rename, Licence: o.SPDX, Prefer: o.Prefer}, nil
}

func (g *generate) run(cmd *cobra.Command) error {
	if err := g.loader.check(cmd); err != nil {
		return err
	}
	c, err := g.project.outputs(cmd, shapingGo)
	if err != nil {
		return err
	}
	outputs := []config.Generate{g.flags}
	if c != nil {
		g.base = filepath.Dir(c.Path)
		if outputs = c.Generate; len(outputs) == 0 {
			return fmt.Errorf("%s: there is nothing under generate", c.Path)
		}
	}
	g.out.Command = runAgain(cmd)
	err = eachOutput(outputs, func(o config.Generate) error {
		if c != nil {
			o.Schemas = schemasOf(o.Schema, o.Schemas, c)
			o.Dialect = cmp.Or(o.Dialect, c.Dialect)
			o.Package = cmp.Or(o.Package, defaultPackage)
			o.Docs = cmp.Or(o.Docs, defaultGoDocs)
			if len(o.Parts) == 0 {
				o.Parts = defaultParts
			}
		}
		return inConfig(c, o.Pos, g.one(cmd, o))
	})
	if ferr := g.Finish(cmd.ErrOrStderr()); err == nil {
		err = ferr
	}
	return err
}

// one generates one output.
func (g *generate) one(cmd *cobra.Command, o config.Generate) error {
	opts, err := g.options(cmd, o)
	if err != nil {
		return err
	}
	if err := g.pin(o.Dialect); err != nil {
		return err
	}
	if g.timings {
		g.Watch = driver.NewStopwatch()
		defer func() { g.Watch.Print(cmd.ErrOrStderr(), o.Out) }()
	}
	in, err := g.open(cmd, o)
	if err != nil {
		return err
	}
	defer in.close()
	opts.SchemaName = in.name
	meta := outdir.Meta{
		Generator: "go", Tool: driver.Version(), Build: driver.Build(), Schema: opts.SchemaName,
		Options: append(recorded(o, cmp.Or(o.Dialect, g.dialect)), in.options...),
	}
	var shared *sharing.Package
	if o.TypesFrom != "" {
		var hash string
		if shared, hash, err = driver.TypesFrom(cmd.Context(), o.TypesFrom, g.base, o.Out); err != nil {
			return fmt.Errorf("--types-from: %w", err)
		}
		meta.Options = append(meta.Options, "types-from="+o.TypesFrom, "types-from-source="+hash)
	}
	slices.Sort(meta.Options)
	out := g.writing.to(o.Out)
	fresh := out.UpToDate(g.Notes(cmd.ErrOrStderr()), meta, in.read)
	g.Watch.Lap("look for changes")
	if fresh {
		return nil
	}
	stderr := &counter{Writer: cmd.ErrOrStderr()}
	schema, err := in.load(stderr)
	if err != nil {
		return err
	}
	if schema, err = g.subset(cmd, stderr, o, schema); err != nil {
		return err
	}
	if opts.Licence == "" && opts.Docs != golang.DocsNone {
		opts.Licence = in.licence()
	}
	if opts.Parts&golang.Server != 0 && in.releases != nil && len(schema.Releases) > 0 {
		if opts.Releases, err = parts(o, schema, in.releases()); err != nil {
			return err
		}
	}
	files, err := golang.Generate(schema, opts)
	if clash := new(names.ClashError); errors.As(err, &clash) {
		errs := &diag.List{Fset: schema.Fset, Lookup: in.lookup}
		lint.ReportClashes(errs, clash.Clashes)
		if err := g.Report(stderr, errs); err != nil {
			return err
		}
		driver.Note(g.Notes(stderr), "%s, nothing written; --rename gives another name%s", clashes(len(clash.Clashes)), in.hint)
		return driver.ErrFindings
	}
	if err != nil {
		return err
	}
	g.Watch.Lap("generate")
	if shared != nil {
		n := 0
		if files, n, err = sharing.Alias(files, shared); err != nil {
			return err
		}
		driver.Note(g.Notes(cmd.ErrOrStderr()), "%s: %s of %s", o.Out, driver.Plural(n, "type"), shared.Path)
		g.Watch.Lap("share types")
	}
	if stderr.n == 0 { // otherwise the next run prints it again
		meta.Inputs = in.noted()
	}
	if !out.Dry() && opts.Docs != golang.DocsNone && o.SPDX == "" && opts.Licence != "Apache-2.0" && isDocumented(schema) && !hasOutput(o.Out) {
		driver.Note(g.Notes(cmd.ErrOrStderr()), "%s: comments are copied from the schema, so the files are under %s; with --docs none they are under Apache-2.0 alone", o.Out, opts.Licence)
	}
	err = out.Put(cmd.OutOrStdout(), g.Notes(stderr), files, meta)
	g.Watch.Lap(g.lastStage())
	return err
}

// isDocumented reports whether a schema has documentation to copy.
func isDocumented(s *ir.Schema) bool {
	for d := range s.ByModule() {
		if d.Head().Doc != nil {
			return true
		}
	}
	return false
}

// hasOutput reports whether a folder has a generated package.
func hasOutput(dir string) bool {
	_, ok, err := outdir.Recorded(dir, "go")
	return ok && err == nil
}

// clashes returns "1 name clash", "2 name clashes".
func clashes(n int) string {
	if n == 1 {
		return "1 name clash"
	}
	return fmt.Sprintf("%d name clashes", n)
}

// A counter counts the bytes written to it.
type counter struct {
	io.Writer
	n int
}

func (c *counter) Write(p []byte) (int, error) {
	c.n += len(p)
	return c.Writer.Write(p)
}

// recorded returns the options for the manifest, sorted by name.
func recorded(o config.Generate, dialect string) []string {
	var list []string
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				list = append(list, name+"="+v)
			}
		}
	}
	add("define", o.Define...)
	add("dialect", dialect)
	add("docs", o.Docs)
	add("exclude", o.Exclude...)
	add("include", o.Include...)
	add("package", o.Package)
	add("parts", o.Parts...)
	add("prefer", o.Prefer)
	for _, key := range slices.Sorted(maps.Keys(o.Rename)) {
		add("rename", key+"="+o.Rename[key])
	}
	add("spdx", o.SPDX)
	return list
}

// subset returns the selected part of the schema. Patterns are matched against the whole schema,
// so that one whose matches a false condition removes is not an error.
func (g *generate) subset(cmd *cobra.Command, stderr io.Writer, o config.Generate, s *ir.Schema) (*ir.Schema, error) {
	some := len(o.Include) > 0 || len(o.Exclude) > 0
	part := s
	if some {
		var err error
		part, err = subset.Select(s, o.Include, o.Exclude)
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
	if len(o.Define) == 0 {
		return part, nil
	}
	macros := subset.Macros(s)
	for _, m := range o.Define {
		if !slices.Contains(macros, m) {
			note := "no condition of the schema mentions " + m
			if hint := diag.DidYouMean(m, macros); hint != "" {
				note += "; " + hint
			}
			driver.Note(g.Notes(stderr), "%s", note)
		}
	}
	part = subset.Decide(part, o.Define)
	if !some {
		return part, nil
	}
	if len(part.Commands)+len(part.Events) == 0 {
		return nil, usagef(cmd, "with these macros defined, the schema has none of the commands and events that are asked for")
	}
	return subset.Select(part, nil, nil) // fewer types may be needed
}
