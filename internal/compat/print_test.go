package compat_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// printed returns a report with a change for each chapter of a changelog.
func printed(t *testing.T) *compat.Report {
	t.Helper()
	const node = "{ 'struct': 'Node', 'data': { 'name': 'str'%s } }\n{ 'struct': 'Link', 'data': { 'node': 'Node' } }\n"
	old := load(t, "old.json", strings.Replace(node, "%s", ", '*size': 'int'", 1)+`{ 'command': 'a1', 'data': 'Node' }
{ 'command': 'a2', 'data': 'Link' }
{ 'command': 'a3', 'data': 'Link' }
{ 'command': 'a4', 'data': 'Link' }
{ 'command': 'a5', 'data': 'Link' }
{ 'command': 'gone', 'features': [ 'deprecated' ] }
{ 'command': 'kept', 'data': { 'xy': 'str' } }
{ 'command': 'early', 'allow-preconfig': true }
{ 'event': 'E', 'data': { 'a': 'str' } }
`)
	new := load(t, "new.json", strings.Replace(node, "%s", "", 1)+`{ 'command': 'a1', 'data': 'Node' }
{ 'command': 'a2', 'data': 'Link' }
{ 'command': 'a3', 'data': 'Link' }
{ 'command': 'a4', 'data': 'Link' }
{ 'command': 'a5', 'data': 'Link', 'features': [ 'deprecated' ] }
{ 'command': 'kept', 'data': { '*z': 'str' } }
{ 'command': 'early' }
{ 'command': 'fresh' }
{ 'event': 'E', 'data': { 'a': 'str', 'b': 'str' } }
`)
	r := compat.Compare(old, new, compat.Options{})
	compat.Accept(r, []*compat.Acceptance{{Rule: "ARG_REMOVED", Path: "kept.xy", Reason: "nobody used it"}})
	return r
}

var update = flag.Bool("update", false, "write the expected reports")

// followed returns a history with a value in each column.
func followed(t *testing.T) *compat.History {
	t.Helper()
	doc := "##\n# @a:\n#\n# Text.\n#\n# Since: 9.1\n##\n{ 'command': 'a' }\n"
	var list []compat.Release
	for _, r := range [][2]string{
		{"9.0", "{ 'command': 'old' }\n{ 'struct': 'Node', 'data': { 'kind': 'Kind' } }\n{ 'enum': 'Kind', 'data': [ 'x' ] }\n{ 'event': 'E', 'data': 'Node' }\n" + doc},
		{"9.1", "{ 'command': 'old', 'features': [ 'deprecated' ] }\n{ 'struct': 'BlockNode', 'data': { 'kind': 'Kind', 'n': 'int' } }\n{ 'enum': 'Kind', 'data': [ 'x', 'y' ] }\n{ 'event': 'E', 'data': 'BlockNode' }\n" + doc},
		{"9.2", "{ 'struct': 'BlockNode', 'data': { 'kind': 'Kind', 'n': 'int' } }\n{ 'enum': 'Kind', 'data': [ 'x', 'y' ] }\n{ 'event': 'E', 'data': 'BlockNode' }\n" + doc},
	} {
		list = append(list, compat.Release{Name: r[0], Version: version(r[0]), Schema: load(t, "schema.json", r[1])})
	}
	return compat.NewHistory(list, compat.Options{})
}

// TestFormats compares a report in each format with testdata.
func TestFormats(t *testing.T) {
	for _, test := range []struct {
		file  string
		write func(io.Writer, *compat.Report, compat.Names) error
	}{
		{"report.txt", compat.Text},
		{"report.md", compat.Markdown},
		{"report.github", compat.GitHub},
		{"report.json", compat.JSON},
		{"accept.txt", func(w io.Writer, r *compat.Report, _ compat.Names) error {
			return compat.Acceptances(w, r, compat.Warning)
		}},
		{"history.txt", func(w io.Writer, _ *compat.Report, _ compat.Names) error { return compat.TextHistory(w, followed(t)) }},
		{"history.md", func(w io.Writer, _ *compat.Report, _ compat.Names) error {
			return compat.MarkdownHistory(w, followed(t))
		}},
		{"history.json", func(w io.Writer, _ *compat.Report, _ compat.Names) error { return compat.JSONHistory(w, followed(t)) }},
	} {
		t.Run(test.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := test.write(&got, printed(t), compat.Names{Old: "old", New: "new"}); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", test.file)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Bytes(), want) {
				t.Errorf("got\n%s\nwant\n%s", &got, want)
			}
		})
	}
}
