package docs_test

import (
	"go/token"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir/merge"
)

// Two releases of a schema. What "later" stands before comes with the second, and what
// "early" stands before goes with it.
const (
	oldSchema = `
{ 'enum': 'Mode', 'data': [ 'fast', 'early-mode' ] }
{ 'struct': 'Fast', 'data': { 'n': 'int', '*early-n': 'int' } }
{ 'union': 'Plan', 'base': { 'mode': 'Mode' }, 'discriminator': 'mode',
  'data': { 'fast': 'Fast' } }
{ 'command': 'start', 'data': { 'plan': 'Plan', '*early-arg': 'int' } }
{ 'command': 'early-command' }
{ 'event': 'DONE', 'data': { 'kept': 'int' } }
`
	newSchema = `
{ 'enum': 'Mode', 'data': [ 'fast', 'later-mode' ] }
{ 'struct': 'Fast', 'data': { 'n': 'int', '*later-n': 'int' } }
{ 'union': 'Plan', 'base': { 'mode': 'Mode' }, 'discriminator': 'mode',
  'data': { 'fast': 'Fast', 'later-mode': 'Fast' } }
##
# @start:
#
# Starts.
#
# @plan: What to do.
#
# @later-arg: More.
#
# Features:
#
# @deprecated: Do not.
#
# Since: 1.0
##
{ 'command': 'start', 'features': [ 'deprecated' ],
  'data': { 'plan': 'Plan', '*later-arg': { 'type': 'int', 'features': [ 'deprecated' ] } } }
{ 'command': 'later-command' }
{ 'event': 'DONE', 'data': { 'kept': 'int', '*later-data': { 'type': 'int' } } }
`
)

// file returns the text of a file.
func file(t *testing.T, files []gen.File, path string) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f gen.File) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("there is no %s", path)
	}
	return string(files[i].Data)
}

// TestReleaseLifetimes checks that each format says where it describes a command, event,
// argument, member or value which of several releases added and removed it.
func TestReleaseLifetimes(t *testing.T) {
	files, err := docs.Releases([]docs.Release{
		{Name: "1.0", Schema: schematest.Text(t, oldSchema)},
		{Name: "2.0", Schema: schematest.Text(t, newSchema)},
	}, docs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ file, before, says string }{
		{"1.0/qmp-commands.txt", "\nearly-command\n-------------\n", "Releases: removed in 2.0\n"},
		{"1.0/qmp-commands.txt", `- "early-arg":`, "(json-int, optional, removed in 2.0)"},
		{"1.0/qmp-commands.txt", `"early-mode"`, "(removed in 2.0)"},
		{"1.0/qmp-commands.txt", `- "early-n":`, "(json-int, optional, removed in 2.0)"},
		{"1.0/qmp-commands.txt", "\nstart\n-----\n", "Releases: deprecated in 2.0\n"},
		{"2.0/qmp-commands.txt", "\nlater-command\n-------------\n", "Releases: added in 2.0\n"},
		{"2.0/qmp-commands.txt", `- "later-arg":`, "(json-int, optional, added in 2.0, deprecated in 2.0)"},
		{"2.0/qmp-commands.txt", `"later-mode"`, "(added in 2.0)"},
		{"2.0/qmp-commands.txt", `If "mode" is "fast" or "later-mode"`, "(added in 2.0):"},
		{"2.0/qmp-commands.txt", `- "later-n":`, "(json-int, optional, added in 2.0)"},
		{"2.0/qmp-commands.txt", "\nReleases\n========\n", `1.0, 2.0. "added in X" names the first`},
		{"2.0/qmp-events.txt", `- "later-data":`, "(json-int, optional, added in 2.0)"},

		{"1.0/module/test.md", "`early-command` (command)", "Removed in 2.0."},
		{"1.0/module/test.md", "`early-arg` (integer, optional, ", "removed in 2.0)"},
		{"1.0/module/test.md", "`start` (command)", "Deprecated in 2.0."},
		{"2.0/module/test.md", "`later-command` (command)", "Added in 2.0."},
		{"2.0/module/test.md", "`later-arg` (integer, optional, ", "added in 2.0, **deprecated** in 2.0)"},
		{"2.0/module/test.md", "One of `fast`", ""},
		{"2.0/module/test.md", "`later-mode` (", "added in 2.0)"},
		{"2.0/module/test.md", "or <a id=\"type-Plan.branch-later-mode\"></a>`later-mode` (", "added in 2.0)"},
		{"2.0/module/test.md", "`later-data` (integer, optional, ", "added in 2.0)"},
		{"2.0/README.md", "## Releases\n\n", "This is one of several releases: 1.0, 2.0."},
		{"1.0/README.md", "## Removed", ""},
		{"2.0/README.md", "- [`early-command`](../1.0/module/test.md#command-early-command) (command): ", "removed in 2.0\n"},
		{"1.0/module/test.md", `<a id="command-early-command"></a>`, "`early-command`"},
		{"1.0/qmp-commands.txt", "no longer has:", ""},
		{"2.0/qmp-commands.txt", "Commands of older releases that this one no longer has:\n\n", "  early-command (removed in 2.0)\n"},
		{"2.0/qmp-events.txt", "no longer has:", ""},

		{"2.0/type/Plan.html", `id="branch-later-mode">later-mode</code>`, "added in 2.0"},
	} {
		text := file(t, files, c.file)
		_, after, ok := strings.Cut(text, c.before)
		if c.says == "" {
			if ok {
				t.Errorf("%s: %q is there", c.file, c.before)
			}
			continue
		}
		if !ok {
			t.Errorf("%s: there is no %q in\n%s", c.file, c.before, text)
			continue
		}
		if near := after[:min(len(after), len(c.says)+80)]; !strings.Contains(near, c.says) {
			t.Errorf("%s: after %q there is no %q, but %q", c.file, c.before, c.says, near)
		}
	}
	for _, f := range files {
		_, kept, ok := strings.Cut(string(f.Data), `- "kept":`)
		if kept, _, _ := strings.Cut(kept, "\n"); ok && kept != " (json-int)" {
			t.Errorf("%s: \"kept\" is of both releases, but described as %q", f.Path, kept)
		}
	}
}

// TestMergedLifetimes checks the same for one schema that was merged from both.
func TestMergedLifetimes(t *testing.T) {
	fset := token.NewFileSet() // of both
	var list []merge.Release
	for name, text := range map[string]string{"1.0": oldSchema, "2.0": newSchema} {
		schema, errs := qapigo.Load(fstest.MapFS{"test.json": {Data: []byte(text)}}, "test.json", qapigo.Options{Fset: fset})
		if errs.HasErrors() {
			t.Fatal(errs.First())
		}
		list = append(list, merge.Release{Name: name, Schema: schema})
	}
	slices.SortFunc(list, func(a, b merge.Release) int { return strings.Compare(a.Name, b.Name) })
	merged, err := merge.Merge(list, merge.Options{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := docs.Generate(merged.Schema, docs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for path, wants := range map[string][]string{
		"qmp-commands.txt":           {"Releases: removed in 2.0\n", "Releases: added in 2.0\n", "optional, removed in 2.0)", "optional, added in 2.0"},
		"module/test.md":             {"Removed in 2.0.", "Added in 2.0.", "optional, removed in 2.0)", "optional, added in 2.0"},
		"command/early-command.html": {"removed in 2.0"},
		"type/Fast.html":             {"added in 2.0", "removed in 2.0"},
	} {
		text := file(t, files, path)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: there is no %q in\n%s", path, want, text)
			}
		}
	}
}

// TestOneRelease checks that a single release of a series is documented as it is alone.
func TestOneRelease(t *testing.T) {
	o := docs.Options{Formats: []docs.Format{docs.PlainText, docs.MarkdownText}}
	schema := schematest.Text(t, newSchema)
	series, err := docs.Releases([]docs.Release{{Name: "2.0", Schema: schema}}, o)
	if err != nil {
		t.Fatal(err)
	}
	o.Release = "2.0"
	single, err := docs.Generate(schema, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(series) != len(single) {
		t.Fatalf("%d files, and %d alone", len(series), len(single))
	}
	for i, f := range single {
		if got := file(t, series, "2.0/"+f.Path); got != string(f.Data) {
			t.Errorf("%s (file %d):\n%s\nand alone:\n%s", f.Path, i, got, f.Data)
		}
	}
}
