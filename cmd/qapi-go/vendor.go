package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
)

// vendorGenerator is what the manifest calls files that vendor has copied.
const vendorGenerator = "vendor"

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
		Long: `vendor copies the root file of a schema and all files it includes, and nothing
else, into a folder of a project, in the layout they have in QEMU's sources. A
manifest beside them says where they come from and holds their hashes: check
then tells when one of them was edited.

A folder holds one schema: files that an earlier run copied and that this one does
not include are removed.
Files that were edited since are not overwritten without --force.`,
		Example: `  qapi-go vendor --from ~/src/qemu/qapi/qapi-schema.json --into qapi-schema
  qapi-go vendor --from qemu-10.0.0.tar.xz:qapi/qapi-schema.json --into qapi-schema
  qapi-go vendor --from git:../qemu@v10.0.0:qga/qapi-schema.json --into qga-schema
  qapi-go check qapi-schema/qapi/qapi-schema.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd) },
	}
	v.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&v.from, "from", "", "the `schema`: its root file, also in an archive or a git repository")
	f.StringVar(&v.into, "into", "", "`folder` to copy to; it is made if it is not there")
	f.BoolVar(&v.force, "force", false, "overwrite files that were edited")
	return cmd
}

func (v *vendor) run(cmd *cobra.Command) error {
	if err := v.loader.check(cmd); err != nil {
		return err
	}
	if v.from == "" {
		return usagef(cmd, "--from is missing: which schema should be copied?")
	}
	if v.into == "" {
		return usagef(cmd, "--into is missing: where should it be copied to?")
	}
	src, err := source.Open(v.from, source.WithProgress(cmd.ErrOrStderr()))
	if err != nil {
		return err
	}
	defer src.Close()
	stderr := cmd.ErrOrStderr()
	got, err := v.loadFrom(src, stderr)
	if ferr := v.finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return err
	}
	if got.Schema == nil {
		fmt.Fprintf(v.notes(stderr), "qapi-go: %s, nothing copied\n", plural(got.Errors, "error"))
		return errFindings
	}
	names := facts.Files(got.Schema)
	files := make([]gen.File, len(names))
	for i, m := range got.Schema.Modules {
		data, err := fs.ReadFile(src.FS, path.Join(path.Dir(src.Root), m.Name))
		if err != nil {
			return err
		}
		files[i] = gen.File{Path: names[i], Data: data}
	}
	if err := v.refuseEdited(cmd.OutOrStdout(), stderr); err != nil {
		return err
	}
	meta := outdir.Meta{
		Generator: vendorGenerator, Tool: version(), Schema: v.from,
		Options: append([]string{"root=" + names[0]}, release(src)...),
	}
	return output{dir: v.into}.put(cmd.OutOrStdout(), stderr, files, meta)
}

// refuseEdited lists vendored files that were edited and would be overwritten.
func (v *vendor) refuseEdited(stdout, stderr io.Writer) error {
	if v.force {
		return nil
	}
	report, err := outdir.Verify(v.into, vendorGenerator)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	n := 0
	for _, f := range report.Findings {
		if f.State != outdir.Edited {
			continue
		}
		n++
		if _, err := fmt.Fprintf(stdout, "%s: %s\n", filepath.Join(v.into, filepath.FromSlash(f.Path)), f.State); err != nil {
			return err
		}
	}
	if n > 0 {
		fmt.Fprintf(stderr, "qapi-go: %s edited since they were copied, nothing copied; --force overwrites them\n", plural(n, "file"))
		return errFindings
	}
	return nil
}

// release returns the release of QEMU a schema belongs to, as "release=10.0.0":
// what the file VERSION says in a folder above the root file.
func release(src *source.Source) []string {
	for dir := path.Dir(src.Root); ; dir = path.Dir(dir) {
		data, err := fs.ReadFile(src.FS, path.Join(dir, "VERSION"))
		text := strings.TrimSpace(string(data))
		if err == nil && len(text) < 40 && !strings.ContainsAny(text, "\n \t") {
			return []string{"release=" + text}
		}
		if dir == "." {
			return nil
		}
	}
}

// checkVendored looks for the manifest of vendor in the folders above a root
// file, and says which of the files that were copied with it have been edited or
// are missing. It returns their number.
func checkVendored(name string, stdout io.Writer) (int, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return 0, err
	}
	shown := filepath.Dir(name) // dir as it is to be printed
	for dir := filepath.Dir(full); ; dir, shown = filepath.Dir(dir), filepath.Join(shown, "..") {
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return 0, err
		}
		owns, err := outdir.Owns(dir, vendorGenerator, filepath.ToSlash(rel))
		if err != nil {
			return 0, err
		}
		if !owns {
			if filepath.Dir(dir) == dir {
				return 0, nil
			}
			continue
		}
		report, err := outdir.Verify(dir, vendorGenerator)
		if err != nil {
			return 0, err
		}
		for _, f := range report.Findings {
			if _, err := fmt.Fprintf(stdout, "%s: vendored file is %s\n", filepath.Join(shown, filepath.FromSlash(f.Path)), f.State); err != nil {
				return 0, err
			}
		}
		return len(report.Findings), nil
	}
}
