//go:build !unix

package qmp

import (
	"io"
	"os"
)

// receive reads from a connection. No files are passed on this platform.
func receive(conn io.Reader, buf []byte) (n int, files []*os.File, err error) {
	n, err = conn.Read(buf)
	return n, nil, err
}
