package dial

import (
	"context"
	"errors"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// dialUnix connects to a unix socket.
func dialUnix(ctx context.Context, path string) (net.Conn, error) {
	address, done := path, func() {}
	if len(path) > maxPath && !strings.HasPrefix(path, "@") {
		var err error
		if address, done, err = shorten(path); err != nil {
			return nil, err
		}
	}
	defer done()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", address)
	if err == nil {
		return conn, nil
	}
	if op, ok := err.(*net.OpError); ok {
		op.Addr = &net.UnixAddr{Name: path, Net: "unix"}
	}
	if errors.Is(err, syscall.ECONNREFUSED) { // as for a socket that nobody listens on
		switch info, failed := os.Stat(path); {
		case failed != nil || info.Mode()&os.ModeSocket != 0:
		case info.IsDir():
			return nil, errors.New(path + " is a directory and not a socket")
		default:
			return nil, notSocketError{path, err}
		}
	}
	return nil, err
}

// A notSocketError is the refusal of a file that is no socket. It is passing: a QEMU that is
// started with that path replaces the file.
type notSocketError struct {
	path string
	err  error
}

func (e notSocketError) Error() string { return e.path + " is a file and not a socket" }

func (e notSocketError) Unwrap() error { return e.err }

// tooLong returns the error of a path that no socket can have.
func tooLong(what string, n int) error {
	return errors.New(what + " of the socket has " + strconv.Itoa(n) + " bytes, and the system's limit is " + strconv.Itoa(maxPath))
}
