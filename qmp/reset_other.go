//go:build !windows

package qmp

import (
	"errors"
	"syscall"
)

// isReset reports whether an error says that the other side has reset the
// connection.
func isReset(err error) bool { return errors.Is(err, syscall.ECONNRESET) }
