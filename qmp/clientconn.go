package qmp

import (
	"context"
	"io"
	"net"
	"os"
	"time"
)

// A clientConn is a connection, and what it can do.
type clientConn struct {
	io.ReadWriteCloser
	timed     timedConn // nil unless deadlines
	deadlines bool      // Read can be interrupted
	writeable bool      // Write can be interrupted, and the connection be used after that
	tls       bool
}

// A timedConn is the part of net.Conn that interrupts.
type timedConn interface {
	SetReadDeadline(t time.Time) error
	SetWriteDeadline(t time.Time) error
}

func newClientConn(conn io.ReadWriteCloser) clientConn {
	c := clientConn{ReadWriteCloser: conn}
	if timed, ok := conn.(timedConn); ok &&
		timed.SetReadDeadline(time.Time{}) == nil && timed.SetWriteDeadline(time.Time{}) == nil {
		c.timed, c.deadlines = timed, true
	}
	// A *tls.Conn, without package crypto/tls, which is larger than this one.
	_, c.tls = conn.(interface {
		HandshakeContext(ctx context.Context) error
		NetConn() net.Conn
	})
	c.writeable = c.deadlines && !c.tls // "After a Write has timed out, the TLS state is corrupt"
	return c
}

// writeMessage writes msg, and files with its first byte. n is how much of msg
// was written.
//
// Over TLS the last byte, a line end, is a record of its own: QEMU 7.2 takes one byte from a
// record each time that the socket is readable, and so does not come to the end of one before
// another is there.
func (c *clientConn) writeMessage(msg []byte, files []*os.File) (n int, err error) {
	if len(files) > 0 {
		if n, err = sendFiles(c.ReadWriteCloser, msg, files); err != nil {
			return n, err
		}
	}
	if last := len(msg) - 1; c.tls && n < last {
		m, err := c.Write(msg[n:last])
		if n += m; err != nil {
			return n, err
		}
	}
	rest, err := c.Write(msg[n:])
	return n + rest, err
}
