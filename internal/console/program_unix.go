//go:build unix

package console

import (
	"os/exec"
	"syscall"
)

// ownGroup makes a command that is not started yet the leader of a group of
// processes.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a command and what it has started.
func killGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
