package compat_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/introspect"
)

// TestIntrospected compares schemas with what a server tells.
func TestIntrospected(t *testing.T) {
	const common = `{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'CONFIG_NET' } ] }
{ 'struct': 'Disk', 'data': { 'size': 'uint32' } }
{ 'union': 'Dev', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'disk': 'Disk' } }
{ 'command': 'add', 'data': { 'devs': [ 'Dev' ], '*mode': 'str' } }
`
	schema := load(t, "schema.json", common+"{ 'command': 'net', 'if': 'CONFIG_NET' }\n{ 'event': 'DONE', 'data': { 'n': 'int8' } }")
	const built = `{ 'enum': 'Type', 'data': [ 'disk' ] }
{ 'struct': 'File', 'data': { 'size': 'int' } }
{ 'union': 'Thing', 'base': { 'kind': 'Type' }, 'discriminator': 'kind', 'data': { 'disk': 'File' } }
{ 'command': 'add', 'data': { 'devs': [ 'Thing' ] } }
{ 'event': 'DONE', 'data': { 'n': 'int' } }
`
	var out bytes.Buffer
	if err := introspect.Write(&out, load(t, "server.json", built)); err != nil {
		t.Fatal(err)
	}
	server, err := introspect.Read(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	r := compat.Compare(schema, server, compat.Options{Introspected: true})
	var got []string
	for _, c := range r.Changes {
		got = append(got, strings.TrimSpace(c.Severity.String()+" "+c.Rule+" "+c.Path+" "+c.Reason))
	}
	want := []string{
		"breaking ARG_REMOVED add.mode",
		"info ENUM_VALUE_REMOVED Kind.net its condition need not hold: CONFIG_NET",
		"info COMMAND_REMOVED net its condition need not hold: CONFIG_NET",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestBadIntrospection holds that no answer of a server is taken for what it is
// not, or leads round in circles.
func TestBadIntrospection(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "cannot unmarshal object",
		`[{"name": "a", "meta-type": "command", "arg-type": "1", "ret-type": "1"}]`:      `there is no "1"`,
		`[{"name": "s", "meta-type": "builtin"}, {"name": "s", "meta-type": "builtin"}]`: `"s" is there twice`,
		`[{"name": "1", "meta-type": "thing"}]`:                                          `"1" is of meta-type "thing"`,
		`[{"name": "[1]", "meta-type": "array", "element-type": "[1]"}]`:                 `"[1]" holds itself`,
		`[{"name": "1", "meta-type": "object", "tag": "t", "members": []}]`:              `"1" lacks its tag "t"`,
		`[{"name": "c", "meta-type": "command", "arg-type": "s", "ret-type": "s"},` +
			`{"name": "s", "meta-type": "builtin", "json-type": "string"}]`: `"s" is no object type`,
		`[{"name": "1", "meta-type": "object", "tag": "t", "members": [{"name": "t", "type": "e"}], "variants": [{"case": "a", "type": "2"}]},` +
			`{"name": "2", "meta-type": "object", "tag": "u", "members": [{"name": "u", "type": "e"}], "variants": [{"case": "a", "type": "1"}]},` +
			`{"name": "e", "meta-type": "enum", "values": ["a"]}]`: "holds itself",
	} {
		if _, err := introspect.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
