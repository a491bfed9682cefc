package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"
)

// A fileSystem is what reading and writing an output folder needs of the
// operating system. Tests replace it to see what is left when a step fails.
type fileSystem interface {
	// These are about the folder itself and those above it, by their paths for
	// the operating system.
	StatFolder(path string) (fs.FileInfo, error)
	MakeFolder(path string) error
	RemoveFolder(path string) error

	// All others take names below the folder, with slashes, and follow no
	// symbolic link to a folder.
	ReadFile(name string) ([]byte, error)
	Lstat(name string) (fs.FileInfo, error)
	MkdirAll(name string) error
	Create(name string, perm fs.FileMode, data []byte) error // fails if the file exists
	Rename(from, to string) error
	Remove(name string) error
	Link(from, to string) error
	ReadDir(name string) ([]fs.DirEntry, error)

	// Close releases the folder. The next call opens it again: it may be
	// another one by then.
	Close() error
}

// A disk is an output folder. Its files are named relative to it, with slashes.
type disk struct {
	dir string
	fs  fileSystem
}

// openDisk returns the disk of a folder, which need not exist. The caller closes
// its file system.
func openDisk(dir string) disk { return disk{dir, &rootFS{dir: dir}} }

// path returns the path of a file for messages.
func (d disk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

// checkDir refuses an output folder that is something else. It need not exist.
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

// read returns the content of a generated file on disk; ok is false if there is
// none.
func (d disk) read(name string) (data []byte, ok bool, err error) {
	data, err = d.fs.ReadFile(name)
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

// create writes data to a new file, with the permissions of the file that it is
// to replace, if it had one.
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
