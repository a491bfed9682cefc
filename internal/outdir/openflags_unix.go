//go:build unix

package outdir

import "syscall"

const (
	// noFollow makes opening a symbolic link fail.
	noFollow = syscall.O_NOFOLLOW

	// noWait makes opening a named pipe return at once, not only when somebody writes to it.
	noWait = syscall.O_NONBLOCK
)
