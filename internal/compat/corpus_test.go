package compat_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// A corpusSchema is one of QEMU's own schemas.
type corpusSchema struct {
	corpus.Schema
	schema *ir.Schema
}

// corpusSchemas loads the schemas of that name of all releases, oldest first.
func corpusSchemas(t *testing.T, name string) []corpusSchema {
	t.Helper()
	dir := corpus.Dir(t)
	entries, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	var all []corpusSchema
	for _, entry := range entries {
		for _, s := range corpus.Schemas(t, dir, entry.Name()) {
			if s.Name == name {
				top := filepath.Join(dir, "corpus", s.Release)
				root, err := filepath.Rel(top, s.Root)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, corpusSchema{s, resolve(t, parser.Source{FS: os.DirFS(top), Root: filepath.ToSlash(root)})})
			}
		}
	}
	if len(all) < 3 {
		t.Fatalf("only %d schemas %s in %s", len(all), name, dir)
	}
	slices.SortFunc(all, func(a, b corpusSchema) int { return version(a.Release).Compare(version(b.Release)) })
	return all
}

func version(s string) compat.Version {
	v, _ := compat.ParseVersion(s)
	return v
}

// oracleNames returns the commands and events that QEMU's own compiler knows.
func oracleNames(t *testing.T, file string) map[string][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var facts struct {
		Definitions []struct{ Name, Kind string }
	}
	if err := json.Unmarshal(data, &facts); err != nil {
		t.Fatal(err)
	}
	names := make(map[string][]string)
	for _, d := range facts.Definitions {
		names[d.Kind] = append(names[d.Kind], d.Name)
	}
	return names
}

// without returns the names of a that are not in b, sorted.
func without(a, b []string) []string {
	var names []string
	for _, name := range a {
		if !slices.Contains(b, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// TestCorpusPairs compares consecutive releases: the commands and events added and removed
// are those that QEMU's own compiler knows.
func TestCorpusPairs(t *testing.T) {
	for _, name := range []string{"qemu", "qga", "storage-daemon"} {
		all := corpusSchemas(t, name)
		for i := 1; i < len(all); i++ {
			old, new := all[i-1], all[i]
			t.Run(name+"/"+old.Release+"-"+new.Release, func(t *testing.T) {
				r := compat.Compare(old.schema, new.schema, compat.Options{})
				got := make(map[string][]string)
				for _, c := range r.Changes {
					got[string(c.Rule)] = append(got[string(c.Rule)], c.Path)
				}
				was, is := oracleNames(t, old.Oracle), oracleNames(t, new.Oracle)
				for rule, want := range map[string][]string{
					"COMMAND_REMOVED": without(was["command"], is["command"]),
					"COMMAND_ADDED":   without(is["command"], was["command"]),
					"EVENT_REMOVED":   without(was["event"], is["event"]),
					"EVENT_ADDED":     without(is["event"], was["event"]),
				} {
					slices.Sort(got[rule])
					if !slices.Equal(got[rule], want) {
						t.Errorf("%s: %q, want %q", rule, got[rule], want)
					}
				}
				t.Log(r.Summary())
			})
		}
	}
}

// TestCorpusSame checks that a release does not differ from itself, nor from its
// introspection.
func TestCorpusSame(t *testing.T) {
	for _, s := range corpusSchemas(t, "qemu") {
		for _, c := range compat.Compare(s.schema, s.schema, compat.Options{}).Changes {
			t.Errorf("%s against itself: %+v", s.Release, c)
		}
		var out bytes.Buffer
		if err := introspect.Write(&out, s.schema); err != nil {
			t.Fatal(err)
		}
		told, err := introspect.Read(out.Bytes())
		if err != nil {
			t.Errorf("%s: %v", s.Release, err)
			continue
		}
		for _, c := range compat.Compare(s.schema, told, compat.Options{Introspected: true}).Changes {
			t.Errorf("%s against its introspection: %+v", s.Release, c)
		}
		for _, c := range compat.Compare(told, s.schema, compat.Options{Introspected: true}).Changes {
			t.Errorf("introspection of %s against it: %+v", s.Release, c)
		}
	}
}

// TestCorpusHistory compares a history with known facts about QEMU.
func TestCorpusHistory(t *testing.T) {
	var releases []compat.Release
	for _, s := range corpusSchemas(t, "qemu") {
		releases = append(releases, compat.Release{Name: s.Release, Version: version(s.Release), Schema: s.schema})
	}
	slices.Reverse(releases) // their order does not matter
	h := compat.NewHistory(releases, compat.Options{})
	last := make(map[string]*compat.Item)
	for _, item := range h.Items {
		last[item.Kind+" "+item.Path] = item
	}
	for _, test := range []struct {
		item                       string
		since, deprecated, removed string
	}{
		{"command query-status", "1.1.0", "", ""},
		{"command migrate_set_speed", "1.1.0", "", "6.1.0"},
		{"event RDMA_GID_STATUS_CHANGED", "4.2.0", "", "9.2.0"},
		{"member ChardevSocket.reconnect", "2.3.50", "9.2.0", "10.2.0"},
		{"value MigMode.cpr-transfer", "10.0.0", "", ""},
		// What was in ImageInfo is in its base since 8.0.
		{"member BlockNodeInfo.dirty-flag", "1.7.0", "", ""},
		// TargetInfo was renamed in 10.1.
		{"member QemuTargetInfo.arch", "", "", ""},
	} {
		item := last[test.item]
		if item == nil {
			t.Errorf("there is no %s", test.item)
			continue
		}
		if test.since == "" {
			test.since = last["member TargetInfo.arch"].Since
		}
		if item.Since != test.since || item.Deprecated != test.deprecated || item.Removed != test.removed {
			t.Errorf("%s: since %s, deprecated %q, removed %q; want %s, %q, %q", test.item,
				item.Since, item.Deprecated, item.Removed, test.since, test.deprecated, test.removed)
		}
	}
	if item := last["command query-migrationthreads"]; item.Disagrees == "" || item.Says != "7.2" {
		t.Errorf("query-migrationthreads: %+v", item)
	}
}
