package source

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Limits on an archive, so that a small file cannot exhaust memory or processor time.
const (
	maxArchive = 16 << 30  // bytes after decompression; QEMU's have 0.2 to 1 GB
	maxKept    = 512 << 20 // bytes of files that are kept; QEMU's have 30 MB
)

// versionFile is the file with the version in QEMU's sources.
const versionFile = "VERSION"

// Archive returns the schema with the root file at root in a tar archive, which may be
// compressed with gzip, xz or bzip2. A leading folder in the archive, such as "qemu-10.0.0",
// may be omitted in root. If root is empty or is not a file, the error is an [*UnclearError]
// that lists the schemas in the archive.
//
// The archive is read once, front to back and only as far as needed, and is never unpacked to
// disk. The root file may include files before it in the archive: files with its extension are
// kept in memory, up to a limit, and so is a file VERSION before the root file.
func Archive(name, root string, options ...Option) (*Source, error) {
	root = path.Clean(root)
	if !fs.ValidPath(root) {
		return nil, fmt.Errorf("%q is not the path of a file in an archive", root)
	}
	a, err := openArchive(name, archiveExt(root), options)
	if err != nil {
		return nil, err
	}
	found, err := a.findRoot(root)
	if err != nil {
		a.close()
		return nil, err
	}
	display := filepath.ToSlash(name) + ":"
	return &Source{
		FS: a, Root: found, Close: a.close,
		Display: func(p string) string { return display + p },
	}, nil
}

// archiveExt returns the extension of the archive's files that are kept.
func archiveExt(root string) string {
	if ext := path.Ext(root); ext != "" && ext != "." {
		return ext
	}
	return ".json"
}

// An archive is the file system of a tar archive. Open reads until it finds the file, and keeps
// the files before it.
type archive struct {
	name        string
	file        *os.File
	size        int64 // of file, in bytes
	compression *compression
	unpacked    io.Closer // the decompressor; nil if it needs no closing
	ext         string    // extension of the files that are kept

	mu    sync.Mutex
	in    *countingReader
	tar   *tar.Reader
	last  string // the last entry read, as spelt in the archive
	files map[string][]byte
	kept  int64
	err   error // error that ended reading; io.EOF at the end
}

// openArchive opens an archive and keeps its files with the extension ext.
func openArchive(name, ext string, options []Option) (*archive, error) {
	info, err := os.Stat(name)
	if err == nil && !info.Mode().IsRegular() && !info.IsDir() { // opening a FIFO would block
		err = fmt.Errorf("%s is not a regular file", name)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	a := &archive{name: name, file: f, size: info.Size(), ext: ext, files: make(map[string][]byte)}
	a.in = &countingReader{file: f, progress: newProgress(collect(options).progress, name, a.size)}
	if a.compression, err = detectCompression(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if a.compression == nil {
		a.tar = tar.NewReader(a.in)
		return a, nil
	}
	unpacked, err := a.compression.open(a.in)
	if err != nil {
		f.Close()
		return nil, a.explain(err)
	}
	a.unpacked, _ = unpacked.(io.Closer)
	a.tar = tar.NewReader(newForwardReader(unpacked, maxArchive))
	return a, nil
}

// close ends reading.
func (a *archive) close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err == nil {
		a.err = fs.ErrClosed
	}
	if a.unpacked != nil {
		a.unpacked.Close()
	}
	return a.file.Close()
}

// findRoot reads up to the root file and returns its path in the archive.
func (a *archive) findRoot(root string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.in.progress.pause()
	for {
		name, err := a.next()
		if err == io.EOF {
			return "", a.unclear(root)
		}
		if err != nil {
			return "", err
		}
		if _, inner, ok := strings.Cut(name, "/"); name == root || ok && inner == root {
			return name, nil
		}
	}
}

// unclear returns the error for an archive that has no file at root. All of it must have been
// read.
func (a *archive) unclear(root string) error {
	texts := make(map[string]string, len(a.files))
	for name, data := range a.files {
		texts[name] = string(data)
	}
	found := below(preferNamed(texts), root)
	if folder, _, ok := strings.Cut(strings.Join(found[:min(1, len(found))], ""), "/"); ok &&
		!slices.ContainsFunc(found, func(f string) bool { return !strings.HasPrefix(f, folder+"/") || strings.Count(f, "/") < 2 }) {
		for i, f := range found {
			found[i] = f[len(folder)+1:]
		}
	}
	for i, f := range found {
		found[i] = a.name + ":" + f
	}
	e := unclear(a.name, "archive", found)
	if root != "." {
		e.Problem = "no " + root + " in it"
		if len(found) > 0 {
			e.Problem += "; it has"
		}
	}
	return e
}

// next reads the next file that is kept and returns its path.
func (a *archive) next() (string, error) {
	for a.err == nil {
		name, err := a.entry()
		if err == io.EOF {
			a.err = io.EOF
		} else if err != nil {
			a.err = a.explain(err)
		} else if name != "" {
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
	a.last = h.Name
	name := path.Clean(h.Name)
	if !fs.ValidPath(name) {
		return "", refusal(fmt.Sprintf("entry %q is outside the archive", h.Name))
	}
	if h.Typeflag != tar.TypeReg || path.Ext(name) != a.ext && path.Base(name) != versionFile {
		return "", nil
	}
	if a.kept += h.Size; h.Size < 0 || a.kept > maxKept {
		return "", refusal(fmt.Sprintf("more than %d MiB of %s files, up to entry %q", maxKept>>20, a.ext, h.Name))
	}
	// The size is only what the header claims, so memory is allocated as data arrives.
	var data bytes.Buffer
	data.Grow(int(min(h.Size, 1<<20)) + bytes.MinRead)
	if _, err := data.ReadFrom(a.tar); err != nil {
		return "", err
	}
	a.files[name] = data.Bytes()
	return name, nil
}

// A refusal is an error about a well-formed archive that is not accepted.
type refusal string

func (r refusal) Error() string { return string(r) }

// explain adds the name of the archive to a read error and, if the archive is damaged, the
// offset and the entry before.
func (a *archive) explain(err error) error {
	if _, ok := err.(refusal); ok {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	where := "before its first entry"
	if a.last != "" {
		where = fmt.Sprintf("after the start of entry %q", a.last)
	}
	format := "tar"
	if a.compression != nil {
		format = a.compression.name
	}
	var perr *fs.PathError
	switch {
	case errors.As(err, &perr), errors.Is(err, errTooLarge), errors.Is(err, errEnded): // reading failed; the archive may be intact
		return fmt.Errorf("%s: byte %d of %d, %s: %w", a.name, a.in.offset, a.size, where, err)
	case errors.Is(err, tar.ErrHeader) && a.last == "":
		return fmt.Errorf("%s: not a tar archive: %w", a.name, err)
	case errors.Is(err, tar.ErrHeader):
		return fmt.Errorf("%s: damaged near byte %d of %d, %s: %w", a.name, a.in.offset, a.size, where, err)
	case a.in.offset >= a.size:
		return fmt.Errorf("%s: cut off: the %s data ends at byte %d, %s: %w", a.name, format, a.size, where, err)
	}
	return fmt.Errorf("%s: damaged %s data near byte %d of %d, %s: %w", a.name, format, a.in.offset, a.size, where, err)
}

// Open returns a file of the archive. It reads on until it finds the file.
func (a *archive) Open(name string) (fs.File, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return newFile(name, data), nil
}

// ReadFile returns the contents of a file of the archive.
func (a *archive) ReadFile(name string) ([]byte, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return bytes.Clone(data), nil
}

// read returns the contents of a file. The caller must not change them.
func (a *archive) read(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrInvalid
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	defer a.in.progress.pause()
	for {
		if data, ok := a.files[name]; ok {
			return data, nil
		}
		if path.Base(name) == versionFile {
			// Stop here: what follows may be most of the archive.
			return nil, fs.ErrNotExist
		}
		if _, err := a.next(); err == io.EOF {
			return nil, fs.ErrNotExist
		} else if err != nil {
			return nil, err
		}
	}
}

// A file is an open file in memory.
type file struct {
	*bytes.Reader
	name string
}

func newFile(name string, data []byte) *file {
	return &file{bytes.NewReader(data), path.Base(name)}
}

// Stat describes the file. It has no modification time.
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
