package introspect_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestIntrospection compares the introspection of QEMU's schemas with what the
// compiler of the same release generates.
func TestIntrospection(t *testing.T) {
	dir := corpus.Dir(t)
	for _, release := range live.Sample(t, []string{"2.12.0", "4.2.0", "6.1.0", "7.2.0", "9.2.0", "10.0.0", "10.2.0"}, 3) {
		t.Run(release, func(t *testing.T) {
			c := corpus.Schemas(t, dir, release)[0]
			s := schematest.Load(t, filepath.Join(dir, "corpus", release), c.Root)
			var b bytes.Buffer
			if err := introspect.Write(&b, s); err != nil {
				t.Fatal(err)
			}
			var got []any
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(filepath.Join(dir, "oracle", "introspect", release+"-qemu.json"))
			if err != nil {
				t.Fatal(err)
			}
			var oracle struct{ Schema []any }
			if err := json.Unmarshal(data, &oracle); err != nil {
				t.Fatal(err)
			}
			want := unconditional(oracle.Schema).([]any)
			if len(got) != len(want) {
				t.Errorf("%d entries, want %d", len(got), len(want))
			}
			for i := range min(len(got), len(want)) {
				if !reflect.DeepEqual(got[i], want[i]) {
					t.Fatalf("entry %d:\ngot  %v\nwant %v", i, got[i], want[i])
				}
			}
		})
	}
}

// unconditional takes the conditions out of introspection data.
func unconditional(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if value, ok := v["_value"]; ok {
			return value
		}
		delete(v, "_if")
		for key, value := range v {
			v[key] = unconditional(value)
		}
	case []any:
		for i, value := range v {
			v[i] = unconditional(value)
		}
	}
	return v
}
