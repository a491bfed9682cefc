package qmp

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
)

// A shutDownConn shuts its session down in Read, and queues a command after the
// last one was run, as accept can.
type shutDownConn struct {
	ss   *session
	last command
}

func (c *shutDownConn) Read([]byte) (int, error) {
	c.ss.stop(ErrClosed)
	<-c.ss.ran
	c.ss.queue <- c.last
	return 0, io.EOF
}

func (c *shutDownConn) Write(p []byte) (int, error) { return len(p), nil }
func (c *shutDownConn) Close() error                { return nil }

// The files of a command that is queued too late are closed.
func TestQueuedTooLate(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	conn := &shutDownConn{last: command{with: &received{files: []*os.File{r}}}}
	conn.ss = newSession(NewServer(nil), conn)
	if err := conn.ss.serve(context.Background()); err != ErrClosed {
		t.Errorf("serve: %v, want ErrClosed", err)
	}
	if err := r.Close(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("the file was left open: closing it: %v", err)
	}
}
