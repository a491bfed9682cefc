package outdir

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
)

// A State is how a file on disk differs from the generated one.
type State string

// The states. A file that is up to date has none.
const (
	Changed  State = "changed"        // not as generated, and not edited either: the schema, options or program have changed
	Missing  State = "missing"        // does not exist
	Orphaned State = "orphaned"       // in the manifest, no longer generated
	Edited   State = "edited by hand" // neither as generated now nor as generated before

	// Interrupted is a state of the manifest only: a run was killed while it replaced
	// files, so that some are old and some are new. The next run restores the old ones
	// first.
	Interrupted State = "interrupted"
)

// A Finding is a file that is not up to date.
type Finding struct {
	Path  string
	State State
	Old   []byte // its contents; nil if it is missing
	New   []byte // its contents after [Write]; nil if Write would remove it
}

// A Report is what [Check] found.
type Report struct {
	Compared int       // number of generated files
	Findings []Finding // sorted by path
}

// Clean reports whether all files are up to date.
func (r Report) Clean() bool { return len(r.Findings) == 0 }

// Check compares files with the folder dir and its manifest, and writes nothing. generator is that
// of the [Meta] with which the files are written; if the manifest does not have it, the manifest is
// reported as missing. Check waits for other processes that write to the folder.
func Check(dir string, files []gen.File, generator string) (Report, error) {
	d := openDisk(dir)
	defer d.fs.Close()
	return d.check(files, generator)
}

func (d disk) check(files []gen.File, generator string) (Report, error) {
	files, err := sorted(files)
	if err != nil {
		return Report{}, err
	}
	if err := d.checkDir(); err != nil {
		return Report{}, err
	}
	for range 100 {
		rep, settled, err := d.checkOnce(files, generator)
		if settled || err != nil {
			return rep, err
		}
	}
	return Report{}, fmt.Errorf("%s keeps changing while it is compared", d.dir)
}

// checkOnce compares files with those on disk. settled is false if another process may have written
// meanwhile.
func (d disk) checkOnce(files []gen.File, generator string) (rep Report, settled bool, err error) {
	held := false
	if d.exists(journalName) {
		var release func()
		if release, held, err = d.hold(); err != nil {
			return Report{}, false, err
		}
		defer release()
	}
	before, err := d.version()
	if err != nil {
		return Report{}, false, err
	}
	if rep, err = d.look(files, generator); err != nil {
		return Report{}, false, err
	}
	after, err := d.version()
	if err != nil || !slices.Equal(before, after) {
		return Report{}, false, err
	}
	// A running process with a journal holds the lock.
	return rep, held || !d.exists(journalName) || !d.exists(lockName), nil
}

func (d disk) exists(name string) bool {
	_, err := d.fs.Lstat(name)
	return err == nil
}

// version returns hashes of the manifest and the journal. They change when a run starts and when it
// has finished replacing files.
func (d disk) version() ([]string, error) {
	var sums []string
	for _, name := range []string{ManifestName, journalName} {
		data, had, err := d.read(name)
		if err != nil {
			return nil, err
		}
		if had {
			sums = append(sums, name, hash(data))
		}
	}
	return sums, nil
}

// look compares sorted files with those on disk.
func (d disk) look(files []gen.File, generator string) (Report, error) {
	var rep Report
	man, err := d.readManifest()
	if err != nil {
		return rep, err
	}
	owned := man.hashes(generator)
	j, err := d.readJournal()
	if err != nil {
		return rep, err
	}
	placed := make(map[string]string) // hashes of files that an interrupted run was about to write
	if j != nil {
		rep.Findings = append(rep.Findings, Finding{Path: ManifestName, State: Interrupted})
		for _, s := range j.Steps {
			placed[s.Path] = s.New
		}
	}
	current := make(map[string]bool, len(files))
	rep.Compared = len(files)
	var buf []byte
	for _, f := range files {
		current[f.Path] = true
		old, had, err := d.readInto(f.Path, &buf)
		if err != nil {
			return Report{}, err
		}
		if had && bytes.Equal(old, f.Data) {
			continue
		}
		state := Changed
		if sum, ok := owned[f.Path]; !had {
			state = Missing
		} else if now := hash(old); ok && sum != now && placed[f.Path] != now {
			state = Edited
		}
		rep.Findings = append(rep.Findings, Finding{f.Path, state, bytes.Clone(old), append([]byte{}, f.Data...)})
	}
	for _, f := range man.files(generator) {
		if current[f.Path] {
			continue
		}
		old, had, err := d.read(f.Path)
		if err != nil {
			return Report{}, err
		}
		if !had {
			continue
		}
		orphan := Finding{Path: f.Path, State: Orphaned, Old: old}
		if f.editedByHand(old) {
			orphan.New = old
		}
		rep.Findings = append(rep.Findings, orphan)
	}
	if j == nil && man.files(generator) == nil {
		// Without it, orphaned and edited files cannot be found.
		rep.Findings = append(rep.Findings, Finding{Path: ManifestName, State: Missing})
	}
	slices.SortFunc(rep.Findings, func(a, b Finding) int { return strings.Compare(a.Path, b.Path) })
	return rep, nil
}
