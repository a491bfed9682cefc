package driver

import (
	"fmt"
	"io"
	"os"
)

// MaxText is the maximum size of a text file that a command reads as a whole, in bytes.
const MaxText = 64 << 20

// ReadFile reads a file of at most max bytes. It may be a pipe, such as <(...) of a shell; reading
// a device that has no end is an error.
func ReadFile(name string, max int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, max+1))
	if err == nil && int64(len(text)) > max {
		err = fmt.Errorf("%s: larger than %d KiB", name, max>>10)
	}
	return text, err
}
