package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
)

// oddMarkup is a schema with markup that is not understood in each kind of
// section.
const oddMarkup = `##
# = Title
#
# .. frob:: x
##

##
# @go:
#
# Text.
#
# @arg: see :frob:` + "`x`" + `
#     and
#     ` + "``more" + `
#
# Returns: |sub|
##
{ 'command': 'go', 'data': { 'arg': 'str' }, 'returns': 'Out' }
{ 'struct': 'Out', 'data': {} }
`

// TestMarkupWarnings checks that docs shows and reports what it does not
// understand, with its place, and that this is no failure.
func TestMarkupWarnings(t *testing.T) {
	dir := t.TempDir()
	schema := filepath.Join(dir, "odd.json")
	if err := os.WriteFile(schema, []byte(oddMarkup), 0o666); err != nil {
		t.Fatal(err)
	}
	got := runArgs("docs", "--format", "text", "--schema", schema, "--out", filepath.Join(dir, "out"))
	if got.status != 0 {
		t.Errorf("status %d", got.status)
	}
	for _, want := range []string{
		":4:3: warning: unknown directive \".. frob::\" [doc-markup]\n",
		":12:13: warning: in command 'go': unknown role \":frob:\" [doc-markup]\n",
		":14:7: warning: in command 'go': \"``\" starts markup that does not end [doc-markup]\n",
		":16:12: warning: in command 'go': |sub| is not defined here [doc-markup]\n",
	} {
		if !strings.Contains(got.stderr, "odd.json"+want) {
			t.Errorf("stderr has no %q:\n%s", want, got.stderr)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "out", "qmp-commands.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{":frob:`x` and ``more", "|sub|"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the text has no %q:\n%s", want, text)
		}
	}
	for format, want := range map[string]string{
		"json":   `{"severity":"warning","code":"doc-markup",`,
		"github": "::warning file=",
		"sarif":  `"level": "warning"`,
	} {
		got := runArgs("docs", "--error-format", format, "--format", "text", "--schema", schema, "--out", filepath.Join(dir, format))
		if got.status != 0 || !strings.Contains(got.stderr, want) {
			t.Errorf("%s: status %d, stderr %s", format, got.status, got.stderr)
		}
	}
	if got := runArgs("docs", "--error-format", "qemu", "--format", "text", "--schema", schema, "--out", filepath.Join(dir, "qemu")); got.status != 0 || got.stderr != "" {
		t.Errorf("qemu: status %d, stderr %s", got.status, got.stderr)
	}
}

// TestMarkupOfQEMU checks that the markup of QEMU's own documentation is
// understood, in all releases.
func TestMarkupOfQEMU(t *testing.T) {
	dir := corpus.Dir(t)
	releases, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, release := range live.Sample(t, releases, 3) {
		for _, s := range corpus.Schemas(t, dir, release.Name()) {
			got := runArgs("docs", "--error-format", "json", "--format", "text", "--schema", s.Root, "--out", t.TempDir())
			if got.status != 0 || got.stderr != "" {
				t.Errorf("%s: status %d:\n%s", s.Root, got.status, got.stderr)
			}
		}
	}
}
