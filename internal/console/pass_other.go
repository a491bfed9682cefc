//go:build !unix

package console

import "io"

// receive reads from a connection. Descriptors cannot be passed on this system.
func receive(conn io.Reader, buf []byte) (int, []int, error) {
	n, err := conn.Read(buf)
	return n, nil, err
}

// send writes to a connection.
func send(conn io.Writer, data []byte, _ []int) (int, error) { return conn.Write(data) }

// closePassed does nothing: there are none.
func closePassed([]int) {}
