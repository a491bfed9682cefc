package outdir

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// errLink refuses a symbolic link to a folder below the output folder. [os.Root]
// keeps everything below the output folder; but a link from one folder there to
// another would still let a run replace files that are not its own.
var errLink = errors.New("it is a symbolic link, which is not followed below an output folder: replace it by a folder, or remove it")

// A rootFS is the file system below the folder dir. All access goes through an
// [os.Root], so that no link, no entry of a manifest and no step of a journal
// leads out of the folder. dir itself may be a link, or lead through some.
type rootFS struct {
	dir   string
	root  *os.Root        // nil while closed
	plain map[string]bool // folders that are known to be no links
}

// open opens the folder. The error is [fs.ErrNotExist] if there is none.
func (r *rootFS) open() (err error) {
	if r.root != nil {
		return nil
	}
	r.root, err = os.OpenRoot(r.dir)
	r.plain = make(map[string]bool)
	return err
}

func (r *rootFS) Close() error {
	if r.root == nil {
		return nil
	}
	root := r.root
	r.root = nil
	return root.Close()
}

// folder opens the root and refuses a folder that is, or is below, a link. It
// need not exist.
func (r *rootFS) folder(name string) error {
	if err := r.open(); err != nil {
		return err
	}
	if name == "." || r.plain[name] {
		return nil
	}
	if err := r.folder(path.Dir(name)); err != nil {
		return err
	}
	info, err := r.root.Lstat(filepath.FromSlash(name))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0: // a junction of Windows is irregular
		return &fs.PathError{Op: "open", Path: filepath.Join(r.dir, filepath.FromSlash(name)), Err: errLink}
	}
	r.plain[name] = info.IsDir()
	return nil
}

// file is folder for the folder that a file is in. It returns the file's name for
// the root.
func (r *rootFS) file(name string) (string, error) {
	return filepath.FromSlash(name), r.folder(path.Dir(name))
}

func (r *rootFS) StatFolder(path string) (fs.FileInfo, error) { return os.Stat(path) }
func (r *rootFS) MakeFolder(path string) error                { return os.MkdirAll(path, 0o777) }
func (r *rootFS) RemoveFolder(path string) error              { return os.Remove(path) }

func (r *rootFS) ReadFile(name string) ([]byte, error) {
	native, err := r.file(name)
	if err != nil {
		return nil, err
	}
	data, err := r.root.ReadFile(native)
	return data, r.full(err)
}

func (r *rootFS) Lstat(name string) (fs.FileInfo, error) {
	native, err := r.file(name)
	if err != nil {
		return nil, err
	}
	return r.root.Lstat(native)
}

func (r *rootFS) MkdirAll(name string) error {
	if err := r.folder(name); err != nil {
		return err
	}
	return r.full(r.root.MkdirAll(filepath.FromSlash(name), 0o777))
}

func (r *rootFS) Create(name string, perm fs.FileMode, data []byte) error {
	native, err := r.file(name)
	if err != nil {
		return err
	}
	f, err := r.root.OpenFile(native, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return r.full(err)
	}
	_, err = f.Write(data)
	return errors.Join(r.full(err), f.Close())
}

func (r *rootFS) Rename(from, to string) error {
	a, err := r.file(from)
	if err != nil {
		return err
	}
	b, err := r.file(to)
	if err != nil {
		return err
	}
	return r.full(r.root.Rename(a, b))
}

func (r *rootFS) Remove(name string) error {
	native, err := r.file(name)
	if err != nil {
		return err
	}
	delete(r.plain, name)
	return r.full(r.root.Remove(native))
}

func (r *rootFS) Link(from, to string) error {
	a, err := r.file(from)
	if err != nil {
		return err
	}
	b, err := r.file(to)
	if err != nil {
		return err
	}
	return r.full(r.root.Link(a, b))
}

func (r *rootFS) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := r.folder(name); err != nil {
		return nil, err
	}
	f, err := r.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, r.full(err)
	}
	defer f.Close()
	return f.ReadDir(-1)
}

// full makes the paths in an error those that a user knows.
func (r *rootFS) full(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return &fs.PathError{Op: e.Op, Path: filepath.Join(r.dir, e.Path), Err: e.Err}
	case *os.LinkError:
		return &os.LinkError{Op: e.Op, Old: filepath.Join(r.dir, e.Old), New: filepath.Join(r.dir, e.New), Err: e.Err}
	}
	return err
}
