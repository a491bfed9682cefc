package facts_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/facts"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// loadFiles reads a schema from memory; the name of a file in diagnostics is
// that in memory with the prefix.
func loadFiles(t *testing.T, files map[string]string, root, prefix string) *ir.Schema {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, errs := qapigo.Load(fsys, root, qapigo.Options{Display: func(path string) string { return prefix + path }})
	if s == nil {
		t.Fatal(errs.First().Msg)
	}
	return s
}

// TestPragmas checks which pragmas the facts of a release have, under their names in that release.
func TestPragmas(t *testing.T) {
	for _, test := range []struct {
		release dialect.Release
		want    []string
	}{
		{dialect.Of(2, 8), nil},
		{dialect.Of(2, 9), []string{"doc-required", "name-case-whitelist", "returns-whitelist"}},
		{dialect.Of(5, 2), []string{"doc-required", "name-case-whitelist", "returns-whitelist"}},
		{dialect.Of(6, 0), []string{"command-name-exceptions", "command-returns-exceptions", "doc-required", "member-name-exceptions"}},
		{dialect.Of(8, 2), []string{"command-name-exceptions", "command-returns-exceptions", "doc-required", "member-name-exceptions"}},
		{dialect.Of(9, 0), []string{"command-name-exceptions", "command-returns-exceptions", "doc-required", "documentation-exceptions", "member-name-exceptions"}},
	} {
		s := schematest.Text(t, "{ 'command': 'a' }\n")
		s.Release = test.release
		var out bytes.Buffer
		if err := facts.Facts(&out, s); err != nil {
			t.Fatal(err)
		}
		var doc struct{ Pragma map[string]any }
		if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		if got := slices.Sorted(maps.Keys(doc.Pragma)); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.release, got, test.want)
		}
	}
}

// TestNames checks which names facts have for files, wherever a schema is read
// from.
func TestNames(t *testing.T) {
	main := map[string]string{"qapi/qapi-schema.json": "{ 'include': 'common.json' }", "qapi/common.json": ""}
	daemon := map[string]string{
		"storage-daemon/qapi/qapi-schema.json": "{ 'include': '../../qapi/common.json' }",
		"qapi/common.json":                     "",
	}
	old := map[string]string{"qapi-schema.json": "{ 'include': 'qapi/common.json' }", "qapi/common.json": ""}
	mine := map[string]string{"api/schema/vm.json": "{ 'include': '../common/types.json' }", "api/common/types.json": ""}
	tests := []struct {
		name   string
		files  map[string]string
		root   string
		prefix string
		want   string
	}{
		{"a folder of QEMU's", main, "qapi/qapi-schema.json", "", "qapi/qapi-schema.json qapi/common.json"},
		{"absolute", main, "qapi/qapi-schema.json", "/src/qemu/", "qapi/qapi-schema.json qapi/common.json"},
		{"from below", main, "qapi/qapi-schema.json", "../", "qapi/qapi-schema.json qapi/common.json"},
		{"in an archive", main, "qapi/qapi-schema.json", "/src/qemu.tar.xz:", "qapi/qapi-schema.json qapi/common.json"},
		{"in a revision", main, "qapi/qapi-schema.json", "git:.@v10.2.0:", "qapi/qapi-schema.json qapi/common.json"},
		{"on another system", main, "qapi/qapi-schema.json", `C:\src\`, "qapi/qapi-schema.json qapi/common.json"},
		{"storage daemon", daemon, "storage-daemon/qapi/qapi-schema.json", "/src/", "storage-daemon/qapi/qapi-schema.json qapi/common.json"},
		{"root file at the top", old, "qapi-schema.json", "/src/2.8.0/", "qapi-schema.json qapi/common.json"},
		{"not QEMU's", mine, "api/schema/vm.json", "/src/", "schema/vm.json common/types.json"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := loadFiles(t, test.files, test.root, test.prefix)
			var b bytes.Buffer
			if err := facts.Facts(&b, s); err != nil {
				t.Fatal(err)
			}
			var got struct {
				Root  string
				Files []string
			}
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if g := strings.Join(got.Files, " "); g != test.want || got.Root != got.Files[0] {
				t.Errorf("got  %s (root %s)\nwant %s", g, got.Root, test.want)
			}
		})
	}
}

// TestListing checks the layout of a listing.
func TestListing(t *testing.T) {
	s := loadFiles(t, map[string]string{
		"a.json": "{ 'include': 'b.json' }\n{ 'command': 'query-x', 'data': { 'i': ['int'] }, 'returns': 'Xyz' }\n{ 'command': 'y' }",
		"b.json": "\n{ 'struct': 'Xyz', 'data': {} }",
	}, "a.json", "dir/")
	want := `enum: 0

struct: 1
  Xyz  dir/b.json:2

union: 0

alternate: 0

command: 2
  query-x  dir/a.json:2
  y        dir/a.json:3

event: 0

total: 3 (enum 0, struct 1, union 0, alternate 0, command 2, event 0)
`
	var b bytes.Buffer
	if err := facts.List(&b, s); err != nil {
		t.Fatal(err)
	}
	if b.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
	}
}

// TestExample checks that the example schema can be inspected, and that the
// result is the same each time.
func TestExample(t *testing.T) {
	top := filepath.Join(corpus.Root(t), "testdata", "schemas", "vm")
	var runs [2]bytes.Buffer
	for i := range runs {
		s := schematest.Load(t, top, filepath.Join(top, "vm.json"))
		if err := facts.Facts(&runs[i], s); err != nil {
			t.Fatal(err)
		}
		if err := introspect.Write(&runs[i], s); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(runs[0].Bytes(), runs[1].Bytes()) {
		t.Error("two runs differ")
	}
}
