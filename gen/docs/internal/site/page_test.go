package site_test

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestPages checks single elements of pages.
func TestPages(t *testing.T) {
	m := makeSite(t, model.New(schematest.Text(t, `
{ 'enum': 'Kind', 'data': [ 'file', 'none', 'null' ] }
{ 'struct': 'File', 'data': { 'path': 'str' } }
{ 'union': 'Disk', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'file': 'File' } }
{ 'struct': 'Options', 'data': { 'disk': 'Disk', '*oldest': 'int' } }
{ 'command': 'use', 'boxed': true, 'data': 'Options' }
{ 'command': 'get', 'returns': 'File' }
`), model.Options{}))
	for _, test := range []struct{ what, file, want string }{
		{"a branch with members", "type/Disk.html", `<summary>If <code>kind</code> is <code id="branch-file">file</code></summary>`},
		{"the head of a table", "type/File.html", `<th scope="col">Name</th><th scope="col">Type</th><th scope="col">Description</th>`},
		{"the head of a table of values", "type/Kind.html", `<th scope="col">Name</th><th scope="col">Description</th>`},
		{"branches without", "type/Disk.html", `If <code>kind</code> is <code id="branch-none">none</code> or <code id="branch-null">null</code>: no further members. `},
		{"the place in the schema", "type/File.html", `Defined in <a href="../module/test.html">test</a>, <code>test.json:3</code>.`},
		{"arguments of a named type in the search", "names.js", `["c","use",0,"","","disk","oldest"]`},
		{"no arguments in the search", "names.js", `["c","get",0,"",""]`},
		{"a result of a named type", "command/get.html", `<p class="type"><a href="../type/File.html">File</a> (object)</p>`},
	} {
		if !strings.Contains(string(m.files[test.file]), test.want) {
			t.Errorf("%s: there is no %s in\n%s", test.what, test.want, m.files[test.file])
		}
	}
}
