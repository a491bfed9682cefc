package outdir

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"path"
	"slices"

	"github.com/qapi-go/qapi-go/gen"
)

// WriteStream is like [Write], or [WriteClean] if clean is set, without all files in memory: each
// file that differs is written to a temporary file when files yields it, and all are moved to their
// places at the end. The folder is locked all the time. If files yields an error, the folder is
// unchanged.
func WriteStream(dir string, files iter.Seq2[gen.File, error], meta Meta, clean bool) (Result, error) {
	d := openDisk(dir)
	defer d.fs.Close()
	return d.writeStream(files, meta, clean)
}

func (d disk) writeStream(files iter.Seq2[gen.File, error], meta Meta, clean bool) (res Result, err error) {
	if err := d.checkDir(); err != nil {
		return res, err
	}
	unlock, err := d.open()
	if err != nil {
		return res, err
	}
	defer unlock(&err)
	if err := d.recover(); err != nil {
		return res, err
	}
	st := &stager{disk: d}
	if res, err = st.takeAll(files, meta, clean); err != nil {
		return Result{}, errors.Join(err, d.removeWork())
	}
	if err := st.apply(); err != nil {
		return Result{}, err
	}
	return res, nil
}

// takeAll stages all files that differ, and the removal of those that are no longer generated.
func (st *stager) takeAll(files iter.Seq2[gen.File, error], meta Meta, clean bool) (res Result, err error) {
	man, err := st.readManifest()
	if err != nil {
		return res, err
	}
	owned := man.hashes(meta.Generator)
	current := make(map[string]bool)
	var entries []manifestFile
	var buf []byte
	for f, err := range files {
		if err == nil {
			err = checkPath(f.Path)
		}
		if err == nil && current[f.Path] {
			err = fmt.Errorf("%q is generated twice", f.Path)
		}
		if err != nil {
			return res, err
		}
		current[f.Path] = true
		c, differs, err := st.compareOne(f, man, owned, meta.Generator, &buf)
		if err != nil {
			return res, err
		}
		sum := hash(f.Data)
		entries = append(entries, manifestFile{Path: f.Path, SHA256: sum})
		if !differs {
			res.Unchanged++
			continue
		}
		c.hash = sum
		if err := st.add(c); err != nil {
			return res, err
		}
		res.Written = append(res.Written, f.Path)
	}
	for _, e := range entries {
		for folder := path.Dir(e.Path); folder != "."; folder = path.Dir(folder) {
			if current[folder] {
				return res, fmt.Errorf("%q is generated as a file and as a folder", folder)
			}
		}
	}
	left, kept, err := st.leftOver(current, man, meta.Generator, clean, &res)
	if err != nil {
		return res, err
	}
	for _, c := range left {
		if err := st.add(c); err != nil {
			return res, err
		}
	}
	slices.Sort(res.Written)
	return res, st.addManifest(man, meta, entries, kept)
}

// addManifest stages the manifest, if it changes. It must be last: until it is replaced, the old
// one owns the files to be removed.
func (st *stager) addManifest(man *manifest, meta Meta, entries, kept []manifestFile) error {
	text, err := man.with(meta, entries, kept)
	if err != nil {
		return err
	}
	old, had, err := st.read(ManifestName)
	if err != nil || had && bytes.Equal(old, text) {
		return err
	}
	return st.add(change{name: ManifestName, data: text, had: had})
}
