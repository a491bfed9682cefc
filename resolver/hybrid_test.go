package resolver_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/ir"
)

// loadHybrid loads a schema whose dialect is detected. The version is the content of a file
// VERSION above it, "" for no such file.
func loadHybrid(version, text string) (*ir.Schema, *diag.List) {
	files := fstest.MapFS{"tree/qapi/garden.json": {Data: []byte(text)}}
	if version != "" {
		files["tree/VERSION"] = &fstest.MapFile{Data: []byte(version + "\n")}
	}
	return qapigo.Load(files, "tree/qapi/garden.json", qapigo.Options{})
}

// documented returns a command whose documentation names a release.
func documented(release string) string {
	return "##\n# @water:\n#\n# Water the beds.\n#\n# Example:\n#\n#     water\n#\n# Since: " + release + "\n##\n{ 'command': 'water' }\n"
}

// TestHybrids checks schemas of commits between releases, which mix constructs of both.
func TestHybrids(t *testing.T) {
	const bed = "{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n"
	tests := []struct {
		name    string
		version string // of the commit
		text    string
		pinned  string // releases that refuse it
	}{
		{"unknown type where no code is generated", "1.7.50",
			"{ 'type': 'Bed', 'data': { 'rows': 'int' } }\n{ 'command': 'plant-add', 'data': { 'kind': 'str', '*more': 'map' }, 'gen': 'no' }\n", "2.4"},
		{"nested struct beside 'struct'", "2.3.50",
			bed + "{ 'type': 'Pot', 'data': { 'soil': { 'depth': 'int', '*kind': 'str' } } }\n", "2.4"},
		{"'no' beside 'struct'", "2.3.50",
			bed + "{ 'type': 'Pot', 'data': { 'soil': 'str' } }\n{ 'command': 'dig', 'data': { 'deep': 'int' }, 'gen': 'no' }\n{ 'command': 'rest', 'success-response': 'no' }\n", "2.4"},
		{"'**' beside 'any'", "2.4.50",
			bed + "{ 'command': 'set-soil', 'data': { 'value': 'any' }, 'gen': false }\n{ 'command': 'plant-add', 'data': { '*props': '**' }, 'gen': false }\n", "2.4 2.5"},
		{"upper case before the rule", "2.5.0",
			bed + "{ 'enum': 'Side', 'data': [ 'North', 'South' ] }\n{ 'union': 'Plot', 'base': { 'side': 'Side' }, 'discriminator': 'side', 'data': { 'North': 'Bed', 'South': 'Bed' } }\n", "2.6"},
		{"a scalar returned before the pragma", "2.8.90",
			"{ 'pragma': { 'doc-required': false } }\n" + bed + "{ 'command': 'guest-get-time', 'returns': 'int' }\n", "2.9"},
		{"documentation of what is in a named type", "3.1.50",
			documented("4.0") + "{ 'pragma': { 'returns-whitelist': [] } }\n{ 'struct': 'Dose', 'data': { 'litres': 'int' } }\n##\n# @pour:\n#\n# Pour.\n#\n# @dose: how much\n#\n# Since: 4.0\n##\n{ 'command': 'pour', 'data': 'Dose', 'boxed': true }\n", "4.2"},
		{"names with '_' while the pragmas change", "5.2.50",
			documented("6.0") + "{ 'pragma': { 'command-returns-exceptions': [] } }\n{ 'struct': 'bed_info', 'data': { 'row_count': 'int' } }\n{ 'command': 'query_beds', 'returns': 'bed_info' }\n{ 'event': 'grown-up' }\n", "5.2 6.0"},
		{"simple union beside a condition that is an object", "6.1.50",
			documented("6.2") + bed + "{ 'union': 'Plot', 'data': { 'bed': 'Bed', 'more': [ 'str' ] } }\n{ 'command': 'dig', 'if': { 'all': [ 'SPADE', 'SOIL' ] } }\n", "6.1 6.2"},
		{"C text in and beside an object", "6.1.50",
			bed + "{ 'command': 'dig', 'if': 'defined(SPADE) && !defined(ROCK)' }\n{ 'command': 'mow', 'if': { 'all': [ 'defined(MOWER)', 'LAWN' ] } }\n{ 'command': 'rake', 'if': [ 'defined(RAKE)', 'defined(HANDS)' ] }\n", "6.1 6.2"},
		{"'Returns' of nothing and empty examples", "8.2.50",
			"##\n# @water:\n#\n# Water the beds.\n#\n# Returns: nothing\n#\n# Example:\n#\n# -> water\n#\n# Since: 9.0\n##\n{ 'command': 'water' }\n", "9.0"},
		{"examples of both kinds", "9.0.50",
			"##\n# @water:\n#\n# Water the beds.\n#\n# .. qmp-example::\n#\n#     -> water\n#\n# Since: 9.1\n##\n{ 'command': 'water' }\n##\n# @dig:\n#\n# Dig.\n#\n# Example:\n#\n#     dig\n#\n# Since: 1.0\n##\n{ 'command': 'dig' }\n", "9.1"},
		{"a line that is too long for the release to come", "10.1.50",
			"##\n# @water:\n#\n# Water all of the beds, the pots, the trees, the lawn and whatever is green.\n#\n# Since: 10.2\n##\n{ 'command': 'water' }\n", "10.2"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if s, errs := loadHybrid(test.version, test.text); s == nil {
				t.Errorf("with VERSION %s: %s", test.version, errs.First().Msg)
			}
			for release := range strings.FieldsSeq(test.pinned) {
				if s, _ := loadDialect(t, release, test.text); s != nil {
					t.Errorf("%s accepts it", release)
				}
			}
			if test.version == "10.1.50" || test.version == "2.5.0" || test.version == "2.8.90" {
				return // nothing in the text tells it from the release to come
			}
			if s, errs := loadHybrid("", test.text); s == nil {
				t.Errorf("without VERSION: %s", errs.First().Msg)
			}
		})
	}
}

// TestClearEra checks that an old construct is refused in a schema that is clearly newer, and
// that a note says what makes it newer.
func TestClearEra(t *testing.T) {
	const (
		newer   = "{ 'command': 'mow', 'if': { 'not': 'RAIN' } }\n{ 'command': 'rake', 'if': { 'all': [ 'RAKE', 'HANDS' ] } }\n"
		newest  = "##\n# @sow:\n#\n# .. qmp-example::\n#\n#     -> sow\n#\n# Since: 10.0\n##\n{ 'command': 'sow' }\n"
		example = "##\n# @dig:\n#\n# Dig.\n#\n# Example:\n#\n#     dig\n##\n{ 'command': 'dig' }\n"
	)
	tests := []struct{ name, text, message, era string }{
		{"C text", newest + newer + "{ 'command': 'dig', 'if': 'defined(SPADE)' }\n", "'if' condition 'defined(SPADE)' of command is not a valid identifier",
			"QEMU 6.2 dropped 'if' with C text; this schema also uses 'if' with an object, which 6.2 added"},
		{"list of conditions", newest + newer + "{ 'command': 'dig', 'if': [ 'SPADE' ] }\n", "'if' condition of command must be a string or an object",
			"QEMU 6.2 dropped 'if' with a list; this schema also uses 'if' with an object, which 6.2 added"},
		{"simple union", newest + newer + "{ 'union': 'Plot', 'data': { 'size': 'int' } }\n", "union misses keys 'base', 'discriminator'",
			"QEMU 6.2 dropped a simple union; this schema also uses 'if' with an object, which 6.2 added"},
		{"'type'", newest + newer + "{ 'type': 'Pot', 'data': {} }\n", "expression must have exactly one key",
			"QEMU 2.4 dropped a struct defined by 'type'; this schema also uses 'if', which 3.0 added"},
		{"nested struct", newest + newer + "{ 'struct': 'Pot', 'data': { 'soil': { 'deep': 'int' } } }\n", "'data' member 'soil' misses key 'type'",
			"QEMU 2.4 dropped a nested struct without a name; this schema also uses 'if', which 3.0 added"},
		{"'no'", newest + newer + "{ 'command': 'dig', 'gen': 'no' }\n", "flag 'gen' may only use false value",
			"QEMU 2.4 dropped the flag value 'no'; this schema also uses 'if', which 3.0 added"},
		{"whitelist", newest + newer + "{ 'pragma': { 'returns-whitelist': [] } }\n", "unknown pragma 'returns-whitelist'",
			"QEMU 6.0 dropped a whitelist pragma; this schema also uses 'if' with an object, which 6.2 added"},
		{"example", newest + "##\n# .. qmp-example::\n##\n" + example, "The 'Example' section is no longer supported",
			"QEMU 9.1 dropped a 'Note:' or 'Example:' section; this schema also uses the directive '.. qmp-example::', which 9.1 added"},
		{"two stars", newest + newer + "{ 'command': 'dig', 'data': { '*a': '**' }, 'gen': false }\n", "parameter 'a' uses unknown type '**'",
			"since QEMU 2.5 this type is called 'any'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s, errs := loadHybrid("", test.text)
			first := errs.First()
			if s != nil || !strings.Contains(first.Msg, test.message) {
				t.Fatalf("got %v, want %q", first, test.message)
			}
			var notes []diag.Note
			for _, d := range errs.All() {
				notes = append(notes, d.Notes...)
			}
			if !slices.ContainsFunc(notes, func(n diag.Note) bool { return n.Msg == test.era }) {
				t.Errorf("the notes are %v, want %q", notes, test.era)
			}
		})
	}
}

// TestVersion checks when the file VERSION determines the dialect.
func TestVersion(t *testing.T) {
	const text = "{ 'command': 'dig', 'data': { 'deep': 'int' } }\n{ 'struct': 'Bed', 'data': { 'rows': 'int' } }\n"
	tests := []struct{ version, text, want string }{
		{"", text, "10.2"},
		{"4.2.0", text, "4.2"},
		{"2.8.1", text, "2.8"},
		{"2.12.50", text, "3.0"},
		{"10.0.13", text, "10.0"},
		{"11.1.3", text, "10.2"},
		{"1.5.0", text, "10.2"}, // 'struct' came with 2.4
		{"5.0.0", text + "{ 'command': 'mow', 'if': { 'not': 'R' } }\n", "10.2"}, // the version of something else
		{"4.2", text, "10.2"},
		{"soon", text, "10.2"},
	}
	for _, test := range tests {
		s, errs := loadHybrid(test.version, test.text)
		if s == nil {
			t.Errorf("VERSION %q: %s", test.version, errs.First().Msg)
		} else if got := s.Release.String(); got != test.want {
			t.Errorf("VERSION %q: read as %s, want %s", test.version, got, test.want)
		}
	}
}

// TestCommits loads QEMU's schemas of commits between releases, with and without the file
// VERSION.
func TestCommits(t *testing.T) {
	dir := filepath.Join(corpus.Dir(t), "corpus-commits")
	commits, err := os.ReadDir(dir)
	if err != nil {
		t.Skipf("no schemas between releases: %v", err)
	}
	n := 0
	for _, c := range commits {
		for _, root := range []string{"qapi-schema.json", "qapi/qapi-schema.json", "qga/qapi-schema.json", "storage-daemon/qapi/qapi-schema.json"} {
			tree := os.DirFS(filepath.Join(dir, c.Name()))
			if _, err := fs.Stat(tree, root); err != nil {
				continue
			}
			n++
			t.Run(c.Name()+"/"+root, func(t *testing.T) {
				for name, fsys := range map[string]fs.FS{
					"with VERSION":    tree,
					"without VERSION": overlay{tree, fstest.MapFS{"VERSION": {}}},
				} {
					if s, errs := qapigo.Load(fsys, root, qapigo.Options{}); s == nil {
						first := errs.First()
						t.Errorf("%s: %s: %s", name, errs.Fset.Position(first.Pos), first.Msg)
					}
				}
			})
		}
	}
	if n < 30 {
		t.Errorf("%d schemas, want 30 and more", n)
	}
}
