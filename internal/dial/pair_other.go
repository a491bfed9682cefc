//go:build !unix

package dial

import (
	"errors"
	"net"
	"os"
)

// Pair fails.
func Pair() (net.Conn, *os.File, error) {
	return nil, nil, errors.New("connections cannot be passed to programs on this platform")
}
