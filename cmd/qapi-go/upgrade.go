package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/impact"
	"github.com/qapi-go/qapi-go/ir"
)

// An upgrade is one run of the upgrade command.
type upgrade struct {
	loader
	project
	from    string
	replace string
	used    []string
	tags    []string
	format  string
	fail    string
	dry     bool
}

func newUpgrade() *cobra.Command {
	var u upgrade
	cmd := &cobra.Command{
		Use:   "upgrade --from SCHEMA",
		Short: "Move a project to another release, and report what affects its code",
		Long: `upgrade moves a project to another release of QEMU: it copies the new schema over the
vendored one, generates the outputs of qapi.yaml that are made from it, and reports
the changes that affect the project's Go packages, with each place, as
"diff OLD NEW --used ./..." does.

The report is made first, while the code still compiles. If anything fails, everything
is restored, and an interrupt while files are written is ignored. --dry-run reports and
changes nothing.

SCHEMA is a schema as for vendor. In an archive, a folder or a git revision, the path
may be omitted if it is that of the vendored schema. Where schemas in qapi.yaml names
a folder of releases, the new release is added to the folder, and so to the package.

One run moves one schema: that at the top of qapi.yaml or, if only the outputs have
schemas, the only one. --replace names another one. The dialect is that of qapi.yaml,
for the old schema and the new one.

Exit status: 0 nothing at or above --fail-on affects the code; 1 something does (it is
upgraded nevertheless), the new schema has errors, or the old one was edited; 2 failed.`,
		Example: `  qapi-go upgrade --from qemu-11.0.0.tar.xz --dry-run
  qapi-go upgrade --from qemu-11.0.0.tar.xz
  qapi-go upgrade --from git:qemu@v11.0.0:qapi/qapi-schema.json --used ./internal/...
  qapi-go upgrade --from qemu --format github`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return u.run(cmd) },
	}
	u.loader.addFormat(cmd) // the dialect is that of qapi.yaml, by which the outputs are generated
	u.project.addFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&u.from, "from", "", "the new `SCHEMA`")
	f.StringVar(&u.replace, "replace", "", "the `schema` in qapi.yaml to replace (default: that at the top, or the only one)")
	f.StringArrayVar(&u.used, "used", []string{"./..."}, "Go package `pattern` of the code to analyse (repeatable)")
	f.StringSliceVar(&u.tags, "tags", nil, "build tags for the analysis")
	f.StringVar(&u.format, "format", "text", "format of the report: text, json, markdown, github or sarif")
	f.StringVar(&u.fail, "fail-on", "breaking", "least severity for exit status 1: breaking, warning or none")
	f.BoolVar(&u.dry, "dry-run", false, "only report")
	return cmd
}

// A step holds the schemas before and after an upgrade.
type step struct {
	old, new *ir.Schema
	from, to string // names for the report
	vendor   *driver.Vendor
}

func (u *upgrade) run(cmd *cobra.Command) error {
	if err := u.check(cmd); err != nil {
		return err
	}
	c, err := u.project.load(cmd)
	if err != nil {
		return err
	}
	if c == nil {
		return usagef(cmd, "no %s: upgrade needs one (\"%s init\" writes it)", config.FileName, invocation())
	}
	stderr := cmd.ErrOrStderr()
	s, err := u.prepare(cmd, c, stderr)
	if ferr := u.Finish(stderr); err == nil {
		err = ferr
	}
	if err != nil {
		return err
	}
	report, err := u.analyze(s, c)
	if err != nil {
		return err
	}
	if u.dry {
		driver.Note(stderr, "%s: %s would change; nothing was changed", s.vendor.Dir, driver.Plural(s.vendor.Changed(), "file"))
	} else if err := u.apply(cmd, c, s.vendor, stderr); err != nil {
		return err
	}
	if err := u.print(cmd, report, s, c); err != nil {
		return err
	}
	if report.AtLeast(failOn[u.fail]) {
		return driver.ErrFindings
	}
	return nil
}

// check returns an error for invalid flags.
func (u *upgrade) check(cmd *cobra.Command) error {
	if err := u.loader.check(cmd); err != nil {
		return err
	}
	if u.from == "" {
		return usagef(cmd, "--from SCHEMA is required")
	}
	if !slices.ContainsFunc(usedFormats, func(f usedFormat) bool { return f.name == u.format }) {
		return usagef(cmd, "--format takes text, json, markdown, github or sarif, not %q", u.format)
	}
	if _, ok := failOn[u.fail]; !ok {
		return usagef(cmd, "--fail-on takes breaking, warning or none, not %q", u.fail)
	}
	return nil
}

// choose returns the schema to replace, or the releases to add one to.
func (u *upgrade) choose(c *config.Config) (config.Schema, error) {
	if u.replace == "" && (c.Schema != "" || len(c.Schemas) > 0) {
		return config.Schema{Name: c.Schema, Releases: c.Schemas, Dialect: c.Dialect}, nil
	}
	var all []config.Schema
	var names []string
	for _, s := range c.AllSchemas() {
		name := cmp.Or(s.Name, strings.Join(s.Releases, ", "))
		if slices.Contains(names, name) {
			continue
		}
		if u.replace != "" && filepath.Clean(u.replace) == filepath.Clean(name) {
			return s, nil
		}
		all, names = append(all, s), append(names, name)
	}
	switch {
	case u.replace != "":
		return config.Schema{}, fmt.Errorf("%s names no schema %s; it names %s", c.Path, u.replace, cmp.Or(strings.Join(names, ", "), "none"))
	case len(all) == 0:
		return config.Schema{}, fmt.Errorf("%s names no schema to replace", c.Path)
	case len(all) > 1:
		return config.Schema{}, fmt.Errorf("%s names %d schemas; choose one with --replace: %s", c.Path, len(all), strings.Join(names, ", "))
	}
	return all[0], nil
}

// prepare loads the old and the new schema of the project.
func (u *upgrade) prepare(cmd *cobra.Command, c *config.Config, stderr io.Writer) (*step, error) {
	s, err := u.choose(c)
	if err != nil {
		return nil, err
	}
	if err := u.pin(s.Dialect); err != nil {
		return nil, err
	}
	if len(s.Releases) > 0 {
		return u.prepareReleases(cmd, c, s.Releases, stderr)
	}
	dir, root, ok, err := driver.VendoredDir(s.Name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("%s: %s cannot be replaced: it was not copied by \"qapi-go vendor\"", c.Path, s.Name)
	}
	if main, err := driver.VendoredRoot(dir); err != nil {
		return nil, err
	} else if main != root {
		return nil, fmt.Errorf("%s: %s is a part of the schema that was copied to %s, of which %s is the root file: --replace takes that one", c.Path, s.Name, dir, filepath.Join(dir, filepath.FromSlash(main)))
	}
	if n, err := driver.EditedVendored(dir, cmd.OutOrStdout()); err != nil {
		return nil, err
	} else if n > 0 {
		driver.Note(stderr, "%s edited since the last copy; nothing was changed", driver.Plural(n, "file"))
		return nil, driver.ErrFindings
	}
	old, err := u.load(s.Name, stderr)
	if err != nil {
		return nil, err
	}
	new, vendor, err := u.open(dir, root, stderr)
	if err != nil {
		return nil, err
	}
	if got := vendor.Files[0].Path; got != root {
		return nil, fmt.Errorf("the root file of %s is %s, that of the vendored schema %s: vendor it by hand", u.from, got, root)
	}
	return &step{old: old, new: new, from: s.Name, to: u.from, vendor: vendor}, nil
}

// prepareReleases does the same for a folder of releases, to which one is added.
func (u *upgrade) prepareReleases(cmd *cobra.Command, c *config.Config, schemas []string, stderr io.Writer) (*step, error) {
	info, err := os.Stat(schemas[0])
	if len(schemas) > 1 || err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: upgrade adds a release to a folder of releases: name that under schemas, not its releases", c.Path)
	}
	roots, err := u.releaseRoots(cmd, schemas)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(roots, func(a, b driver.Release) int { return a.Version.Compare(b.Version) })
	newest := roots[len(roots)-1]
	rel, err := filepath.Rel(filepath.Join(schemas[0], newest.Name), newest.Root)
	if err != nil {
		return nil, err
	}
	src, name, err := driver.OpenAt(u.from, filepath.ToSlash(rel), stderr)
	if err != nil {
		return nil, err
	}
	added, err := driver.ReleaseOf(name, src)
	src.Close()
	if err != nil {
		return nil, err
	}
	_, vendor, err := u.open(filepath.Join(schemas[0], added.Name), filepath.ToSlash(rel), stderr)
	if err != nil {
		return nil, err
	}
	dir, root, err := vendor.Stage()
	defer os.RemoveAll(dir)
	if err != nil {
		return nil, err
	}
	before, err := u.LoadMerged(roots, "", stderr)
	if err != nil {
		return nil, err
	}
	roots = slices.DeleteFunc(roots, func(r driver.Release) bool { return r.Version == added.Version })
	added.Root = root
	roots = append(roots, added)
	slices.SortStableFunc(roots, func(a, b driver.Release) int { return a.Version.Compare(b.Version) })
	after, err := u.LoadMerged(roots, "", stderr)
	if err != nil {
		return nil, err
	}
	return &step{old: before.Schema, new: after.Schema, from: schemas[0], to: schemas[0] + " and " + added.Name, vendor: vendor}, nil
}

// load loads a schema of the project.
func (u *upgrade) load(name string, stderr io.Writer) (*ir.Schema, error) {
	src, err := u.Open(name, stderr)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	got, err := u.LoadOne(src, stderr)
	if err != nil {
		return nil, err
	}
	return got.Schema, nil
}

// open loads the new schema and prepares to copy it to a folder.
func (u *upgrade) open(dir, root string, stderr io.Writer) (*ir.Schema, *driver.Vendor, error) {
	src, name, err := driver.OpenAt(u.from, root, stderr)
	if err != nil {
		return nil, nil, err
	}
	defer src.Close()
	got, err := u.LoadOne(src, stderr)
	if err != nil {
		return nil, nil, err
	}
	vendor, err := driver.NewVendor(dir, src, got, name)
	return got.Schema, vendor, err
}

// analyze finds the changes that affect the code, while that compiles.
func (u *upgrade) analyze(s *step, c *config.Config) (*impact.Report, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	prog, err := impact.Load(ctx, u.used, impact.Options{Dir: filepath.Dir(c.Path), Tags: u.tags})
	if err != nil {
		return nil, fmt.Errorf("%w; nothing was changed", err)
	}
	return impact.Analyze(prog, s.old, s.new, compat.Options{}), nil
}

// apply copies the schema and generates the outputs, or restores everything.
func (u *upgrade) apply(cmd *cobra.Command, c *config.Config, v *driver.Vendor, stderr io.Writer) error {
	// An interrupt from here on would leave the new schema with the old package.
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(interrupts)
	if _, err := v.Write(); err != nil {
		return err
	}
	outputs := func() error {
		if len(c.Generate) > 0 {
			g := generate{loader: u.loader, project: u.project}
			if err := g.run(cmd); err != nil {
				return err
			}
		}
		if len(c.Docs) > 0 {
			d := documentation{loader: u.loader, project: u.project}
			return d.run(cmd)
		}
		return nil
	}
	err := outputs()
	if err == nil {
		driver.Note(stderr, "copied %s: %s", v, driver.Plural(len(v.Files), "file"))
		return nil
	}
	if uerr := v.Undo(); uerr != nil {
		return errors.Join(err, fmt.Errorf("the old schema could not be restored: %w", uerr))
	}
	if uerr := outputs(); uerr != nil {
		return errors.Join(err, fmt.Errorf("the old package could not be restored: %w", uerr))
	}
	driver.Note(stderr, "nothing was changed: all files were restored")
	return err
}

// print prints the report.
func (u *upgrade) print(cmd *cobra.Command, r *impact.Report, s *step, c *config.Config) error {
	dir, err := filepath.Abs(filepath.Dir(c.Path))
	if err != nil {
		return err
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	for _, f := range usedFormats {
		if f.name == u.format {
			if err := f.print(out, r, impact.Names{Old: s.from, New: s.to, Dir: dir}); err != nil {
				return err
			}
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if u.format != "text" {
		driver.Note(cmd.ErrOrStderr(), "%s", r.Summary())
	}
	return nil
}
