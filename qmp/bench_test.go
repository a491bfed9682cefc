//go:build unix

package qmp_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

func dialClient(tb testing.TB, path string, opts ...qmp.Option) *qmp.Client {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := qmp.Dial(ctx, "unix:"+path, opts...)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { c.Close() })
	return c
}

// meter measures calls per second, the median time of a call, and the CPU time of this process per
// call.
func meter(b *testing.B, calls int, times []time.Duration, cpu time.Duration) {
	b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(cpu.Nanoseconds())/1000/float64(calls), "cpu-µs/call")
	if len(times) > 0 {
		b.ReportMetric(float64(median(times).Nanoseconds())/1000, "p50-µs")
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchRoundTrips measures f, one call after the other.
func benchRoundTrips(b *testing.B, f func(i int) error) {
	times := make([]time.Duration, 0, 1<<20)
	b.ReportAllocs()
	cpu := cpuTime()
	b.ResetTimer()
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		if err := f(i + 1); err != nil {
			b.Fatal(err)
		}
		if len(times) < cap(times) {
			times = append(times, time.Since(start))
		}
	}
	meter(b, b.N, times, cpuTime()-cpu)
}

// roundTrips are the ways to query the status; the first is the yardstick.
func roundTrips(b *testing.B, path string) {
	b.Run("bare", func(b *testing.B) {
		c := dialBare(b, path)
		benchRoundTrips(b, func(i int) error { return c.status(i) })
	})
	b.Run("bare-json", func(b *testing.B) {
		c := dialBare(b, path)
		benchRoundTrips(b, func(i int) error {
			_, err := c.query(i)
			return err
		})
	})
	b.Run("client", func(b *testing.B) {
		vm := NewClient(dialClient(b, path))
		benchRoundTrips(b, func(int) error {
			_, err := vm.QueryStatus(context.Background())
			return err
		})
	})
	b.Run("client-deadline", func(b *testing.B) {
		vm := NewClient(dialClient(b, path))
		benchRoundTrips(b, func(int) error {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			_, err := vm.QueryStatus(ctx)
			return err
		})
	})
}

// BenchmarkRoundTrip measures one caller with the stub.
func BenchmarkRoundTrip(b *testing.B) { roundTrips(b, startStub(b)) }

// benchParallel measures f with several concurrent callers.
func benchParallel(b *testing.B, callers int, f func() error) {
	cpu := cpuTime()
	b.ReportAllocs()
	b.ResetTimer()
	var left atomic.Int64
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				if err := f(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	meter(b, b.N, nil, cpuTime()-cpu)
}

// BenchmarkPipelined measures several callers of one client with the stub. The yardstick is the
// same number of callers that share a bare connection, one at a time.
func BenchmarkPipelined(b *testing.B) {
	path := startStub(b)
	for _, callers := range []int{2, 8, 64} {
		b.Run(fmt.Sprint("bare-json/", callers), func(b *testing.B) {
			c := dialBare(b, path)
			var mu sync.Mutex
			id := 0
			benchParallel(b, callers, func() error {
				mu.Lock()
				defer mu.Unlock()
				id++
				_, err := c.query(id)
				return err
			})
		})
		b.Run(fmt.Sprint("client/", callers), func(b *testing.B) {
			vm := NewClient(dialClient(b, path))
			benchParallel(b, callers, func() error {
				_, err := vm.QueryStatus(context.Background())
				return err
			})
		})
	}
}

// BenchmarkTurn measures the benefit of callers reading their own replies: a connection without
// deadlines always has a goroutine that reads.
func BenchmarkTurn(b *testing.B) {
	path := startStub(b)
	for _, callers := range []int{1, 8} {
		for _, turns := range []bool{true, false} {
			b.Run(fmt.Sprintf("calls-read=%t/%d", turns, callers), func(b *testing.B) {
				conn, err := net.Dial("unix", path)
				if err != nil {
					b.Fatal(err)
				}
				var rwc io.ReadWriteCloser = conn
				if !turns {
					rwc = struct{ io.ReadWriteCloser }{conn}
				}
				c, err := qmp.NewClient(b.Context(), rwc)
				if err != nil {
					b.Fatal(err)
				}
				defer c.Close()
				vm := NewClient(c)
				benchParallel(b, callers, func() error {
					_, err := vm.QueryStatus(context.Background())
					return err
				})
			})
		}
	}
}

type BlockJobReadyEvent struct {
	Type      string        `json:"type"`
	Device    string        `json:"device"`
	Len       int64         `json:"len"`
	Offset    int64         `json:"offset"`
	Speed     int64         `json:"speed"`
	Timestamp qmp.Timestamp `json:"-"`
}

func (*BlockJobReadyEvent) EventName() string          { return "BLOCK_JOB_READY" }
func (e *BlockJobReadyEvent) EventTime() qmp.Timestamp { return e.Timestamp }

// BenchmarkEvents measures typed events from the stub. The yardstick is a loop that reads lines and
// decodes them with encoding/json into the same type.
func BenchmarkEvents(b *testing.B) {
	const flood = 100_000
	path := startStub(b)
	command := []byte(fmt.Sprintf(`{"execute":"flood","arguments":{"count":%d},"id":1}`+"\n", flood))
	report := func(b *testing.B, cpu time.Duration) {
		b.ReportMetric(float64(flood*b.N)/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64(cpu.Nanoseconds())/float64(flood*b.N), "cpu-ns/event")
	}
	b.Run("lines", func(b *testing.B) {
		c := dialBare(b, path)
		cpu := cpuTime()
		for b.Loop() {
			line, err := c.run(command)
			for n := 0; n < flood; n++ {
				if err != nil || !bytes.Contains(line, []byte("BLOCK_JOB_READY")) {
					b.Fatal(string(line), err)
				}
				line, err = c.in.ReadSlice('\n')
			}
		}
		report(b, cpuTime()-cpu)
	})
	b.Run("encoding-json", func(b *testing.B) {
		c := dialBare(b, path)
		cpu := cpuTime()
		for b.Loop() {
			line, err := c.run(command)
			for n := 0; n < flood; n++ {
				var msg struct {
					Event     string             `json:"event"`
					Data      BlockJobReadyEvent `json:"data"`
					Timestamp qmp.Timestamp      `json:"timestamp"`
				}
				if err == nil {
					err = json.Unmarshal(line, &msg)
				}
				if err != nil || msg.Event != "BLOCK_JOB_READY" || msg.Data.Len == 0 {
					b.Fatal(string(line), err)
				}
				line, err = c.in.ReadSlice('\n')
			}
		}
		report(b, cpuTime()-cpu)
	})
	b.Run("client", func(b *testing.B) {
		ctx := context.Background()
		c := dialClient(b, path)
		cpu := cpuTime()
		for b.Loop() {
			sub := qmp.Subscribe[*BlockJobReadyEvent](c, qmp.WithQueue(flood))
			failed := make(chan error, 1)
			go func() { failed <- c.Call(ctx, "flood", map[string]int{"count": flood}, nil) }()
			n := 0
			for ev, err := range sub.All(ctx) {
				if err != nil || ev.Len == 0 {
					b.Fatal(ev, err)
				}
				if n++; n == flood {
					break
				}
			}
			sub.Close()
			if err := <-failed; err != nil {
				b.Fatal(err)
			}
		}
		report(b, cpuTime()-cpu)
	})
}

// BenchmarkLiveRoundTrip measures one caller with a real QEMU.
func BenchmarkLiveRoundTrip(b *testing.B) { roundTrips(b, launchBenchQEMU(b)) }

// BenchmarkStubInTurns compares one caller of the stub with a bare connection, and with one that
// decodes replies with encoding/json.
func BenchmarkStubInTurns(b *testing.B) { inTurns(b, startStub(b), 100, 400) }

// BenchmarkLiveInTurns compares one caller of a real QEMU with a bare connection.
func BenchmarkLiveInTurns(b *testing.B) { inTurns(b, launchBenchQEMU(b), 10, 40) }

// inTurns measures ways to query the status in short alternating blocks, so that other load slows
// all alike. The first is the yardstick: it sends the same bytes as a client and does not decode
// replies. An op is a block of each. The metrics are medians over the ops: of the median time of a
// call in a block, and of its ratio to the yardstick's in the same op.
func inTurns(b *testing.B, path string, warmUp, calls int) {
	block := func(run func(i int) error) float64 {
		times := make([]time.Duration, 0, calls)
		for i := range warmUp + calls {
			start := time.Now()
			if err := run(i); err != nil {
				b.Fatal(err)
			}
			if i >= warmUp {
				times = append(times, time.Since(start))
			}
		}
		return float64(median(times).Nanoseconds()) / 1000
	}
	ways := []struct {
		name  string
		block func() float64
	}{
		{"bare", func() float64 {
			conn := dialBare(b, path)
			defer conn.Close()
			return block(conn.status)
		}},
		{"client", func() float64 {
			c := dialClient(b, path)
			defer c.Close()
			vm := NewClient(c)
			return block(func(int) error {
				_, err := vm.QueryStatus(context.Background())
				return err
			})
		}},
		{"json", func() float64 {
			conn := dialBare(b, path)
			defer conn.Close()
			return block(func(i int) error {
				_, err := conn.query(1 + i%qmp.ShortIDs)
				return err
			})
		}},
	}
	times, ratios := make([][]float64, len(ways)), make([][]float64, len(ways))
	for n := 0; b.Loop(); n++ {
		for k := range ways {
			if n%2 == 1 {
				k = len(ways) - 1 - k // so that none is always after the same
			}
			times[k] = append(times[k], ways[k].block())
		}
		for k := range ways {
			ratios[k] = append(ratios[k], times[k][n]/times[0][n])
		}
	}
	for k, w := range ways {
		b.ReportMetric(median(times[k]), w.name+"-p50-µs")
		if k > 0 {
			b.ReportMetric(median(ratios[k]), w.name+"/bare")
		}
	}
}

// median returns the median of values, which it sorts.
func median[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// launchBenchQEMU starts a QEMU that serves one client after the other, and returns its socket's
// path.
func launchBenchQEMU(b *testing.B) string {
	path := filepath.Join(b.TempDir(), "qmp")
	cmd := exec.Command(live.Program(b, "qemu-system-x86_64"), "-M", "none", "-nodefaults", "-display", "none", "-S",
		"-qmp", "unix:"+path+",server=on,wait=off")
	if err := live.Start(cmd); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	return path
}
