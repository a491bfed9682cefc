package introspect_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

// TestRead checks that what Write wrote is read as it was.
func TestRead(t *testing.T) {
	const text = `{ 'enum': 'Kind', 'data': [ 'disk', { 'name': 'net', 'features': [ 'unstable' ] } ] }
{ 'struct': 'Disk', 'data': { 'size': 'int', '*name': { 'type': 'str', 'features': [ 'deprecated' ] } } }
{ 'union': 'Dev', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'disk': 'Disk' } }
{ 'alternate': 'Ref', 'data': { 's': 'str', 'd': 'Disk', 'n': 'null' } }
{ 'command': 'add', 'data': { 'devs': [ 'Dev' ], '*ref': 'Ref' }, 'allow-oob': true, 'returns': 'Disk' }
{ 'command': 'list', 'returns': [ 'Disk' ], 'features': [ 'unstable' ] }
{ 'event': 'DONE', 'data': { 'n': 'number' } }
`
	var out bytes.Buffer
	if err := introspect.Write(&out, schematest.Text(t, text)); err != nil {
		t.Fatal(err)
	}
	s, err := introspect.Read(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	add, list := s.Commands[0], s.Commands[1]
	if add.Name != "add" || !add.AllowOOB || list.AllowOOB || len(list.Features) != 1 || s.Events[0].Name != "DONE" {
		t.Errorf("commands %+v and %+v", add, list)
	}
	args := add.Arg.(*ir.Struct)
	dev, _ := args.Members[0].Type.(*ir.Array).Elem.(*ir.Union)
	ref, _ := args.Members[1].Type.(*ir.Alternate)
	if dev == nil || ref == nil || args.Members[0].Optional || !args.Members[1].Optional {
		t.Fatalf("arguments %+v", args)
	}
	var kinds []ir.JSONKind
	for _, b := range ref.Branches {
		kinds = append(kinds, b.JSON)
	}
	if want := []ir.JSONKind{ir.JSONString, ir.JSONObject, ir.JSONNull}; !slices.Equal(kinds, want) {
		t.Errorf("branches of the alternate: %v, want %v", kinds, want)
	}
	if v := dev.Branches[0].Value; v == nil || v.Name != "disk" || dev.Discriminator.Name != "kind" {
		t.Errorf("union %+v", dev)
	}
	disk := dev.Branches[0].Type.(*ir.Struct)
	if name := disk.Members[1]; !name.Optional || len(name.Features) != 1 || name.Features[0].Name != "deprecated" {
		t.Errorf("member %+v", name)
	}
}

// TestReadRefuses checks that answers that make no sense are refused, such as types
// that contain themselves.
func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{}`: "cannot unmarshal object",
		`[{"name": "a", "meta-type": "command", "arg-type": "1", "ret-type": "1"}]`:      `unknown type "1"`,
		`[{"name": "s", "meta-type": "builtin"}, {"name": "s", "meta-type": "builtin"}]`: `duplicate "s"`,
		`[{"name": "1", "meta-type": "thing"}]`:                                          `"1" has the meta-type "thing"`,
		`[{"name": "[1]", "meta-type": "array", "element-type": "[1]"}]`:                 `"[1]" contains itself`,
		`[{"name": "1", "meta-type": "object", "tag": "t", "members": []}]`:              `"1" has no member "t", its tag`,
		`[{"name": "c", "meta-type": "command", "arg-type": "s", "ret-type": "s"},` +
			`{"name": "s", "meta-type": "builtin", "json-type": "string"}]`: `"s" is not an object type`,
		`[{"name": "1", "meta-type": "object", "tag": "t", "members": [{"name": "t", "type": "e"}], "variants": [{"case": "a", "type": "2"}]},` +
			`{"name": "2", "meta-type": "object", "tag": "u", "members": [{"name": "u", "type": "e"}], "variants": [{"case": "a", "type": "1"}]},` +
			`{"name": "e", "meta-type": "enum", "values": ["a"]}]`: "contains itself",
	} {
		if _, err := introspect.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", text, err, want)
		}
	}
}
