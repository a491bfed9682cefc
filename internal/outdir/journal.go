package outdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
)

// While a run replaces files, a work folder in the output folder has the new files, the old files,
// and a journal with their places. Removing the journal makes the change final. Until then, the old
// state can be restored without any disk space: by the run itself if a step fails, or by the next
// run if this one is killed.
const (
	workName    = ".qapi-go.work"
	journalName = workName + "/journal.json"
)

// A journal has the steps that a run is about to take.
type journal struct {
	Format  int      `json:"format"` // manifestFormat
	Steps   []step   `json:"steps"`
	Folders []string `json:"folders,omitempty"` // to create, outer ones first
}

// A step replaces, creates or removes a file.
type step struct {
	Path string `json:"path"`
	New  string `json:"new,omitempty"` // hash of the new contents; "" if the file is removed
	Had  bool   `json:"had"`           // the file existed before
}

// newName and oldName return the names of the new and the old file of a step in the work folder.
func newName(i int) string { return path.Join(workName, strconv.Itoa(i)+".new") }
func oldName(i int) string { return path.Join(workName, strconv.Itoa(i)+".old") }

// readJournal returns the journal of an unfinished run, or nil if there is none.
func (d disk) readJournal() (*journal, error) {
	data, err := d.fs.ReadFile(journalName, nil)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j := new(journal)
	err = json.Unmarshal(data, j)
	if err == nil && j.Format != manifestFormat {
		err = fmt.Errorf("it has format %d; this program supports format %d", j.Format, manifestFormat)
	}
	for _, s := range j.Steps {
		if s.Path != ManifestName && err == nil {
			err = checkPath(s.Path)
		}
	}
	for _, f := range j.Folders {
		if err == nil {
			err = checkPath(f)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w; remove its folder to discard the interrupted run", d.path(journalName), err)
	}
	return j, nil
}

// recover restores the state before a run that was killed. The caller holds the lock.
func (d disk) recover() error {
	j, err := d.readJournal()
	if err != nil {
		return err
	}
	if j != nil {
		if err := d.rollback(j); err != nil {
			return fmt.Errorf("undoing a run that was interrupted: %w", err)
		}
	}
	return d.removeWork()
}

// rollback undoes the steps that were taken. It does not touch files that have been changed since.
func (d disk) rollback(j *journal) error {
	var errs []error
	for i, s := range j.Steps {
		now, there, err := d.read(s.Path)
		switch {
		case err != nil:
		case s.New == "" && there, s.New != "" && (!there || hash(now) != s.New):
			// Not taken yet, already undone, or changed by someone else.
		case s.Had:
			// The folder of a removed file may have been removed as well.
			if err = d.fs.MkdirAll(path.Dir(s.Path)); err == nil {
				err = d.fs.Rename(oldName(i), s.Path)
			}
		default:
			err = d.fs.Remove(s.Path)
		}
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	for i := len(j.Folders) - 1; i >= 0; i-- {
		d.fs.Remove(j.Folders[i]) // fails if it is not empty
	}
	return nil
}

// removeWork removes the work folder, the journal first.
func (d disk) removeWork() error {
	entries, err := d.fs.ReadDir(workName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := d.fs.Remove(journalName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		name := path.Join(workName, e.Name())
		if err := d.fs.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return d.fs.Remove(workName)
}

// idle reports whether there is no trace of an unfinished run.
func (d disk) idle() bool {
	for _, name := range []string{workName, lockName} {
		if _, err := d.fs.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}
