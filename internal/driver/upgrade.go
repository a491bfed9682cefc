package driver

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
)

// VendoredDir returns the folder to which a schema's root file was copied by
// vendor, and the path of the root file in it. It reports false if the file was
// not copied.
func VendoredDir(name string) (dir, root string, ok bool, err error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return "", "", false, err
	}
	shown := filepath.Dir(name)
	for dir := filepath.Dir(full); ; dir, shown = filepath.Dir(dir), filepath.Join(shown, "..") {
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return "", "", false, err
		}
		rel = filepath.ToSlash(rel)
		if owns, err := outdir.Owns(dir, vendorGenerator, rel); owns || err != nil {
			return shown, rel, owns, err
		}
		if filepath.Dir(dir) == dir {
			return "", "", false, nil
		}
	}
}

// OpenAt opens the schema that from names. If it is a folder, an archive or a git revision
// without a path, the file root in it is opened.
func OpenAt(from, root string, progress io.Writer) (src *source.Source, name string, err error) {
	name = from
	if info, err := os.Stat(from); err == nil {
		switch {
		case info.IsDir():
			name = filepath.Join(from, filepath.FromSlash(root))
		case source.IsArchive(from):
			name = from + ":" + root
		}
	} else if rest, ok := strings.CutPrefix(from, "git:"); ok {
		if _, rev, ok := strings.Cut(rest, "@"); ok && !strings.Contains(rev, ":") {
			name = from + ":" + root
		}
	}
	src, err = source.Open(name, source.WithProgress(progress))
	return src, name, err
}

// A Vendor is a schema to copy to a folder, with what the folder holds now.
type Vendor struct {
	Dir   string
	Files []gen.File
	Meta  outdir.Meta

	was     []gen.File
	wasMeta outdir.Meta
	copied  bool // there is a schema now
	existed bool // there is a folder now
}

// NewVendor prepares to copy a schema that was loaded from a source.
func NewVendor(dir string, src *source.Source, got *Loaded, from string) (*Vendor, error) {
	v := &Vendor{Dir: dir}
	_, err := os.Stat(dir)
	v.existed = err == nil
	if v.Files, v.Meta, err = Vendored(src, got, from); err != nil {
		return nil, err
	}
	meta, ok, err := outdir.Recorded(dir, vendorGenerator)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !ok {
		return v, nil
	}
	if err != nil {
		return nil, err
	}
	v.copied, v.wasMeta = true, meta
	names, err := outdir.Files(dir, vendorGenerator)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			return nil, err
		}
		v.was = append(v.was, gen.File{Path: name, Data: data})
	}
	return v, nil
}

// Write copies the files.
func (v *Vendor) Write() (outdir.Result, error) { return outdir.Write(v.Dir, v.Files, v.Meta) }

// Undo restores what Write replaced.
func (v *Vendor) Undo() error {
	switch {
	case !v.existed: // all of it is ours
		return os.RemoveAll(v.Dir)
	case !v.copied:
		_, err := outdir.WriteClean(v.Dir, nil, v.Meta)
		return err
	}
	_, err := outdir.Write(v.Dir, v.was, v.wasMeta)
	return err
}

// Stage copies the files to a temporary folder, which the caller removes, and
// returns the path of the root file there.
func (v *Vendor) Stage() (dir, root string, err error) {
	dir, err = os.MkdirTemp("", "qapi-go-upgrade-")
	if err != nil {
		return "", "", err
	}
	for _, f := range v.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return dir, "", err
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			return dir, "", err
		}
	}
	return dir, filepath.Join(dir, filepath.FromSlash(path.Clean(v.Files[0].Path))), nil
}

// Changed returns the number of files that are changed, added or removed.
func (v *Vendor) Changed() int {
	was := make(map[string]string, len(v.was))
	for _, f := range v.was {
		was[f.Path] = string(f.Data)
	}
	n := 0
	for _, f := range v.Files {
		if text, ok := was[f.Path]; !ok || text != string(f.Data) {
			n++
		}
		delete(was, f.Path)
	}
	return n + len(was)
}

// String returns what is copied, and where.
func (v *Vendor) String() string { return fmt.Sprintf("%s to %s", v.Meta.Schema, v.Dir) }
