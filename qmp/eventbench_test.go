//go:build unix

package qmp_test

import (
	"net"
	"path/filepath"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// BenchmarkLiveEvents measures typed events of a real QEMU: each round is a stop and a cont, of
// which one emits STOP.
func BenchmarkLiveEvents(b *testing.B) {
	benchEvents(b, launchBenchQEMU(b), func(c *qmp.Client) error {
		if err := c.Call(b.Context(), "cont", nil, nil); err != nil {
			return err
		}
		return c.Call(b.Context(), "stop", nil, nil)
	})
}

// BenchmarkServerEvents measures typed events of this package's server.
func BenchmarkServerEvents(b *testing.B) {
	path := filepath.Join(b.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		b.Fatal(err)
	}
	s := qmp.NewServer(handlers.Commands())
	go s.Serve(l)
	defer s.Shutdown(b.Context())
	benchEvents(b, path, func(*qmp.Client) error { return s.Emit(&StopEvent{}) })
}

// benchEvents triggers an event and waits for it, repeatedly.
func benchEvents(b *testing.B, path string, emit func(*qmp.Client) error) {
	c, err := qmp.Dial(b.Context(), "unix:"+path)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	sub := qmp.Subscribe[*StopEvent](c)
	defer sub.Close()
	left := b.N
	b.ResetTimer()
	if err := emit(c); err != nil {
		b.Fatal(err)
	}
	for _, err := range sub.All(b.Context()) {
		if err != nil {
			b.Fatal(err)
		}
		if left--; left == 0 {
			break
		}
		if err := emit(c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
