//go:build !windows

package qmp

import (
	"context"
	"errors"
	"net"
)

// dialPipe connects to a named pipe of Windows.
func dialPipe(context.Context, string) (net.Conn, error) {
	return nil, errors.New("named pipes are there on Windows only; have QEMU listen on a unix socket")
}
