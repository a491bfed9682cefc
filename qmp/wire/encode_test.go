package wire_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

type otherBranch struct{}

func (*otherBranch) isNodeBranch() {}

// TestAppendRefuses checks that Go values without a valid encoding are refused.
func TestAppendRefuses(t *testing.T) {
	cyclic := &Tree{Name: "a"}
	cyclic.Next = cyclic
	loop := map[string]any{}
	loop["a"] = []any{loop}
	var self any
	self = &self
	var none *Node
	tests := []struct {
		name   string
		v      any
		mode   int
		path   string
		reason wire.Reason
		msg    string
	}{
		{"branch of another value", &Node{Driver: "qcow2", Branch: &NodeFile{}}, both, "driver", wire.ReasonGo, `"qcow2" does not go with a Branch of type *wire_test.NodeFile`},
		{"branch of no value", &Node{Branch: &NodeFile{}}, tolerant, "driver", wire.ReasonGo, "does not go with"},
		{"branch for an empty one", &Node{Driver: "null", Branch: &NodeFile{}}, both, "driver", wire.ReasonGo, "does not go with"},
		{"branch of another union", &Node{Driver: "file", Branch: &otherBranch{}}, both, "driver", wire.ReasonGo, "does not go with"},
		{"unknown branch of a known value", &Node{Driver: "file", Branch: &UnknownBranch{}}, both, "driver", wire.ReasonGo, "does not go with"},
		{"known branch of an unknown value", &Node{Driver: "new", Branch: &NodeFile{}}, tolerant, "driver", wire.ReasonGo, "does not go with"},
		{"no branch", &Node{Driver: "file"}, both, "driver", wire.ReasonGo, "mandatory members"},
		{"no branch that is a union", &Node{Driver: "nbd"}, both, "driver", wire.ReasonGo, "mandatory members"},
		{"typed nil", &Node{Driver: "file", Branch: (*NodeFile)(nil)}, both, "driver", wire.ReasonGo, "nil *wire_test.NodeFile"},
		{"unknown value", &Node{Driver: "new"}, strict, "driver", wire.ReasonValue, `unknown value "new"`},
		{"no value", &Node{}, strict, "driver", wire.ReasonValue, `unknown value ""`},
		{"inner branch of another value", &Node{Driver: "nbd", Branch: &Address{Type: "none", Branch: &AddressUnix{}}}, both, "type", wire.ReasonGo, "does not go with"},
		{"unknown member is a common one", &Node{Driver: "new", Branch: unknownMember("node-name", `1`)}, tolerant, "node-name", wire.ReasonDuplicate, "duplicate member"},
		{"unknown member is no JSON", &Node{Driver: "new", Branch: unknownMember("a", `1,"b":2`)}, tolerant, "a", wire.ReasonGo, "not one JSON value"},

		{"alternate with none", &NodeRef{}, both, "", wire.ReasonGo, "no field set"},
		{"alternate with two", &NodeRef{Reference: ptr("a"), Null: true}, both, "", wire.ReasonGo, "both Reference and Null"},
		{"alternate deep", &Lists{Refs: []NodeRef{{Null: true}, {}}}, both, "refs[1]", wire.ReasonGo, "no field set"},

		{"in a list, no branch", &Lists{Nodes: []Node{{Driver: "null"}, {Driver: "null"}, {Driver: "file"}}}, both, "nodes[2].driver", wire.ReasonGo, "mandatory members"},
		{"in a list, member of a branch", &Lists{Nodes: []Node{{Driver: "null"}, {Driver: "file", Branch: &NodeFile{Filename: "\xff"}}}}, both, "nodes[1].filename", wire.ReasonGo, "invalid UTF-8"},
		{"in a list, first of it", &[]Node{{Driver: "null", NodeName: ptr("12345678901234567\xff")}, {}}, both, "[0].node-name", wire.ReasonGo, "invalid UTF-8"},
		{"in a list, extra member", &[]DeviceAddArgs{{}, {Extra: map[string]any{"id": 1}}}, both, "[1].id", wire.ReasonDuplicate, "declared"},
		{"in a list in a list", &[][]Tree{{}, {{Name: "a"}, {Name: "b", Next: &Tree{Name: "\xff"}}}}, both, "[1][1].next.name", wire.ReasonGo, "invalid UTF-8"},

		{"extra member is declared", &DeviceAddArgs{Extra: map[string]any{"id": 1}}, both, "id", wire.ReasonDuplicate, "declared"},
		{"extra member is no JSON", &DeviceAddArgs{Extra: map[string]any{"a": []any{math.NaN()}}}, both, "a[0]", wire.ReasonGo, "no JSON number"},
		{"infinity", ptr(math.Inf(-1)), both, "", wire.ReasonGo, "no JSON number"},
		{"number", ptr(json.Number("1,2")), both, "", wire.ReasonGo, "no JSON number"},
		{"no number", &Anything{Must: json.Number("")}, both, "must", wire.ReasonGo, "no JSON number"},
		{"raw", ptr(json.RawMessage(`{"a"}`)), both, "", wire.ReasonGo, "not one JSON value"},
		{"invalid UTF-8", &Optionals{List: []string{"a", "12345678\xc3("}}, both, "list[1]", wire.ReasonGo, "invalid UTF-8"},
		{"surrogate", ptr("\xed\xa0\x80"), both, "", wire.ReasonGo, "invalid UTF-8"},
		{"invalid UTF-8 in a name", &Anything{Must: map[string]any{"\xff": 1}}, both, "must.\xff", wire.ReasonGo, "invalid UTF-8"},
		{"unknown enum value", &Optionals{Color: ptr(Color("blue"))}, strict, "color", wire.ReasonValue, `unknown value "blue"`},

		{"nil pointer", none, both, "", wire.ReasonGo, "nil *wire_test.Node"},
		{"nil pointer in any", &Anything{Must: none}, both, "must", wire.ReasonGo, "nil *wire_test.Node"},
		{"function", &Anything{Must: func() {}}, both, "must", wire.ReasonGo, "unsupported type"},
		{"cyclic value", cyclic, both, "*", wire.ReasonDepth, "too deeply"},
		{"cyclic map", &Anything{Must: loop}, both, "*", wire.ReasonDepth, "too deeply"},
		{"cyclic any", &self, both, "*", wire.ReasonDepth, "too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range []wire.Mode{wire.Tolerant, wire.Strict} {
				text, err := wire.Append(make([]byte, 0, 10), test.v, mode)
				if test.mode == strict && mode == wire.Tolerant {
					if err != nil {
						t.Errorf("Append, tolerant: %v", err)
					}
					continue
				}
				var e *wire.Error
				if !errors.As(err, &e) || text != nil {
					t.Fatalf("Append in mode %d: %s, %v, want an error", mode, text, err)
				}
				if test.mode == tolerant && mode == wire.Strict {
					continue // refused earlier, as unknown
				}
				if test.path != "*" && e.Path != test.path || e.Offset != -1 || e.Reason != test.reason || !strings.Contains(e.Msg, test.msg) {
					t.Errorf("Append in mode %d:\n got path %q, offset %d, reason %d, %q\nwant path %q, offset -1, reason %d, …%q…",
						mode, e.Path, e.Offset, e.Reason, e.Msg, test.path, test.reason, test.msg)
				}
			}
		})
	}
}

func unknownMember(name, value string) *UnknownBranch {
	return &UnknownBranch{wire.Unknown{Members: []wire.RawMember{{Name: name, Value: json.RawMessage(value)}}}}
}

// TestAppend encodes Go values that decoding never produces.
func TestAppend(t *testing.T) {
	tests := []struct {
		v    any
		want string
	}{
		{&Lists{}, `{"nodes":[],"refs":[]}`},
		{&Scalars{}, `{"str":"","bool":false,"number":0,"int":0,"int8":0,"int16":0,"int32":0,"uint8":0,"uint16":0,"uint32":0,"uint64":0,"color":"","null":null,"list":[]}`},
		{&Address{Type: "unix"}, `{"type":"unix"}`},
		{&Anything{}, `{"must":null}`},
		{&Anything{Must: wire.Null{}, May: &wire.Null{}}, `{"must":null,"may":null}`},
		{&Anything{Must: 1, May: uint8(2), List: []any{int64(3), uint64(math.MaxUint64), 4.5, float32(0.5), nil, ColorRed, ptr("p")}},
			`{"must":1,"may":2,"list":[3,18446744073709551615,4.5,0.5,null,"red","p"]}`},
		{&Anything{Must: map[string]any(nil), May: []any(nil), List: []any{[]string{"a"}, []int(nil), map[string]int{"b": 1, "a": 2}}},
			`{"must":{},"may":[],"list":[["a"],[],{"a":2,"b":1}]}`},
		{&Anything{Must: Node{Driver: "file", Branch: &NodeFile{Filename: "a"}}, May: &Node{Driver: "null"}, List: []any{NodeRef{Null: true}}},
			`{"must":{"driver":"file","filename":"a"},"may":{"driver":"null"},"list":[null]}`},
		{&Anything{Must: time.Unix(0, 0).UTC()}, `{"must":"1970-01-01T00:00:00Z"}`},
		{&Anything{Must: struct {
			A int `json:"a,omitempty"`
			B int `json:"b,string"`
		}{0, 1}}, `{"must":{"b":"1"}}`},
		{map[string]any{"b": 1, "a": nil}, `{"a":null,"b":1}`},
		{nil, `null`},
		{"a", `"a"`},
		{ptr("\x00\x1f\b\f\n\r\t\"\\/<>&\x7f\u2028é😀"), `"\u0000\u001f\u0008\u000c\n\r\t\"\\/<>&` + "\x7f\u2028é😀" + `"`},
		{&Tree{Name: "12345678\n12345678", Raw: json.RawMessage(" 1 ")}, `{"name":"12345678\n12345678","raw": 1 }`},
		{&[]float64{0, math.Copysign(0, -1), 1, 1e20, 1e21, 1e-6, 1e-7, 5e-324, math.MaxFloat64, 1.0 / 3, 123456789.125},
			`[0,-0,1,100000000000000000000,1e+21,0.000001,1e-7,5e-324,1.7976931348623157e+308,0.3333333333333333,123456789.125]`},
	}
	for _, test := range tests {
		text, err := wire.Append(nil, test.v, wire.Tolerant)
		if err != nil || string(text) != test.want {
			t.Errorf("Append(%+v):\n got %s, %v\nwant %s", test.v, text, err, test.want)
		}
	}
}

// TestBufferSizes encodes into buffers of every size, also strings whose encoding is longer than
// they are, and lists of objects without members.
func TestBufferSizes(t *testing.T) {
	s := strings.Repeat("\x01", 50)
	for _, v := range []any{
		&Optionals{Str: &s, Bool: ptr(false), Number: ptr(-1.2345678901234567e-300), Int: ptr(int64(math.MinInt64)),
			List: []string{s, s, s}, Self: &Optionals{Str: &s, Uint64: ptr(uint64(math.MaxUint64)), Node: &Node{Driver: "file", Branch: &NodeFile{Filename: s, Size: ptr(int64(math.MinInt64))}}}},
		&[]Optionals{{}, {}, {Str: ptr("")}, {}, {Bool: ptr(true)}, {Int: ptr(int64(12))}, {Str: ptr("1234567890123456")}, {Self: &Optionals{}}, {}},
		&[]struct{}{{}, {}, {}},
		&Lists{Nodes: []Node{{Driver: "null"}, {Driver: "file", Branch: &NodeFile{Filename: "a"}}, {Driver: "null"}}, Refs: []NodeRef{}, Ints: []int64{1, -1, math.MinInt64}},
	} {
		want, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		for size := range 3 * len(want) {
			if got, err := wire.Append(make([]byte, 0, size), v, wire.Tolerant); err != nil || string(got) != string(want) {
				t.Fatalf("with room for %d bytes: %s, %v\nwant %s", size, got, err, want)
			}
		}
	}
}

// TestNoAllocation encodes into a buffer with enough room.
func TestNoAllocation(t *testing.T) {
	v := &Lists{
		Nodes:  []Node{{Driver: "file", Branch: &NodeFile{Filename: "/a\n", Size: ptr(int64(1))}}, {Driver: "nbd", Branch: &Address{Type: "unix"}}},
		Refs:   []NodeRef{{Null: true}, {Reference: ptr("a")}},
		Colors: []Color{ColorRed},
		Ints:   []int64{1, 1 << 60},
	}
	buf := make([]byte, 0, 1<<12)
	allocs := testing.AllocsPerRun(100, func() {
		if _, err := wire.Append(buf, v, wire.Strict); err != nil {
			t.Fatal(err)
		}
	})
	if allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
