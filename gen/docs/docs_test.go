package docs_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestFormats checks that each function generates its format only, whatever the options have, and
// Generate without formats the files of all.
func TestFormats(t *testing.T) {
	schema := schematest.Text(t, newSchema)
	paths := func(files []gen.File) (out []string) {
		for _, f := range files {
			out = append(out, f.Path)
		}
		return out
	}
	var each []string
	for _, test := range []struct {
		format   docs.Format
		generate func(*ir.Schema, docs.Options) ([]gen.File, error)
		file     string
	}{
		{docs.PlainText, docs.Text, "qmp-commands.txt"},
		{docs.MarkdownText, docs.Markdown, "README.md"},
		{docs.HTML, docs.Site, "index.html"},
	} {
		got, err := test.generate(schema, docs.Options{Formats: []docs.Format{docs.PlainText, docs.HTML}})
		want, err2 := docs.Generate(schema, docs.Options{Formats: []docs.Format{test.format}})
		if err != nil || err2 != nil || !reflect.DeepEqual(got, want) || !slices.Contains(paths(got), test.file) {
			t.Errorf("%s: %s, want %s; %v, %v", test.format, paths(got), paths(want), err, err2)
		}
		each = append(each, paths(got)...)
	}
	all, err := docs.Generate(schema, docs.Options{})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(each)
	if got := slices.Sorted(slices.Values(paths(all))); !slices.Equal(got, each) {
		t.Errorf("all formats: %s, want %s", got, each)
	}
}
