//go:build unix

package dial

import (
	"net"
	"os"
	"syscall"
)

// Pair returns both ends of a connection, one of them as a file to pass to another process.
func Pair() (net.Conn, *os.File, error) {
	syscall.ForkLock.RLock()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fds[0])
		syscall.CloseOnExec(fds[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	there := os.NewFile(uintptr(fds[1]), "monitor")
	file := os.NewFile(uintptr(fds[0]), "monitor")
	defer file.Close()
	here, err := net.FileConn(file)
	if err != nil {
		there.Close()
		return nil, nil, err
	}
	return here, there, nil
}
