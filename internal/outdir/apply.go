package outdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
)

// apply makes the changes, or none of them. The caller has the lock, and there is
// nothing left of an earlier run.
func (d disk) apply(changes []change) error {
	st := stager{disk: d}
	for _, c := range changes {
		if err := st.add(c); err != nil {
			return errors.Join(err, d.removeWork())
		}
	}
	return st.apply()
}

// A stager writes out new files, one by one, and then puts all of them in place. The
// caller has the lock, and there is nothing left of an earlier run. After an error of
// add, or instead of apply, the caller removes the work folder.
type stager struct {
	disk
	journal journal
	there   map[string]bool // folders that are there, or in the journal
}

// add writes out the new file of a change, and keeps the old one.
func (st *stager) add(c change) error {
	i := len(st.journal.Steps)
	if i == 0 {
		st.journal.Format = manifestFormat
		st.there = map[string]bool{".": true}
		if err := st.fs.MkdirAll(workName); err != nil {
			return err
		}
	}
	s := step{Path: c.name, Had: c.had}
	if c.data != nil {
		s.New = c.hash
		if s.New == "" {
			s.New = hash(c.data)
		}
		if err := st.create(newName(i), c.name, c.had, c.data); err != nil {
			return err
		}
		if folder := path.Dir(c.name); !st.there[folder] {
			for _, missing := range st.missing(folder) {
				if !st.there[missing] {
					st.journal.Folders = append(st.journal.Folders, missing)
				}
				st.there[missing] = true
			}
			st.there[folder] = true
		}
	}
	if c.had {
		if err := st.keep(oldName(i), c.name); err != nil {
			return err
		}
	}
	st.journal.Steps = append(st.journal.Steps, s)
	return nil
}

// apply makes the changes that were added, or none of them.
func (st *stager) apply() error {
	if len(st.journal.Steps) == 0 {
		return nil
	}
	if err := st.writeJournal(); err != nil {
		return errors.Join(err, st.removeWork())
	}
	if err := st.commit(&st.journal); err != nil {
		if undo := st.rollback(&st.journal); undo != nil {
			// The journal stays: the next run tries again.
			return errors.Join(err, fmt.Errorf("restoring the folder: %w", undo))
		}
		return errors.Join(err, st.removeWork())
	}
	// What is left over, should this fail, is removed by the next run.
	st.removeWork()
	return nil
}

func (st *stager) writeJournal() error {
	text, err := json.Marshal(&st.journal)
	if err != nil {
		return err
	}
	temp := journalName + ".new"
	if err := st.create(temp, journalName, false, text); err != nil {
		return err
	}
	return st.fs.Rename(temp, journalName)
}

// commit puts the files in their places and removes the journal. The new tree
// stands from then on.
func (d disk) commit(j *journal) error {
	for _, folder := range j.Folders {
		if err := d.fs.MkdirAll(folder); err != nil {
			return err
		}
	}
	for i, s := range j.Steps {
		var err error
		if s.New == "" {
			if err = d.fs.Remove(s.Path); err == nil {
				d.removeEmpty(path.Dir(s.Path))
			}
		} else {
			err = d.fs.Rename(newName(i), s.Path)
		}
		if err != nil {
			return err
		}
	}
	return d.fs.Remove(journalName)
}

// keep gives the file of that name a second name, or makes a copy of it where
// files cannot have two.
func (d disk) keep(as, name string) error {
	if d.fs.Link(name, as) == nil {
		return nil
	}
	data, err := d.fs.ReadFile(name)
	if err != nil {
		return err
	}
	return d.create(as, name, true, data)
}

// missing returns the folders down to the named one that are not there, outer
// ones first.
func (d disk) missing(name string) (folders []string) {
	for ; name != "."; name = path.Dir(name) {
		if _, err := d.fs.Lstat(name); err == nil {
			break
		}
		folders = append([]string{name}, folders...)
	}
	return folders
}

// makeFolder makes the output folder, and returns which folders it has made,
// outer ones first.
func (d disk) makeFolder() (made []string, err error) {
	var missing []string
	for folder := d.dir; ; {
		if _, err := d.fs.StatFolder(folder); err == nil {
			break
		}
		missing = append(missing, folder)
		parent := filepath.Dir(folder)
		if parent == folder {
			break
		}
		folder = parent
	}
	for i := len(missing) - 1; i >= 0; i-- {
		if err := d.fs.MakeFolder(missing[i]); err != nil {
			return made, err
		}
		made = append(made, missing[i])
	}
	return made, nil
}

// removeFolders removes folders that were created in vain, unless something else uses them
// by now.
func (d disk) removeFolders(made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		if d.fs.RemoveFolder(made[i]) != nil {
			return
		}
	}
}

// removeEmpty removes a folder that a removal left empty, and its parents, up
// to the output folder.
func (d disk) removeEmpty(name string) {
	for ; name != "."; name = path.Dir(name) {
		if d.fs.Remove(name) != nil {
			return // not empty, and that is no mistake
		}
	}
}
