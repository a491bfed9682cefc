//go:build !unix

package live

import "os/exec"

// Start starts a QEMU.
func Start(cmd *exec.Cmd) error { return cmd.Start() }
