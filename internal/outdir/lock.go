package outdir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"time"

	"github.com/gofrs/flock"
)

// lockName is a file in the output folder that is there, and locked by the operating
// system, while a process writes. The lock ends with the process; a file that is left over
// locks nothing.
const lockName = ".qapi-go.lock"

// How long to wait for another process. Writing takes much less than a second.
const (
	lockPatience = time.Minute
	lockRetry    = 10 * time.Millisecond
)

// lock waits until no other process writes to the folder, which has to exist,
// and keeps others out until unlock is called. On file systems without locks it
// does not wait. The error is [fs.ErrNotExist] if the folder has gone.
func (d disk) lock() (unlock func(), err error) {
	l, err := d.take(os.O_CREATE | os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return func() {
		// The file is removed while it is locked, so that no process locks one that is
		// about to go. Windows removes no open file: neither ours nor, which keeps it safe
		// there, that of another process.
		if runtime.GOOS != "windows" {
			d.fs.Remove(lockName)
		}
		l.Close()
		if runtime.GOOS == "windows" {
			d.fs.Remove(lockName)
		}
	}, nil
}

// hold waits until no other process writes to the folder, and keeps others out
// until release is called. It makes no file: held is false if there is none to
// lock, or no right to.
func (d disk) hold() (release func(), held bool, err error) {
	l, err := d.take(os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return func() {}, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return func() { l.Close() }, true, nil
}

// take locks the file of the folder, which it opens with those flags.
func (d disk) take(flags int) (*flock.Flock, error) {
	for {
		// The lock is opened by its path: where a link could not be refused, it
		// is found here.
		info, err := d.fs.Lstat(lockName)
		if err == nil && !info.Mode().IsRegular() {
			return nil, fmt.Errorf("%s is not a regular file: remove it", d.path(lockName))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		l := flock.New(d.path(lockName), flock.SetFlag(flags|noFollow), flock.SetPermissions(0o666))
		if err := acquire(l); err != nil {
			l.Close()
			return nil, err
		}
		// Whoever had the lock may have removed the file since it was opened,
		// and the folder.
		ours, err := l.Stat()
		there, err2 := d.fs.Lstat(lockName)
		if err == nil && err2 == nil && os.SameFile(ours, there) {
			return l, nil
		}
		l.Close()
		d.fs.Close()
	}
}

// acquire locks the file of l, if its file system has locks.
func acquire(l *flock.Flock) error {
	ctx, cancel := context.WithTimeout(context.Background(), lockPatience)
	defer cancel()
	_, err := l.TryLockContext(ctx, lockRetry)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("another process has been writing here for %v: %s is locked", lockPatience, l.Path())
	case errors.Is(err, errors.ErrUnsupported):
		return nil
	}
	return err
}
