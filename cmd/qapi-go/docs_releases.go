package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/config"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
)

// releaseName is what may be the name of a release: it becomes that of a folder.
var releaseName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`) })

// releaseOf returns the name of the release that a schema belongs to, with its
// version: what the file VERSION above it says, or the nearest part of its path
// that has a version in it. The error says that it cannot be told.
func releaseOf(schema string, src *source.Source) (string, compat.Version, error) {
	name := ""
	parts := strings.FieldsFunc(filepath.ToSlash(schema), func(r rune) bool { return r == '/' || r == ':' || r == '@' })
	for i := len(parts) - 2; i >= 0 && name == ""; i-- {
		if _, ok := compat.ParseVersion(parts[i]); ok {
			name = parts[i]
			for _, end := range []string{".xz", ".gz", ".tar", ".txz", ".tgz"} {
				name = strings.TrimSuffix(name, end)
			}
		}
	}
	version, ok := compat.ParseVersion(name)
	for _, fact := range release(src) {
		says := strings.TrimPrefix(fact, "release=")
		said, isVersion := compat.ParseVersion(says)
		switch {
		case !isVersion:
		case !ok:
			name, version, ok = says, said, true
		case said != version:
			return "", version, fmt.Errorf("%s: is it of release %s, as its path has it, or of %s, as the file VERSION says?", schema, name, says)
		}
	}
	if !ok {
		return "", version, fmt.Errorf("%s: of which release is it? Its path needs a folder with a version in its name, such as 10.2.0, or there must be a file VERSION above it", schema)
	}
	if !releaseName().MatchString(name) {
		return "", version, fmt.Errorf("%s: the release %q cannot be the name of a folder", schema, name)
	}
	return name, version, nil
}

// isReleases reports whether what --schema names are several releases: several
// schemas, or a folder of releases.
func isReleases(schemas []string) bool {
	if len(schemas) != 1 {
		return len(schemas) > 1
	}
	info, err := os.Stat(schemas[0])
	return err == nil && info.IsDir()
}

// keptSchemas is the number of releases up to which their schemas stay in memory, so
// that none is read twice.
const keptSchemas = 4

// series writes the documentation of several releases. Their schemas are read twice,
// one after the other, if there are many: see [docs.Series].
func (d *documentation) series(cmd *cobra.Command, out output, o config.Docs, schemas []string) error {
	roots, err := d.releaseRoots(cmd, schemas)
	if err != nil {
		return err
	}
	slices.SortStableFunc(roots, func(a, b releaseRoot) int { return a.version.Compare(b.version) })
	var names []string
	for i, r := range roots {
		if i > 0 && roots[i-1].version == r.version {
			return usagef(cmd, "--schema: %s and %s are of the same release, %s: which of them?", roots[i-1].root, r.root, r.name)
		}
		names = append(names, r.name)
	}
	last := filepath.ToSlash(roots[len(roots)-1].root)
	meta := d.meta(o, last[strings.LastIndexAny(last, "/:")+1:], names...)
	if d.upToDate(cmd, out, meta, readRelease(roots)) {
		return nil
	}
	stderr := &counter{Writer: cmd.ErrOrStderr()}
	s := docs.NewSeries(docs.Options{Name: meta.Schema, Title: o.Title, Formats: formatsOf(o.Format)})
	kept := make(map[string]*ir.Schema)
	var first error
	leftOut, folder := 0, len(schemas) == 1
	for _, r := range roots {
		load := d.loadOne
		if folder {
			load = d.loadPart
		}
		schema, inputs, err := d.releaseAt(r, stderr, load)
		if err != nil && !folder {
			return err
		}
		if err != nil { // the others are written
			first = cmp.Or(first, err)
			leftOut++
			fmt.Fprintf(d.notes(stderr), "qapi-go: release %s is left out: %s cannot be read\n", r.name, r.root)
			continue
		}
		s.Add(r.name, schema)
		meta.Inputs = append(meta.Inputs, inputs...)
		if len(roots) <= keptSchemas {
			kept[r.name] = schema
		}
	}
	if leftOut == len(roots) {
		return first
	}
	d.watch.lap("survey")
	if stderr.n > 0 { // the next run has to print it again
		meta.Inputs = nil
	}
	files := s.Files(func(name string) (*ir.Schema, error) {
		if schema := kept[name]; schema != nil {
			return schema, nil
		}
		return d.again(roots[slices.Index(names, name)])
	})
	if err := d.put(cmd, out, files, meta); err != nil {
		return err
	}
	d.watch.lap(d.lastStage())
	if leftOut > 0 {
		return errFindings
	}
	return nil
}

// put writes files as they come, or compares all with what is there.
func (d *documentation) put(cmd *cobra.Command, out output, files iter.Seq2[gen.File, error], meta outdir.Meta) error {
	notes := d.notes(cmd.ErrOrStderr())
	if !d.dry() {
		result, err := outdir.WriteStream(out.dir, files, meta, d.clean)
		if err == nil {
			out.summary(notes, result)
		}
		return err
	}
	var all []gen.File
	for f, err := range files {
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	return out.put(cmd.OutOrStdout(), notes, all, meta)
}

// releaseAt loads the schema of a release. The paths of its inputs start with the name
// of the release.
func (d *documentation) releaseAt(r releaseRoot, stderr io.Writer, load func(*source.Source, io.Writer) (*loaded, error)) (*ir.Schema, []outdir.Input, error) {
	src, err := source.Open(r.root)
	if err != nil {
		return nil, nil, err
	}
	defer src.Close()
	read := &inputs{FS: src.FS, dir: path.Dir(src.Root)}
	src.FS = read
	got, err := load(src, stderr)
	if err != nil {
		return nil, nil, err
	}
	list := read.noted()
	for i := range list {
		list[i].Path = r.name + ":" + list[i].Path
	}
	return got.Schema, list, nil
}

// again loads a schema that was loaded before, and says nothing of it.
func (d *documentation) again(r releaseRoot) (*ir.Schema, error) {
	src, err := source.Open(r.root)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	schema, _ := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display, Dialect: d.release})
	if schema == nil {
		return nil, fmt.Errorf("%s has changed while it was documented", r.root)
	}
	return schema, nil
}

// readRelease returns a function that reads an input of a release.
func readRelease(roots []releaseRoot) func(string) ([]byte, error) {
	var open string
	var src *source.Source
	var read *inputs
	return func(name string) ([]byte, error) {
		release, name, _ := strings.Cut(name, ":")
		i := slices.IndexFunc(roots, func(r releaseRoot) bool { return r.name == release })
		if i < 0 {
			return nil, fs.ErrNotExist
		}
		if open != release {
			if src != nil {
				src.Close()
			}
			var err error
			if src, err = source.Open(roots[i].root); err != nil {
				return nil, err
			}
			open, read = release, &inputs{FS: src.FS, dir: path.Dir(src.Root)}
		}
		return read.read(name)
	}
}

// releaseRoots finds out what the releases are.
func (d *documentation) releaseRoots(cmd *cobra.Command, schemas []string) ([]releaseRoot, error) {
	if len(schemas) == 1 {
		var notes bytes.Buffer
		roots, err := releasesIn(schemas[0], "", &notes)
		if err == nil && len(roots) == 0 {
			hint := ""
			if root := schemaIn(schemas[0], ""); root != "" {
				hint = "; did you mean " + root + "?"
			}
			return nil, usagef(cmd, "--schema %s: there is no release in this folder: each needs a folder with a version in its name, and a schema in it at %s%s", schemas[0], strings.Join(schemaRoots, " or "), hint)
		}
		if _, werr := notes.WriteTo(d.notes(cmd.ErrOrStderr())); werr != nil {
			return nil, werr
		}
		for _, r := range roots {
			if !releaseName().MatchString(r.name) {
				return nil, usagef(cmd, "--schema %s: the release %q cannot be the name of a folder of the site", schemas[0], r.name)
			}
		}
		return roots, err
	}
	var roots []releaseRoot
	for _, schema := range schemas {
		if info, err := os.Stat(schema); err == nil && info.IsDir() {
			return nil, usagef(cmd, "--schema %s is a folder: give one folder of releases, or the root file of each release", schema)
		}
		src, err := source.Open(schema)
		if err != nil {
			return nil, err
		}
		name, version, err := releaseOf(schema, src)
		src.Close()
		if err != nil {
			return nil, usagef(cmd, "--schema %v", err)
		}
		roots = append(roots, releaseRoot{name, version, schema})
	}
	return roots, nil
}
