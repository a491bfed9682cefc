package main

import (
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/parser"
)

// TestHints checks that a misspelt word gives one error, which says what may be
// meant.
func TestHints(t *testing.T) {
	const kinds = "{ 'enum': 'Kinds', 'data': [ 'disk', 'net' ] }\n{ 'struct': 'Disk', 'data': { 'size': 'int' } }\n"
	doc := func(lines string) string { return "##\n# @stop:\n#\n" + lines + "##\n" }
	for _, test := range []struct {
		name, text string
		code       diag.Code
		hint       string
	}{
		{"type", kinds + "{ 'command': 'c', 'data': 'Dsik' }", "unknown-type", "did you mean 'Disk'?"},
		{"type of another language", "{ 'struct': 'Foo', 'data': { 's': 'String' } }", "unknown-type", "did you mean 'str'?"},
		{"element", "{ 'struct': 'Foo', 'data': { 's': [ 'boolean' ] } }", "unknown-type", "did you mean 'bool'?"},
		{"base", kinds + "{ 'struct': 'Foo', 'base': 'disk', 'data': {} }", "unknown-type", "did you mean 'Disk'?"},
		{"key", "{ 'command': 'c', 'boxd': true }", "unknown-key", "did you mean 'boxed'?"},
		{"second key", "{ 'command': 'c', 'zzzzz': true, 'coroutin': true }", "unknown-key", "unknown key 'coroutin': did you mean 'coroutine'?"},
		{"missing key", "{ 'enum': 'Foo', 'dta': [] }", "missing-key", "unknown key 'dta': did you mean 'data'?"},
		{"key of a member", "{ 'struct': 'Foo', 'data': { 'a': { 'tpye': 'int' } } }", "missing-key", "unknown key 'tpye': did you mean 'type'?"},
		{"kind of definition", "{ 'aletrnate': 'Foo', 'data': {} }", "not-a-definition", "did you mean 'alternate'?"},
		{"pragma", "{ 'pragma': { 'doc-requierd': true } }", "unknown-pragma", "did you mean 'doc-required'?"},
		{"discriminator", kinds + "{ 'union': 'Uni', 'base': { 'kind': 'Kinds' }, 'discriminator': 'knid', 'data': {} }", "discriminator", "did you mean 'kind'?"},
		{"branch", kinds + "{ 'union': 'Uni', 'base': { 'kind': 'Kinds' }, 'discriminator': 'kind', 'data': { 'dsik': 'Disk' } }", "unknown-branch", "did you mean 'disk'?"},
		{"condition", "{ 'command': 'c', 'if': { 'al': [ 'FOO' ] } }", "unknown-key", "did you mean 'all'?"},
		{"include", "{ 'include': 'sub/../sub/dsik.json' }", "read-file", "did you mean 'sub/disk.json'?"},
		{"case of a command", "{ 'command': 'queryStatus_now' }", "name-case", "did you mean 'query-status-now'?"},
		{"case of an event", "{ 'event': 'device-Deleted' }", "name-case", "did you mean 'DEVICE_DELETED'?"},
		{"case of a type", "{ 'struct': 'block_info', 'data': {} }", "name-case", "did you mean 'BlockInfo'?"},
		{"case of a member", "{ 'struct': 'Foo', 'data': { '*nodeName': 'int' } }", "name-case", "did you mean 'node-name'?"},
		{"documented member", doc("# @sped: how fast\n") + "{ 'command': 'stop', 'data': { 'speed': 'int' } }",
			"undocumented", "'sped' is documented here: did you mean 'speed'?"},
		{"documented member that is excepted", "{ 'pragma': { 'documentation-exceptions': [ 'stop' ] } }\n" +
			doc("# @sped: how fast\n") + "{ 'command': 'stop', 'data': { 'speed': 'int' } }", "stray-doc", "did you mean 'speed'?"},
		{"documented feature", doc("# Features:\n#\n# @dynamik: yes\n") + "{ 'command': 'stop', 'features': [ 'dynamic' ] }",
			"undocumented", "'dynamik' is documented here: did you mean 'dynamic'?"},
		{"documented definition", doc("# Stop.\n") + "{ 'command': 'stopp' }", "doc-misplaced", "the definition is 'stopp'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{
				"a.json":        &fstest.MapFile{Data: []byte(test.text + "\n")},
				"sub/disk.json": &fstest.MapFile{},
			}
			_, got, fset := diagnose(parser.Source{FS: files, Root: "a.json"})
			if len(got) != 1 {
				t.Fatalf("%d errors%s", len(got), summary(fset, got))
			}
			if got[0].Code != test.code || !hinted(got[0], test.hint) {
				t.Errorf("%s [%s] with notes %v; want %s with %q", got[0].Msg, got[0].Code, got[0].Notes, test.code, test.hint)
			}
		})
	}
}
