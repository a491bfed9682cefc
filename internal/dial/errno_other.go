//go:build !windows

package dial

import "syscall"

// reset are the errors of a connection that was reset.
var reset = []syscall.Errno{syscall.ECONNRESET}

// passing are the errors of an attempt that may succeed later. Those that the errors
// themselves call temporary, such as EAGAIN, are not among them.
var passing = []syscall.Errno{
	syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE,
	syscall.EHOSTUNREACH, syscall.EHOSTDOWN, syscall.ENETUNREACH, syscall.ENETDOWN,
	syscall.EADDRNOTAVAIL, syscall.ENOBUFS,
}
