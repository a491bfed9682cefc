package main

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/source"
)

// A vendor is one run of the vendor command.
type vendor struct {
	loader
	from, into string
	force      bool
}

func newVendor() *cobra.Command {
	var v vendor
	cmd := &cobra.Command{
		Use:   "vendor --from SCHEMA --into DIR",
		Short: "Copy a schema and what it includes into a project",
		Long: `vendor copies the root file of a schema and the files that it includes into a folder
of a project, in the layout of QEMU's sources. A manifest beside them records the
source and the hashes of the files, so that check can report files that were edited.

For an archive or a git revision without a path, it lists the schemas in it.

A folder holds one schema: files of an earlier run that are no longer included are
removed. Edited files are not overwritten without --force.

Exit status: 0 copied; 1 errors in the schema, or edited files; 2 could not run.`,
		Example: `  qapi-go vendor --from qemu/qapi/qapi-schema.json --into qapi-schema
  qapi-go vendor --from qemu-10.0.0.tar.xz:qapi/qapi-schema.json --into qapi-schema
  qapi-go vendor --from git:qemu@v10.0.0:qga/qapi-schema.json --into qga-schema`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd) },
	}
	v.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&v.from, "from", "", "`SCHEMA` to copy")
	f.StringVar(&v.into, "into", "", "`folder` to copy to; it is created if it does not exist")
	f.BoolVar(&v.force, "force", false, "overwrite edited files")
	return cmd
}

func (v *vendor) run(cmd *cobra.Command) error {
	if err := v.loader.check(cmd); err != nil {
		return err
	}
	if v.from == "" {
		return usagef(cmd, "--from SCHEMA is required")
	}
	src, err := v.Open(v.from, cmd.ErrOrStderr())
	if choice := new(source.UnclearError); v.into == "" && !errors.As(err, &choice) { // otherwise that error comes first
		if err == nil {
			src.Close()
		}
		return usagef(cmd, "--into DIR is required")
	}
	if err != nil {
		return err
	}
	defer src.Close()
	stderr := cmd.ErrOrStderr()
	got, err := v.LoadFrom(src, stderr)
	if ferr := v.Finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return err
	}
	if got.Schema == nil {
		driver.Note(v.Notes(stderr), "%s, nothing copied", driver.Plural(got.Errors, "error"))
		return driver.ErrFindings
	}
	files, meta, err := driver.Vendored(src, got, src.Name)
	if err != nil {
		return err
	}
	if !v.force {
		n, err := driver.EditedVendored(v.into, cmd.OutOrStdout())
		if err != nil {
			return err
		}
		if n > 0 {
			driver.Note(stderr, "%s edited since the last copy, nothing copied; --force overwrites them", driver.Plural(n, "file"))
			return driver.ErrFindings
		}
	}
	before, err := driver.VendoredRoot(v.into)
	if err != nil {
		return err
	}
	out := driver.Output{Dir: v.into}
	if err := out.Put(cmd.OutOrStdout(), stderr, files, meta); err != nil {
		return err
	}
	if root := files[0].Path; before != "" && before != root {
		driver.Note(stderr, "%s held the schema %s, which %s has replaced: each schema needs a folder of its own", v.into, before, root)
	}
	return nil
}
