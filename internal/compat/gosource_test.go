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

// TestGo holds which changes break programs that use the generated package.
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
			"GO_NAME_CHANGED Node: what was type Node is type BlockNode now", "GO_NAME_CHANGED add: arguments are of type BlockNode now; they were Node"}[:1]},
		{"a type of another kind", "{ 'enum': 'Node', 'data': [ 'a' ] }", node, []string{"GO_KIND_CHANGED Node: struct now; it was enum"}},
		{"a constant", "{ 'enum': 'Kind', 'data': [ 'disk', 'net', '__org.example_x' ] }", "{ 'enum': 'Kind', 'data': [ 'disk' ] }", []string{
			"GO_CONSTANT_REMOVED Kind.net: constant was removed"}},
		{"fields", "{ 'struct': 'Node', 'data': { 'a': 'str', '*b': 'int', 'c': ['int'], '*d': 'any', 'e': 'uint8', '__org.example_x': 'str' } }",
			"{ 'struct': 'Node', 'data': { '*a': 'str', 'b': 'int', '*c': ['int'], 'd': 'any', 'e': 'size' } }", []string{
				"GO_FIELD_TYPE_CHANGED Node.a: field has type *string now; it was string",
				"GO_FIELD_TYPE_CHANGED Node.b: field has type int64 now; it was *int64",
				"GO_FIELD_TYPE_CHANGED Node.e: field has type uint64 now; it was uint8",
			}},
		{"a field that is gone", node, "{ 'struct': 'Node', 'data': { 'name': 'str' } }", []string{"GO_FIELD_REMOVED Node.size: field was removed from Node"}},
		{"of a union", kind + disk + union, kind + disk + strings.Replace(strings.Replace(union, "'kind': 'Kind'", "'kind': 'Kind', 'id': 'str'", 1), "'disk': 'Disk'", "", 1), []string{
			"GO_FIELD_TYPE_CHANGED Dev.disk: Disk is no branch any more"}},
		{"of an alternate", "{ 'alternate': 'Ref', 'data': { 's': 'str', 'n': 'null' } }", "{ 'alternate': 'Ref', 'data': { 's': 'bool' } }", []string{
			"GO_FIELD_REMOVED Ref.n: field was removed from Ref", "GO_FIELD_TYPE_CHANGED Ref.s: field has type *bool now; it was *string"}},
		{"arguments that appear", node + "{ 'command': 'add' }", node + add, []string{"GO_SIGNATURE_CHANGED add: method takes Node now; it took nothing"}},
		{"arguments that are gone", node + add, node + "{ 'command': 'add' }", []string{"GO_SIGNATURE_CHANGED add: method takes nothing now; it took Node"}},
		{"arguments of their own", node + add, node + "{ 'command': 'add', 'data': { 'name': 'str', '*size': 'int' } }", []string{
			"GO_NAME_CHANGED add: arguments are of type its own arguments now; they were Node"}},
		{"fields of own arguments", "{ 'command': 'add', 'data': { 'a': 'str' } }", "{ 'command': 'add', 'data': { '*a': 'str' } }", []string{
			"GO_FIELD_TYPE_CHANGED add.a: field has type *string now; it was string"}},
		{"a result", kind + disk + union + query, kind + disk + union + "{ 'command': 'query', 'returns': [ 'Dev' ] }", []string{
			"GO_SIGNATURE_CHANGED query: method returns []Dev now; it returned Dev"}},
		{"fields of events", "{ 'event': 'E', 'data': { 'a': 'str', '*b': 'int' } }", "{ 'event': 'E', 'data': { 'a': 'str', 'b': 'int' } }", []string{
			"GO_FIELD_TYPE_CHANGED E.b: field has type int64 now; it was *int64"}},
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

// TestGoBesideTheWire holds that what the wire rules report is not reported again for Go source,
// and that of what is unstable or deprecated little is promised there, too.
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
			[]compat.Direction{compat.Go}, []string{"info GO_FIELD_TYPE_CHANGED a.x: field has type string now; it was *string"}},
		{"of an unstable event", "{ 'event': 'E', 'data': { '*x': 'str' }, 'features': [ 'unstable' ] }", "{ 'event': 'E', 'data': { 'x': 'str' }, 'features': [ 'unstable' ] }",
			[]compat.Direction{compat.Go}, []string{"info GO_FIELD_TYPE_CHANGED E.x: field has type string now; it was *string"}},
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
