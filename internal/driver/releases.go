package driver

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/source"
)

// rootIn returns the root file of the schema in the folder of a release, or "". root is its
// path in the folder; "" means where QEMU has it.
func rootIn(dir, root string) string {
	roots := source.Roots
	if root != "" {
		roots = []string{root}
	}
	for _, root := range roots {
		file := filepath.Join(dir, filepath.FromSlash(root))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	return ""
}

// HoldsReleases reports whether dir is a folder of releases: it has no schema itself, but
// folders with a version in their names do.
func HoldsReleases(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && rootIn(dir, "") == "" && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		_, ok := compat.ParseVersion(e.Name())
		return ok && rootIn(filepath.Join(dir, e.Name()), "") != ""
	})
}

// A Release is the schema of a release.
type Release struct {
	Name    string
	Version compat.Version
	Root    string // path of the root file
}

// Releases returns the releases in the folders of dir, in the order of their names, and
// prints which folders are not releases. root is as for [rootIn].
func Releases(dir, root string, notes io.Writer) ([]Release, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []Release
	for _, entry := range entries {
		name := entry.Name()
		version, ok := compat.ParseVersion(name)
		file := rootIn(filepath.Join(dir, name), root)
		if !ok || file == "" {
			Note(notes, "%s: not a release: it needs a version in its name and a schema", filepath.Join(dir, name))
			continue
		}
		found = append(found, Release{name, version, file})
	}
	return found, nil
}

// releaseName matches names of releases that can be names of folders.
var releaseName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]*$`)
})

// CheckName refuses a release that cannot be the name of a folder.
func (r Release) CheckName() error {
	if releaseName().MatchString(r.Name) {
		return nil
	}
	return fmt.Errorf("%s: the release %q cannot be the name of a folder", r.Root, r.Name)
}

// ReleaseOf returns the release of a schema, from the file VERSION above it or from the
// nearest part of its path that contains a version. It returns an error if neither is
// there.
func ReleaseOf(schema string, src *source.Source) (Release, error) {
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
	if says := versionFile(src); says != "" {
		said, isVersion := compat.ParseVersion(says)
		switch {
		case !isVersion:
		case !ok:
			name, version, ok = says, said, true
		case said != version:
			return Release{}, fmt.Errorf("%s: the path has release %s, but the file VERSION says %s", schema, name, says)
		}
	}
	if !ok {
		return Release{}, fmt.Errorf("%s: unknown release: the path needs a folder with a version in its name, such as 10.2.0, or a file VERSION above the schema", schema)
	}
	r := Release{name, version, schema}
	return r, r.CheckName()
}
