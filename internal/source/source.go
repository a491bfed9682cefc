// Package source finds the text of a schema: whatever the user names becomes a
// file system, the path of the root file in it, and names for diagnostics.
package source

import (
	"errors"
	"fmt"
	"io"
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

	// Close frees what reading has opened. It is never nil.
	Close func() error
}

// An Option changes how a source is opened.
type Option func(*settings)

type settings struct {
	progress io.Writer
}

func collect(options []Option) settings {
	var s settings
	for _, option := range options {
		option(&s)
	}
	return s
}

// WithProgress shows on w, if that is a terminal, how far an archive has been read when that
// takes longer than a second.
func WithProgress(w io.Writer) Option { return func(s *settings) { s.progress = w } }

// Open returns the schema that spec names:
//
//	path/to/schema.json                  a file, see [File]
//	ARCHIVE.tar[.gz|.xz|.bz2]:path/in/it see [Archive]
//	git:REPO@REV:path                    see [Git]
//
// An empty name is an error.
func Open(spec string, options ...Option) (*Source, error) {
	if spec == "" {
		return nil, errors.New("the name of the schema is empty")
	}
	if _, err := os.Stat(spec); err == nil {
		return File(spec)
	}
	if rest, ok := strings.CutPrefix(spec, "git:"); ok {
		return openGit(spec, rest)
	}
	for _, suffix := range archiveSuffixes {
		if name, root, ok := strings.Cut(spec, suffix+":"); ok {
			return Archive(name+suffix, root, options...)
		}
	}
	for _, suffix := range archiveSuffixes {
		if strings.HasSuffix(spec, suffix) {
			return nil, fmt.Errorf("%s: which file in the archive? Say %s:path/in/it", spec, spec)
		}
	}
	return File(spec)
}

// openGit splits REPO@REV:path. Both the repository's path and the revision may
// contain '@': the first one behind an existing folder counts.
func openGit(spec, rest string) (*Source, error) {
	colon := strings.LastIndexByte(rest, ':')
	if colon < 0 {
		return nil, fmt.Errorf("%s: want git:REPO@REV:path", spec)
	}
	where, root := rest[:colon], rest[colon+1:]
	repo := ""
	for i, c := range where {
		if c != '@' {
			continue
		}
		repo = where[:i]
		if info, err := os.Stat(repo); err == nil && info.IsDir() {
			return Git(repo, where[i+1:], root)
		}
	}
	if repo == "" {
		return nil, fmt.Errorf("%s: want git:REPO@REV:path", spec)
	}
	return nil, fmt.Errorf("%s: %s is not a folder", spec, repo)
}

// keep is the Close of a source that holds nothing open.
func keep() error { return nil }

// above is how many folders above that of the root file a schema may reach into:
// QEMU's storage-daemon/qapi/qapi-schema.json includes ../../qapi/common.json.
const above = 2

// File returns the schema whose root is the named file. Includes may lead two
// folders up, as QEMU's own do ("../../qapi/common.json"), and down from there;
// what lies elsewhere is no part of a schema, and no business of somebody who
// only sends one. Symbolic links are followed. The file need not exist: reading
// it fails then.
func File(name string) (*Source, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	top := filepath.Dir(abs)
	for range above {
		top = filepath.Dir(top)
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil {
		return nil, err
	}
	root := filepath.ToSlash(rel)
	return &Source{
		FS:      os.DirFS(top),
		Root:    root,
		Display: relativeTo(path.Dir(root), filepath.ToSlash(filepath.Dir(name))),
		Close:   keep,
	}, nil
}

// Embedded returns a schema that is part of the program. Its paths are printed
// as they are in the file system.
func Embedded(fsys fs.FS, root string) *Source {
	return &Source{FS: fsys, Root: root, Display: func(p string) string { return p }, Close: keep}
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

// In returns the name of a schema that is given relative to the folder dir, as a
// name relative to the current folder: it goes before the path of the file, of
// the archive or of the repository. Names that are absolute stay.
func In(dir, spec string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(spec, "git:"); ok && strings.Contains(rest, "@") && strings.Contains(rest, ":") {
		prefix, spec = "git:", rest
	}
	if filepath.IsAbs(spec) || filepath.Clean(dir) == "." {
		return prefix + spec
	}
	// Not cleaned: what is behind a colon is a path of its own.
	return prefix + filepath.ToSlash(filepath.Clean(dir)) + "/" + spec
}
