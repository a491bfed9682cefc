package dial

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"slices"
	"syscall"
)

// Passing reports whether an error may be gone with the next attempt: there is no socket yet,
// nobody listens on it yet or its queue is full, whoever listened has closed the connection,
// the network cannot be reached, or the error is temporary by its own account. Other errors
// last, such as a missing permission, a host that does not exist, or a server that speaks
// another protocol.
func Passing(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	var unknown *net.DNSError
	if errors.As(err, &unknown) && unknown.IsNotFound {
		return false
	}
	var errno syscall.Errno
	if errors.As(err, &errno) && slices.Contains(passing, errno) {
		return true
	}
	var temporary interface{ Temporary() bool }
	return errors.As(err, &temporary) && temporary.Temporary()
}

// IsReset reports whether an error says that the other side has reset the connection.
func IsReset(err error) bool {
	return slices.ContainsFunc(reset, func(errno syscall.Errno) bool { return errors.Is(err, errno) })
}
