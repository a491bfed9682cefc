package outdir

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
)

// Verify compares the files that a generator wrote to the folder dir with the manifest there: files
// can be [Missing] or [Edited]. The error is [fs.ErrNotExist] if there is no manifest, or no entry
// for the generator in it.
func Verify(dir, generator string) (Report, error) {
	d := openDisk(dir)
	defer d.fs.Close()
	return d.verify(generator)
}

func (d disk) verify(generator string) (Report, error) {
	var rep Report
	man, err := d.readManifest()
	if err != nil {
		return rep, err
	}
	files := man.files(generator)
	if files == nil {
		return rep, fmt.Errorf("%s: no manifest of %s: %w", d.dir, generator, fs.ErrNotExist)
	}
	rep.Compared = len(files)
	for _, f := range files {
		data, had, err := d.read(f.Path)
		switch {
		case err != nil:
			return Report{}, err
		case !had:
			rep.Findings = append(rep.Findings, Finding{Path: f.Path, State: Missing})
		case hash(data) != f.SHA256:
			rep.Findings = append(rep.Findings, Finding{Path: f.Path, State: Edited, Old: data})
		}
	}
	return rep, nil
}

// Owns reports whether, by the manifest in the folder dir, a generator wrote the file at path,
// which is slash-separated and relative to dir. It returns false if the folder may not be read.
func Owns(dir, generator, path string) (bool, error) {
	d := openDisk(dir)
	defer d.fs.Close()
	man, err := d.readManifest()
	if errors.Is(err, fs.ErrPermission) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, ok := man.hashes(generator)[path]
	return ok, nil
}

// Recorded returns the metadata of a generator in the manifest of the folder dir; ok is false if
// there is no entry.
func Recorded(dir, generator string) (meta Meta, ok bool, err error) {
	d := openDisk(dir)
	defer d.fs.Close()
	man, err := d.readManifest()
	if err != nil {
		return Meta{}, false, err
	}
	for _, o := range man.Outputs {
		if o.Generator == generator {
			return o.Meta, true, nil
		}
	}
	return Meta{}, false, nil
}

// Files returns the sorted paths of the files that a generator wrote, by the manifest in the folder
// dir.
func Files(dir, generator string) ([]string, error) {
	d := openDisk(dir)
	defer d.fs.Close()
	man, err := d.readManifest()
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(man.hashes(generator))), nil
}
