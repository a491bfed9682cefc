//go:build !unix

package qmp

import (
	"errors"
	"io"
	"os"
)

var errNoFiles = errors.New("files cannot be passed on this platform")

type descriptors []int

// duplicate returns an error if there are files.
func duplicate(_ io.Writer, files []*os.File) (descriptors, error) {
	if len(files) == 0 {
		return nil, nil
	}
	return nil, errNoFiles
}

func (descriptors) close() {}

func sendFiles(io.Writer, []byte, descriptors) (n int, err error) { return 0, errNoFiles }

func refusesFiles(error) bool { return false }
