package outdir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
)

// While a run puts its files in place there is a folder in the output folder,
// and in it the new files, copies of those that they replace, and a journal that
// says what belongs where. The new tree stands when the journal is removed. Until
// then the old one can be put together again, without any space on the disk: by
// the run itself if a step fails, or by the next run if this one was killed.
const (
	workName    = ".qapi-go.work"
	journalName = workName + "/journal.json"
)

// A journal says what a run is about to do.
type journal struct {
	Format  int      `json:"format"` // manifestFormat
	Steps   []step   `json:"steps"`
	Folders []string `json:"folders,omitempty"` // that it makes, outer ones first
}

// A step is a file that is replaced or removed.
type step struct {
	Path string `json:"path"`
	New  string `json:"new,omitempty"` // hash of what it will hold; "" if it is removed
	Had  bool   `json:"had"`           // there is an old file
}

// newName and oldName are where the new file of a step is, and the old one.
func newName(i int) string { return path.Join(workName, strconv.Itoa(i)+".new") }
func oldName(i int) string { return path.Join(workName, strconv.Itoa(i)+".old") }

// readJournal returns the journal of a run that is not finished, or nil.
func (d disk) readJournal() (*journal, error) {
	data, err := d.fs.ReadFile(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	j := new(journal)
	err = json.Unmarshal(data, j)
	if err == nil && j.Format != manifestFormat {
		err = fmt.Errorf("it has format %d; this program knows format %d", j.Format, manifestFormat)
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
		return nil, fmt.Errorf("%s is damaged: %w; if it is not wanted, remove the folder it is in", d.path(journalName), err)
	}
	return j, nil
}

// recover undoes what a run that was killed has begun. The caller has the lock.
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

// rollback puts back what the steps have replaced, so far as they were taken. A file that
// was changed since is left unchanged.
func (d disk) rollback(j *journal) error {
	var errs []error
	for i, s := range j.Steps {
		now, there, err := d.read(s.Path)
		switch {
		case err != nil:
		case s.New == "" && there, s.New != "" && (!there || hash(now) != s.New):
			// Not done yet, already undone, or not ours.
		case s.Had:
			// The folder of a file that was removed may have gone with it.
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

// removeWork removes the folder of a run, its journal first.
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

// idle reports whether there is no trace of a run that is not finished.
func (d disk) idle() bool {
	for _, name := range []string{workName, lockName} {
		if _, err := d.fs.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}
