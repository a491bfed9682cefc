package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/markdown"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// pageText returns the text of a file.
func pageText(t *testing.T, files []gen.File, path string) string {
	t.Helper()
	i := slices.IndexFunc(files, func(f gen.File) bool { return f.Path == path })
	if i < 0 {
		t.Fatalf("there is no %s", path)
	}
	return string(files[i].Data)
}

// TestBlocks checks the Markdown of each kind of block.
func TestBlocks(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"two lists", "1. one\n2. two\n\n- three\n", "1. one\n2. two\n\n<!-- -->\n\n- three"},
		{"a list and a definition list", "- one\n\n@two\n    is a term\n", "- one\n\n<!-- -->\n\n- **`two`**:\n  is a term"},
		{"a list after a paragraph", "Text.\n\n- one\n", "Text.\n\n- one"},
		{"letters", "a) one\n\nb) two\n", "- a) one\n- b) two"},
		{"a term and code", "term\n    ::\n\n        x = 1\n", "- **term**\n\n  ```\n  x = 1\n  ```"},
		{"a table without head", "==  ==\na   b\nc\n==  ==\n", "|  |  |\n| --- | --- |\n| a | b |\n| c |  |"},
		{"a table with a head", "==  ==\na   b\n==  ==\nc   d\n==  ==\n", "| a | b |\n| --- | --- |\n| c | d |"},
		{
			"lists and code in cells",
			"+-----+----------+\n| - x | 1. one   |\n| - y | 2. two   |\n+-----+----------+\n| z   | ::       |\n|     |          |\n|     |    a | b |\n+-----+----------+\n",
			"|  |  |\n| --- | --- |\n| • x<br>• y | 1. one<br>2. two |\n| z | `a \\| b` |",
		},
		{"a line block in a cell", "+-----+\n| | a |\n| | b |\n+-----+\n", "|  |\n| --- |\n| a<br>b |"},
		{"a note in a cell", "+------------------+\n| .. note:: a * b  |\n+------------------+\n", "|  |\n| --- |\n| **Note:** a \\* b |"},
		{"a term in a cell", "+------------+\n| term       |\n|     a * b  |\n+------------+\n", "|  |\n| --- |\n| **term**: a \\* b |"},
		{"lines", "| one\n|   two\n|\n| three\n", "one\\\n&nbsp;&nbsp;two\\\n&nbsp;\\\nthree"},
		{"a note", ".. note:: Be careful.\n", "> **Note:**\n> Be careful."},
		{"a note with a list", ".. note::\n\n   - one\n", "> **Note:**\n>\n> - one"},
	} {
		var doc strings.Builder
		for line := range strings.Lines(c.text) {
			doc.WriteString(strings.TrimRight("# "+line, " "))
		}
		schema := schematest.Text(t, "##\n# @start:\n#\n# About it.\n#\n"+doc.String()+"#\n# Since: 10.0\n##\n{ 'command': 'start' }\n")
		_, after, _ := strings.Cut(pageText(t, markdown.Pages(model.New(schema, model.Options{})), "module/test.md"), "\nAbout it.\n\n")
		got, _, _ := strings.Cut(after, "\n\n**Arguments:**")
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestWarnings checks the warning at a deprecated command, with and without documentation.
func TestWarnings(t *testing.T) {
	for doc, want := range map[string]string{
		"":                                    "**Deprecated:**\n> It will be removed.\n",
		"# @deprecated: Use more.\n":          "**Deprecated:**\n> Use more.\n",
		"# @deprecated:\n#     - Use more.\n": "**Deprecated:**\n>\n> - Use more.\n",
	} {
		text := "{ 'command': 'start', 'features': [ 'deprecated' ] }\n"
		if doc != "" {
			text = "##\n# @start:\n#\n# Starts.\n#\n# Features:\n#\n" + doc + "#\n# Since: 10.0\n##\n" + text
		}
		page := pageText(t, markdown.Pages(model.New(schematest.Text(t, text), model.Options{})), "module/test.md")
		if !strings.Contains(page, want) {
			t.Errorf("%q: there is no %q in\n%s", doc, want, page)
		}
	}
}

// TestUnion checks the items of the branches of a union.
func TestUnion(t *testing.T) {
	page := pageText(t, markdown.Pages(model.New(schematest.Text(t, `
{ 'enum': 'Kind', 'data': [ 'file', 'none', 'null' ] }
{ 'struct': 'File', 'data': { 'name': 'str' } }
{ 'command': 'use', 'data': { 'disk': 'Disk' } }
{ 'union': 'Disk', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'file': 'File' } }
`), model.Options{})), "module/test.md")
	for _, want := range []string{
		"\n- If `kind` is <a id=\"type-Disk.branch-file\"></a>`file`: the members of [`File`](#type-File)\n",
		"\n  - If `kind` is `file`: the members of [`File`](#type-File)\n    - `name` (string)\n",
		"\n- If `kind` is <a id=\"type-Disk.branch-none\"></a>`none` or <a id=\"type-Disk.branch-null\"></a>`null`: no further members\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %q in\n%s", want, page)
		}
	}
}

// TestIndex checks the page that links to all others.
func TestIndex(t *testing.T) {
	index := pageText(t, markdown.Pages(model.New(schematest.Text(t, `
##
# = Lamps
##

##
# @on:
#
# Since: 1.0
##
{ 'command': 'on' }

##
# @off:
#
# Since: 1.0
##
{ 'command': 'off' }

##
# @BROKEN:
#
# Since: 1.0
##
{ 'event': 'BROKEN' }
`), model.Options{Release: "10.2.0"})), "README.md")
	for _, want := range []string{
		"\n# Lamps 10.2\n\n- [Commands](commands.md): 2\n- [Events](events.md): 1\n- [Types](types.md): 0\n",
		"\n- [Lamps](module/test.md): `test.json`, 3 definitions\n",
	} {
		if !strings.Contains(index, want) {
			t.Errorf("there is no %q in\n%s", want, index)
		}
	}
}

// TestNamesInText checks which names in plain text are links: not that of the definition itself,
// nor one that is also a member of it.
func TestNamesInText(t *testing.T) {
	page := pageText(t, markdown.Pages(model.New(schematest.Text(t, `
##
# @stop-it:
#
# Neither stop-it nor its-arg, but see let-go.
#
# @its-arg: something
#
# Since: 10.0
##
{ 'command': 'stop-it', 'data': { 'its-arg': 'int' } }

##
# @its-arg:
#
# Since: 10.0
##
{ 'command': 'its-arg' }

##
# @let-go:
#
# Since: 10.0
##
{ 'command': 'let-go' }
`), model.Options{})), "module/test.md")
	if want := "\nNeither stop-it nor its-arg, but see [`let-go`](#command-let-go).\n"; !strings.Contains(page, want) {
		t.Errorf("there is no %q in\n%s", want, page)
	}
}
