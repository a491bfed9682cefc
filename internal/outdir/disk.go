package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A fileSystem is what writing needs of the operating system. Tests replace it
// to see what is left when a step fails.
type fileSystem interface {
	ReadFile(name string) ([]byte, error)
	Stat(name string) (fs.FileInfo, error)
	MkdirAll(name string) error
	Create(name string, perm fs.FileMode, data []byte) error // fails if the file exists
	Rename(from, to string) error
	Remove(name string) error
	Link(from, to string) error
	ReadDir(name string) ([]fs.DirEntry, error)
}

type osFS struct{}

func (osFS) ReadFile(name string) ([]byte, error)  { return os.ReadFile(name) }
func (osFS) Stat(name string) (fs.FileInfo, error) { return os.Stat(name) }
func (osFS) MkdirAll(name string) error            { return os.MkdirAll(name, 0o777) }
func (osFS) Rename(from, to string) error          { return os.Rename(from, to) }
func (osFS) Remove(name string) error              { return os.Remove(name) }
func (osFS) Link(from, to string) error            { return os.Link(from, to) }

func (osFS) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

func (osFS) Create(name string, perm fs.FileMode, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// A disk is an output folder.
type disk struct {
	dir string
	fs  fileSystem
}

func (d disk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

// checkDir refuses an output folder that is something else. It need not exist.
func (d disk) checkDir() error {
	info, err := d.fs.Stat(d.dir)
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

// read returns what a generated file has on disk; ok is false if there is none.
func (d disk) read(name string) (data []byte, ok bool, err error) {
	data, err = d.fs.ReadFile(d.path(name))
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
// to take the place of, if there is one.
func (d disk) create(name, target string, data []byte) error {
	perm := fs.FileMode(0o666)
	if info, err := d.fs.Stat(d.path(target)); err == nil {
		perm = info.Mode().Perm()
	}
	if err := d.fs.Create(d.path(name), perm, data); err != nil {
		return fmt.Errorf("writing %s: %w", d.path(target), err)
	}
	return nil
}
