package parser

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
)

// loadDialect loads a schema of one file by the rules of a release, or of the detected one if
// release is "", and returns its diagnostics.
func loadDialect(t *testing.T, release, text string) (string, *Result) {
	t.Helper()
	src := Source{FS: fstest.MapFS{"a.json": file(text)}, Root: "a.json"}
	if release != "" {
		var err error
		if src.Dialect, err = dialect.Parse(release); err != nil {
			t.Fatal(err)
		}
	}
	return print(t, src, diag.Text)
}

// forms are constructs that some releases accept and others refuse.
var forms = []struct {
	name string
	text string

	accepted string // by these releases, separated by spaces
	refused  string // by these
	message  string // with this in the diagnostic
}{
	{
		name: "type", text: "{ 'type': 'Foo', 'data': { 'a': 'int' } }",
		accepted: "1.0 1.7 2.3", refused: "2.4 6.1 10.2", message: "QEMU 2.4 renamed 'type' to 'struct'",
	},
	{
		name: "nested struct", text: "{ 'struct': 'Foo', 'data': { 'a': { 'b': 'int', '*c': { 'd': 'str' } } } }",
		accepted: "1.0 2.3", refused: "2.4 10.2", message: "QEMU 2.4 dropped nested structs without a name",
	},
	{
		name: "missing comma", text: "{ 'command': 'a'\n  'data': { 'b': [ 'int' ] 'c': 'str' } }",
		accepted: "1.0 1.5", refused: "1.6 2.3 10.2", message: "expected ',' or '}'",
	},
	{
		name: "trailing comma", text: "{ 'command': 'a', 'data': { 'b': [ 'int', ], }, }",
		accepted: "1.0 1.5", refused: "1.6 2.3 10.2", message: "expected",
	},
	{
		name: "repeated key", text: "{ 'command': 'a', 'data': 'B', 'data': 'C' }",
		accepted: "1.0 1.7", refused: "2.0 10.2", message: "duplicate key 'data'",
	},
	{
		name: "key that is not known", text: "{ 'command': 'a', 'what': 'B' }",
		accepted: "1.0 2.3", refused: "2.4 10.2", message: "command has unknown key 'what'",
	},
	{
		name: "flags as strings", text: "{ 'command': 'a', 'gen': 'no', 'success-response': 'no' }",
		accepted: "1.1 2.3", refused: "2.4 10.2", message: "QEMU 2.4 replaced 'no' with false",
	},
	{
		name: "empty discriminator", text: "{ 'union': 'Foo', 'discriminator': {}, 'data': { 'a': 'int', 'b': 'str' } }",
		accepted: "1.6 2.3", refused: "2.4 6.1 10.2", message: "QEMU 2.4 replaced unions with the discriminator {} by 'alternate'",
	},
	{
		name: "simple union", text: "{ 'union': 'Foo', 'data': { 'a': 'int', 'b': [ 'str' ] } }",
		accepted: "1.1 2.3 2.8 2.12 4.2 6.1", refused: "6.2 10.2", message: "QEMU 6.2 dropped simple unions",
	},
	{
		name: "simple union with base", text: "{ 'union': 'Foo', 'base': 'Bar', 'data': { 'a': 'int' } }",
		accepted: "1.6 2.3", refused: "2.4 6.1 10.2", message: "union",
	},
	{
		name: "C condition", text: "{ 'command': 'a', 'if': 'defined(B) && !defined(C)' }",
		accepted: "3.0 6.1", refused: "6.2 10.2", message: "C expressions were dropped in QEMU 6.2: write { 'all': [ 'B', { 'not': 'C' } ] }",
	},
	{
		name: "list of conditions", text: "{ 'command': 'a', 'if': [ 'defined(B)', 'defined(C)' ] }",
		accepted: "3.0 6.1", refused: "6.2 10.2", message: "lists of conditions were dropped in QEMU 6.2",
	},
	{
		name: "empty C condition", text: "{ 'command': 'a', 'if': ' ' }",
		refused: "3.0 6.1 10.2", message: "'if' condition ' ' of command",
	},
	{
		name: "empty list of conditions", text: "{ 'command': 'a', 'if': [] }",
		refused: "3.0 6.1 10.2", message: "'if' condition",
	},
	{
		name: "object as condition", text: "{ 'command': 'a', 'if': { 'not': 'B' } }",
		accepted: "6.2 10.2", refused: "3.0 6.1", message: "object conditions were added in QEMU 6.2",
	},
	{
		name: "underscore in command", text: "{ 'command': 'a_b' }",
		accepted: "1.0 2.8 5.2", refused: "6.0 10.2", message: "must not use uppercase or '_'",
	},
	{
		name: "event in lower case", text: "{ 'event': 'oops' }",
		accepted: "2.1 5.2", refused: "6.0 10.2", message: "must not use lowercase or '-'",
	},
	{
		name: "type in lower case", text: "{ 'enum': 'foo', 'data': [] }",
		accepted: "1.0 5.2", refused: "6.0 10.2", message: "must use CamelCase",
	},
	{
		name: "upper case in member", text: "{ 'command': 'a', 'data': { 'Foo': 'int' } }",
		accepted: "1.0 2.5", refused: "2.6 5.2 10.2", message: "must not use uppercase",
	},
	{
		name: "underscore in member", text: "{ 'command': 'a', 'data': { 'b_c': 'int' } }",
		accepted: "1.0 2.6 5.2", refused: "6.0 10.2", message: "must not use uppercase or '_'",
	},
	{
		name: "former list of exceptions", text: "{ 'struct': 'UuidInfo', 'data': { 'UUID': 'str' } }",
		accepted: "2.4 2.6 2.8", refused: "2.9 5.2 10.2", message: "must not use uppercase",
	},
	{
		name: "former pragma", text: "{ 'pragma': { 'name-case-whitelist': [ 'Foo', 'q_obj_b-arg' ], 'returns-whitelist': [ 'b' ] } }\n" +
			"{ 'struct': 'Foo', 'data': { 'A': 'str' } }\n{ 'command': 'b', 'data': { 'C': 'int' }, 'returns': 'int' }",
		accepted: "2.9 5.2", refused: "6.0 10.2", message: "unknown pragma 'name-case-whitelist'",
	},
	{
		name: "former list of returns", text: "{ 'pragma': { 'returns-whitelist': [] } }",
		accepted: "2.9 5.2", refused: "2.8 6.0 10.2", message: "unknown pragma 'returns-whitelist'",
	},
	{
		name: "what a former pragma is called now", text: "{ 'pragma': { 'returns-whitelist': [] } }",
		refused: "6.0 10.2", message: "QEMU 6.0 renamed it to 'command-returns-exceptions'",
	},
	{
		name: "lists of exceptions", text: "{ 'pragma': { 'command-name-exceptions': [], 'command-returns-exceptions': [], 'member-name-exceptions': [] } }",
		accepted: "6.0 10.2", refused: "2.9 5.2", message: "unknown pragma 'command-name-exceptions'",
	},
	{
		name: "exceptions from documentation", text: "{ 'pragma': { 'documentation-exceptions': [] } }",
		accepted: "9.0 10.2", refused: "6.0 8.2", message: "it was added in QEMU 9.0",
	},
	{
		name: "if", text: "{ 'command': 'a', 'if': 'defined(B)' }",
		accepted: "2.3 3.0 6.1", refused: "2.4 2.12", message: "command has unknown key 'if'",
	},
	{
		name: "if before 2.4, whatever it is", text: "{ 'command': 'a', 'if': {} }",
		accepted: "1.0 2.3", refused: "2.4 10.2", message: "'if'",
	},
	{
		name: "release of a key", text: "{ 'command': 'a', 'coroutine': true }",
		accepted: "5.2 10.2", refused: "2.4 5.1", message: "'coroutine' was added in QEMU 5.2",
	},
	{
		name: "allow-oob", text: "{ 'command': 'a', 'allow-oob': true }",
		accepted: "2.3 2.12 10.2", refused: "2.4 2.11", message: "command has unknown key 'allow-oob'",
	},
	{
		name: "allow-preconfig", text: "{ 'command': 'a', 'allow-preconfig': true }",
		accepted: "2.3 3.0 10.2", refused: "2.4 2.12", message: "command has unknown key 'allow-preconfig'",
	},
	{
		name: "boxed event", text: "{ 'event': 'A', 'data': 'B', 'boxed': true }",
		accepted: "2.3 2.7 10.2", refused: "2.4 2.6", message: "event has unknown key 'boxed'",
	},
	{
		name: "prefix", text: "{ 'enum': 'Foo', 'prefix': 'BAR', 'data': [] }",
		accepted: "2.3 2.5 10.2", refused: "2.4", message: "enum has unknown key 'prefix'",
	},
	{
		name: "features of a struct", text: "{ 'struct': 'Foo', 'data': {}, 'features': [ 'b' ] }",
		accepted: "2.3 4.1 10.2", refused: "2.4 4.0", message: "struct has unknown key 'features'",
	},
	{
		name: "features of a command", text: "{ 'command': 'a', 'features': [ 'b' ] }",
		accepted: "4.2 10.2", refused: "2.4 4.1", message: "command has unknown key 'features'",
	},
	{
		name: "features of an event", text: "{ 'event': 'A', 'features': [ 'b' ] }",
		accepted: "5.0 10.2", refused: "2.4 4.2", message: "event has unknown key 'features'",
	},
	{
		name: "features of a member", text: "{ 'command': 'a', 'data': { 'b': { 'type': 'int', 'features': [ 'c' ] } } }",
		accepted: "5.0 10.2", refused: "4.0 4.2", message: "unknown key 'features'",
	},
	{
		name: "features of a value", text: "{ 'enum': 'Foo', 'data': [ { 'name': 'a', 'features': [ 'b' ] } ] }",
		accepted: "6.2 10.2", refused: "4.0 6.1", message: "unknown key 'features'",
	},
	{
		name: "long form of a member", text: "{ 'command': 'a', 'data': { 'b': { 'type': 'int' } } }",
		accepted: "2.3 4.0 10.2", refused: "2.4 3.1", message: "was added in QEMU 4.0",
	},
	{
		name: "long form of a value", text: "{ 'enum': 'Foo', 'data': [ { 'name': 'b' } ] }",
		accepted: "4.0 10.2", refused: "2.4 3.1", message: "was added in QEMU 4.0",
	},
	{
		name: "long form of a branch", text: "{ 'alternate': 'Foo', 'data': { 'a': { 'type': 'int' }, 'b': 'str' } }",
		accepted: "4.0 10.2", refused: "2.4 3.1", message: "was added in QEMU 4.0",
	},
	{
		name: "event", text: "{ 'event': 'A' }",
		accepted: "2.1 10.2", refused: "1.0 2.0", message: "events were added in QEMU 2.1",
	},
	{
		name: "include", text: "{ 'include': 'b.json' }",
		refused: "1.0 2.0", message: "include directives were added in QEMU 2.1",
	},
	{
		name: "any name", text: "{ 'command': '1?', 'data': { 'has_a': 'int', 'u': 'int', '': 'str' } }",
		accepted: "1.0 2.3", refused: "2.4 10.2", message: "invalid name",
	},
	{
		name: "digit first in name", text: "{ 'command': '1a' }",
		accepted: "1.0 2.3", refused: "2.4 2.5 2.6 10.2", message: "invalid name",
	},
	{
		name: "space in name", text: "{ 'command': 'a b' }",
		accepted: "1.0 2.3", refused: "2.4 2.5 2.6 10.2", message: "invalid name",
	},
	{
		name: "empty name", text: "{ 'command': '' }",
		accepted: "1.0 2.3", refused: "2.4 2.5 2.6 10.2", message: "invalid name",
	},
	{
		name: "valid keys", text: "{ 'event': 'A', 'dta': {} }",
		refused: "10.2", message: "valid keys are 'boxed', 'data', 'event', 'features', 'if'",
	},
	{
		name: "dot in name", text: "{ 'command': 'a.b' }",
		accepted: "2.3 2.5", refused: "2.6 10.2", message: "invalid name",
	},
	{
		name: "reserved prefix", text: "{ 'command': 'q_a' }",
		accepted: "2.4", refused: "2.5 10.2", message: "invalid name",
	},
	{
		name: "reserved member", text: "{ 'command': 'a', 'data': { 'has-b': 'int' } }",
		accepted: "2.4", refused: "2.5 10.2", message: "reserved name",
	},
	{
		name: "List", text: "{ 'enum': 'FooList', 'data': [] }",
		accepted: "2.4", refused: "2.5 10.2", message: "should not end in 'List'",
	},
	{
		name: "Kind", text: "{ 'enum': 'FooKind', 'data': [] }",
		accepted: "2.3 6.2 10.2", refused: "2.4 6.1", message: "should not end in 'Kind'",
	},
	{
		name: "max", text: "{ 'enum': 'Foo', 'data': [ 'max' ] }",
		accepted: "2.3 2.6 10.2", refused: "2.4 2.5", message: "reserved name",
	},
	{
		name: "alternate of one branch", text: "{ 'alternate': 'Foo', 'data': { 'a': 'int' } }",
		accepted: "2.4 2.5 4.2 10.2", refused: "2.6 4.1", message: "at least two branches",
	},
	{
		name: "union without branches", text: "{ 'union': 'Foo', 'base': 'Bar', 'discriminator': 'a', 'data': {} }",
		accepted: "2.5 4.2 10.2", refused: "2.6 4.1", message: "must not be empty",
	},
	{
		name: "any escape", text: `{ 'command': 'foo\x' }`,
		accepted: "1.2 2.3", refused: "2.4 4.1 4.2 10.2", message: `unknown escape \x`,
	},
	{
		name: "JSON escape", text: `{ 'command': '\u0061' }`,
		accepted: "1.2 2.3 2.4 4.1", refused: "4.2 10.2", message: `unknown escape \u`,
	},
	{
		name: "JSON escape of another character", text: `{ 'command': 'a\u0080' }`,
		refused: "2.4 4.1 10.2", message: `unknown escape \u`,
	},
	{
		name: "no escape", text: `{ 'command': 'a\' }`,
		accepted: "1.0 1.1", refused: "1.2", message: `missing terminating "'"`,
	},
	{
		name: "null, which is no literal", text: "{ 'command': 'a', 'returns': null }",
		refused: "2.3 4.2 10.2", message: "stray 'null'",
	},
	{
		name: "null, which is a literal", text: "{ 'command': 'a', 'returns': null }",
		refused: "2.4 4.1", message: "'returns' should be a type name or array",
	},
	{
		name: "decorated comments", text: "### Text\n{ 'command': 'a', ## more\n ## and more\n 'data': {} } ##\n##",
		accepted: "1.6 2.8", refused: "2.9 10.2", message: "'##'",
	},
	{
		name: "documentation for another", text: "##\n# @foo:\n#\n# Returns: something\n#Since 1.5\n##\n{ 'command': 'a' }",
		accepted: "1.0 2.8", refused: "2.9 10.2", message: "documentation comment is for 'foo'",
	},
	{
		name: "returns nothing", text: "##\n# @a:\n#\n# Returns: something\n##\n{ 'command': 'a' }",
		accepted: "2.8 2.9 8.2", refused: "9.0 10.2", message: "command doesn't return anything",
	},
	{
		name: "note", text: "##\n# @a:\n#\n# Text.\n#\n# Notes: text\n##\n{ 'command': 'a' }",
		accepted: "2.8 2.9 9.0", refused: "9.1 10.2", message: "The 'Notes' section is no longer supported. Please use rST's '.. note::' or",
	},
	{
		name: "example", text: "##\n# @a:\n#\n# Example:\n#\n#   text\n##\n{ 'command': 'a' }",
		accepted: "2.8 2.9 9.0", refused: "9.1 10.2", message: "a.json:4:3: error: The 'Example' section is no longer supported. Please use the '.. qmp-example::' directive",
	},
	{
		name: "note and what 9.1 brought", text: "##\n# .. qmp-example::\n##\n\n##\n# @a:\n#\n# Note: text\n##\n{ 'command': 'a' }",
		accepted: "9.0", refused: "10.2", message: "The 'Note' section is no longer supported",
	},
	{
		name: "two colons, and tags that are text", text: "##\n# Note: text\n##\n\n##\n# @a:\n#\n# Note::\n#\n#   text\n#\n# Text.\n# Example: text\n##\n{ 'command': 'a' }",
		accepted: "9.1 10.2",
	},
	{
		name: "heading in a definition", text: "##\n# @a:\n#\n# = Text\n##\n{ 'command': 'a' }",
		accepted: "2.8 2.9 5.1 10.1 10.2", refused: "5.2 8.2 9.0 10.0", message: "unexpected '=' markup in definition documentation",
	},
	{
		name: "heading below text", text: "##\n# Text.\n#\n# = Heading\n##\n\n##\n# @a:\n##\n{ 'command': 'a' }",
		accepted: "2.8 2.9 5.2 8.2 10.1 10.2", refused: "9.0 10.0", message: "'=' heading must come first in a comment block",
	},
}

// TestForms checks which releases accept a construct, and the errors of those that refuse it.
func TestForms(t *testing.T) {
	for _, test := range forms {
		t.Run(test.name, func(t *testing.T) {
			for release := range strings.FieldsSeq(test.accepted) {
				if out, _ := loadDialect(t, release, test.text); out != "" {
					t.Errorf("%s refuses it:\n%s", release, out)
				}
			}
			for release := range strings.FieldsSeq(test.refused) {
				if out, _ := loadDialect(t, release, test.text); !strings.Contains(out, "error: ") || !strings.Contains(out, test.message) {
					t.Errorf("%s does not say %q:\n%s", release, test.message, out)
				}
			}
		})
	}
}
