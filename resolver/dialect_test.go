package resolver_test

import (
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/ir"
)

// loadDialect resolves a schema of one file by the rules of a release.
func loadDialect(t *testing.T, release, text string) (*ir.Schema, string) {
	t.Helper()
	r, err := dialect.Parse(release)
	if err != nil {
		t.Fatal(err)
	}
	s, errs := qapigo.Load(fstest.MapFS{"a.json": {Data: []byte(text)}}, "a.json", qapigo.Options{Dialect: r})
	if first := errs.First(); first != nil {
		return s, first.Msg
	}
	return s, ""
}

// TestReleases checks which releases accept a construct, and the errors of the others.
func TestReleases(t *testing.T) {
	const kind = "{ 'enum': 'Key', 'data': [ 'a', 'b' ] }\n{ 'struct': 'Foo', 'data': {} }\n"
	tests := []struct {
		name, text        string
		accepted, refused string // by these releases
		message           string
	}{
		{"visitor", "{ 'command': 'a', 'returns': 'visitor', 'gen': 'no' }", "1.1 2.3", "2.4 10.2", "flag 'gen'"},
		{"visitor as a type", "{ 'struct': 'Foo', 'data': { 'a': 'visitor' } }", "1.1 2.3", "2.4 10.2", "unknown type 'visitor'"},
		{"two stars", "{ 'command': 'a', 'data': { '*props': '**' }, 'gen': false }", "1.2 2.4", "2.5 10.2", "unknown type '**'"},
		{"string discriminator", "{ 'struct': 'Bas', 'data': { 'k': 'str' } }\n{ 'struct': 'Foo', 'data': {} }\n{ 'union': 'Bar', 'base': 'Bas', 'discriminator': 'k', 'data': { 'x': 'Foo' } }",
			"1.6 1.7", "2.0 2.8 10.2", "must be of enum type"},
		{"branch left out", kind + "{ 'union': 'Bar', 'base': { 'k': 'Key' }, 'discriminator': 'k', 'data': { 'a': 'Foo' } }",
			"2.6 3.0 10.2", "2.7 2.12", "no branch for value 'b'"},
		{"union as branch", kind + "{ 'union': 'Bar', 'base': { 'k': 'Key' }, 'discriminator': 'k', 'data': { 'a': 'Foo', 'b': 'Baz' } }\n" +
			"{ 'union': 'Baz', 'base': { 'j': 'Key' }, 'discriminator': 'j', 'data': { 'a': 'Foo', 'b': 'Foo' } }",
			"8.1 10.2", "2.8 8.0", "cannot use union type"},
		{"int and number", "{ 'alternate': 'Foo', 'data': { 'a': 'int', 'b': 'number' } }", "2.4 2.9", "2.10 10.2", "can't be distinguished"},
		{"str and bool", "{ 'alternate': 'Foo', 'data': { 'a': 'str', 'b': 'bool' } }", "2.4 2.9", "2.10 10.2", "can't be distinguished"},
		{"enum and bool", "{ 'enum': 'Key', 'data': [ 'on' ] }\n{ 'alternate': 'Foo', 'data': { 'a': 'Key', 'b': 'bool' } }", "2.4 2.9", "2.10 10.2", "can't be distinguished"},
		{"two integers", "{ 'alternate': 'Foo', 'data': { 'a': 'int', 'b': 'uint8' } }", "", "2.4 2.9 2.10 10.2", "can't be distinguished"},
		{"array in alternate", "{ 'alternate': 'Foo', 'data': { 'a': 'int', 'b': [ 'str' ] } }", "7.1 10.2", "2.4 7.0", "cannot use array type"},
		{"conditional argument", "{ 'command': 'a', 'data': { 'b': { 'type': 'int', 'if': 'C' } } }", "6.2 8.0", "8.1 10.2", "require 'boxed': true"},
		{"alternate as data", "{ 'alternate': 'Foo', 'data': { 'a': 'int', 'b': 'bool' } }\n{ 'command': 'a', 'data': 'Foo', 'boxed': true }", "2.7 4.1", "4.2 10.2", "cannot take alternate type"},
		{"union as data", kind + "{ 'union': 'Bar', 'base': { 'k': 'Key' }, 'discriminator': 'k', 'data': { 'a': 'Foo', 'b': 'Foo' } }\n{ 'command': 'a', 'data': 'Bar' }",
			"2.4", "2.5 10.2", "only with 'boxed': true"},
		{"returns", "{ 'command': 'a', 'returns': 'int' }", "1.0 2.3", "2.4 2.9 10.2", "cannot take built-in type 'int'"},
		{"former list of exceptions", "{ 'command': 'guest-file-open', 'returns': 'int' }", "1.0 2.4 2.8", "2.9 10.2", "cannot take built-in type 'int'"},
		{"any", "{ 'struct': 'Foo', 'data': { 'a': 'any' } }", "2.5 10.2", "1.0 2.4", "unknown type 'any'"},
		{"null", "{ 'struct': 'Foo', 'data': { 'a': 'null' } }", "2.10 10.2", "2.3 2.9", "unknown type 'null'"},
		{"QType", "{ 'struct': 'Foo', 'data': { 'a': 'QType' } }", "2.6 10.2", "2.3 2.5", "unknown type 'QType'"},
		{"empty boxed command", "{ 'struct': 'Foo', 'data': {} }\n{ 'command': 'a', 'boxed': true, 'data': 'Foo' }", "4.2 10.2", "2.7 4.1", "cannot use 'boxed' with empty type"},
		{"empty boxed event", "{ 'struct': 'Foo', 'data': {} }\n{ 'event': 'A', 'boxed': true, 'data': 'Foo' }", "4.2 10.2", "2.7 4.1", "cannot use 'boxed' with empty type"},
		{"boxed", "{ 'struct': 'Bar', 'data': { 'a': 'int' } }\n{ 'struct': 'Foo', 'base': 'Bar', 'data': {} }\n{ 'command': 'a', 'boxed': true, 'data': 'Foo' }", "2.3 2.7 4.1 10.2", "2.4 2.6", "unknown key 'boxed'"},
		{"undocumented member", "##\n# @a:\n#\n# Text.\n##\n{ 'command': 'a', 'data': { 'b': 'int' } }", "2.8 2.9 8.2", "9.0 10.2", "lacks documentation"},
		{"undocumented feature", "##\n# @Foo:\n#\n# Text.\n##\n{ 'struct': 'Foo', 'data': {}, 'features': [ 'b' ] }", "4.1", "4.2 10.2", "lacks documentation"},
		{"documentation of nothing", "##\n# @a:\n#\n# @b: Text.\n#\n# @c: Text.\n##\n{ 'command': 'a', 'data': { 'c': 'int' } }", "2.8", "2.9 10.2", "documented member 'b' does not exist"},
		{"documentation of nothing in a struct", "##\n# @Foo:\n#\n# @b: Text.\n##\n{ 'struct': 'Foo', 'data': {} }", "2.8", "2.9 10.2", "documented member 'b' does not exist"},
		{"documentation of no argument", "##\n# @a:\n#\n# @b: Text.\n##\n{ 'command': 'a' }", "2.8 2.9 4.1", "4.2 10.2", "documented member 'b' does not exist"},
		{"documentation of a named type's member", "{ 'struct': 'Foo', 'data': { 'c': 'int' } }\n##\n# @A:\n#\n# @b: Text.\n##\n{ 'event': 'A', 'data': 'Foo', 'boxed': true }", "2.7 2.9 4.1", "4.2 10.2", "documented member 'b' does not exist"},
		{"documentation of no value", "##\n# @Foo:\n#\n# @a: Text.\n#\n# @b: Text.\n##\n{ 'enum': 'Foo', 'data': [ 'a' ] }", "2.8 2.9 4.1", "4.2 10.2", "documented member 'b' does not exist"},
		{"unknown type where no code is generated", "{ 'command': 'a', 'gen': false, 'data': { '*b': 'dict' }, 'returns': [ 'dict' ] }", "1.1 2.3", "2.4 10.2", "unknown type 'dict'"},
		{"unknown type where code is generated", "{ 'command': 'a', 'data': { '*b': 'dict' } }", "", "1.1 2.3 2.4 10.2", "unknown type 'dict'"},
		{"int from the command of the test schema", "{ 'command': 'user_def_cmd3', 'returns': 'int' }", "2.3 2.4", "2.9", "cannot take built-in type 'int'"},
		{"discriminator of a simple union", "##\n# @Foo:\n#\n# @type: Text.\n#\n# @a: Text.\n#\n# @b: Text.\n##\n{ 'union': 'Foo', 'data': { 'a': 'int', 'b': 'str' } }", "2.9 6.1", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for release := range strings.FieldsSeq(test.accepted) {
				if s, msg := loadDialect(t, release, test.text); s == nil || msg != "" {
					t.Errorf("%s refuses it: %s", release, msg)
				}
			}
			for release := range strings.FieldsSeq(test.refused) {
				if s, msg := loadDialect(t, release, test.text); s != nil || !strings.Contains(msg, test.message) {
					t.Errorf("%s says %q, want %q", release, msg, test.message)
				}
			}
		})
	}
}

// TestOldForms checks the lowering of constructs that were dropped.
func TestOldForms(t *testing.T) {
	s, msg := loadDialect(t, "1.7", `
{ 'type': 'Base', 'data': { 'driver': 'str', '*bus': { 'number': 'int', 'range': { 'from': 'int' } } } }
{ 'type': 'File', 'data': { 'name': 'str' } }
{ 'union': 'Opts', 'base': 'Base', 'discriminator': 'driver', 'data': { 'file': 'File' } }
{ 'union': 'Ref', 'discriminator': {}, 'data': { 'opts': 'Opts', 'name': 'str' } }
{ 'union': 'Simple', 'base': 'Base', 'data': { 'file': 'File', 'list': [ 'int' ] } }
{ 'command': 'get', 'data': { 'ref': 'Ref', '*props': '**' }, 'returns': 'visitor', 'gen': 'no' }`)
	if s == nil {
		t.Fatal(msg)
	}
	base := def[*ir.Struct](t, s, "Base")
	bus := base.Members[1].Type.(*ir.Struct)
	if !bus.Nested || !bus.Implicit || len(bus.Members) != 2 || !bus.Members[1].Type.(*ir.Struct).Nested {
		t.Errorf("nested struct is %+v", bus)
	}
	opts := def[*ir.Union](t, s, "Opts")
	if opts.Discriminator != base.Members[0] || len(opts.Branches) != 1 || opts.Branches[0].Value.Name != "file" {
		t.Errorf("union on a string is %+v", opts)
	}
	if ref := def[*ir.Alternate](t, s, "Ref"); len(ref.Branches) != 2 || ref.Branches[0].JSON != ir.JSONObject {
		t.Errorf("anonymous union is %+v", ref)
	}
	simple := def[*ir.Union](t, s, "Simple")
	if !simple.Simple || simple.Base.Base != base || simple.Discriminator.Name != "type" {
		t.Errorf("simple union is %+v", simple)
	}
	get := def[*ir.Command](t, s, "get")
	if get.Gen || get.Returns.(*ir.Builtin).JSON != ir.JSONValue {
		t.Errorf("command is %+v", get)
	}
}
