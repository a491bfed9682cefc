package ir_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// included has a file that is included between two definitions, and then again.
var included = fstest.MapFS{
	"root.json": {Data: []byte("{ 'struct': 'First', 'data': {} }\n{ 'include': 'b.json' }\n{ 'command': 'last', 'data': 'Inner' }\n{ 'include': 'a.json' }\n")},
	"b.json":    {Data: []byte("{ 'include': 'a.json' }\n{ 'struct': 'Inner', 'data': { 'x': 'Deep' } }\n")},
	"a.json":    {Data: []byte("{ 'struct': 'Deep', 'data': { 'y': 'int' } }\n")},
}

func names(defs []ir.Def) string {
	var list []string
	for _, d := range defs {
		list = append(list, d.Head().Name)
	}
	return strings.Join(list, " ")
}

func TestDefinitions(t *testing.T) {
	s := schematest.Files(t, included, "root.json")
	if got := names(slices.Collect(s.Definitions())); got != "First Deep Inner last" {
		t.Errorf("in the order of reading: %s", got)
	}
	if got := names(slices.Collect(s.ByModule())); got != "First last Inner Deep" {
		t.Errorf("module by module: %s", got)
	}
	for range s.Definitions() {
		break // the iterators stop
	}
	for range s.ByModule() {
		break
	}
	s.Root.Items = nil // what nothing includes comes last
	if got := names(slices.Collect(s.Definitions())); got != "Deep Inner" {
		t.Errorf("without the root: %s", got)
	}
}

const referring = `
{ 'enum': 'Ee', 'data': [ 'a', { 'name': 'b', 'if': 'B' } ] }
{ 'struct': 'Base', 'data': { 'e': 'Ee' } }
{ 'struct': 'Ss', 'base': 'Base', 'data': { 'list': [ 'Ss' ], '*n': { 'type': 'int', 'if': 'N' } } }
{ 'struct': 'Tt', 'data': { 'x': 'str' } }
{ 'union': 'Uu', 'base': 'Base', 'discriminator': 'e', 'data': { 'a': 'Tt', 'b': { 'type': 'Tt', 'if': 'C' } } }
{ 'alternate': 'Aa', 'data': { 's': 'Ss', 'text': 'str' } }
{ 'command': 'run', 'data': { 'a': 'Aa' }, 'returns': [ 'Uu' ] }
{ 'event': 'RAN', 'data': 'Tt' }
`

func TestReferences(t *testing.T) {
	s := schematest.Text(t, referring)
	roles := []string{"base", "member", "branch", "element", "argument", "return"}
	for name, want := range map[string]string{
		"Ee":            "",
		"Ss":            "base Base, member list SsList, member n int [N]",
		"Uu":            "base Base, branch a Tt, branch b Tt [C] [B]",
		"Aa":            "branch s Ss, branch text str",
		"run":           "argument q_obj_run-arg, return UuList",
		"q_obj_run-arg": "member a Aa",
		"RAN":           "argument Tt",
		"SsList":        "element Ss",
	} {
		var got []string
		for ref := range ir.References(s.ByName[name]) {
			text := roles[ref.Role]
			if ref.Name != "" {
				text += " " + ref.Name
			}
			text += " " + ref.Type.Head().Name
			for _, c := range ref.Conds {
				text += " [" + ir.CondString(c) + "]"
			}
			if (ref.Role == ir.RoleMember) != (ref.Member != nil) {
				t.Errorf("%s: member %v", text, ref.Member)
			}
			got = append(got, text)
		}
		if g := strings.Join(got, ", "); g != want {
			t.Errorf("%s: %s\nwant %s", name, g, want)
		}
		for range ir.References(s.ByName[name]) {
			break
		}
	}
}

func TestReachable(t *testing.T) {
	s := schematest.Text(t, referring)
	list := func(name string, skip func(ir.Reference) bool) string {
		var defs []ir.Def
		for typ := range ir.Reachable(s.ByName[name], skip) {
			defs = append(defs, typ)
		}
		return names(defs)
	}
	if got := list("Ss", nil); got != "Base SsList int Ee Ss" {
		t.Errorf("from S: %s", got)
	}
	if got := list("run", nil); got != "q_obj_run-arg UuList Aa Ss str Base SsList int Ee Uu Tt" {
		t.Errorf("from run: %s", got)
	}
	if got := list("Ss", func(r ir.Reference) bool { return r.Role == ir.RoleBase || len(r.Conds) > 0 }); got != "SsList Ss" {
		t.Errorf("from S, without some: %s", got)
	}
}

func TestBits(t *testing.T) {
	s := schematest.Text(t, "")
	for name, want := range map[string]string{
		"int": "64 true -9223372036854775808 9223372036854775807", "int8": "8 true -128 127",
		"int16": "16 true -32768 32767", "int32": "32 true -2147483648 2147483647",
		"int64": "64 true -9223372036854775808 9223372036854775807",
		"uint8": "8 false 0 255", "uint16": "16 false 0 65535", "uint32": "32 false 0 4294967295",
		"uint64": "64 false 0 18446744073709551615", "size": "64 false 0 18446744073709551615",
		"number": "0 false 0 0", "str": "0 false 0 0", "bool": "0 false 0 0",
	} {
		b := s.ByName[name].(*ir.Builtin)
		n, signed := b.Bits()
		low, high := b.Range()
		if got := fmt.Sprint(n, signed, low, high); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for _, typ := range s.Types { // the table has every integer type
		if b, ok := typ.(*ir.Builtin); ok {
			if n, _ := b.Bits(); (n > 0) != (b.JSON == ir.JSONInt) {
				t.Errorf("%s has %d bits and is %s", b.Name, n, b.JSON)
			}
		}
	}
}

func TestRateLimited(t *testing.T) {
	s := schematest.Text(t, `
##
# @ONE:
#
# It is Rate-limited.
##
{ 'event': 'ONE' }

##
# @TWO:
#
# It comes.
#
# .. note:: This event is rate-limited.
##
{ 'event': 'TWO' }

##
# @THREE:
#
# It comes.
#
# @x: whether it is rate-limited
##
{ 'event': 'THREE', 'data': { 'x': 'bool' } }
{ 'event': 'FOUR' }
`)
	for _, e := range s.Events {
		if want := e.Name == "ONE" || e.Name == "TWO"; e.RateLimited() != want {
			t.Errorf("%s: %v", e.Name, !want)
		}
	}
}

// Every definition, type and event of a schema is reached by ranging over it.
func ExampleReferences() {
	s := &ir.Schema{}
	point := &ir.Struct{Info: ir.Info{Name: "Point"}}
	s.Root = &ir.Module{Name: "shapes.json", Items: []ir.Item{
		point,
		&ir.Command{Info: ir.Info{Name: "query-points"}, Returns: &ir.Array{Info: ir.Info{Name: "PointList"}, Elem: point}},
	}}
	for def := range s.Definitions() {
		fmt.Println(def.Kind(), def.Head().Name)
		for part := range ir.Reachable(def, nil) {
			fmt.Println("  needs", part.Kind(), part.Head().Name)
		}
	}
	// Output:
	// struct Point
	// command query-points
	//   needs array PointList
	//   needs struct Point
}

// TestDocs checks that each documentation comment is yielded once, with its definition.
func TestDocs(t *testing.T) {
	command, event := &ir.Command{}, &ir.Event{}
	command.Name, command.Doc = "stop", &ir.Doc{Symbol: "stop"}
	event.Name = "STOP"
	module := &ir.Module{Items: []ir.Item{&ir.FreeDoc{Doc: &ir.Doc{}}, command, event, &ir.Include{}}}
	s := &ir.Schema{Modules: []*ir.Module{module, {Items: []ir.Item{&ir.FreeDoc{Doc: &ir.Doc{Symbol: "last"}}}}}}
	var got []string
	for doc, def := range s.Docs() {
		name := "free"
		if def != nil {
			name = def.Head().Name
		}
		got = append(got, name+" "+doc.Symbol)
	}
	if want := []string{"free ", "stop stop", "free last"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for range s.Docs() {
		break // must not panic
	}
}
