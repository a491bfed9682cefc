package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/gen/docs/reference"
	"github.com/qapi-go/qapi-go/gen/docs/site"
)

// docFormats are the values of docs' --format.
var docFormats = []string{"html", "text"}

func newDocs() *cobra.Command {
	load := loader{also: checkMarkup}
	var schema, out string
	var formats []string
	cmd := &cobra.Command{
		Use:   "docs --out DIR [--schema SCHEMA]",
		Short: "Write reference documentation for a schema",
		Long: `docs writes reference documentation for a schema.

  html  a web site that needs no server: index.html, a page for each command,
        event and type, and a search over everything
  text  qmp-commands.txt and qmp-events.txt: every command and event with its
        arguments and results, spelled out as they are on the wire

Without --schema, an embedded example is used.`,
		Example: `  qapi-go docs --out ./out/docs
  qapi-go docs --schema qemu/qapi/qapi-schema.json --out doc
  qapi-go docs --schema qemu/qapi/qapi-schema.json --out doc --format text`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := load.check(cmd); err != nil {
				return err
			}
			if out == "" {
				return usagef(cmd, "--out is missing: where should the documentation be written?")
			}
			for _, f := range formats {
				if !slices.Contains(docFormats, f) {
					return usagef(cmd, "--format takes %s, not %q", strings.Join(docFormats, " or "), f)
				}
			}
			if len(formats) == 0 {
				return usagef(cmd, "--format is empty")
			}
			got, err := load.loadOne(cmd, schema)
			if err != nil {
				return err
			}
			files, err := documentation(got, formats)
			if err != nil {
				return err
			}
			meta := gen.Meta{Generator: "docs", Tool: version(), Schema: got.Name,
				Options: []string{fmt.Sprintf("format=%s", strings.Join(formats, ","))}}
			return output{dir: out}.put(cmd.OutOrStdout(), load.notes(cmd.ErrOrStderr()), files, meta)
		},
	}
	load.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&schema, "schema", "", "root `file` of the schema (default: the embedded example)")
	f.StringVar(&out, "out", "", "output `folder`; it is made if it is not there")
	f.StringSliceVar(&formats, "format", docFormats, "what to write")
	return cmd
}

// documentation returns the files of all formats.
func documentation(got *loaded, formats []string) ([]gen.File, error) {
	var files []gen.File
	if slices.Contains(formats, "html") {
		pages, err := site.Pages(reference.New(got.Schema, reference.Options{Name: got.Name}), site.Options{Text: slices.Contains(formats, "text")})
		if err != nil {
			return nil, err
		}
		files = append(files, pages...)
	}
	if slices.Contains(formats, "text") {
		text, err := docs.Text(got.Schema, docs.Options{SchemaName: got.Name})
		if err != nil {
			return nil, err
		}
		files = append(files, text...)
	}
	return files, nil
}
