package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
)

// BenchmarkDocs runs "qapi-go docs --format html", the whole process, on QEMU's
// main schema of 10.2: about 1060 pages, into an empty folder and over themselves.
// Beside it, the same bytes are written to as many files, each by one call, which
// is what the machine's disk takes.
func BenchmarkDocs(b *testing.B) {
	shared := corpus.Dir(b)
	bin := filepath.Join(b.TempDir(), "qapi-go")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	schema := filepath.Join(shared, "corpus", "10.2.0", "qapi", "qapi-schema.json")
	out := filepath.Join(b.TempDir(), "site")
	b.Run("new", func(b *testing.B) {
		var cpu time.Duration
		for b.Loop() {
			b.StopTimer()
			if err := os.RemoveAll(out); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			cpu += runDocs(b, bin, schema, out)
		}
		b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
	})
	b.Run("unchanged", func(b *testing.B) {
		var cpu time.Duration
		for b.Loop() {
			cpu += runDocs(b, bin, schema, out)
		}
		b.ReportMetric(float64(cpu.Milliseconds())/float64(b.N), "cpu-ms/op")
	})
	b.Run("files only", func(b *testing.B) {
		files := tree(b, out)
		for b.Loop() {
			b.StopTimer()
			dir := b.TempDir()
			for _, folder := range []string{"command", "event", "module", "type"} {
				if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
					b.Fatal(err)
				}
			}
			b.StartTimer()
			for name, data := range files {
				if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), data, 0o666); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

// runDocs runs the program and returns its CPU time.
func runDocs(b *testing.B, bin, schema, out string) time.Duration {
	cmd := exec.Command(bin, "docs", "--format", "html", "--schema", schema, "--out", out)
	if output, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
