// Package source opens schemas. What the user names becomes a file system, the path of the
// root file in it, and file names for diagnostics.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// A Source is an open schema.
type Source struct {
	FS   fs.FS
	Root string // path of the root file in FS

	// Name is the argument of Open, completed with the root file if that was omitted. Took is a
	// message about that choice for the user, or "".
	Name, Took string

	// Display returns the name that diagnostics print for a path in FS. For the root file that
	// is what the user gave.
	Display func(path string) string

	// Close closes what Open opened. It is never nil.
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

// WithProgress shows how much of an archive has been read on w, if w is a terminal and reading
// takes more than a second.
func WithProgress(w io.Writer) Option { return func(s *settings) { s.progress = w } }

// Open returns the schema that spec names:
//
//	path/to/schema.json                  a file, see [File]
//	path/to                              a folder, see [Find]
//	ARCHIVE.tar[.gz|.xz|.bz2]:path/in/it see [Archive]
//	git:REPO@REV:path                    see [Git]
//
// An empty name and the name of a server or of saved introspection (see [Server] and
// [Introspection]) are errors. For an archive or a revision without a path, the error is an
// [*UnclearError] that lists its schemas.
func Open(spec string, options ...Option) (*Source, error) {
	if spec == "" {
		return nil, errors.New("the name of the schema is empty")
	}
	if _, ok := Server(spec); ok {
		return nil, fmt.Errorf("%s is a server: it has introspection, but no schema text, which is needed here", spec)
	}
	if _, ok := Introspection(spec); ok {
		return nil, fmt.Errorf("%s is an answer to query-qmp-schema, not schema text, which is needed here", spec)
	}
	name, took, err := Find(spec)
	if err != nil {
		return nil, err
	}
	src, err := open(name, options)
	if err != nil {
		return nil, err
	}
	src.Name, src.Took = name, took
	return src, nil
}

// open opens a schema that is not a folder.
func open(spec string, options []Option) (*Source, error) {
	if _, err := os.Stat(spec); err == nil {
		if IsArchive(spec) {
			return Archive(spec, "", options...)
		}
		if err := refuseArchive(spec); err != nil {
			return nil, err
		}
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
	if name, _, ok := strings.Cut(spec, ".zip:"); ok {
		return nil, errZip(name + ".zip")
	}
	return File(spec)
}

func errZip(name string) error {
	return fmt.Errorf("%s: zip archives are not supported: unpack it, or use a tar archive", name)
}

// refuseArchive reports archives and compressed files whose names lack the extension.
func refuseArchive(name string) error {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil // reported when the file is read; opening a FIFO would block
	}
	f, err := os.Open(name)
	if err != nil {
		return nil // reported when the file is read
	}
	defer f.Close()
	head := make([]byte, 512)
	n, _ := io.ReadFull(f, head)
	head = head[:n]
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return errZip(name)
	}
	if len(head) > 262 && string(head[257:262]) == "ustar" {
		return fmt.Errorf("%s: this is a tar archive, whose name has to end in .tar", name)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil
	}
	c, err := detectCompression(f)
	switch {
	case c != nil:
		return fmt.Errorf("%s: this is compressed with %s: the name of a tar archive has to end in .tar.%s, another file has to be decompressed first", name, c.name, c.suffix)
	case err != nil && n > 0:
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// openGit opens REPO@REV:path, in which path may be omitted. Both the repository's path and the
// revision may contain '@'; the repository ends at the first one after an existing directory.
func openGit(spec, rest string) (*Source, error) {
	repo := ""
	for i, c := range rest {
		if c != '@' {
			continue
		}
		repo = rest[:i]
		if info, err := os.Stat(repo); err == nil && info.IsDir() {
			rev, root, _ := strings.Cut(rest[i+1:], ":") // a revision cannot contain a colon
			return Git(repo, rev, root)
		}
	}
	if repo == "" {
		return nil, fmt.Errorf("%s: want git:REPO@REV:path, such as git:qemu@v10.0.0:%s", spec, Roots[0])
	}
	return nil, fmt.Errorf("%s: %s is not a folder", spec, repo)
}

// keep is the Close of a source without open files.
func keep() error { return nil }

// above is the number of directories above that of the root file from which a schema may
// include files: QEMU's storage-daemon/qapi/qapi-schema.json includes ../../qapi/common.json.
const above = 2

// File returns the schema with the named root file. It can include files up to two directories
// above and below these, as QEMU's schemas do ("../../qapi/common.json"). Other files are not
// part of the schema, and an untrusted schema must not be able to read them. Symbolic links are
// followed. The file need not exist; in that case reading it fails.
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

// Embedded returns a schema that is part of the program. Diagnostics print its paths as they
// are in fsys.
func Embedded(fsys fs.FS, root string) *Source {
	return &Source{FS: fsys, Root: root, Display: func(p string) string { return p }, Close: keep}
}

// relativeTo returns a Display function: paths below or next to dir are printed relative to
// it, after what the user typed for dir.
func relativeTo(dir, typed string) func(string) string {
	return func(p string) string {
		rel, err := filepath.Rel(filepath.FromSlash("/"+dir), filepath.FromSlash("/"+p))
		if err != nil {
			return p
		}
		return path.Join(typed, filepath.ToSlash(rel))
	}
}

// In converts the name of a schema relative to the directory dir to a name relative to the
// current directory. It prepends dir to the path of the file, archive or repository. Absolute
// names are unchanged.
func In(dir, spec string) string {
	prefix := ""
	if rest, ok := strings.CutPrefix(spec, "git:"); ok && strings.Contains(rest, "@") && strings.Contains(rest, ":") {
		prefix, spec = "git:", rest
	}
	if filepath.IsAbs(spec) || filepath.Clean(dir) == "." {
		return prefix + spec
	}
	// Not cleaned, since a path of its own may follow a colon.
	return prefix + filepath.ToSlash(filepath.Clean(dir)) + "/" + spec
}
