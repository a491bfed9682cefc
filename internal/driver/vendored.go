package driver

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/outdir"
	"github.com/qapi-go/qapi-go/internal/source"
)

// vendorGenerator is the generator of vendored files in the manifest.
const vendorGenerator = "vendor"

// Vendored returns the files of a schema to copy, and their entry in the manifest. from is
// the schema as the user gave it.
func Vendored(src *source.Source, got *Loaded, from string) ([]gen.File, outdir.Meta, error) {
	names := facts.Files(got.Schema)
	files := make([]gen.File, len(names))
	for i, m := range got.Schema.Modules {
		data, err := fs.ReadFile(src.FS, path.Join(path.Dir(src.Root), m.Name))
		if err != nil {
			return nil, outdir.Meta{}, err
		}
		files[i] = gen.File{Path: names[i], Data: data}
	}
	options := []string{"root=" + names[0]}
	if v := versionFile(src); v != "" {
		options = append(options, "release="+v)
	}
	return files, outdir.Meta{Generator: vendorGenerator, Tool: Version(), Schema: from, Options: options}, nil
}

// versionFile returns the version of QEMU, such as "10.0.0", from the file VERSION in a
// folder above the root file, or "".
func versionFile(src *source.Source) string {
	for dir := path.Dir(src.Root); ; dir = path.Dir(dir) {
		name := path.Join(dir, "VERSION")
		if info, err := fs.Stat(src.FS, name); err == nil && info.Mode().IsRegular() && info.Size() < 100 {
			data, err := fs.ReadFile(src.FS, name)
			text := strings.TrimSpace(string(data))
			if err == nil && len(text) < 40 && !strings.ContainsAny(text, "\n \t") {
				return text
			}
		}
		if dir == "." {
			return ""
		}
	}
}

// EditedVendored prints the vendored files of a folder that were edited, and returns their
// number.
func EditedVendored(dir string, stdout io.Writer) (int, error) {
	report, err := outdir.Verify(dir, vendorGenerator)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	n := 0
	for _, f := range report.Findings {
		if f.State != outdir.Edited {
			continue
		}
		n++
		if _, err := fmt.Fprintf(stdout, "%s: %s\n", file(dir, f.Path), f.State); err != nil {
			return n, err
		}
	}
	return n, nil
}

// CheckVendored looks for a manifest of vendored files in the folders above a root file,
// prints which of its files were edited or are missing, and returns their number.
func CheckVendored(name string, stdout io.Writer) (int, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return 0, err
	}
	shown := filepath.Dir(name) // dir as printed
	for dir := filepath.Dir(full); ; dir, shown = filepath.Dir(dir), filepath.Join(shown, "..") {
		rel, err := filepath.Rel(dir, full)
		if err != nil {
			return 0, err
		}
		owns, err := outdir.Owns(dir, vendorGenerator, filepath.ToSlash(rel))
		if err != nil {
			return 0, err
		}
		if !owns {
			if filepath.Dir(dir) == dir {
				return 0, nil
			}
			continue
		}
		report, err := outdir.Verify(dir, vendorGenerator)
		if err != nil {
			return 0, err
		}
		for _, f := range report.Findings {
			if _, err := fmt.Fprintf(stdout, "%s: vendored file is %s\n", file(shown, f.Path), f.State); err != nil {
				return 0, err
			}
		}
		return len(report.Findings), nil
	}
}

// vendorDepth is how many folders deep VendoredRoots looks.
const vendorDepth = 4

// VendoredRoots returns the root files, with slashes, of the vendored schemas in and below
// dir, without folders that may not be read.
func VendoredRoots(dir string) ([]string, error) {
	var roots []string
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrPermission) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if !e.IsDir() {
			return nil
		}
		if rel != "." && strings.HasPrefix(e.Name(), ".") || strings.Count(filepath.ToSlash(rel), "/") >= vendorDepth {
			return fs.SkipDir
		}
		root, err := VendoredRoot(name)
		if errors.Is(err, fs.ErrPermission) {
			return fs.SkipDir
		}
		if root != "" {
			roots = append(roots, path.Join(filepath.ToSlash(rel), root))
		}
		return err
	})
	return roots, err
}

// VendoredRoot returns the root file of the schema that was vendored to a folder, relative to it
// and with slashes, or "" if there is none.
func VendoredRoot(dir string) (string, error) {
	meta, ok, err := outdir.Recorded(dir, vendorGenerator)
	if !ok || err != nil {
		return "", err
	}
	for _, o := range meta.Options {
		if root, is := strings.CutPrefix(o, "root="); is {
			return root, nil
		}
	}
	return "", nil
}
