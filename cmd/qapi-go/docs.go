package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/outdir"
)

// docFormats are the values of docs' --format.
var docFormats = []string{"html", "markdown", "text"}

// A documentation is one run of the docs command.
type documentation struct {
	loader
	project
	writing
	flags   config.Docs // the output that flags describe
	schemas []string    // the values of --schema
	leftOut int         // releases of a folder that could not be read
}

func newDocs() *cobra.Command {
	d := documentation{loader: loader{also: checkMarkup}}
	cmd := &cobra.Command{
		Use:   "docs [--schema SCHEMA] --out DIR | docs [--config FILE]",
		Short: "Write reference documentation for a schema",
		Long: `docs writes reference documentation for a schema.

  html      a web site that needs no server: index.html, a page for each command,
            event and type, and a search over everything
  markdown  README.md, lists, and a file for each module, made to be committed
            and compared
  text      qmp-commands.txt and qmp-events.txt: every command and event with its
            arguments and results, spelled out as they are on the wire

Several --schema, or a folder of releases, are documented as one: each release has
a folder, and every page of the web site leads to the other releases and says what
was added, deprecated and removed when. A release is called as the folder with a
version in its path, as in 10.2.0/qapi/qapi-schema.json, or as the file VERSION above
it says. A release of a folder whose schema cannot be read is left out; then the
exit status is 1.

Without --schema, an embedded example is used. Without both --schema and --out,
what is under docs in qapi.yaml is written, if there is one (docs/config.md).

--check, --diff, --clean and --timings do what they do for generate.`,
		Example: `  qapi-go docs --out ./out/docs
  qapi-go docs --schema qemu/qapi/qapi-schema.json --out doc
  qapi-go docs --schema qemu/qapi/qapi-schema.json --out doc --format text
  qapi-go docs --schema 9.2.0/qapi/qapi-schema.json --schema 10.2.0/qapi/qapi-schema.json --out doc
  qapi-go docs --schema releases/ --out doc
  qapi-go docs --config qapi.yaml --check`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd) },
	}
	d.loader.addFlags(cmd)
	d.project.addFlags(cmd)
	d.writing.addFlags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&d.schemas, "schema", nil, "root `file` of the schema, again for another release, or a folder of releases (default: the embedded example)")
	f.StringVar(&d.flags.Out, "out", "", "output `folder`; it is made if it is not there")
	f.StringSliceVar(&d.flags.Format, "format", docFormats, "what to write")
	return cmd
}

// shapingDocs are the flags that describe an output.
var shapingDocs = []string{"format", "dialect"}

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
	d.command = runAgain(cmd)
	err = eachOutput(outputs, func(o config.Docs) error {
		if c != nil {
			o.Schema = cmp.Or(o.Schema, c.Schema)
			o.Dialect = cmp.Or(o.Dialect, c.Dialect)
			if len(o.Format) == 0 {
				o.Format = docFormats
			}
		}
		schemas := d.schemas
		if c != nil && o.Schema != "" {
			schemas = []string{o.Schema}
		}
		return inConfig(c, o.Pos, d.one(cmd, o, schemas))
	})
	if ferr := d.finish(cmd.ErrOrStderr()); err == nil {
		err = ferr
	}
	return err
}

// one makes one output from schemas: none stands for the embedded example.
func (d *documentation) one(cmd *cobra.Command, o config.Docs, schemas []string) error {
	if o.Out == "" {
		return usagef(cmd, "--out is missing, and there is no %s: where should the documentation be written? (\"qapi-go init\" writes a configuration)", config.FileName)
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
		d.watch = newStopwatch()
		defer func() { d.watch.print(cmd.ErrOrStderr(), o.Out) }()
	}
	d.leftOut = 0
	files, name, err := d.files(cmd, o.Format, schemas)
	if err != nil {
		return err
	}
	d.watch.lap("generate")
	meta := outdir.Meta{Generator: "docs", Tool: version(), Schema: name,
		Options: []string{"format=" + strings.Join(o.Format, ",")}}
	err = output{o.Out, d.writing}.put(cmd.OutOrStdout(), d.notes(cmd.ErrOrStderr()), files, meta)
	d.watch.lap(d.lastStage())
	if err == nil && d.leftOut > 0 {
		return errFindings
	}
	return err
}

// files loads schemas and returns what is to be written, with the name of the
// (last) schema.
func (d *documentation) files(cmd *cobra.Command, formats, schemas []string) ([]gen.File, string, error) {
	if isReleases(schemas) {
		list, all, err := d.releases(cmd, schemas)
		if err != nil {
			return nil, "", err
		}
		files, err := docs.Releases(list, docs.Options{Formats: formatsOf(formats)})
		return files, all[len(all)-1].Name, err
	}
	src, err := openSource(cmd, strings.Join(schemas, ""))
	if err != nil {
		return nil, "", err
	}
	defer src.Close()
	got, err := d.loadOne(src, cmd.ErrOrStderr())
	if err != nil {
		return nil, "", err
	}
	files, err := docs.Generate(got.Schema, docs.Options{Name: got.Name, Formats: formatsOf(formats)})
	return files, got.Name, err
}

// formatsOf returns the formats that --format names.
func formatsOf(names []string) []docs.Format {
	var formats []docs.Format
	for _, name := range names {
		formats = append(formats, docs.Format(name))
	}
	return formats
}
