//go:build !unix

package qmp

import (
	"net"
	"os"
)

func socketPair() (net.Conn, *os.File, error) { return nil, nil, errNoFiles }
