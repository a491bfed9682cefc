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

// RootIn returns the root file of the schema in the folder of a release, or "".
// root is where it is, "" for where QEMU has it.
func RootIn(dir, root string) string {
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

// HoldsReleases reports whether dir is a folder with a schema in folders that have a version in
// their names, and with none of its own.
func HoldsReleases(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && RootIn(dir, "") == "" && slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		_, ok := compat.ParseVersion(e.Name())
		return ok && RootIn(filepath.Join(dir, e.Name()), "") != ""
	})
}

// A Release is the schema of a release.
type Release struct {
	Name    string
	Version compat.Version
	Root    string // path of the root file
}

// Releases returns the releases in the folders of dir, in the order of their
// names, and prints which folders hold none. root is that of [RootIn].
func Releases(dir, root string, notes io.Writer) ([]Release, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var found []Release
	for _, entry := range entries {
		name := entry.Name()
		version, ok := compat.ParseVersion(name)
		file := RootIn(filepath.Join(dir, name), root)
		if !ok || file == "" {
			Note(notes, "%s: no release: it needs a version in its name and a schema", filepath.Join(dir, name))
			continue
		}
		found = append(found, Release{name, version, file})
	}
	return found, nil
}

// releaseName matches what may be the name of a release: it becomes that of a
// folder.
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

// ReleaseOf returns the release that a schema belongs to: what the file VERSION above it
// says, or the nearest part of its path that has a version in it. The error says that it is
// unknown.
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
	if says := VersionFile(src); says != "" {
		said, isVersion := compat.ParseVersion(says)
		switch {
		case !isVersion:
		case !ok:
			name, version, ok = says, said, true
		case said != version:
			return Release{}, fmt.Errorf("%s: is it of release %s, as its path has it, or of %s, as the file VERSION says?", schema, name, says)
		}
	}
	if !ok {
		return Release{}, fmt.Errorf("%s: of which release is it? Its path needs a folder with a version in its name, such as 10.2.0, or there must be a file VERSION above it", schema)
	}
	r := Release{name, version, schema}
	return r, r.CheckName()
}
