//go:build unix

package console

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// maxPassed is the number of descriptors that are received with one message: Linux's limit.
const maxPassed = 253

// receive reads from a connection, with the descriptors that were passed. The caller closes
// them.
func receive(conn io.Reader, buf []byte) (n int, fds []int, err error) {
	unix, ok := conn.(*net.UnixConn)
	if !ok {
		n, err = conn.Read(buf)
		return n, nil, err
	}
	control := make([]byte, syscall.CmsgSpace(maxPassed*4))
	n, size, _, _, err := unix.ReadMsgUnix(buf, control)
	n = max(n, 0) // it is -1 with an error
	if size > 0 {
		messages, failure := syscall.ParseSocketControlMessage(control[:size])
		err = errors.Join(err, failure)
		for i := range messages {
			rights, failure := syscall.ParseUnixRights(&messages[i])
			if failure != nil {
				continue // not descriptors
			}
			for _, fd := range rights {
				syscall.CloseOnExec(fd)
				fds = append(fds, fd)
			}
		}
	}
	if n == 0 && err == nil && len(buf) > 0 {
		err = io.EOF
	}
	return n, fds, err
}

// send writes to a connection, and passes descriptors with the first byte.
func send(conn io.Writer, data []byte, fds []int) (int, error) {
	unix, ok := conn.(*net.UnixConn)
	if len(fds) == 0 {
		return conn.Write(data)
	}
	if !ok {
		return 0, errors.New("descriptors were received, and the other side has no unix socket to pass them over")
	}
	n, _, err := unix.WriteMsgUnix(data, syscall.UnixRights(fds...), nil)
	if err == nil && n < len(data) {
		var rest int
		rest, err = conn.Write(data[n:])
		n += rest
	}
	return n, err
}

// closePassed closes descriptors. They are no os.Files, which would change their mode, shared
// with the process that passed them.
func closePassed(fds []int) {
	for _, fd := range fds {
		syscall.Close(fd)
	}
}
