package qmp_test

import (
	"context"
	"io"
	"net"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// benchServer serves on a unix socket and returns its path.
func benchServer(b *testing.B) string {
	b.Helper()
	s := qmp.NewServer(handlers.Commands())
	l, err := net.Listen("unix", filepath.Join(b.TempDir(), "s"))
	if err != nil {
		b.Fatal(err)
	}
	go s.Serve(l)
	b.Cleanup(func() { s.Shutdown(context.Background()) })
	return l.Addr().String()
}

// BenchmarkServerCalls measures query-status with one and with eight callers on one connection; an
// op is a call.
func BenchmarkServerCalls(b *testing.B) {
	addr := benchServer(b)
	ctx := context.Background()
	c, err := qmp.Dial(ctx, addr)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	vm := NewClient(c)
	b.Run("one caller", func(b *testing.B) {
		for b.Loop() {
			if _, err := vm.QueryStatus(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("eight callers", func(b *testing.B) {
		b.SetParallelism(max(1, 8/runtime.GOMAXPROCS(0)))
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if _, err := vm.QueryStatus(ctx); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
}

// BenchmarkServerIdle measures the server's memory for a negotiated idle connection, in bytes,
// including stacks.
func BenchmarkServerIdle(b *testing.B) {
	const connections = 500
	addr := benchServer(b)
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		conns := make([]net.Conn, connections)
		buf := make([]byte, 1024)
		for i := range conns {
			conn, err := net.Dial("unix", addr)
			if err != nil {
				b.Fatal(err)
			}
			conn.Read(buf)
			io.WriteString(conn, `{"execute":"qmp_capabilities"}`)
			conn.Read(buf)
			conns[i] = conn
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/connections, "bytes/connection")
		for _, conn := range conns {
			conn.Close()
		}
	}
}
