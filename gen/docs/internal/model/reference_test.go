package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

const schema = `
##
# = Machines and power
#
# How a machine is run.
##

##
# @Address:
#
# Where something is.  It may be far away.
#
# @host: the host (since 2.9)
#
# @port: the port (since 3.1), from 1 on
#
# Since: 1.0
##
{ 'struct': 'Address', 'data': { 'host': 'str', 'port': 'uint16' } }

##
# @Node:
#
# A node.
#
# @address: where
#
# @next: the others
#
# @kind: Since 2.1
#
# Since: 1.0
##
{ 'struct': 'Node', 'data': { '*address': 'Address', '*next': [ 'Node' ], 'kind': 'Kind' } }

##
# @Kind:
#
# What it is.
#
# @one: first
#
# @two: second
#
# Features:
#
# @deprecated: Value @two is deprecated.
##
{ 'enum': 'Kind', 'data': [ 'one', { 'name': 'two', 'features': [ 'deprecated' ] } ] }

##
# @Internal:
#
# Not on the wire.
#
# @node: a node
##
{ 'struct': 'Internal', 'data': { 'node': 'Node' } }

##
# @start-node:
#
# Start a node.  A NODE_STARTED follows, and query-nodes tells of it.
#
# @address: where
#
# @old: what was
#
# Features:
#
# @deprecated: Argument @old is deprecated.  Use @address or
#     @query-nodes instead.
#
# Errors:
#     - If there is none, DeviceNotFound
#
# For instance:
#
# -> { "execute": "start-node" }
# <- { "return": {} }
# <- { "event": "NODE_GONE" }
#
# Since: 1.0
##
{ 'command': 'start-node', 'data': { 'address': 'Address', '*old': { 'type': 'str', 'features': [ 'deprecated' ] } } }

##
# @query-nodes:
#
# Returns: all nodes
##
{ 'command': 'query-nodes', 'returns': [ 'Node' ] }

##
# @NODE_STARTED:
#
# A node runs.  This event is rate-limited.
#
# @address: where
##
{ 'event': 'NODE_STARTED', 'data': { 'address': 'Address' } }

##
# @NODE_GONE:
#
# A node has gone.
##
{ 'event': 'NODE_GONE' }
`

func newReference(t *testing.T) *model.Reference {
	t.Helper()
	return model.New(schematest.Text(t, schema), model.Options{})
}

func names(list []*model.Definition) string {
	var out []string
	for _, d := range list {
		out = append(out, d.Name)
	}
	return strings.Join(out, " ")
}

// TestIndex checks what the model has about the definitions of a schema from
// elsewhere in it.
func TestIndex(t *testing.T) {
	r := newReference(t)
	var got []string
	for _, d := range r.Definitions {
		var uses []string
		for _, u := range d.UsedBy {
			uses = append(uses, fmt.Sprintf("%s:%s:%s", u.By.Name, u.As, u.Name))
		}
		got = append(got, strings.Join([]string{d.Name, strings.Join(uses, " "), names(d.TakenBy), names(d.ReturnedBy), names(d.CarriedBy),
			names(d.Mentions), names(d.MentionedBy), fmt.Sprint(d.Reachable())}, "; "))
	}
	want := []string{
		"Address; Node:member:address start-node:argument:address NODE_STARTED:data:address; start-node; query-nodes; NODE_STARTED; ; ; true",
		"Node; Node:member:next Internal:member:node query-nodes:result:; ; query-nodes; ; ; ; true",
		"Kind; Node:member:kind; ; query-nodes; ; ; ; true",
		"Internal; ; ; ; ; ; ; false",
		"start-node; ; ; ; ; NODE_GONE NODE_STARTED query-nodes; ; true",
		"query-nodes; ; ; ; ; ; start-node; true",
		"NODE_STARTED; ; ; ; ; ; start-node; true",
		"NODE_GONE; ; ; ; ; ; start-node; true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestMembers checks the facts about members.
func TestMembers(t *testing.T) {
	r := newReference(t)
	for _, test := range []struct{ path, anchor, since, text string }{
		{"Address.host", "member-host", "2.9", "the host"},
		{"Address.port", "member-port", "3.1", "the port (since 3.1), from 1 on"},
		{"Node.kind", "member-kind", "2.1", ""},
		{"Kind.two", "value-two", "", "second"},
		{"start-node.old", "arg-old", "", "what was"},
		{"NODE_STARTED.address", "data-address", "", "where"},
	} {
		owner, name, _ := strings.Cut(test.path, ".")
		m := r.Lookup(owner).Member(name)
		if m == nil {
			t.Errorf("%s is missing", test.path)
			continue
		}
		if m.Anchor() != test.anchor || m.Since != test.since || m.Text.Summary() != test.text || m.Owner.Name != owner {
			t.Errorf("%s: anchor %s, since %q, text %q, of %s", test.path, m.Anchor(), m.Since, m.Text.Summary(), m.Owner.Name)
		}
	}
}

// TestSince checks which release the text of a member names, and what is left of
// the text.
func TestSince(t *testing.T) {
	for _, test := range []struct{ text, since, rest string }{
		{"the host (since 2.9)", "2.9", "the host"},
		{"the host.  (Since: 2.9.1).", "2.9.1", "the host."},
		{"Since 2.9", "2.9", ""},
		{"(since 2.9)", "2.9", ""},
		{"off or on (default: off, since 2.9)", "2.9", "off or on (default: off, since 2.9)"},
		{"the host (since 2.9); default: none", "2.9", "the host (since 2.9); default: none"},
		{"was there since 2.9", "", "was there since 2.9"},
		{"the host (since 2.9, but not on Windows)", "", "the host (since 2.9, but not on Windows)"},
		{"the host", "", "the host"},
	} {
		s := schematest.Text(t, "##\n# @Some:\n#\n# A struct.\n#\n# @m: "+test.text+"\n##\n{ 'struct': 'Some', 'data': { 'm': 'str' } }\n")
		m := model.New(s, model.Options{}).Lookup("Some").Members[0]
		if got := m.Text.Summary(); m.Since != test.since || got != test.rest {
			t.Errorf("%q: since %q, rest %q", test.text, m.Since, got)
		}
	}
}

// TestDefinitionSince checks that what follows the release of a definition is a note.
func TestDefinitionSince(t *testing.T) {
	for _, test := range []struct{ text, since, note string }{
		{"2.9", "2.9", ""},
		{"0.14.0.", "0.14.0", ""},
		{"1.4 (testdev since 2.2)", "1.4", "Since 1.4 (testdev since 2.2)"},
		{"1.1\n#\n# 'abort' since 1.6", "1.1", "'abort' since 1.6"},
		{"the first one", "the first one", ""},
	} {
		s := schematest.Text(t, "##\n# @Some:\n#\n# A struct.\n#\n# Since: "+test.text+"\n##\n{ 'struct': 'Some', 'data': {} }\n")
		d := model.New(s, model.Options{}).Lookup("Some")
		note := ""
		if len(d.Notes) > 0 {
			note = d.Notes[0].Summary()
		}
		if d.Since != test.since || note != test.note {
			t.Errorf("%q: since %q, note %q", test.text, d.Since, note)
		}
	}
}

// TestDefinition checks the facts about a command.
func TestDefinition(t *testing.T) {
	r := newReference(t)
	d := r.Lookup("start-node")
	if d.Kind != model.Command || d.Path() != "command/start-node" || d.Since != "1.0" || d.Deprecated != nil || d.File != "test.json" || d.Line != 85 {
		t.Errorf("got %+v", d)
	}
	if got := d.Summary(); got != "Start a node." {
		t.Errorf("summary %q", got)
	}
	f := d.Feature("deprecated")
	if f == nil || f.Own || len(f.On) != 1 || f.On[0].Name != "old" {
		t.Fatalf("feature %+v", f)
	}
	var instead []string
	for _, target := range f.Instead {
		name := target.Definition.Name
		if target.Member != nil {
			name += "." + target.Member.Name
		}
		instead = append(instead, name)
	}
	if want := []string{"start-node.address", "query-nodes"}; !slices.Equal(instead, want) {
		t.Errorf("instead %v, want %v", instead, want)
	}
	if got := d.ErrorClasses([]string{"GenericError", "DeviceNotFound"}); !slices.Equal(got, []string{"DeviceNotFound"}) {
		t.Errorf("classes %v", got)
	}
	if len(d.Examples) != 1 || model.PlainText(d.Examples[0].Title) != "For instance:" {
		t.Errorf("examples %+v", d.Examples)
	}
	if !r.Lookup("NODE_STARTED").RateLimited || r.Lookup("NODE_GONE").RateLimited {
		t.Error("the wrong event is rate-limited")
	}
	if m := r.Modules[0]; m.Title != "Machines and power" || m.Path() != "module/test" || len(m.Definitions()) != 8 || m.Items[0].Prose == nil {
		t.Errorf("module %+v", m)
	}
}

// TestExpand checks where types are shown on a page, and where they are cut.
func TestExpand(t *testing.T) {
	r := newReference(t)
	for _, test := range []struct {
		name, limit string
		limits      model.Limits
		want        string
	}{
		{"query-nodes", "none", model.Limits{Depth: 9, Rows: 99}, `ret-address: Address
  ret-address.host: str
  ret-address.port: uint16
ret-next: 1 × Node, at the top
ret-kind: Kind one two
`},
		{"query-nodes", "depth", model.Limits{Depth: 1, Rows: 99}, `ret-address: Address, elsewhere
ret-next: 1 × Node, at the top
ret-kind: Kind, elsewhere
`},
		{"query-nodes", "rows", model.Limits{Depth: 9, Rows: 5}, `ret-address: Address
  ret-address.host: str
  ret-address.port: uint16
ret-next: 1 × Node, at the top
ret-kind: Kind, elsewhere
`},
		{"Internal", "none", model.Limits{Depth: 9, Rows: 99}, `member-node: Node
  member-node.address: Address
    member-node.address.host: str
    member-node.address.port: uint16
  member-node.next: 1 × Node, at member-node
  member-node.kind: Kind one two
`},
		{"query-nodes", "depth of what is shown whole", model.Limits{Depth: 1, Whole: true}, `ret-address: Address
  ret-address.host: str
  ret-address.port: uint16
ret-next: 1 × Node, at the top
ret-kind: Kind, at the top
rest Kind one two
`},
		{"Internal", "none of what is shown whole", model.Limits{Depth: 9, Whole: true}, `member-node: Node
  member-node.address: Address
    member-node.address.host: str
    member-node.address.port: uint16
  member-node.next: 1 × Node, at member-node
  member-node.kind: Kind one two
`},
	} {
		body := r.Expand(r.Lookup(test.name), test.limits)
		var b strings.Builder
		for _, v := range []*model.Value{body.Data, body.Returns} {
			if v != nil {
				dump(&b, "", v)
			}
		}
		for _, v := range body.Rest {
			b.WriteString("rest " + v.Elem.Head().Name)
			for _, m := range v.Values {
				b.WriteString(" " + m.Name)
			}
			b.WriteString("\n")
			dump(&b, "  ", v)
		}
		if b.String() != test.want {
			t.Errorf("%s, limit %s: got\n%s\nwant\n%s", test.name, test.limit, b.String(), test.want)
		}
	}
}

// dump writes the rows of an object.
func dump(b *strings.Builder, indent string, v *model.Value) {
	if v.Object == nil {
		return
	}
	for _, r := range v.Object.Rows {
		fmt.Fprintf(b, "%s%s: ", indent, r.ID)
		if r.Value.Arrays > 0 {
			fmt.Fprintf(b, "%d × ", r.Value.Arrays)
		}
		b.WriteString(r.Value.Elem.Head().Name)
		for _, m := range r.Value.Values {
			b.WriteString(" " + m.Name)
		}
		switch {
		case !r.Value.Cut:
		case r.Value.At == nil:
			b.WriteString(", elsewhere")
		case r.Value.At.Anchor == "":
			b.WriteString(", at the top")
		default:
			b.WriteString(", at " + r.Value.At.Anchor)
		}
		b.WriteString("\n")
		dump(b, indent+"  ", r.Value)
	}
}

// TestNames checks which words of plain text are taken for commands and events.
func TestNames(t *testing.T) {
	r := newReference(t)
	const text = "start-node, NODE_GONE! node_gone xstart-node query-nodes-x (query-nodes) Node"
	var got []string
	for _, n := range r.Names(text) {
		got = append(got, text[n[0]:n[1]])
	}
	if want := []string{"start-node", "NODE_GONE", "query-nodes"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestModules checks that the page of a module has the name of its file, wherever
// that is, unless two have the same.
func TestModules(t *testing.T) {
	s := schematest.Files(t, fstest.MapFS{
		"a/root.json":   {Data: []byte("{ 'include': 'x/net.json' }\n{ 'include': '../b/net.json' }\n{ 'include': '../b/Disk.json' }")},
		"a/x/net.json":  {Data: []byte("{ 'command': 'one' }")},
		"b/net.json":    {Data: []byte("{ 'command': 'two' }")},
		"b/Disk.json":   {Data: []byte("{ 'command': 'three' }\n{ 'include': 'x/disk.json' }")},
		"b/x/disk.json": {Data: []byte("{ 'command': 'four' }")},
	}, "a/root.json")
	var got []string
	for _, m := range model.New(s, model.Options{}).Modules {
		got = append(got, m.Name+" "+m.Path()+" "+m.Title)
	}
	want := []string{
		"root.json module/root root", "x/net.json module/net net", "../b/net.json module/b-net net",
		"../b/Disk.json module/Disk Disk", "../b/x/disk.json module/b-x-disk disk",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
