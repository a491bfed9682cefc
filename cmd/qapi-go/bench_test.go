//go:build linux

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// BenchmarkCheck runs "qapi-go check", the whole process, on QEMU's main schema
// of 10.2 and on schemas 10 and 100 times its size. It reports the CPU time that
// the kernel counts for the process, user and system, and the most memory it had
// resident.
//
// What profiles say is in docs/performance.md. Parsing files in parallel would save
// wall time only, and costs CPU time.
func BenchmarkCheck(b *testing.B) {
	shared := corpus.Dir(b)
	bin := filepath.Join(b.TempDir(), "qapi-go")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	b.Run("original", func(b *testing.B) {
		benchCheck(b, bin, filepath.Join(shared, "corpus", "10.2.0", "qapi", "qapi-schema.json"))
	})
	for _, n := range []int{1, 10, 100} {
		b.Run("copies="+strconv.Itoa(n), func(b *testing.B) {
			dir := b.TempDir()
			if err := os.CopyFS(dir, corpus.Copies(b, shared, "10.2.0", n)); err != nil {
				b.Fatal(err)
			}
			benchCheck(b, bin, filepath.Join(dir, corpus.CopiesRoot))
		})
	}
}

// benchCheck runs bin on a schema and reports its figures: the means over all
// runs.
func benchCheck(b *testing.B, bin, schema string) {
	var cpu time.Duration
	var resident int64
	for b.Loop() {
		cmd := exec.Command(bin, "check", schema)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out[max(0, len(out)-2000):])
		}
		cpu += cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		resident += maxResident(cmd.ProcessState.SysUsage())
	}
	b.ReportMetric(float64(cpu.Microseconds())/1000/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(resident)/(1<<20)/float64(b.N), "MiB-resident")
}

// maxResident returns the most memory that a process had resident, in bytes.
func maxResident(usage any) int64 {
	return usage.(*syscall.Rusage).Maxrss << 10 // Linux counts in KiB
}
