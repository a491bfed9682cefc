package compat_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// load resolves a schema in one file. A name such as "old-6.1.json" has the
// dialect of that release.
func load(t testing.TB, name, text string) *ir.Schema {
	t.Helper()
	src := parser.Source{FS: fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}, Root: name}
	if v, ok := compat.ParseVersion(name); ok {
		src.Dialect = dialect.Of(v.Major, v.Minor)
	}
	return resolve(t, src)
}

// resolve resolves a schema that has no errors.
func resolve(t testing.TB, src parser.Source) *ir.Schema {
	t.Helper()
	s, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Dialect: src.Dialect})
	if errs.Len() > 0 {
		var text strings.Builder
		errs.Print(&text, diag.Text)
		t.Fatal(text.String())
	}
	return s
}

// compare returns what changed on the wire, a line each.
func compare(t testing.TB, old, new string, levels ...compat.Direction) []string {
	t.Helper()
	if len(levels) == 0 {
		levels = []compat.Direction{compat.Send, compat.Recv}
	}
	oldName := "old.json"
	if strings.HasPrefix(old, "# simple unions\n") {
		oldName = "old-6.1.json"
	}
	r := compat.Compare(load(t, oldName, old), load(t, "new.json", new), compat.Options{Levels: levels})
	var lines []string
	for _, c := range r.Changes {
		line := fmt.Sprintf("%s %s %s", c.Severity, c.Rule, c.Path)
		if c.Direction != "" {
			line += " " + string(c.Direction)
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return lines
}

// TestCompare checks what is a change and what is not.
func TestCompare(t *testing.T) {
	const (
		node  = "{ 'struct': 'Node', 'data': { 'name': 'str', '*size': 'int' } }\n"
		send  = "{ 'command': 'add', 'data': { 'node': 'Node' } }\n"
		recv  = "{ 'command': 'query', 'returns': 'Node' }\n"
		kind  = "{ 'enum': 'Kind', 'data': [ 'disk', 'net' ] }\n"
		parts = "{ 'struct': 'Disk', 'data': { 'size': 'int' } }\n{ 'struct': 'Net', 'data': { 'mac': 'str' } }\n"
	)
	union := func(base, data string) string {
		return fmt.Sprintf("{ 'union': 'Dev', 'base': { 'kind': 'Kind'%s }, 'discriminator': 'kind', 'data': { %s } }\n", base, data)
	}
	const query = "{ 'command': 'query', 'returns': 'Dev' }\n{ 'command': 'add', 'boxed': true, 'data': 'Dev' }\n"
	tests := []struct {
		name     string
		old, new string
		want     []string
	}{
		{"nothing", node + send + recv, node + send + recv, nil},
		{"another order", node + send + recv,
			recv + send + "{ 'struct': 'Node', 'data': { '*size': 'int', 'name': 'str' } }", nil},
		{"another name", node + send + recv, strings.ReplaceAll(node+send+recv, "Node", "BlockNode"), nil},
		{"split into bases", node + send + recv,
			"{ 'struct': 'Named', 'data': { 'name': 'str' } }\n{ 'struct': 'Node', 'base': 'Named', 'data': { '*size': 'int' } }\n" + send + recv, nil},
		{"list of conditions", "{ 'command': 'a', 'if': { 'all': [ 'A', 'B' ] } }", "{ 'command': 'a', 'if': { 'all': [ 'B', { 'all': [ 'A' ] } ] } }", nil},
		{"conditions of QEMU 6.1 and of 6.2", "# simple unions\n{ 'command': 'a', 'if': [ 'defined(A)', 'defined(B) || !defined(C)' ] }",
			"{ 'command': 'a', 'if': { 'all': [ 'A', { 'any': [ 'B', { 'not': 'C' } ] } ] } }", nil},
		{"by what conditions mean", "{ 'command': 'a', 'if': { 'not': { 'any': [ 'A', 'B' ] } } }",
			"{ 'command': 'a', 'if': { 'all': [ { 'not': 'A' }, { 'not': 'B' } ] } }", nil},
		{"types that nothing reaches", send + node + "{ 'struct': 'Spare', 'data': { 'a': 'str' } }", send + node, nil},
		{"members to both branches", kind + "{ 'struct': 'Dev', 'data': { 'kind': 'Kind', 'size': 'int' } }" + query,
			kind + "{ 'struct': 'Disk', 'data': { 'size': 'int' } }" + union("", "'disk': 'Disk', 'net': 'Disk'") + query, nil},
		{"members from both branches", kind + "{ 'struct': 'Disk', 'data': { 'size': 'int' } }" + union("", "'disk': 'Disk', 'net': 'Disk'") + query,
			kind + "{ 'struct': 'Dev', 'data': { 'kind': 'Kind', 'size': 'int' } }" + query, nil},
		{"simple union to flat", "# simple unions\n{ 'struct': 'Disk', 'data': { 'size': 'int' } }\n{ 'union': 'Dev', 'data': { 'disk': 'Disk' } }" + query,
			"{ 'struct': 'Disk', 'data': { 'size': 'int' } }\n{ 'struct': 'DiskWrapper', 'data': { 'data': 'Disk' } }\n" +
				"{ 'enum': 'DevKind', 'data': [ 'disk' ] }\n" +
				"{ 'union': 'Dev', 'base': { 'type': 'DevKind' }, 'discriminator': 'type', 'data': { 'disk': 'DiskWrapper' } }" + query, nil},
		{"arguments to a type", "{ 'command': 'add', 'data': { 'name': 'str', '*size': 'int' } }",
			node + "{ 'command': 'add', 'data': 'Node', 'boxed': true }", nil},
		{"member to one branch", kind + parts + union(", 'size': 'int'", "'net': 'Net'") + query,
			kind + parts + union("", "'disk': 'Disk', 'net': 'Net'") + query,
			[]string{"warning MOVED_TO_BRANCH Dev.size recv", "warning MOVED_TO_BRANCH Dev.size send"}},
		{"member from one branch", kind + parts + union("", "'disk': 'Disk', 'net': 'Net'") + query,
			kind + parts + union(", 'size': 'int'", "'net': 'Net'") + query,
			[]string{"breaking ARG_ADDED_MANDATORY Dev.size send", "info MEMBER_ADDED Dev.size recv"}},
		{"both directions", node + send + recv, "{ 'struct': 'Node', 'data': { 'name': 'str' } }" + send + recv,
			[]string{"breaking ARG_REMOVED Node.size send", "breaking MEMBER_REMOVED Node.size recv"}},
		{"optional and mandatory", node + send + recv, "{ 'struct': 'Node', 'data': { '*name': 'str', 'size': 'int' } }" + send + recv,
			[]string{"breaking MANDATORY_TO_OPTIONAL Node.name recv", "breaking OPTIONAL_TO_MANDATORY Node.size send",
				"info MANDATORY_TO_OPTIONAL Node.name send", "info OPTIONAL_TO_MANDATORY Node.size recv"}},
		{"value of a tag", kind + parts + union("", "'net': 'Net'") + query,
			"{ 'enum': 'Kind', 'data': [ 'net' ] }\n" + parts + union("", "'net': 'Net'") + query,
			[]string{"breaking ENUM_VALUE_REMOVED Kind.disk send", "info ENUM_VALUE_REMOVED Kind.disk recv"}},
		{"value without a branch is new", kind + parts + union("", "'net': 'Net'") + query,
			"{ 'enum': 'Kind', 'data': [ 'disk', 'net', 'usb' ] }\n" + parts + union("", "'net': 'Net'") + query,
			[]string{"info ENUM_VALUE_ADDED Kind.usb send", "warning ENUM_VALUE_ADDED Kind.usb recv"}},
		{"condition of a branch", kind + parts + union("", "'net': 'Net'") + query,
			kind + parts + union("", "'net': { 'type': 'Net', 'if': 'A' }") + query,
			[]string{"warning COND_NARROWED Dev.net"}},
		{"no condition of a branch any more", kind + parts + union("", "'net': { 'type': 'Net', 'if': 'A' }") + query,
			kind + parts + union("", "'net': 'Net'") + query,
			[]string{"info COND_CHANGED Dev.net"}},
		{"condition of a value and of its branch", kind + parts + union("", "'net': 'Net'") + query,
			"{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'A' } ] }\n" + parts + union("", "'net': { 'type': 'Net', 'if': 'A' }") + query,
			[]string{"warning COND_NARROWED Kind.net"}},
		{"condition of a value, repeated at its branch", "{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'A' } ] }\n" + parts + union("", "'net': 'Net'") + query,
			"{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'A' } ] }\n" + parts + union("", "'net': { 'type': 'Net', 'if': 'A' }") + query, nil},
		{"condition of a value, and another of its branch", "{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'A' } ] }\n" + parts + union("", "'net': 'Net'") + query,
			"{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'if': 'A' } ] }\n" + parts + union("", "'net': { 'type': 'Net', 'if': 'B' }") + query,
			[]string{"warning COND_NARROWED Dev.net"}},
		{"condition of a branch that was empty", kind + "{ 'struct': 'None', 'data': {} }\n" + parts + union("", "'net': 'None'") + query,
			kind + "{ 'struct': 'None', 'data': {} }\n" + parts + union("", "'net': { 'type': 'Net', 'if': 'A' }") + query,
			[]string{"breaking ARG_ADDED_MANDATORY Net.mac send", "info MEMBER_ADDED Net.mac recv"}},
		{"condition of a branch that is empty", kind + "{ 'struct': 'None', 'data': {} }\n" + parts + union("", "'net': 'Net'") + query,
			kind + "{ 'struct': 'None', 'data': {} }\n" + parts + union("", "'net': { 'type': 'None', 'if': 'A' }") + query,
			[]string{"breaking ARG_REMOVED Net.mac send", "breaking MEMBER_REMOVED Net.mac recv"}},
		{"announced", "{ 'command': 'a', 'features': [ 'deprecated' ] }{ 'command': 'b' }", "{ 'command': 'b' }",
			[]string{"note COMMAND_REMOVED a"}},
		{"announced below", "{ 'command': 'a', 'features': [ 'deprecated' ], 'data': { 'x': 'str' } }", "{ 'command': 'a', 'features': [ 'deprecated' ] }",
			[]string{"note ARG_REMOVED a.x send"}},
		{"announced argument", "{ 'command': 'a', 'data': { '*x': { 'type': 'str', 'features': [ 'deprecated' ] } } }", "{ 'command': 'a' }",
			[]string{"note ARG_REMOVED a.x send"}},
		{"unstable", "{ 'command': 'a', 'features': [ 'unstable' ] }{ 'command': 'x-b' }{ 'command': 'c' }", "{ 'command': 'c' }",
			[]string{"info COMMAND_REMOVED a", "info COMMAND_REMOVED x-b"}},
		{"a stable way to what an unstable one reaches", "{ 'command': 'x-add', 'data': { 'node': 'Node' } }" + node + send,
			"{ 'command': 'x-add', 'data': { 'node': 'Node' } }{ 'struct': 'Node', 'data': { 'name': 'str' } }" + send,
			[]string{"breaking ARG_REMOVED Node.size send"}},
		{"gains the feature that its name promised", "{ 'command': 'x-a' }", "{ 'command': 'x-a', 'features': [ 'unstable' ] }",
			[]string{"info STABLE_TO_UNSTABLE x-a"}},
		{"received string to enum", "{ 'event': 'E', 'data': { 'k': 'str' } }", kind + "{ 'event': 'E', 'data': { 'k': 'Kind' } }",
			[]string{"info STRING_TO_ENUM E.k recv"}},
		{"never sent", node + "{ 'event': 'E', 'data': { 'extents': [ 'Node' ] } }" + send,
			node + "{ 'struct': 'Extent', 'data': { 'name': 'str' } }{ 'event': 'E', 'data': { 'extents': [ 'Extent' ] } }" + send,
			[]string{"info MEMBER_REMOVED Node.size recv"}},
		{"sent always", "{ 'struct': 'Node', 'data': { 'name': 'str', 'size': 'int' } }{ 'event': 'E', 'data': { 'extents': [ 'Node' ] } }" + send,
			"{ 'struct': 'Node', 'data': { 'name': 'str', 'size': 'int' } }{ 'struct': 'Extent', 'data': { 'name': 'str' } }{ 'event': 'E', 'data': { 'extents': [ 'Extent' ] } }" + send,
			[]string{"breaking MEMBER_REMOVED Node.size recv"}},
		{"perhaps sent, of a type that is gone", node + "{ 'event': 'E', 'data': { 'extents': [ 'Node' ] } }",
			"{ 'struct': 'Extent', 'data': { 'name': 'str' } }{ 'event': 'E', 'data': { 'extents': [ 'Extent' ] } }",
			[]string{"breaking MEMBER_REMOVED Node.size recv"}},
		{"perhaps sent, of a type that has lost it, too", node + "{ 'event': 'E', 'data': { 'extents': [ 'Node' ] } }",
			"{ 'struct': 'Node', 'data': { 'name': 'str' } }{ 'struct': 'Extent', 'data': { 'name': 'str' } }{ 'event': 'E', 'data': { 'extents': [ 'Extent' ] } }",
			[]string{"breaking MEMBER_REMOVED Node.size recv"}},
		{"only to a new branch", kind + parts + union(", '*size': 'int'", "'net': 'Net'") + "{ 'command': 'query', 'returns': 'Dev' }",
			"{ 'enum': 'Kind', 'data': [ 'disk', 'net', 'usb' ] }\n" + parts + union("", "'net': 'Net', 'usb': 'Disk'") + "{ 'command': 'query', 'returns': 'Dev' }",
			[]string{"breaking MEMBER_REMOVED Dev.size recv", "warning BRANCH_ADDED Dev.usb recv"}},
		{"wider range sent", "{ 'command': 'a', 'data': { 'n': 'int8' } }", "{ 'command': 'a', 'data': { 'n': 'int' } }",
			[]string{"info INT_RANGE_CHANGED a.n send"}},
		{"narrower range sent", "{ 'command': 'a', 'data': { 'n': 'int' } }", "{ 'command': 'a', 'data': { 'n': 'int8' } }",
			[]string{"warning INT_RANGE_CHANGED a.n send"}},
		{"narrower range received", "{ 'event': 'E', 'data': { 'n': 'int' } }", "{ 'event': 'E', 'data': { 'n': 'int8' } }",
			[]string{"info INT_RANGE_CHANGED E.n recv"}},
		{"wider range received", "{ 'event': 'E', 'data': { 'n': 'uint8' } }", "{ 'event': 'E', 'data': { 'n': 'uint16' } }",
			[]string{"warning INT_RANGE_CHANGED E.n recv"}},
		{"unsigned narrowed, sent", "{ 'command': 'a', 'data': { 'n': 'uint64' } }", "{ 'command': 'a', 'data': { 'n': 'uint32' } }",
			[]string{"warning INT_RANGE_CHANGED a.n send"}},
		{"signed to unsigned, both ways", "{ 'struct': 'Num', 'data': { 'n': 'int32' } }{ 'command': 'a', 'data': 'Num' }{ 'event': 'E', 'data': 'Num' }",
			"{ 'struct': 'Num', 'data': { 'n': 'uint32' } }{ 'command': 'a', 'data': 'Num' }{ 'event': 'E', 'data': 'Num' }",
			[]string{"warning INT_RANGE_CHANGED Num.n recv", "warning INT_RANGE_CHANGED Num.n send"}},
		{"optional members", node + send + recv, "{ 'struct': 'Node', 'data': { 'name': 'str', '*size': 'int', '*more': 'str' } }" + send + recv,
			[]string{"info ARG_ADDED_OPTIONAL Node.more send", "info MEMBER_ADDED Node.more recv"}},
		{"alternate grows", "{ 'alternate': 'Ref', 'data': { 's': 'str' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }{ 'event': 'E', 'data': { 'r': 'Ref' } }",
			"{ 'alternate': 'Ref', 'data': { 's': 'str', 'n': 'null' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }{ 'event': 'E', 'data': { 'r': 'Ref' } }",
			[]string{"breaking ALT_ADDED Ref.n recv", "info ALT_ADDED Ref.n send"}},
		{"int in an alternate to number", "{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'int' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }{ 'event': 'E', 'data': { 'r': 'Ref' } }",
			"{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'number' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }{ 'event': 'E', 'data': { 'r': 'Ref' } }",
			[]string{"breaking TYPE_WIDENED Ref.n recv", "info TYPE_WIDENED Ref.n send"}},
		{"int to an alternate of number", "{ 'command': 'a', 'data': { 'r': 'int' } }", "{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'number' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }",
			[]string{"info TYPE_WIDENED a.r send", "info WIDENED_TO_ALTERNATE a.r send"}},
		{"number in an alternate to int", "{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'number' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }",
			"{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'int' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }",
			[]string{"breaking ALT_REMOVED Ref.n send"}},
		{"number to an alternate of int", "{ 'command': 'a', 'data': { 'r': 'number' } }", "{ 'alternate': 'Ref', 'data': { 'b': 'bool', 'n': 'int' } }{ 'command': 'a', 'data': { 'r': 'Ref' } }",
			[]string{"breaking TYPE_CHANGED a.r send"}},
		// With more than 12 macros, conditions are compared as written.
		{"12 macros in another order", "{ 'command': 'a', 'if': { 'all': [ 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L' ] } }", "{ 'command': 'a', 'if': { 'all': [ 'L', 'K', 'J', 'I', 'H', 'G', 'F', 'E', 'D', 'C', 'B', 'A' ] } }", nil},
		{"13 macros in another order", "{ 'command': 'a', 'if': { 'all': [ 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M' ] } }", "{ 'command': 'a', 'if': { 'all': [ 'M', 'L', 'K', 'J', 'I', 'H', 'G', 'F', 'E', 'D', 'C', 'B', 'A' ] } }",
			[]string{"warning COND_NARROWED a"}},
		{"13 macros no more", "{ 'command': 'a', 'if': { 'any': [ 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M' ] } }", "{ 'command': 'a' }",
			[]string{"info COND_CHANGED a"}},
		{"13 macros as they were", "{ 'command': 'a', 'if': { 'any': [ 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M' ] } }", "{ 'command': 'a', 'if': { 'any': [ 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M' ] } }", nil},
		{"same range", "{ 'command': 'a', 'data': { 'n': 'uint64' } }", "{ 'command': 'a', 'data': { 'n': 'size' } }", nil},
		{"downstream names", "{ 'command': '__org.example_a' }{ 'command': 'b' }", "{ 'command': 'b' }", nil},
		{"a type that holds itself", "{ 'struct': 'Next', 'data': { '*next': 'Next', '*a': 'str' } }{ 'command': 'c', 'data': 'Next' }",
			"{ 'struct': 'Next', 'data': { '*next': 'Next' } }{ 'command': 'c', 'data': 'Next' }",
			[]string{"breaking ARG_REMOVED Next.a send"}},
		{"another tag", kind + parts + union(", 'as': 'Kind'", "'net': 'Net'") + query,
			kind + parts + strings.Replace(union(", 'as': 'Kind'", "'net': 'Net'"), "'discriminator': 'kind'", "'discriminator': 'as'", 1) + query,
			[]string{"breaking TYPE_CHANGED Dev recv", "breaking TYPE_CHANGED Dev send"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := compare(t, test.old, test.new); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

// TestVendors checks that downstream names count only if their prefix is given.
func TestVendors(t *testing.T) {
	const old = "{ 'command': '__org.example_a' }{ 'command': '__com.other_b' }{ 'command': 'c', 'data': { '*__org.example_d': 'str', 'e': 'int' } }"
	const new = "{ 'command': 'c', 'data': { 'e': 'int' } }"
	for _, test := range []struct {
		vendors []string
		want    []string
	}{
		{nil, nil},
		{[]string{"__org.example_"}, []string{"COMMAND_REMOVED __org.example_a", "ARG_REMOVED c.__org.example_d"}},
		{[]string{"__com.other_", "__net."}, []string{"COMMAND_REMOVED __com.other_b"}},
	} {
		o := compat.Options{Levels: []compat.Direction{compat.Send, compat.Recv}, Vendors: test.vendors}
		var got []string
		for _, c := range compat.Compare(load(t, "old.json", old), load(t, "new.json", new), o).Changes {
			got = append(got, string(c.Rule)+" "+c.Path)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q, want %q", test.vendors, got, test.want)
		}
	}
}

// TestUsedBy checks which commands and events are named for a change of a type.
func TestUsedBy(t *testing.T) {
	const common = `{ 'struct': 'Link', 'data': { 'size': 'Size', 'nodes': [ 'Node' ] } }
{ 'struct': 'Size', 'data': { 'bytes': 'int' } }
{ 'alternate': 'Ref', 'data': { 'name': 'str', 'node': 'Node' } }
{ 'command': 'add', 'data': { 'node': 'Node' } }
{ 'command': 'both', 'data': { 'node': 'Node', '*x-node': 'Node' } }
{ 'command': 'link', 'data': { 'link': 'Link' } }
{ 'command': 'other', 'data': { 'name': 'str' } }
{ 'command': 'set', 'data': { '*ref': 'Ref' } }
{ 'command': 'query', 'returns': [ 'Link' ] }
{ 'event': 'ADDED', 'data': { 'node': 'Node' } }
`
	old := load(t, "old.json", common+"{ 'struct': 'Node', 'data': { '*size': 'int' } }")
	new := load(t, "new.json", common+"{ 'struct': 'Node', 'data': { } }")
	got := map[string][]string{}
	for _, c := range compat.Compare(old, new, compat.Options{Levels: []compat.Direction{compat.Send, compat.Recv}}).Changes {
		got[string(c.Rule)+" "+c.Path] = c.UsedBy
	}
	want := map[string][]string{
		"ARG_REMOVED Node.size":    {"add", "both", "link", "set"},
		"MEMBER_REMOVED Node.size": {"query", "ADDED"},
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestExplainSeverity checks what an explanation states about severities.
func TestExplainSeverity(t *testing.T) {
	for name, want := range map[string]string{
		"COMMAND_REMOVED": "\nSeverity: breaking\n",
		"ARG_REMOVED":     "\nSeverity: breaking where a client sends it, info where it receives it\n",
		"GO_TYPE_REMOVED": "\nSeverity: warning; breaking with --level go\n",
	} {
		if e, ok := compat.Explain(name); !ok || !strings.Contains(e.String(), want) {
			t.Errorf("%s: no %q in\n%s", name, want, e)
		}
	}
}

// TestRules checks that each rule is explained and applies to its own example, and that
// equal schemas have no changes.
func TestRules(t *testing.T) {
	for _, rule := range compat.Rules() {
		t.Run(string(rule.Name), func(t *testing.T) {
			e, ok := compat.Explain(string(rule.Name))
			if !ok || e.Title == "" || e.Text == "" || e.Source == "" {
				t.Fatalf("explanation %+v", e)
			}
			for _, example := range []string{e.Old, e.New} {
				if want := "    " + strings.ReplaceAll(strings.TrimSuffix(example, "\n"), "\n", "\n    ") + "\n"; !strings.Contains(e.String(), want) {
					t.Errorf("no example\n%s\nin\n%s", want, e)
				}
			}
			old, new := load(t, "old.json", e.Old), load(t, "new.json", e.New)
			if r := compat.Compare(new, new, compat.Options{}); len(r.Changes) > 0 {
				t.Errorf("no change is %+v", r.Changes[0])
			}
			if rule.Name == "DEPRECATION_TOO_SHORT" {
				return // see TestTooShort
			}
			r := compat.Compare(old, new, compat.Options{})
			if !slices.ContainsFunc(r.Changes, func(c *compat.Change) bool { return c.Rule == rule.Name }) {
				t.Errorf("the example gives %s", r.Summary())
				for _, c := range r.Changes {
					t.Logf("%+v", c)
				}
			}
		})
	}
}
