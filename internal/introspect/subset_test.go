package introspect_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir/subset"
)

// TestSubset writes the introspection of two commands of each release: whatever order of
// the release's compiler, with nothing else in it.
func TestSubset(t *testing.T) {
	shared := corpus.Dir(t)
	n := 0
	for _, release := range []string{"2.8.0", "2.12.0", "4.2.0", "6.1.0", "10.2.0"} {
		for _, c := range corpus.Schemas(t, shared, release) {
			if c.Name != "qemu" {
				continue
			}
			n++
			s, err := subset.Select(schematest.Load(t, filepath.Join(shared, "corpus", release), c.Root), []string{"query-qmp-schema", "quit"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			if err := introspect.Write(&out, s); err != nil {
				t.Fatal(err)
			}
			var infos []struct {
				Name string `json:"name"`
				Meta string `json:"meta-type"`
			}
			if err := json.Unmarshal(out.Bytes(), &infos); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, i := range infos {
				if i.Meta == "command" || i.Meta == "event" {
					got = append(got, i.Name)
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, []string{"query-qmp-schema", "quit"}) {
				t.Errorf("%s: %v", release, got)
			}
		}
	}
	if n < 5 {
		t.Errorf("%d schemas only", n)
	}
}
