package compat_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/internal/introspect"
)

// TestIntrospected compares schemas with a server's introspection.
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
		got = append(got, strings.TrimSpace(c.Severity.String()+" "+string(c.Rule)+" "+c.Path+" "+c.Reason))
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
