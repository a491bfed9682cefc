//go:build !unix

package qmp

import (
	"errors"
	"io"
	"os"
)

var errNoFiles = errors.New("files cannot be passed on this platform")

// checkFiles returns an error if files cannot be passed over a connection.
func checkFiles(_ io.Writer, files []*os.File) error {
	if len(files) == 0 {
		return nil
	}
	return errNoFiles
}

func sendFiles(io.Writer, []byte, []*os.File) (n int, err error) { return 0, errNoFiles }
