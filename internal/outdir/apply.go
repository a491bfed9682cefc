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
	if len(changes) == 0 {
		return nil
	}
	if err := d.fs.MkdirAll(workName); err != nil {
		return err
	}
	j, err := d.stage(changes)
	if err != nil {
		return errors.Join(err, d.removeWork())
	}
	if err := d.commit(j); err != nil {
		if undo := d.rollback(j); undo != nil {
			// The journal stays: the next run tries again.
			return errors.Join(err, fmt.Errorf("restoring the folder: %w", undo))
		}
		return errors.Join(err, d.removeWork())
	}
	// What is left over, should this fail, is removed by the next run.
	d.removeWork()
	return nil
}

// stage writes out the new files, keeps the old ones, and writes the journal.
func (d disk) stage(changes []change) (*journal, error) {
	j := &journal{Format: manifestFormat, Steps: make([]step, len(changes))}
	seen := make(map[string]bool)
	for i, c := range changes {
		j.Steps[i] = step{Path: c.name, Had: c.had}
		if c.data != nil {
			j.Steps[i].New = hash(c.data)
			if err := d.create(newName(i), c.name, c.data); err != nil {
				return nil, err
			}
			for _, folder := range d.missing(path.Dir(c.name)) {
				if !seen[folder] {
					seen[folder] = true
					j.Folders = append(j.Folders, folder)
				}
			}
		}
		if c.had {
			if err := d.keep(oldName(i), c.name); err != nil {
				return nil, err
			}
		}
	}
	text, err := json.Marshal(j)
	if err != nil {
		return nil, err
	}
	temp := journalName + ".new"
	if err := d.create(temp, journalName, text); err != nil {
		return nil, err
	}
	return j, d.fs.Rename(temp, journalName)
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
	return d.create(as, name, data)
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

// removeFolders removes folders that were made for nothing, unless somebody uses
// them by now.
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
