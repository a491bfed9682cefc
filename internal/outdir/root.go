package outdir

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"syscall"
)

// errLink is the error for symbolic links to folders in the output folder. [os.Root] confines links
// to the output folder, but a link from one folder to another in it would still make a run replace
// files that are not its own.
var errLink = errors.New("symbolic links in an output folder are not followed: replace the link with a folder, or remove it")

// errNotRegular is the error for named pipes, devices and sockets where a file is expected: reading
// one may never end, or have effects.
var errNotRegular = errors.New("not a regular file: remove it")

// A rootFS is the file system of the folder dir. All access goes through an [os.Root], so that no
// link, entry of a manifest or step of a journal leads out of the folder. dir itself may be a link
// or contain links.
type rootFS struct {
	dir   string
	root  *os.Root        // nil while closed
	plain map[string]bool // folders that are known not to be links
}

// open opens the folder. The error is [fs.ErrNotExist] if it does not exist.
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

// folder opens the root and returns an error if a folder is a link or inside of one. The folder
// need not exist.
func (r *rootFS) folder(name string) error {
	if err := r.existing(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return r.open()
}

// existing is like folder, but the error is [fs.ErrNotExist] if the folder does not exist.
func (r *rootFS) existing(name string) error {
	if err := r.open(); err != nil {
		return err
	}
	if name == "." || r.plain[name] {
		return nil
	}
	if err := r.existing(path.Dir(name)); err != nil {
		return err
	}
	info, err := r.root.Lstat(filepath.FromSlash(name))
	switch {
	case err != nil:
		return err
	case info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0: // junctions of Windows are irregular
		return &fs.PathError{Op: "open", Path: filepath.Join(r.dir, filepath.FromSlash(name)), Err: errLink}
	}
	r.plain[name] = info.IsDir()
	return nil
}

// file calls folder for the folder of a file and returns the native name of the file.
func (r *rootFS) file(name string) (string, error) {
	return filepath.FromSlash(name), r.folder(path.Dir(name))
}

func (r *rootFS) StatFolder(path string) (fs.FileInfo, error) { return os.Stat(path) }
func (r *rootFS) MakeFolder(path string) error                { return os.MkdirAll(path, 0o777) }
func (r *rootFS) RemoveFolder(path string) error              { return os.Remove(path) }

func (r *rootFS) ReadFile(name string, buf []byte) ([]byte, error) {
	if err := r.existing(path.Dir(name)); err != nil {
		return nil, err
	}
	f, err := r.root.OpenFile(filepath.FromSlash(name), os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, r.full(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, &fs.PathError{Op: "read", Path: filepath.Join(r.dir, filepath.FromSlash(name)), Err: syscall.EISDIR}
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: filepath.Join(r.dir, filepath.FromSlash(name)), Err: errNotRegular}
	}
	// One byte more, so that the end is found without growing.
	data := slices.Grow(buf[:0], int(info.Size())+1)
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		data = slices.Grow(data, 1)
	}
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
	return errors.Join(err, f.Close())
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

// full makes the paths in an error of root relative to the working directory, as the user gave
// dir. In the errors of a file of root they are so already.
func (r *rootFS) full(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return &fs.PathError{Op: e.Op, Path: filepath.Join(r.dir, e.Path), Err: e.Err}
	case *os.LinkError:
		return &os.LinkError{Op: e.Op, Old: filepath.Join(r.dir, e.Old), New: filepath.Join(r.dir, e.New), Err: e.Err}
	}
	return err
}
