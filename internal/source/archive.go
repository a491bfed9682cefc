package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ulikunitz/xz"
)

// Limits of an archive, so that a small file cannot fill the memory or keep the
// processor busy for ever.
const (
	maxArchive = 16 << 30  // bytes of the unpacked archive that are read; QEMU's has 1 GB
	maxKept    = 512 << 20 // bytes of files that are kept; QEMU's has 30 MB of them
)

// versionFile is the file in which QEMU's sources say their release.
const versionFile = "VERSION"

// archiveSuffixes are the endings of names of archives.
var archiveSuffixes = []string{".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz"}

// Archive returns the schema whose root is the file at root in a tar archive,
// which may be compressed with gzip or xz. A leading folder in the archive, such
// as "qemu-10.0.0", may be left out of root.
//
// The archive is read front to back, only as far as is needed, and never
// unpacked to disk. Only files with the extension of the root file are kept, in
// memory, and the file VERSION if it comes before the root file, as it does in
// QEMU's archives.
func Archive(name, root string) (*Source, error) {
	root = path.Clean(root)
	if !fs.ValidPath(root) || root == "." {
		return nil, fmt.Errorf("%q is not the path of a file in an archive", root)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	unpacked, err := decompress(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a := &archive{
		name: name, file: f, ext: path.Ext(root), files: make(map[string][]byte),
		tar: tar.NewReader(&limited{unpacked, maxArchive}),
	}
	found, err := a.findRoot(root)
	if err != nil {
		f.Close()
		return nil, err
	}
	display := filepath.ToSlash(name) + ":"
	return &Source{
		FS: a, Root: found, Close: f.Close,
		Display: func(p string) string { return display + p },
	}, nil
}

// decompress tells by its first bytes how a file is compressed.
func decompress(f io.ReadSeeker) (io.Reader, error) {
	var magic [6]byte
	n, err := io.ReadFull(f, magic[:])
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("not an archive: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch head := magic[:n]; {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return gzip.NewReader(f)
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return xz.NewReader(f)
	}
	return f, nil
}

// limited is a reader that fails, rather than end, after n bytes.
type limited struct {
	r io.Reader
	n int64
}

func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, fmt.Errorf("more than %d GiB unpacked", maxArchive>>30)
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.n)])
	l.n -= int64(n)
	return n, err
}

// An archive is the file system of a tar archive. Files are found by reading on;
// what is passed is kept.
type archive struct {
	name string
	file *os.File
	ext  string // of the files that are kept

	mu    sync.Mutex
	tar   *tar.Reader
	files map[string][]byte
	kept  int64
	err   error // why there is nothing more to read; io.EOF at the end
}

// findRoot reads up to the root file and returns its path in the archive.
func (a *archive) findRoot(root string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		name, err := a.next()
		if err == io.EOF {
			return "", fmt.Errorf("%s: no %s in it", a.name, root)
		}
		if err != nil {
			return "", err
		}
		if _, inner, ok := strings.Cut(name, "/"); name == root || ok && inner == root {
			return name, nil
		}
	}
}

// next reads the next file that is kept and returns its path.
func (a *archive) next() (string, error) {
	for a.err == nil {
		var name string
		if name, a.err = a.entry(); a.err != nil && a.err != io.EOF {
			a.err = fmt.Errorf("%s: %w", a.name, a.err)
		}
		if name != "" {
			return name, nil
		}
	}
	return "", a.err
}

// entry reads the next entry and returns its path if it is kept.
func (a *archive) entry() (string, error) {
	h, err := a.tar.Next()
	if err != nil {
		return "", err
	}
	name := path.Clean(h.Name)
	if !fs.ValidPath(name) {
		return "", fmt.Errorf("entry %q leads out of the archive", h.Name)
	}
	if h.Typeflag != tar.TypeReg || path.Ext(name) != a.ext && path.Base(name) != versionFile {
		return "", nil
	}
	if a.kept += h.Size; h.Size < 0 || a.kept > maxKept {
		return "", fmt.Errorf("more than %d MiB of %s files", maxKept>>20, a.ext)
	}
	data, err := io.ReadAll(a.tar)
	if err != nil {
		return "", err
	}
	a.files[name] = data
	return name, nil
}

// Open returns a file of the archive. It reads on until it has met it.
func (a *archive) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		if data, ok := a.files[name]; ok {
			return newFile(name, data), nil
		}
		if path.Base(name) == versionFile {
			// Not worth reading on: what follows may be most of the archive.
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		if _, err := a.next(); err == io.EOF {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		} else if err != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: err}
		}
	}
}

// A file is an open file that is in memory.
type file struct {
	*bytes.Reader
	name string
}

func newFile(name string, data []byte) *file {
	return &file{bytes.NewReader(data), path.Base(name)}
}

// Stat describes the file. It has no time.
func (f *file) Stat() (fs.FileInfo, error) { return fileInfo{f.name, f.Reader.Size()}, nil }

// Close does nothing.
func (f *file) Close() error { return nil }

type fileInfo struct {
	name string
	size int64
}

func (i fileInfo) Name() string     { return i.name }
func (i fileInfo) Size() int64      { return i.size }
func (fileInfo) Mode() fs.FileMode  { return 0o444 }
func (fileInfo) ModTime() time.Time { return time.Time{} }
func (fileInfo) IsDir() bool        { return false }
func (fileInfo) Sys() any           { return nil }
