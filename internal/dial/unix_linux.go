package dial

import (
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxPath is the limit on the length of a socket's path, in bytes: that of sun_path less the
// zero at its end.
const maxPath = 107

// oPath is O_PATH of open(2), which is the same for all processors that Go supports: the
// directory need not be readable.
const oPath = 0x200000

// shorten returns another path for a socket whose path is too long, through an open directory.
// It can be used until done is called.
func shorten(path string) (short string, done func(), err error) {
	dir, name := filepath.Split(path)
	if dir == "" {
		return "", nil, tooLong("the name", len(name))
	}
	fd, err := syscall.Open(dir, oPath|syscall.O_DIRECTORY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return "", nil, &os.PathError{Op: "open", Path: dir, Err: err}
	}
	short = "/proc/self/fd/" + strconv.Itoa(fd) + "/" + name
	if len(short) > maxPath {
		syscall.Close(fd)
		return "", nil, tooLong("the name", len(name))
	}
	return short, func() { syscall.Close(fd) }, nil
}
