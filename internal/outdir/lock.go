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

// lockName is a file in the output folder that exists while a process writes, which locks it with
// the operating system. The lock ends with the process; the mere file locks nothing.
const lockName = ".qapi-go.lock"

// How long, and how often, to try to lock. Writing takes much less than a second.
const (
	lockPatience = time.Minute
	lockRetry    = 10 * time.Millisecond
)

// lock locks the folder, which must exist, until unlock is called. It waits for other processes,
// but not on file systems without locks. The error is [fs.ErrNotExist] if the folder has been
// removed.
func (d disk) lock() (unlock func(), err error) {
	l, err := d.take(os.O_CREATE | os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	return func() {
		// Remove the file while it is locked, so that no other process locks a file that is
		// about to be removed. Windows does not remove open files: neither ours nor, which
		// makes this safe there, that of another process.
		if runtime.GOOS != "windows" {
			d.fs.Remove(lockName)
		}
		l.Close()
		if runtime.GOOS == "windows" {
			d.fs.Remove(lockName)
		}
	}, nil
}

// hold is like lock, but does not create the file: held is false if it does not exist or may not be
// opened.
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

// take opens the file with the given flags and locks it.
func (d disk) take(flags int) (*flock.Flock, error) {
	for {
		// The file is opened by its path. Systems without O_NOFOLLOW find links here.
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
		// The process that held the lock may have removed the file and the folder since.
		ours, err := l.Stat()
		there, err2 := d.fs.Lstat(lockName)
		if err == nil && err2 == nil && os.SameFile(ours, there) {
			return l, nil
		}
		l.Close()
		d.fs.Close()
	}
}

// acquire locks l, if the file system has locks.
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
