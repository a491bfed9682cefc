package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// TestRoundTrip compares JSON and Go values in both directions, in both modes, and through
// encoding/json.
func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name string
		json string
		v    any // pointer
	}{
		{"bool", `true`, ptr(true)},
		{"int", `-9223372036854775808`, ptr(int64(math.MinInt64))},
		{"uint64", `18446744073709551615`, ptr(uint64(math.MaxUint64))},
		{"float", `0.1`, ptr(0.1)},
		{"string", `"x"`, ptr("x")},
		{"list of strings", `["a","","b"]`, &[]string{"a", "", "b"}},
		{"empty list", `[]`, &[]string{}},
		{"enum", `"red"`, ptr(ColorRed)},
		{"empty struct", `{}`, &Empty{}},
		{"raw", `{"a": [1,  2]}`, ptr(json.RawMessage(`{"a": [1,  2]}`))},
		{"null", `null`, &wire.Null{}},
		{"scalars",
			`{"str":"","bool":false,"number":0,"int":9223372036854775807,"int8":-128,"int16":32767,"int32":-2147483648,` +
				`"uint8":255,"uint16":65535,"uint32":4294967295,"uint64":9007199254740993,"color":"green","null":null,"list":[]}`,
			&Scalars{Int: math.MaxInt64, Int8: -128, Int16: math.MaxInt16, Int32: math.MinInt32, Uint8: 255, Uint16: 65535,
				Uint32: math.MaxUint32, Uint64: 9007199254740993, Color: ColorGreen, List: []string{}}},
		{"all absent", `{}`, &Optionals{}},
		{"zero is present",
			`{"str":"","bool":false,"number":0,"int":0,"int8":0,"uint64":0,"color":"red","null":null,"list":[],"ints":[],"self":{}}`,
			&Optionals{Str: ptr(""), Bool: ptr(false), Number: ptr(0.0), Int: ptr(int64(0)), Int8: ptr(int8(0)), Uint64: ptr(uint64(0)),
				Color: ptr(ColorRed), Null: &wire.Null{}, List: []string{}, Ints: []int16{}, Self: &Optionals{}}},
		{"any", `{"must":{"a":[null,true,9223372036854775808,1e400,"x"]},"list":[[],{}]}`,
			&Anything{Must: map[string]any{"a": []any{nil, true, json.Number("9223372036854775808"), json.Number("1e400"), "x"}},
				List: []any{[]any{}, map[string]any{}}}},
		{"any null", `{"must":null,"may":null}`, &Anything{May: wire.Null{}}},
		{"any absent", `{"must":0}`, &Anything{Must: json.Number("0")}},
		{"extra", `{"driver":"e1000","id":"n0","addr":5,"mac":"52:54","x":null}`,
			&DeviceAddArgs{Driver: "e1000", ID: ptr("n0"), Extra: map[string]any{"mac": "52:54", "addr": json.Number("5"), "x": nil}}},
		{"no extra", `{"driver":"e1000"}`, &DeviceAddArgs{Driver: "e1000"}},
		{"union", `{"driver":"file","node-name":"n","filename":"/x","size":9007199254740993}`,
			&Node{Driver: "file", NodeName: ptr("n"), Branch: &NodeFile{Filename: "/x", Size: ptr(int64(9007199254740993))}}},
		{"second value of a branch type", `{"driver":"host_device","filename":"/x"}`,
			&Node{Driver: "host_device", Branch: &NodeFile{Filename: "/x"}}},
		{"empty branch", `{"driver":"null","read-only":true}`, &Node{Driver: "null", ReadOnly: ptr(true)}},
		{"union in a union", `{"driver":"nbd","node-name":"n","type":"inet","export":"e","host":"h","port":"1"}`,
			&Node{Driver: "nbd", NodeName: ptr("n"), Branch: &Address{Type: "inet", Export: ptr("e"), Branch: &AddressInet{Host: "h", Port: "1"}}}},
		{"empty branch in a union in a union", `{"driver":"nbd","type":"none"}`,
			&Node{Driver: "nbd", Branch: &Address{Type: "none"}}},
		{"branch without mandatory members", `{"type":"unix"}`, &Address{Type: "unix", Branch: &AddressUnix{}}},
		{"alternates", `{"driver":"qcow2","file":{"driver":"null"},"backing":"b"}`,
			&Node{Driver: "qcow2", Branch: &NodeQcow2{File: NodeRef{Definition: &Node{Driver: "null"}}, Backing: &NodeRef{Reference: ptr("b")}}}},
		{"null alternate", `{"driver":"qcow2","file":null}`, &Node{Driver: "qcow2", Branch: &NodeQcow2{File: NodeRef{Null: true}}}},
		{"alternate", `"x"`, &NodeRef{Reference: ptr("x")}},
		{"lists", `{"nodes":[{"driver":"null"},{"driver":"file","filename":"/"}],"refs":["a",null,{"driver":"null"}],` +
			`"mixed":[true,-7,"red",["x"],[]],"colors":["red","green"],"ints":[1,-2,3],"nulls":[null,null],"nested":[[],["a"]],"small":[{"X":1},{"X":2},{"X":3}]}`,
			&Lists{Nodes: []Node{{Driver: "null"}, {Driver: "file", Branch: &NodeFile{Filename: "/"}}},
				Refs:   []NodeRef{{Reference: ptr("a")}, {Null: true}, {Definition: &Node{Driver: "null"}}},
				Mixed:  []Mixed{{Flag: ptr(true)}, {Count: ptr(int32(-7))}, {Color: ptr(ColorRed)}, {Names: []string{"x"}}, {Names: []string{}}},
				Colors: []Color{ColorRed, ColorGreen}, Ints: []int64{1, -2, 3}, Nulls: []wire.Null{{}, {}},
				Nested: [][]string{{}, {"a"}}, Small: []Small{{1}, {2}, {3}}}},
		{"recursive", `{"name":"a","children":[{"name":"b","children":[]}],"next":{"name":"c"},"raw":[1]}`,
			&Tree{Name: "a", Children: []Tree{{Name: "b", Children: []Tree{}}}, Next: &Tree{Name: "c"}, Raw: json.RawMessage(`[1]`)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range []wire.Mode{wire.Tolerant, wire.Strict} {
				got := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
				if err := wire.Decode([]byte(test.json), got, mode); err != nil {
					t.Fatalf("Decode in mode %d: %v", mode, err)
				}
				if !reflect.DeepEqual(got, test.v) {
					t.Errorf("Decode in mode %d:\n got %+v\nwant %+v", mode, got, test.v)
				}
				text, err := wire.Append([]byte("x"), test.v, mode)
				if err != nil {
					t.Fatalf("Append in mode %d: %v", mode, err)
				}
				if string(text) != "x"+test.json {
					t.Errorf("Append in mode %d:\n got %s\nwant x%s", mode, text, test.json)
				}
				// The value instead of a pointer.
				text, err = wire.Append(nil, reflect.ValueOf(test.v).Elem().Interface(), mode)
				if err != nil || string(text) != test.json {
					t.Errorf("Append of a value: %s, %v", text, err)
				}
			}
			// White space between all tokens.
			var indented, compact, want bytes.Buffer
			if err := errors.Join(json.Indent(&indented, []byte(test.json), "\r", "\t"), json.Compact(&want, []byte(test.json))); err != nil {
				t.Fatal(err)
			}
			got := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
			if err := wire.Decode([]byte(" \n"+indented.String()+"\t "), got, wire.Strict); err != nil {
				t.Errorf("Decode of %s: %v", indented.String(), err)
			}
			text, err := wire.Append(nil, got, wire.Strict)
			if err := errors.Join(err, json.Compact(&compact, text)); err != nil || compact.String() != want.String() {
				t.Errorf("indented:\n got %s, %v\nwant %s", compact.String(), err, want.String())
			}
			// No proper prefix is a value, except of numbers.
			for n := range len(test.json) {
				got := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
				err := wire.Decode([]byte(test.json[:n]), got, wire.Tolerant)
				if valid := json.Valid([]byte(test.json[:n])); (err == nil) != valid {
					t.Errorf("Decode(%s): %v", test.json[:n], err)
				}
			}
		})
	}
}

// TestEncodingJSON compares encoding/json with the codec for the same types.
func TestEncodingJSON(t *testing.T) {
	tests := []struct {
		json string
		v    any
	}{
		{`{"driver":"qcow2","file":{"driver":"file","filename":"/<&>","locking":"blue"},"backing":"b"}`, &Node{}},
		{`{"driver":"new","a":9007199254740993,"b":[1.50,null]}`, &Node{}},
		{`{"nodes":[{"driver":"null"}],"refs":[null,"a"],"mixed":[["x"],1]}`, &Lists{}},
		{`{"must":9007199254740993,"may":null}`, &Anything{}},
		{`{"driver":"d","addr":18446744073709551615}`, &DeviceAddArgs{}},
		{`null`, &NodeRef{}},
		{`{"name":"a","children":[{"name":"b"}]}`, &Tree{}},
	}
	for _, test := range tests {
		if err := json.Unmarshal([]byte(test.json), test.v); err != nil {
			t.Errorf("json.Unmarshal(%s): %v", test.json, err)
			continue
		}
		want := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
		if err := wire.Decode([]byte(test.json), want, wire.Tolerant); err != nil {
			t.Errorf("Decode(%s): %v", test.json, err)
		}
		if !reflect.DeepEqual(test.v, want) {
			t.Errorf("json.Unmarshal(%s): %+v, Decode: %+v", test.json, test.v, want)
		}
		var text strings.Builder
		enc := json.NewEncoder(&text)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(test.v); err != nil || strings.TrimSpace(text.String()) != test.json {
			t.Errorf("json.Marshal: %s, %v, want %s", text.String(), err, test.json)
		}
	}
}
