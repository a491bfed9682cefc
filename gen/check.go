package gen

import (
	"bytes"
	"slices"
	"strings"
)

// A State says how a file on disk differs from what is generated.
type State string

// The states. A file that is as it should be has none.
const (
	Changed  State = "changed"        // the schema, the options or the program have changed since
	Missing  State = "missing"        // not there
	Orphaned State = "orphaned"       // in the manifest, no longer generated
	Edited   State = "edited by hand" // neither what is generated nor what was
)

// A Finding is one file that is not as it should be.
type Finding struct {
	Path  string
	State State
}

// A Report is what [Check] found.
type Report struct {
	Compared int       // number of generated files
	Findings []Finding // sorted by path
}

// Clean tells whether every file is as it should be.
func (r Report) Clean() bool { return len(r.Findings) == 0 }

// Check compares the files with the folder dir and with its manifest, which is
// missing itself if it has nothing of the generator. It writes nothing. generator is that of the [Meta] the files are written with.
func Check(dir string, files []File, generator string) (Report, error) {
	return disk{dir, osFS{}}.check(files, generator)
}

func (d disk) check(files []File, generator string) (Report, error) {
	var rep Report
	files, err := sorted(files)
	if err != nil {
		return rep, err
	}
	if err := d.checkDir(); err != nil {
		return rep, err
	}
	man, err := d.readManifest()
	if err != nil {
		return rep, err
	}
	owned := man.hashes(generator)
	current := make(map[string]bool, len(files))
	rep.Compared = len(files)
	for _, f := range files {
		current[f.Path] = true
		old, had, err := d.read(f.Path)
		if err != nil {
			return Report{}, err
		}
		if had && bytes.Equal(old, f.Data) {
			continue
		}
		state := Changed
		if sum, ok := owned[f.Path]; !had {
			state = Missing
		} else if ok && sum != hash(old) {
			state = Edited
		}
		rep.Findings = append(rep.Findings, Finding{f.Path, state})
	}
	for _, f := range man.files(generator) {
		if current[f.Path] {
			continue
		}
		_, had, err := d.read(f.Path)
		if err != nil {
			return Report{}, err
		}
		if had {
			rep.Findings = append(rep.Findings, Finding{f.Path, Orphaned})
		}
	}
	if man.files(generator) == nil {
		// Without it nobody can tell what is orphaned or edited.
		rep.Findings = append(rep.Findings, Finding{ManifestName, Missing})
	}
	slices.SortFunc(rep.Findings, func(a, b Finding) int { return strings.Compare(a.Path, b.Path) })
	return rep, nil
}
