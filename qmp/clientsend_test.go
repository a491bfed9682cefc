package qmp_test

import (
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// A slowWriter is a connection whose writes, once it is armed, end only after they were
// interrupted, with an error though all was written. So does a write that passes files if the
// reply comes before it has returned.
type slowWriter struct {
	net.Conn
	armed       bool
	once        sync.Once
	interrupted chan struct{}
}

func (s *slowWriter) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	if err == nil && s.armed {
		<-s.interrupted
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

func (s *slowWriter) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		s.once.Do(func() { close(s.interrupted) })
	}
	return nil
}

// TestWriteInterruptedAtEnd checks that a connection goes on if a write was interrupted by its
// reply when all of it had been written.
func TestWriteInterruptedAtEnd(t *testing.T) {
	conn := &slowWriter{interrupted: make(chan struct{})}
	conn.Conn = qmptest.Start(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for range 2 {
			p.Return(p.Expect("stop"), "{}")
		}
		p.WaitClose()
	})
	ctx := testContext(t)
	c, err := qmp.NewClient(ctx, conn)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	conn.armed = true
	for range 2 {
		if err := c.Call(ctx, "stop", nil, nil); err != nil {
			t.Fatal(err)
		}
		conn.armed = false
	}
}
