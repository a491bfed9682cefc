// Package source finds the text of a schema: whatever the user names becomes a
// file system, the path of the root file in it, and names for diagnostics.
package source

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A Source is a schema that can be read.
type Source struct {
	FS   fs.FS
	Root string // path of the root file in FS

	// Display turns a path in FS into the name that diagnostics print: that
	// of the root file is what the user gave.
	Display func(path string) string
}

// File returns the schema whose root is the named file. Includes may lead to
// any folder of the same volume, as QEMU's own do ("../../qapi/common.json").
// The file need not exist: reading it fails then.
func File(name string) (*Source, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	volume := filepath.VolumeName(abs)
	top := volume + string(filepath.Separator)
	root := filepath.ToSlash(strings.TrimPrefix(abs, top))
	return &Source{
		FS:      os.DirFS(top),
		Root:    root,
		Display: relativeTo(path.Dir(root), filepath.ToSlash(filepath.Dir(name))),
	}, nil
}

// Embedded returns a schema that is part of the program. Its paths are printed
// as they are in the file system.
func Embedded(fsys fs.FS, root string) *Source {
	return &Source{FS: fsys, Root: root, Display: func(p string) string { return p }}
}

// relativeTo returns a Display function: paths below or beside dir are printed
// as seen from there, behind what the user typed for dir.
func relativeTo(dir, typed string) func(string) string {
	return func(p string) string {
		rel, err := filepath.Rel(filepath.FromSlash("/"+dir), filepath.FromSlash("/"+p))
		if err != nil {
			return p
		}
		return path.Join(typed, filepath.ToSlash(rel))
	}
}
