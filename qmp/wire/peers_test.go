package wire_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// simpleUnion is a simple union of releases up to 6.1, encoded as {type, data}.
type simpleUnion struct {
	Type   string            `json:"type"`
	Branch simpleUnionBranch `json:"-"`
}

type simpleUnionBranch interface{ isSimpleUnionBranch() }

type simpleUnionFile struct {
	Data Small `json:"data"`
}

func (*simpleUnionFile) isSimpleUnionBranch() {}

func (*simpleUnion) WireUnion() *wire.Union {
	return &wire.Union{Tag: "type", Branches: []wire.UnionBranch{{Value: "small", Type: (*simpleUnionFile)(nil)}}}
}

// boxedExtra has the arguments of a 'gen': false command whose arguments are a union.
type boxedExtra struct {
	Driver Driver         `json:"driver"`
	Branch NodeBranch     `json:"-"`
	Extra  map[string]any `json:"-"`
}

func (*boxedExtra) WireUnion() *wire.Union { return &nodeUnion }

// TestPeers has a row for each feature of types that other generators get wrong, named as in
// comparisons of them: JSON and the corresponding Go value.
func TestPeers(t *testing.T) {
	tests := []struct {
		name string
		json string
		v    any
	}{
		{"historical simple unions", `{"type":"small","data":{"X":1}}`, &simpleUnion{Type: "small", Branch: &simpleUnionFile{Small{1}}}},
		{"enum repr", `"red"`, ptr(ColorRed)},
		{"unknown enum value on decode", `{"color":"ultraviolet"}`, &Optionals{Color: ptr(Color("ultraviolet"))}},
		{"optional scalar", `{"str":"","bool":false,"int":0}`, &Optionals{Str: ptr(""), Bool: ptr(false), Int: ptr(int64(0))}},
		{"optional scalar, absent", `{}`, &Optionals{}},
		{"optional empty list", `{"list":[]}`, &Optionals{List: []string{}}},
		{"mandatory list empty", `{"nodes":[],"refs":[]}`, &Lists{Nodes: []Node{}, Refs: []NodeRef{}}},
		{"flat union on the wire", `{"driver":"file","filename":"/x"}`, &Node{Driver: "file", Branch: &NodeFile{Filename: "/x"}}},
		{"flat union, integers above 2^53", `{"driver":"file","filename":"/x","size":9007199254740993}`,
			&Node{Driver: "file", Branch: &NodeFile{Filename: "/x", Size: ptr(int64(1<<53 + 1))}}},
		{"empty union branches", `{"driver":"null"}`, &Node{Driver: "null"}},
		{"union unknown branch on decode", `{"driver":"new","x":9007199254740993}`, &Node{Driver: "new", Branch: unknownMember("x", "9007199254740993")}},
		{"union as union branch", `{"driver":"nbd","type":"inet","host":"h","port":"1"}`,
			&Node{Driver: "nbd", Branch: &Address{Type: "inet", Branch: &AddressInet{"h", "1"}}}},
		{"alternates", `"foo"`, &NodeRef{Reference: ptr("foo")}},
		{"alternates, object", `{"driver":"null"}`, &NodeRef{Definition: &Node{Driver: "null"}}},
		{"null in alternates", `null`, &NodeRef{Null: true}},
		{"arrays of alternates", `["a",null,{"driver":"null"}]`, &[]NodeRef{{Reference: ptr("a")}, {Null: true}, {Definition: &Node{Driver: "null"}}}},
		{"gen:false (device_add)", `{"driver":"d","id":"i","queues":9007199254740993,"serial":"s"}`,
			&DeviceAddArgs{Driver: "d", ID: ptr("i"), Extra: map[string]any{"queues": json.Number("9007199254740993"), "serial": "s"}}},
		{"ints / uint64 / size", `[18446744073709551615,9223372036854775808]`, &[]uint64{math.MaxUint64, 1 << 63}},
		{"any, integers above 2^53", `[9007199254740993,18446744073709551616]`, ptr(any([]any{json.Number("9007199254740993"), json.Number("18446744073709551616")}))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
			if err := wire.Decode([]byte(test.json), got, wire.Tolerant); err != nil || !reflect.DeepEqual(got, test.v) {
				t.Errorf("Decode: %+v, %v", got, err)
			}
			if text, err := wire.Append(nil, test.v, wire.Tolerant); err != nil || string(text) != test.json {
				t.Errorf("Append: %s, %v", text, err)
			}
		})
	}
}

// TestExtraAndBranch checks that no member is written twice.
func TestExtraAndBranch(t *testing.T) {
	tests := []struct {
		v    boxedExtra
		want string // the JSON, or part of the error
	}{
		{boxedExtra{Driver: "file", Branch: &NodeFile{Filename: "f"}, Extra: map[string]any{"x": 1}}, `{"driver":"file","x":1,"filename":"f"}`},
		{boxedExtra{Driver: "null", Extra: map[string]any{"filename": 1}}, `{"driver":"null","filename":1}`},
		{boxedExtra{Driver: "new", Branch: unknownMember("a", "1"), Extra: map[string]any{"b": 1}}, `{"driver":"new","b":1,"a":1}`},
		{boxedExtra{Driver: "file", Branch: &NodeFile{}, Extra: map[string]any{"driver": 1}}, "driver: member of Extra"},
		{boxedExtra{Driver: "file", Branch: &NodeFile{}, Extra: map[string]any{"filename": 1}}, "filename: member of Extra"},
		{boxedExtra{Driver: "nbd", Branch: &Address{Type: "inet", Branch: &AddressInet{}}, Extra: map[string]any{"port": 1}}, "port: member of Extra"},
		{boxedExtra{Driver: "new", Branch: unknownMember("a", "1"), Extra: map[string]any{"a": 1}}, "a: member of Extra"},
	}
	for _, test := range tests {
		text, err := wire.Append(nil, &test.v, wire.Tolerant)
		if err != nil {
			text = []byte(err.Error())
		}
		if !strings.HasPrefix(string(text), test.want) {
			t.Errorf("%+v: %s, want %s", test.v, text, test.want)
		}
	}
}

// TestReflectTypes checks that 64-bit integers in types that are not generated stay exact.
func TestReflectTypes(t *testing.T) {
	type embedded struct{ Value any }
	type goStruct struct {
		embedded
		Tail int64 `json:"tail"`
	}
	var v goStruct
	if err := wire.Decode([]byte(`{"Value":[18446744073709551615],"tail":9007199254740993}`), &v, wire.Strict); err != nil {
		t.Fatal(err)
	}
	if want := (goStruct{embedded{[]any{json.Number("18446744073709551615")}}, 1<<53 + 1}); !reflect.DeepEqual(v, want) {
		t.Errorf("got %+v", v)
	}
}
