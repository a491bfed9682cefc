//go:build unix

package qmp

import (
	"errors"
	"io"
	"net"
	"os"
	"strconv"
	"syscall"
)

var errNotUnix = errors.New("files can be passed over a unix socket only")

// descriptors are duplicates of the descriptors of files that a message passes. So the caller can
// close its files when the call has returned, even while the message waits to be written.
type descriptors []int

// duplicate returns descriptors for files, which the caller must close. It fails if files cannot be
// passed over the connection, and with os.ErrClosed itself if one of them is closed.
func duplicate(conn io.Writer, files []*os.File) (fds descriptors, err error) {
	if len(files) == 0 {
		return nil, nil
	}
	if _, ok := conn.(*net.UnixConn); !ok {
		return nil, errNotUnix
	}
	for i, f := range files {
		if f == nil {
			err = errors.New("file " + strconv.Itoa(i) + " is nil")
		} else {
			fds, err = fds.add(f)
		}
		if err != nil {
			fds.close()
			return nil, err
		}
	}
	return fds, nil
}

// add appends a duplicate of the descriptor of f. Unlike [os.File.Fd] it does not change the mode
// of f.
func (fds descriptors) add(f *os.File) (descriptors, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return fds, err
	}
	fd := -1
	if raw.Control(func(of uintptr) {
		syscall.ForkLock.RLock()
		if fd, err = syscall.Dup(int(of)); err == nil {
			syscall.CloseOnExec(fd)
		}
		syscall.ForkLock.RUnlock()
	}) != nil {
		return fds, os.ErrClosed
	}
	if err != nil {
		return fds, os.NewSyscallError("dup", err)
	}
	return append(fds, fd), nil
}

func (fds descriptors) close() {
	for _, fd := range fds {
		syscall.Close(fd)
	}
}

// sendFiles writes the start of msg together with files (SCM_RIGHTS).
func sendFiles(conn io.Writer, msg []byte, files descriptors) (n int, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, errNotUnix
	}
	n, _, err = unix.WriteMsgUnix(msg, syscall.UnixRights(files...), nil)
	return n, err
}

// refusesFiles reports whether an error of sendFiles is about the files and not the connection:
// they are too many for a message, or for all messages that are under way (unix(7)).
func refusesFiles(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ETOOMANYREFS)
}
