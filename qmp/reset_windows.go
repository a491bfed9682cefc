package qmp

import (
	"errors"
	"syscall"
)

// isReset reports whether an error says that the other side has reset the
// connection. Windows has a code of its own for sockets.
func isReset(err error) bool {
	return errors.Is(err, syscall.WSAECONNRESET) || errors.Is(err, syscall.ECONNRESET)
}
