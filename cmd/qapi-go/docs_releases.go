package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/source"
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

// releases loads the schemas of several releases, oldest first.
func (d *documentation) releases(cmd *cobra.Command, schemas []string) ([]docs.Release, []*loaded, error) {
	roots, err := d.releaseRoots(cmd, schemas)
	if err != nil {
		return nil, nil, err
	}
	slices.SortStableFunc(roots, func(a, b releaseRoot) int { return a.version.Compare(b.version) })
	for i := 1; i < len(roots); i++ {
		if a, b := roots[i-1], roots[i]; a.version == b.version {
			return nil, nil, usagef(cmd, "--schema: %s and %s are of the same release, %s: which of them?", a.root, b.root, b.name)
		}
	}
	var list []docs.Release
	var all []*loaded
	var first error
	folder := len(schemas) == 1
	for _, r := range roots {
		load := d.loadOne
		if folder {
			load = d.loadPart
		}
		got, err := d.releaseAt(cmd, r.root, load)
		if err != nil && !folder {
			return nil, nil, err
		}
		if err != nil { // the others are written
			first = cmp.Or(first, err)
			d.leftOut++
			fmt.Fprintf(d.notes(cmd.ErrOrStderr()), "qapi-go: release %s is left out: %s cannot be read\n", r.name, r.root)
			continue
		}
		list = append(list, docs.Release{Name: r.name, Title: got.Name, Schema: got.Schema})
		all = append(all, got)
	}
	if len(list) == 0 {
		return nil, nil, first
	}
	return list, all, nil
}

// releaseAt loads the schema of a release.
func (d *documentation) releaseAt(cmd *cobra.Command, root string, load func(*source.Source, io.Writer) (*loaded, error)) (*loaded, error) {
	src, err := source.Open(root)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return load(src, cmd.ErrOrStderr())
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
