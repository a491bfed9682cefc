package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/driver"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
)

// isReleases reports whether the values of --schema are several releases: several schemas, or a
// folder of releases.
func isReleases(schemas []string) bool {
	if len(schemas) != 1 {
		return len(schemas) > 1
	}
	return driver.HoldsReleases(schemas[0])
}

// keptSchemas is the number of releases up to which their schemas stay in memory, so
// that none is read twice.
const keptSchemas = 4

// series writes the documentation of several releases. Their schemas are read twice,
// one after the other, if there are many: see [docs.Series].
func (d *documentation) series(cmd *cobra.Command, out *driver.Output, o config.Docs, schemas []string) error {
	roots, err := d.releaseRoots(cmd, schemas)
	if err != nil {
		return err
	}
	slices.SortStableFunc(roots, func(a, b driver.Release) int { return a.Version.Compare(b.Version) })
	var names []string
	for i, r := range roots {
		if i > 0 && roots[i-1].Version == r.Version {
			return usagef(cmd, "--schema: %s and %s are of the same release, %s: which of them?", roots[i-1].Root, r.Root, r.Name)
		}
		names = append(names, r.Name)
	}
	last := filepath.ToSlash(roots[len(roots)-1].Root)
	meta := d.meta(o, last[strings.LastIndexAny(last, "/:")+1:], names...)
	if d.upToDate(cmd, out, meta, readRelease(roots)) {
		return nil
	}
	if len(roots) > keptSchemas {
		collectMore()
	}
	stderr := &counter{Writer: cmd.ErrOrStderr()}
	s := docs.NewSeries(docs.Options{Name: meta.Schema, Title: o.Title, Formats: formatsOf(o.Format)})
	kept := make(map[string]*ir.Schema)
	var first error
	leftOut, folder := 0, len(schemas) == 1
	for _, r := range roots {
		load := d.LoadOne
		if folder {
			load = d.LoadPart
		}
		schema, inputs, err := d.releaseAt(r, stderr, load)
		if err != nil && !folder {
			return err
		}
		if err != nil { // the others are written
			first = cmp.Or(first, err)
			leftOut++
			driver.Note(d.Notes(stderr), "release %s is left out: %s cannot be read", r.Name, r.Root)
			continue
		}
		s.Add(r.Name, schema)
		meta.Inputs = append(meta.Inputs, inputs...)
		if len(roots) <= keptSchemas {
			kept[r.Name] = schema
		}
	}
	if leftOut == len(roots) {
		return first
	}
	d.Watch.Lap("survey")
	if stderr.n > 0 { // the next run has to print it again
		meta.Inputs = nil
	}
	files := s.Files(func(name string) (*ir.Schema, error) {
		if schema := kept[name]; schema != nil {
			return schema, nil
		}
		return d.again(roots[slices.Index(names, name)])
	})
	if err := out.PutStream(cmd.OutOrStdout(), d.Notes(stderr), files, meta); err != nil {
		return err
	}
	d.Watch.Lap(d.lastStage())
	if leftOut > 0 {
		return driver.ErrFindings
	}
	return nil
}

// releaseAt loads the schema of a release. The paths of its inputs start with the name
// of the release.
func (d *documentation) releaseAt(r driver.Release, stderr io.Writer, load func(*source.Source, io.Writer) (*driver.Loaded, error)) (*ir.Schema, []outdir.Input, error) {
	src, err := source.Open(r.Root)
	if err != nil {
		return nil, nil, err
	}
	defer src.Close()
	read := &driver.Inputs{FS: src.FS, Dir: path.Dir(src.Root)}
	src.FS = read
	got, err := load(src, stderr)
	if err != nil {
		return nil, nil, err
	}
	list := read.Noted()
	for i := range list {
		list[i].Path = r.Name + ":" + list[i].Path
	}
	return got.Schema, list, nil
}

// again loads a schema that was loaded before, without printing anything.
func (d *documentation) again(r driver.Release) (*ir.Schema, error) {
	src, err := source.Open(r.Root)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	schema, _ := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display, Dialect: d.Release})
	if schema == nil {
		return nil, fmt.Errorf("%s has changed while it was documented", r.Root)
	}
	return schema, nil
}

// readRelease returns a function that reads an input of a release.
func readRelease(roots []driver.Release) func(string) ([]byte, error) {
	var open string
	var src *source.Source
	var read *driver.Inputs
	return func(name string) ([]byte, error) {
		release, name, _ := strings.Cut(name, ":")
		i := slices.IndexFunc(roots, func(r driver.Release) bool { return r.Name == release })
		if i < 0 {
			return nil, fs.ErrNotExist
		}
		if open != release {
			if src != nil {
				src.Close()
			}
			var err error
			if src, err = source.Open(roots[i].Root); err != nil {
				return nil, err
			}
			open, read = release, &driver.Inputs{FS: src.FS, Dir: path.Dir(src.Root)}
		}
		return read.Read(name)
	}
}

// releaseRoots returns the releases.
func (l *loader) releaseRoots(cmd *cobra.Command, schemas []string) ([]driver.Release, error) {
	if len(schemas) == 1 {
		var notes bytes.Buffer
		roots, err := driver.Releases(schemas[0], "", &notes)
		if err == nil && len(roots) == 0 {
			return nil, usagef(cmd, "--schema %s: there is no release in this folder: each needs a folder with a version in its name, and a schema in it at %s", schemas[0], strings.Join(source.Roots, " or "))
		}
		if _, werr := notes.WriteTo(l.Notes(cmd.ErrOrStderr())); werr != nil {
			return nil, werr
		}
		for _, r := range roots {
			if err := r.CheckName(); err != nil {
				return nil, usagef(cmd, "--schema %v", err)
			}
		}
		return roots, err
	}
	var roots []driver.Release
	for _, schema := range schemas {
		src, err := l.Open(schema, cmd.ErrOrStderr())
		if err != nil {
			return nil, err
		}
		r, err := driver.ReleaseOf(src.Name, src)
		src.Close()
		if err != nil {
			return nil, usagef(cmd, "--schema %v", err)
		}
		roots = append(roots, r)
	}
	return roots, nil
}
