//go:build unix

package qmp

import (
	"errors"
	"os"
	"syscall"
)

// processEnded reports whether a process is known to have ended.
func processEnded(p *os.Process) bool {
	err := p.Signal(syscall.Signal(0))
	return errors.Is(err, os.ErrProcessDone) || errors.Is(err, syscall.ESRCH)
}
