package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

// A fileSystem has the operations of the operating system on an output folder. Tests replace it to
// make operations fail.
type fileSystem interface {
	// These take paths of the operating system, of the folder itself and those above it.
	StatFolder(path string) (fs.FileInfo, error)
	MakeFolder(path string) error
	RemoveFolder(path string) error

	// The others take slash-separated names relative to the folder, and do not follow
	// symbolic links to folders.
	ReadFile(name string, buf []byte) ([]byte, error) // uses the memory of buf if it is large enough
	Lstat(name string) (fs.FileInfo, error)
	MkdirAll(name string) error
	Create(name string, perm fs.FileMode, data []byte) error // fails if the file exists
	Rename(from, to string) error
	Remove(name string) error
	Link(from, to string) error
	ReadDir(name string) ([]fs.DirEntry, error)

	// Close closes the folder. The next call opens it again; it may be a different one
	// by then.
	Close() error
}

// A disk is an output folder. Names of its files are relative to it and slash-separated.
type disk struct {
	dir string
	fs  fileSystem
}

// openDisk returns the disk of a folder, which need not exist. The caller must close its file
// system.
func openDisk(dir string) disk { return disk{dir, &rootFS{dir: dir}} }

// path returns the path of a file, for messages.
func (d disk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

// checkDir returns an error if the output folder exists and is not a folder.
func (d disk) checkDir() error {
	info, err := d.fs.StatFolder(d.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", d.dir)
	}
	return nil
}

// read returns the contents of a file; ok is false if it does not exist.
func (d disk) read(name string) (data []byte, ok bool, err error) { return d.readInto(name, nil) }

// readInto is like read, but the contents use the memory of *buf, if it is large enough. Otherwise
// *buf becomes larger. buf may be nil.
func (d disk) readInto(name string, buf *[]byte) (data []byte, ok bool, err error) {
	if buf == nil {
		buf = new([]byte)
	}
	data, err = d.fs.ReadFile(name, *buf)
	if cap(data) > cap(*buf) {
		*buf = data
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	case errors.Is(err, syscall.EISDIR):
		return nil, false, fmt.Errorf("%s is a folder, where a file is to be written", d.path(name))
	case err != nil:
		return nil, false, err
	}
	return data, true, nil
}

// create writes data to a new file. If had is set, the file gets the permissions of target, which
// it will replace.
func (d disk) create(name, target string, had bool, data []byte) error {
	perm := fs.FileMode(0o666)
	if had {
		if info, err := d.fs.Lstat(target); err == nil {
			perm = info.Mode().Perm()
		}
	}
	if err := d.fs.Create(name, perm, data); err != nil {
		return fmt.Errorf("writing %s: %w", d.path(target), err)
	}
	return nil
}
