package facts_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// releases are those of the corpus.
var releases = []string{"1.1.0", "1.7.0", "2.3.50", "2.8.0", "2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}

// TestFacts compares what we say of QEMU's schemas with what the compiler of
// the same release says.
func TestFacts(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, releases, 3) {
		for _, c := range corpus.Schemas(t, dir, release) {
			t.Run(c.Release+"-"+c.Name, func(t *testing.T) {
				s := schematest.Load(t, filepath.Join(dir, "corpus", release), c.Root)
				compareFacts(t, s, c.Oracle, "")
				compareCounts(t, s, c.Oracle)
			})
		}
	}
	tests := filepath.Join(dir, "qapi-tests")
	for name, oracle := range map[string]string{"qapi-schema-test": "test", "doc-good": "doc-good"} {
		t.Run(name, func(t *testing.T) {
			s := schematest.Load(t, tests, filepath.Join(tests, name+".json"))
			// In QEMU's source the tests are elsewhere.
			compareFacts(t, s, filepath.Join(dir, "oracle", "10.2.0-"+oracle+".json"), "tests/qapi-schema/")
		})
	}
}

// compareFacts compares facts with an oracle file, in which the names of files
// have the prefix.
func compareFacts(t *testing.T, s *ir.Schema, oracle, prefix string) {
	t.Helper()
	var b bytes.Buffer
	if err := facts.Facts(&b, s); err != nil {
		t.Fatal(err)
	}
	got, want := readObject(t, b.Bytes()), readOracle(t, oracle)
	for _, key := range []string{"python", "version", "schema"} {
		delete(want, key)
	}
	for _, key := range keys(got, want) {
		g, w := got[key], want[key]
		if _, ok := got[key]; !ok {
			t.Errorf("no key %q", key)
			continue
		}
		if key == "definitions" {
			compareDefinitions(t, g, w, prefix)
			continue
		}
		if g := withPrefix(g, key, prefix); !reflect.DeepEqual(g, w) {
			t.Errorf("%s:\ngot  %v\nwant %v", key, g, w)
		}
	}
}

// withPrefix puts the prefix before the names of files.
func withPrefix(v any, key, prefix string) any {
	switch v := v.(type) {
	case string:
		if key == "root" || key == "file" {
			return prefix + v
		}
	case []any:
		if key == "files" {
			files := make([]any, len(v))
			for i, f := range v {
				files[i] = prefix + f.(string)
			}
			return files
		}
	}
	return v
}

func compareDefinitions(t *testing.T, got, want any, prefix string) {
	t.Helper()
	g, w := byName(got), byName(want)
	for _, name := range keys(g, w) {
		def, _ := g[name].(map[string]any)
		for key, v := range def {
			def[key] = withPrefix(v, key, prefix)
		}
		if !reflect.DeepEqual(g[name], w[name]) {
			t.Errorf("%s:\ngot  %v\nwant %v", name, g[name], w[name])
		}
	}
	if g, w := names(got), names(want); !slices.Equal(g, w) {
		t.Errorf("order of definitions: got %v, want %v", g, w)
	}
}

// compareCounts looks for the counts of an oracle file in the listing.
func compareCounts(t *testing.T, s *ir.Schema, oracle string) {
	t.Helper()
	var b bytes.Buffer
	if err := facts.List(&b, s); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	entries, total := 0, 0.0
	for _, line := range lines {
		if strings.HasPrefix(line, "  ") {
			entries++
		}
	}
	counts := readOracle(t, oracle)["counts"].(map[string]any)
	for kind, n := range counts {
		total += n.(float64)
		if header := fmt.Sprintf("%s: %v", kind, n); !slices.Contains(lines, header) {
			t.Errorf("the listing has no line %q", header)
		}
	}
	if float64(entries) != total {
		t.Errorf("the listing has %d entries, want %v", entries, total)
	}
	if last := fmt.Sprintf("total: %v (", total); !strings.HasPrefix(lines[len(lines)-1], last) {
		t.Errorf("last line of the listing: %q, want %q…", lines[len(lines)-1], last)
	}
}

func readOracle(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return readObject(t, data)
}

func readObject(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// keys returns the keys of both maps, sorted.
func keys(a, b map[string]any) []string {
	var all []string
	for _, m := range []map[string]any{a, b} {
		for key := range m {
			all = append(all, key)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func byName(defs any) map[string]any {
	m := make(map[string]any)
	for _, d := range defs.([]any) {
		m[d.(map[string]any)["name"].(string)] = d
	}
	return m
}

func names(defs any) []string {
	var all []string
	for _, d := range defs.([]any) {
		all = append(all, d.(map[string]any)["name"].(string))
	}
	return all
}
