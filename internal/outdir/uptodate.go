package outdir

import "slices"

// UpToDate reports whether the folder dir has what the generator would write, without running it:
// whether, by its manifest, the same build of the program generated it with the same options from
// the same inputs, and no file has changed since. It also returns the number of files. read returns
// the contents of an input by its path.
//
// It returns false in case of doubt, such as for a damaged manifest, while another process writes,
// or if there are files that are kept although they are no longer generated. Running the generator
// then reports the reason.
func UpToDate(dir string, meta Meta, read func(path string) ([]byte, error)) (files int, ok bool) {
	d := openDisk(dir)
	defer d.fs.Close()
	return d.upToDate(meta, read)
}

func (d disk) upToDate(meta Meta, read func(path string) ([]byte, error)) (int, bool) {
	if meta.Build == "" || !d.idle() {
		return 0, false
	}
	man, err := d.readManifest()
	if err != nil {
		return 0, false
	}
	i := slices.IndexFunc(man.Outputs, func(o *outputs) bool { return o.Generator == meta.Generator })
	if i < 0 {
		return 0, false
	}
	old := man.Outputs[i]
	if seal, err := old.seal(); err != nil || seal != old.Seal {
		return 0, false
	}
	if old.Tool != meta.Tool || old.Build != meta.Build || old.Schema != meta.Schema ||
		!slices.Equal(old.Options, meta.Options) || len(old.Inputs) == 0 {
		return 0, false
	}
	for _, in := range old.Inputs {
		if data, err := read(in.Path); err != nil || hash(data) != in.SHA256 {
			return 0, false
		}
	}
	var buf []byte
	for _, f := range old.Files {
		if data, had, err := d.readInto(f.Path, &buf); err != nil || !had || f.Kept || hash(data) != f.SHA256 {
			return 0, false
		}
	}
	return len(old.Files), true
}
