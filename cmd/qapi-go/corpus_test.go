package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// corpusReleases are those of the corpus.
var corpusReleases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// TestCorpus generates everything from QEMU's own schemas: Go that go vet and
// gofmt have nothing to say of, and documentation. A second run rewrites
// nothing.
func TestCorpus(t *testing.T) {
	live.Slow(t, "it generates from eleven releases and compiles what it gets")
	shared := corpus.Dir(t)
	module := newModule(t, "example.test/corpus")
	for _, release := range corpusReleases {
		for _, schema := range corpus.Schemas(t, shared, release) {
			t.Run(release+"-"+schema.Name, func(t *testing.T) {
				// A folder of Go files may not have dots in its name.
				out := filepath.Join(module, strings.ReplaceAll("v"+release, ".", "_"), schema.Name)
				generateTwice(t, "generate", schema.Root, out)
				generateTwice(t, "docs", schema.Root, filepath.Join(t.TempDir(), "docs"))
				checkCounts(t, schema)
			})
		}
	}
	inModule(t, module, "vet", "./...")
	if out, err := exec.Command("gofmt", "-l", module).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("gofmt -l: %v\n%s", err, out)
	}
}

// generateTwice runs a command that generates into a folder, and runs it again,
// which must rewrite nothing. It then generates elsewhere, which must give the
// same.
func generateTwice(t *testing.T, command, schema, out string) {
	t.Helper()
	args := []string{command, "--schema", schema, "--out", out}
	if got := runArgs(args...); got.status != 0 || got.stdout != "" {
		t.Fatalf("status %d, %s%s", got.status, got.stdout, got.stderr)
	}
	before := stat(t, out)
	if got := runArgs(args...); got.status != 0 || !strings.Contains(got.stderr, " 0 files written") {
		t.Errorf("again: status %d, %s", got.status, got.stderr)
	}
	for name, info := range stat(t, out) {
		if !info.ModTime().Equal(before[name].ModTime()) {
			t.Errorf("%s was written again", name)
		}
	}
	other := filepath.Join(t.TempDir(), "other")
	if got := runArgs(command, "--schema", schema, "--out", other); got.status != 0 {
		t.Fatalf("elsewhere: status %d, %s", got.status, got.stderr)
	}
	compareTrees(t, out, other)
}

// checkCounts compares the list of what a schema defines with the number of
// definitions that QEMU's own compiler counts, by kind.
func checkCounts(t *testing.T, schema corpus.Schema) {
	t.Helper()
	data, err := os.ReadFile(schema.Oracle)
	if err != nil {
		t.Fatal(err)
	}
	var oracle struct{ Counts map[string]int }
	if err := json.Unmarshal(data, &oracle); err != nil {
		t.Fatal(err)
	}
	got := runArgs("inspect", "--format", "list", schema.Root)
	if got.status != 0 {
		t.Fatalf("inspect: status %d, %s", got.status, got.stderr)
	}
	c := oracle.Counts
	sum := 0
	for _, n := range c {
		sum += n
	}
	want := fmt.Sprintf("total: %d (enum %d, struct %d, union %d, alternate %d, command %d, event %d)\n", sum,
		c["enum"], c["struct"], c["union"], c["alternate"], c["command"], c["event"])
	if !strings.HasSuffix(got.stdout, want) {
		t.Errorf("the list ends with %q, want %q", got.stdout[strings.LastIndex(strings.TrimSpace(got.stdout), "\n")+1:], want)
	}
}
