//go:build unix

package qmp

import (
	"io"
	"net"
	"os"
	"syscall"
)

// maxReceived is how many files are received with a message, as in QEMU.
const maxReceived = 16

// receive reads from a connection, and receives the files that were passed over it.
func receive(conn io.Reader, buf []byte) (n int, files []*os.File, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		n, err = conn.Read(buf)
		return n, nil, err
	}
	var control [64 + maxReceived*4]byte // more than syscall.CmsgSpace of that
	n, size, _, _, err := unix.ReadMsgUnix(buf, control[:])
	if n = max(n, 0); size <= 0 { // n is -1 with an error
		return n, nil, err
	}
	messages, failed := syscall.ParseSocketControlMessage(control[:size])
	if failed != nil {
		return n, nil, err
	}
	for i := range messages {
		fds, failed := syscall.ParseUnixRights(&messages[i])
		if failed != nil {
			continue // something else than files
		}
		for _, fd := range fds {
			syscall.CloseOnExec(fd)
			files = append(files, os.NewFile(uintptr(fd), "received"))
		}
	}
	return n, files, err
}
