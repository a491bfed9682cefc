package compat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/compat"
)

// compareGo returns the changes of Go source, a line each.
func compareGo(t *testing.T, old, new string, levels ...compat.Direction) []string {
	t.Helper()
	var lines []string
	for _, c := range compat.Compare(load(t, "old.json", old), load(t, "new.json", new), compat.Options{Levels: levels}).Changes {
		if c.Direction == compat.Go {
			lines = append(lines, fmt.Sprintf("%s %s %s: %s", c.Severity, c.Rule, c.Path, c.Message))
		}
	}
	slices.Sort(lines)
	return lines
}

// TestGo checks which changes break programs that use the generated package.
func TestGo(t *testing.T) {
	const (
		node  = "{ 'struct': 'Node', 'data': { 'name': 'str', '*size': 'int' } }\n"
		add   = "{ 'command': 'add', 'data': 'Node' }\n"
		kind  = "{ 'enum': 'Kind', 'data': [ 'disk', 'net' ] }\n"
		disk  = "{ 'struct': 'Disk', 'data': { 'size': 'int' } }\n"
		union = "{ 'union': 'Dev', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'disk': 'Disk' } }\n"
		query = "{ 'command': 'query', 'returns': 'Dev' }\n"
	)
	for _, test := range []struct {
		name     string
		old, new string
		want     []string
	}{
		{"nothing", node + add, node + add, nil},
		{"a type that nothing reaches", node, "", []string{"GO_TYPE_REMOVED Node: type was removed"}},
		{"a type that was renamed", node + add, strings.ReplaceAll(node+add, "Node", "BlockNode"), []string{
			"GO_NAME_CHANGED Node: type Node is now type BlockNode", "GO_NAME_CHANGED add: argument type is now BlockNode, was Node"}[:1]},
		{"a type of another kind", "{ 'enum': 'Node', 'data': [ 'a' ] }", node, []string{"GO_KIND_CHANGED Node: now struct, was enum"}},
		{"a constant", "{ 'enum': 'Kind', 'data': [ 'disk', 'net', '__org.example_x' ] }", "{ 'enum': 'Kind', 'data': [ 'disk' ] }", []string{
			"GO_CONSTANT_REMOVED Kind.net: constant was removed"}},
		{"fields", "{ 'struct': 'Node', 'data': { 'a': 'str', '*b': 'int', 'c': ['int'], '*d': 'any', 'e': 'uint8', '__org.example_x': 'str' } }",
			"{ 'struct': 'Node', 'data': { '*a': 'str', 'b': 'int', '*c': ['int'], 'd': 'any', 'e': 'size' } }", []string{
				"GO_FIELD_TYPE_CHANGED Node.a: field now has type *string, had string",
				"GO_FIELD_TYPE_CHANGED Node.b: field now has type int64, had *int64",
				"GO_FIELD_TYPE_CHANGED Node.e: field now has type uint64, had uint8",
			}},
		{"a field that is gone", node, "{ 'struct': 'Node', 'data': { 'name': 'str' } }", []string{"GO_FIELD_REMOVED Node.size: field was removed from Node"}},
		{"of a union", kind + disk + union, kind + disk + strings.Replace(strings.Replace(union, "'kind': 'Kind'", "'kind': 'Kind', 'id': 'str'", 1), "'disk': 'Disk'", "", 1), []string{
			"GO_FIELD_TYPE_CHANGED Dev.disk: Disk is no longer a branch"}},
		{"of an alternate", "{ 'alternate': 'Ref', 'data': { 's': 'str', 'n': 'null' } }", "{ 'alternate': 'Ref', 'data': { 's': 'bool' } }", []string{
			"GO_FIELD_REMOVED Ref.n: field was removed from Ref", "GO_FIELD_TYPE_CHANGED Ref.s: field now has type *bool, had *string"}},
		{"arguments that appear", node + "{ 'command': 'add' }", node + add, []string{"GO_SIGNATURE_CHANGED add: method now takes Node, took nothing"}},
		{"arguments that are gone", node + add, node + "{ 'command': 'add' }", []string{"GO_SIGNATURE_CHANGED add: method now takes nothing, took Node"}},
		{"arguments of their own", node + add, node + "{ 'command': 'add', 'data': { 'name': 'str', '*size': 'int' } }", []string{
			"GO_NAME_CHANGED add: argument type is now an unnamed type, was Node"}},
		{"fields of own arguments", "{ 'command': 'add', 'data': { 'a': 'str' } }", "{ 'command': 'add', 'data': { '*a': 'str' } }", []string{
			"GO_FIELD_TYPE_CHANGED add.a: field now has type *string, had string"}},
		{"a result", kind + disk + union + query, kind + disk + union + "{ 'command': 'query', 'returns': [ 'Dev' ] }", []string{
			"GO_SIGNATURE_CHANGED query: method now returns []Dev, returned Dev"}},
		{"fields of events", "{ 'event': 'E', 'data': { 'a': 'str', '*b': 'int' } }", "{ 'event': 'E', 'data': { 'a': 'str', 'b': 'int' } }", []string{
			"GO_FIELD_TYPE_CHANGED E.b: field now has type int64, had *int64"}},
		{"commands of others", node + "{ 'command': '__org.example_add' }", node + "{ 'command': '__org.example_add', 'data': 'Node' }", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want []string
			for _, w := range test.want {
				want = append(want, "breaking "+w)
			}
			if got := compareGo(t, test.old, test.new, compat.Go); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// TestGoBesideTheWire checks that Go rules do not repeat what wire rules report, and that
// they too are less severe for what is unstable or deprecated.
func TestGoBesideTheWire(t *testing.T) {
	node := func(members string) string {
		return "{ 'struct': 'Node', 'data': { 'name': 'str'" + members + " } }\n{ 'command': 'add', 'data': { 'node': 'Node' } }\n"
	}
	for _, test := range []struct {
		name     string
		old, new string
		levels   []compat.Direction
		want     []string
	}{
		{"reported once", node(", 'a': 'str'"), node(""), nil, nil},
		{"reported in both ways if asked for", node(", 'a': 'str'"), node(""), []compat.Direction{compat.Send, compat.Go}, []string{
			"breaking GO_FIELD_REMOVED Node.a: field was removed from Node"}},
		{"not asked for", node(", 'a': 'str'"), node(""), []compat.Direction{compat.Send}, nil},
		{"Go only", node(", '*a': 'str'"), node(", 'a': 'str'"), nil, nil},
		{"a warning by default", "{ 'struct': 'Spare', 'data': {} }", "", nil, []string{"warning GO_TYPE_REMOVED Spare: type was removed"}},
		{"of an unstable command", "{ 'command': 'a', 'data': { '*x': 'str' }, 'features': [ 'unstable' ] }", "{ 'command': 'a', 'data': { 'x': 'str' }, 'features': [ 'unstable' ] }",
			[]compat.Direction{compat.Go}, []string{"info GO_FIELD_TYPE_CHANGED a.x: field now has type string, had *string"}},
		{"of an unstable event", "{ 'event': 'E', 'data': { '*x': 'str' }, 'features': [ 'unstable' ] }", "{ 'event': 'E', 'data': { 'x': 'str' }, 'features': [ 'unstable' ] }",
			[]compat.Direction{compat.Go}, []string{"info GO_FIELD_TYPE_CHANGED E.x: field now has type string, had *string"}},
		{"of a deprecated field", node("") + "{ 'struct': 'Old', 'data': { '*x': { 'type': 'str', 'features': [ 'deprecated' ] } } }", node("") + "{ 'struct': 'Old', 'data': { } }",
			[]compat.Direction{compat.Go}, []string{"note GO_FIELD_REMOVED Old.x: field was removed from Old"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := compareGo(t, test.old, test.new, test.levels...); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}
