package introspect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestReleases reads the table of all releases of the corpus: for each it has what the
// release reports, except for the numbers and the order of types.
func TestReleases(t *testing.T) {
	dir := corpus.Dir(t)
	folders, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var schemas []*ir.Schema
	single := 0
	for _, f := range folders {
		names = append(names, f.Name())
		s := schematest.Load(t, filepath.Join(dir, "corpus", f.Name()), corpus.Schemas(t, dir, f.Name())[0].Root)
		schemas = append(schemas, s)
		single += len(infosOf(s, nil))
	}
	table, err := Releases(names, schemas)
	if err != nil {
		t.Fatal(err)
	}
	first, lines, _ := strings.Cut(table, "\n")
	if first != strings.Join(names, " ") {
		t.Errorf("the first line is %q", first)
	}
	if got := strings.Count(lines, "\n"); got > single/2 {
		t.Errorf("the table has %d entries for %d of the releases", got, single)
	}
	for i, name := range names {
		got := make(map[string]any)
		for line := range strings.Lines(lines) {
			mask, entry, _ := strings.Cut(line, " ")
			in, err := strconv.ParseUint(mask, 16, 64)
			if err != nil {
				t.Fatal(err)
			}
			if in>>i&1 == 1 {
				addEntry(t, got, []byte(entry))
			}
		}
		want := make(map[string]any)
		for _, info := range infosOf(schemas[i], nil) {
			text, err := json.Marshal(info)
			if err != nil {
				t.Fatal(err)
			}
			addEntry(t, want, text)
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d entries, want %d", name, len(got), len(want))
		}
		c := &comparison{got: got, want: want, same: make(map[string]string)}
		for entity, e := range want {
			if kind := e.(map[string]any)["meta-type"]; kind == "command" || kind == "event" {
				if where := c.differ(entity, entity); where != "" {
					t.Errorf("%s: %s: %s", name, entity, where)
				}
			}
		}
	}
}

func addEntry(t *testing.T, to map[string]any, text []byte) {
	t.Helper()
	var e map[string]any
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	name := e["name"].(string)
	if to[name] != nil {
		t.Errorf("there are two entries %s", name)
	}
	to[name] = e
}

// A comparison compares entries of two introspections whose types have other
// numbers.
type comparison struct {
	got, want map[string]any
	same      map[string]string // names of types that were compared
}

// differ returns where entries of two names differ, or "".
func (c *comparison) differ(got, want string) string {
	if was, ok := c.same[want]; ok {
		if was != got {
			return "type " + got + " and " + was + " are one"
		}
		return ""
	}
	c.same[want] = got
	a, _ := c.got[got].(map[string]any)
	b, _ := c.want[want].(map[string]any)
	if a == nil || b == nil {
		return "no entry " + got
	}
	return c.values("", a, b)
}

func (c *comparison) values(key string, a, b any) string {
	x, isText := a.(string)
	y, isTextToo := b.(string)
	switch key {
	case "type", "arg-type", "ret-type", "element-type":
		if isText && isTextToo {
			return c.differ(x, y)
		}
	}
	switch b := b.(type) {
	case map[string]any:
		o, _ := a.(map[string]any)
		if len(o) != len(b) {
			return key + " has other members"
		}
		for name := range b {
			if _, entity := b["meta-type"]; entity && name == "name" {
				continue
			}
			if where := c.values(name, o[name], b[name]); where != "" {
				return key + "." + where
			}
		}
		return ""
	case []any:
		l, _ := a.([]any)
		if len(l) != len(b) {
			return key + " has another length"
		}
		for i := range b {
			if where := c.values(key+"[]", l[i], b[i]); where != "" {
				return where
			}
		}
		return ""
	}
	if !reflect.DeepEqual(a, b) {
		return key + " differs"
	}
	return ""
}

func TestReleasesErrors(t *testing.T) {
	if _, err := Releases([]string{"1"}, nil); err == nil {
		t.Error("no error for a name without a schema")
	}
}
