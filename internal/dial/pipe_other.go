//go:build !windows

package dial

import (
	"context"
	"errors"
	"net"
)

// dialPipe connects to a named pipe of Windows.
func dialPipe(context.Context, string) (net.Conn, error) {
	return nil, errors.New("named pipes exist on Windows only; have QEMU listen on a unix socket")
}
