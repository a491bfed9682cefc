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

// checkFiles returns an error if files cannot be passed over a connection.
func checkFiles(conn io.Writer, files []*os.File) error {
	if len(files) == 0 {
		return nil
	}
	if _, ok := conn.(*net.UnixConn); !ok {
		return errNotUnix
	}
	for i, f := range files {
		if f == nil {
			return errors.New("file " + strconv.Itoa(i) + " is nil")
		}
	}
	return nil
}

// sendFiles writes the start of msg together with files (SCM_RIGHTS).
func sendFiles(conn io.Writer, msg []byte, files []*os.File) (n int, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		return 0, errNotUnix
	}
	err = withDescriptors(files, make([]int, 0, len(files)), func(fds []int) error {
		var err error
		n, _, err = unix.WriteMsgUnix(msg, syscall.UnixRights(fds...), nil)
		return err
	})
	return n, err
}

// withDescriptors calls f with the descriptors of all files, which stay open during the call.
// Unlike [os.File.Fd] it does not change their mode. The error is that of f, or os.ErrClosed if one
// of the files is closed.
func withDescriptors(files []*os.File, fds []int, f func(fds []int) error) error {
	if len(files) == 0 {
		return f(fds)
	}
	raw, err := files[0].SyscallConn()
	if err != nil {
		return err
	}
	var inner error
	if raw.Control(func(fd uintptr) {
		inner = withDescriptors(files[1:], append(fds, int(fd)), f)
	}) != nil {
		return os.ErrClosed
	}
	return inner
}
