package site_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// TestReading checks what a reader who does not know how pages are made would stumble
// over.
func TestReading(t *testing.T) {
	const schema = `
##
# = Introduction
#
# What this is.
##

{ 'include': 'more.json' }
`
	const more = `
##
# = Nodes
##

##
# @open:
#
# Open a node.  Its members depend on the driver:
#
# Example:
#
# -> { "execute": "open",
#  "arguments": {
#    "driver": "file",
#    "name": "a"
#  }
# }
# <- { "return": {} }
##
{ 'command': 'open', 'data': 'Node', 'boxed': true }

{ 'enum': 'Driver', 'data': [ 'raw', 'quorum', 'file' ] }
{ 'union': 'Node', 'base': { 'driver': 'Driver', '*extra': 'Extra' }, 'discriminator': 'driver',
  'data': { 'raw': 'Raw', 'quorum': 'Quorum', 'file': 'File' } }
{ 'struct': 'Raw', 'data': { 'image': 'Ref' } }
{ 'struct': 'Quorum', 'data': { 'children': [ 'Ref' ], 'file': 'File' } }
{ 'struct': 'File', 'data': { 'a': 'str', 'b': 'str', 'c': 'str', 'd': 'str' } }
{ 'alternate': 'Ref', 'data': { 'name': 'str', 'node': 'Node' } }
{ 'struct': 'Extra', 'data': { 'w': 'str', 'x': 'str', 'y': 'str', 'z': 'Deep' } }
{ 'struct': 'Deep', 'data': { 'a': 'str', 'b': 'str', 'c': 'str', '*extra': 'Extra' } }
{ 'command': 'query-status' }
`
	s := schematest.Files(t, fstest.MapFS{"qapi-schema.json": {Data: []byte(schema)}, "more.json": {Data: []byte(more)}}, "qapi-schema.json")
	m := makeSite(t, model.New(s, model.Options{Release: "10.2.0"}))
	for _, test := range []struct{ name, page, want string }{
		{"the release in the title", "command/open.html", "<title>open – QEMU QMP Reference 10.2</title>"},
		{"the release in the bar", "command/open.html", `class="brand">QEMU QMP Reference <small>10.2</small></a>`},
		{"the release on the first page", "index.html", "<h1>QEMU QMP Reference 10.2</h1><p>2 commands, 0 events and 8 types, in 1 module.</p>"},
		{"a module that is text only", "index.html", `<li><a href="module/qapi-schema.html">Introduction</a></li>`},
		{"no dangling colon", "command/open.html", "<p>Open a node.  Its members depend on the driver.</p>"},
		{"braces below the first one", "command/open.html", "&lt;- <span class=\"server\">"},
		{"braces indented", "command/open.html", "\n    &quot;arguments&quot;: {\n      &quot;driver&quot;: &quot;file&quot;,\n      &quot;name&quot;: &quot;a&quot;\n    }\n   }</span>"},
		{"where a branch's member is", "command/open.html", `Shown at <a href="#arg-driver:raw.image"><code>image</code>, if <code>driver</code> is <code>raw</code></a>.`},
		{"where a member is", "command/open.html", `Shown at <a href="#arg-extra"><code>extra</code></a>.`},
	} {
		if !strings.Contains(string(m.files[test.page]), test.want) {
			t.Errorf("%s: %s does not have %s\n%s", test.name, test.page, test.want, m.files[test.page])
		}
	}
	if strings.Contains(string(m.files["index.html"]), `<td class="count">0</td><td class="count">0</td><td class="count">0</td>`) {
		t.Error("a module without definitions is in the table")
	}
}
