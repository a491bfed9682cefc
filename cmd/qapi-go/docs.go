package main

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/lint"
	"github.com/qapi-go/qapi-go/internal/outdir"
)

// docFormats are the values of --format of docs.
var docFormats = []string{"html", "markdown", "text"}

// A documentation is one run of the docs command.
type documentation struct {
	loader
	project
	writing
	flags   config.Docs // the output that flags describe
	schemas []string    // the values of --schema
}

func newDocs() *cobra.Command {
	d := documentation{loader: loader{Loader: driver.Loader{Also: lint.Markup}}}
	cmd := &cobra.Command{
		Use:   "docs [--schema SCHEMA] --out DIR | docs [--config FILE]",
		Short: "Write reference documentation for a schema",
		Long: `docs writes reference documentation for a schema.

  html      a web site that needs no server: index.html, a page for each command,
            event and type, and a search over names and all text
  markdown  README.md, lists, and a file for each module, meant to be committed
            and compared
  text      qmp-commands.txt and qmp-events.txt: every command and event with its
            arguments and results, spelled out as they are on the wire

Several --schema, or a folder of releases, are documented together: each release has
a folder, and every page of the web site links to the other releases and shows what
was added, deprecated and removed. A release is named after the folder in its path
that has a version, as in 10.2.0/qapi/qapi-schema.json, or by the file VERSION above
it. Releases in a folder whose schema cannot be read are left out, and the exit status
is 1.

Without --schema, an embedded example is used. Without both --schema and --out, the
outputs listed under docs in qapi.yaml are written, if there is one (docs/config.md).

--check, --diff, --clean and --timings are as for generate.

Exit status: 0 written; 1 errors in a schema, or stale with --check; 2 could not run.`,
		Example: `  qapi-go docs --out ./out/docs
  qapi-go docs --schema qapi/qapi-schema.json --out doc --format text
  qapi-go docs --schema releases/ --out doc
  qapi-go docs --config qapi.yaml --check`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd) },
	}
	d.loader.addFlags(cmd)
	d.project.addFlags(cmd)
	d.writing.addFlags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&d.schemas, "schema", nil, "root `file` of the schema, or a folder of releases; repeat it for several releases (default: the embedded example)")
	f.StringVar(&d.flags.Out, "out", "", "output `folder`; it is created if it does not exist")
	f.StringVar(&d.flags.Title, "title", "", "`title` of the documentation (default: the root module's heading, or that of QEMU's manual, and the release)")
	f.StringSliceVar(&d.flags.Format, "format", docFormats, "formats to write")
	return cmd
}

// shapingDocs are the flags that describe an output.
var shapingDocs = []string{"format", "title", "dialect"}

func (d *documentation) run(cmd *cobra.Command) error {
	if err := d.loader.check(cmd); err != nil {
		return err
	}
	c, err := d.project.outputs(cmd, shapingDocs)
	if err != nil {
		return err
	}
	outputs := []config.Docs{d.flags}
	if c != nil {
		if outputs = c.Docs; len(outputs) == 0 {
			return fmt.Errorf("%s: there is nothing under docs", c.Path)
		}
	}
	d.out.Command = runAgain(cmd)
	err = eachOutput(outputs, func(o config.Docs) error {
		if c != nil {
			o.Dialect = cmp.Or(o.Dialect, c.Dialect)
			if len(o.Format) == 0 {
				o.Format = docFormats
			}
		}
		schemas := d.schemas
		if c != nil {
			schemas = schemasOf(o.Schema, o.Schemas, c)
		}
		return inConfig(c, o.Pos, d.one(cmd, o, schemas))
	})
	if ferr := d.Finish(cmd.ErrOrStderr()); err == nil {
		err = ferr
	}
	return err
}

// one makes one output from schemas or, without any, from the embedded example.
func (d *documentation) one(cmd *cobra.Command, o config.Docs, schemas []string) error {
	if o.Out == "" {
		return usagef(cmd, "--out DIR is required without a %s (\"%s init\" writes one)", config.FileName, invocation())
	}
	for _, f := range o.Format {
		if !slices.Contains(docFormats, f) {
			return usagef(cmd, "--format takes %s, not %q", oneOf(docFormats), f)
		}
	}
	if len(o.Format) == 0 {
		return usagef(cmd, "--format is empty")
	}
	if err := d.pin(o.Dialect); err != nil {
		return err
	}
	if d.timings {
		d.Watch = driver.NewStopwatch()
		defer func() { d.Watch.Print(cmd.ErrOrStderr(), o.Out) }()
	}
	out := d.writing.to(o.Out)
	if isReleases(schemas) {
		return d.series(cmd, out, o, schemas)
	}
	return d.single(cmd, out, o, strings.Join(schemas, ""))
}

// single writes the documentation of one schema.
func (d *documentation) single(cmd *cobra.Command, out *driver.Output, o config.Docs, schema string) error {
	src, err := d.openSource(cmd, schema)
	if err != nil {
		return err
	}
	defer src.Close()
	release, err := driver.ReleaseOf(src.Name, src)
	if err != nil {
		release.Name = "" // then no title has it
	}
	read := &driver.Inputs{FS: src.FS, Dir: path.Dir(src.Root)}
	meta := d.meta(o, path.Base(src.Root), release.Name)
	if d.upToDate(cmd, out, meta, read.Read) {
		return nil
	}
	src.FS = read
	stderr := &counter{Writer: cmd.ErrOrStderr()}
	got, err := d.LoadOne(src, stderr)
	if err != nil {
		return err
	}
	files, err := docs.Generate(got.Schema, docs.Options{Name: got.Name, Title: o.Title, Release: release.Name, Formats: formatsOf(o.Format)})
	if err != nil {
		return err
	}
	d.Watch.Lap("generate")
	if stderr.n == 0 { // otherwise the next run prints it again
		meta.Inputs = read.Noted()
	}
	err = out.Put(cmd.OutOrStdout(), d.Notes(stderr), files, meta)
	d.Watch.Lap(d.lastStage())
	return err
}

// meta returns the entry of an output in the manifest, without inputs.
func (d *documentation) meta(o config.Docs, schema string, releases ...string) outdir.Meta {
	options := []string{"format=" + strings.Join(o.Format, ",")}
	if name := cmp.Or(o.Dialect, d.dialect); name != autoDialect {
		options = append(options, "dialect="+name)
	}
	for _, name := range releases {
		if name != "" {
			options = append(options, "release="+name)
		}
	}
	if o.Title != "" {
		options = append(options, "title="+o.Title)
	}
	return outdir.Meta{Generator: "docs", Tool: driver.Version(), Build: driver.Build(), Schema: schema, Options: options}
}

// upToDate reports whether the output is up to date; if so, it prints the summary.
func (d *documentation) upToDate(cmd *cobra.Command, out *driver.Output, meta outdir.Meta, read func(string) ([]byte, error)) bool {
	fresh := out.UpToDate(d.Notes(cmd.ErrOrStderr()), meta, read)
	d.Watch.Lap("look for changes")
	return fresh
}

// formatsOf returns the formats that --format names.
func formatsOf(names []string) []docs.Format {
	var formats []docs.Format
	for _, name := range names {
		formats = append(formats, docs.Format(name))
	}
	return formats
}
