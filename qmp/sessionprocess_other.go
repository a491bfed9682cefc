//go:build !unix

package qmp

import "os"

// processEnded reports whether a process is known to have ended, which this system does not tell
// of one that was not waited for.
func processEnded(*os.Process) bool { return false }
