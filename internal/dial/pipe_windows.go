package dial

import (
	"context"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// errPipeBusy is ERROR_PIPE_BUSY: another client has the pipe.
const errPipeBusy = syscall.Errno(231)

// dialPipe connects to a named pipe, and waits while another client has it.
func dialPipe(ctx context.Context, path string) (net.Conn, error) {
	if !strings.HasPrefix(path, `\\`) {
		path = `\\.\pipe\` + path // as QEMU does
	}
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	for {
		// Overlapped, so that reading and writing at the same time and
		// deadlines work.
		handle, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
			syscall.OPEN_EXISTING, syscall.FILE_FLAG_OVERLAPPED, 0)
		if err == nil {
			return &pipe{os.NewFile(uintptr(handle), path)}, nil
		}
		if err != errPipeBusy {
			return nil, &os.PathError{Op: "open", Path: path, Err: err}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// A pipe is a named pipe as a connection.
type pipe struct{ *os.File }

// LocalAddr returns the name of the pipe.
func (p *pipe) LocalAddr() net.Addr { return pipeAddr(p.Name()) }

// RemoteAddr returns the name of the pipe.
func (p *pipe) RemoteAddr() net.Addr { return pipeAddr(p.Name()) }

type pipeAddr string

// Network returns "pipe".
func (pipeAddr) Network() string { return "pipe" }

// String returns the name of the pipe.
func (a pipeAddr) String() string { return string(a) }
