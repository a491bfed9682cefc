package qmp

import (
	"context"
	"io"
	"net"
	"time"
)

// A clientConn is a connection and its capabilities.
type clientConn struct {
	io.ReadWriteCloser
	timed     timedConn // nil unless deadlines
	deadlines bool      // Read can be interrupted by a deadline
	writeable bool      // so can Write, and the connection stays usable
	tls       bool
}

// A timedConn has the deadlines of a net.Conn.
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
	// Detects a *tls.Conn without importing crypto/tls, which is larger than this package.
	_, c.tls = conn.(interface {
		HandshakeContext(ctx context.Context) error
		NetConn() net.Conn
	})
	c.writeable = c.deadlines && !c.tls // "After a Write has timed out, the TLS state is corrupt"
	return c
}

// writeMessage writes msg, and passes files with its first byte. It returns how many bytes of msg
// were written.
//
// Over TLS the final line end is sent as a record of its own: QEMU 7.2 takes one byte of a record
// each time the socket becomes readable, and so does not reach the end of a record before another
// one arrives.
func (c *clientConn) writeMessage(msg []byte, files descriptors) (n int, err error) {
	if len(files) > 0 {
		if n, err = sendFiles(c.ReadWriteCloser, msg, files); err != nil || n == len(msg) {
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
