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
		if info, failed := os.Stat(path); failed == nil && info.IsDir() {
			return nil, errors.New(path + " is a directory and not a socket")
		}
	}
	return nil, err
}

// tooLong returns the error of a path that no socket can have.
func tooLong(what string, n int) error {
	return errors.New(what + " of the socket has " + strconv.Itoa(n) + " bytes, and the system's limit is " + strconv.Itoa(maxPath))
}
