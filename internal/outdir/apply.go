package outdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
)

// apply makes all changes, or none. The caller holds the lock and has removed the remains of
// earlier runs.
func (d disk) apply(changes []change) error {
	st := stager{disk: d}
	for _, c := range changes {
		if err := st.add(c); err != nil {
			return errors.Join(err, d.removeWork())
		}
	}
	return st.apply()
}

// A stager writes new files to the work folder, one by one, and then moves all of them to their
// places. The caller holds the lock and has removed the remains of earlier runs. After an error of
// add, or instead of calling apply, the caller removes the work folder.
type stager struct {
	disk
	journal journal
	there   map[string]bool // folders that exist, or are in the journal
}

// add writes the new file of a change to the work folder, and keeps the old one there.
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

// apply makes all changes that were added, or none.
func (st *stager) apply() error {
	if len(st.journal.Steps) == 0 {
		return nil
	}
	if err := st.writeJournal(); err != nil {
		return errors.Join(err, st.removeWork())
	}
	if err := st.commit(&st.journal); err != nil {
		if undo := st.rollback(&st.journal); undo != nil {
			// Keep the journal: the next run tries again.
			return errors.Join(err, fmt.Errorf("restoring the folder: %w", undo))
		}
		return errors.Join(err, st.removeWork())
	}
	// If this fails, the next run removes the rest.
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

// commit moves the files to their places and removes the journal, which makes the change final.
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

// keep makes a hard link to a file, or a copy if the file system has no hard links.
func (d disk) keep(as, name string) error {
	if d.fs.Link(name, as) == nil {
		return nil
	}
	data, err := d.fs.ReadFile(name, nil)
	if err != nil {
		return err
	}
	return d.create(as, name, true, data)
}

// missing returns the folders on the path to name, inclusive, that do not exist, outer ones first.
func (d disk) missing(name string) (folders []string) {
	for ; name != "."; name = path.Dir(name) {
		if _, err := d.fs.Lstat(name); err == nil {
			break
		}
		folders = append([]string{name}, folders...)
	}
	return folders
}

// makeFolder creates the output folder and returns the folders that it has created, outer ones
// first.
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

// removeFolders removes folders that this run has created, up to the first that is not empty.
func (d disk) removeFolders(made []string) {
	for i := len(made) - 1; i >= 0; i-- {
		if d.fs.RemoveFolder(made[i]) != nil {
			return
		}
	}
}

// removeEmpty removes a folder and its parents, up to the output folder, as far as they are empty.
func (d disk) removeEmpty(name string) {
	for ; name != "."; name = path.Dir(name) {
		if d.fs.Remove(name) != nil {
			return // not empty, which is fine
		}
	}
}
