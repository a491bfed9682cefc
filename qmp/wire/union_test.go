package wire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// permutations returns all permutations of list.
func permutations(list []string) [][]string {
	if len(list) == 0 {
		return [][]string{nil}
	}
	var all [][]string
	for k := range list {
		rest := append(append([]string{}, list[:k]...), list[k+1:]...)
		for _, p := range permutations(rest) {
			all = append(all, append([]string{list[k]}, p...))
		}
	}
	return all
}

// TestDiscriminatorAnywhere decodes unions with their members in every order.
func TestDiscriminatorAnywhere(t *testing.T) {
	tests := []struct {
		members []string
		want    any
	}{
		{[]string{`"driver":"file"`, `"node-name":"n"`, `"filename":"/x"`, `"size":5`},
			&Node{Driver: "file", NodeName: ptr("n"), Branch: &NodeFile{Filename: "/x", Size: ptr(int64(5))}}},
		{[]string{`"driver":"nbd"`, `"type":"inet"`, `"export":"e"`, `"host":"h"`, `"port":"1"`, `"read-only":true`},
			&Node{Driver: "nbd", ReadOnly: ptr(true), Branch: &Address{Type: "inet", Export: ptr("e"), Branch: &AddressInet{Host: "h", Port: "1"}}}},
		{[]string{`"driver":"nbd"`, `"type":"unix"`, `"abstract":false`},
			&Node{Driver: "nbd", Branch: &Address{Type: "unix", Branch: &AddressUnix{Abstract: ptr(false)}}}},
		{[]string{`"driver":"qcow2"`, `"lazy-refcounts":true`,
			`"file":{"filename":"{\"driver\":\"nbd\"}","driver":"file"}`, `"backing":{"file":{"filename":"/","driver":"file"},"driver":"qcow2"}`},
			&Node{Driver: "qcow2", Branch: &NodeQcow2{Lazy: ptr(true),
				File: NodeRef{Definition: &Node{Driver: "file", Branch: &NodeFile{Filename: `{"driver":"nbd"}`}}},
				Backing: &NodeRef{Definition: &Node{Driver: "qcow2", Branch: &NodeQcow2{
					File: NodeRef{Definition: &Node{Driver: "file", Branch: &NodeFile{Filename: "/"}}}}}}}}},
	}
	for _, test := range tests {
		for _, order := range permutations(test.members) {
			text := `{` + strings.Join(order, `, `) + `}`
			for _, mode := range []wire.Mode{wire.Tolerant, wire.Strict} {
				var got Node
				if err := wire.Decode([]byte(text), &got, mode); err != nil || !reflect.DeepEqual(&got, test.want) {
					t.Fatalf("Decode(%s): %+v, %v", text, got, err)
				}
			}
		}
	}
}

// TestUnknownBranch checks that the members of an unknown branch, sent by a newer server, are kept.
func TestUnknownBranch(t *testing.T) {
	members := []wire.RawMember{
		{Name: "b", Value: json.RawMessage(`9007199254740993`)},
		{Name: "a", Value: json.RawMessage(`{"x": [1.50, null]}`)},
		{Name: "filename", Value: json.RawMessage(`"\u0041"`)},
	}
	const rest = `"b":9007199254740993,"a":{"x": [1.50, null]},"filename":"\u0041"`
	tests := []struct {
		json, want string
		v          Node
	}{
		{`{"driver":"new","node-name":"n",` + rest + `}`, ``,
			Node{Driver: "new", NodeName: ptr("n"), Branch: &UnknownBranch{wire.Unknown{Members: members}}}},
		{`{` + rest + `,"node-name":"n","driver":"new"}`, `{"driver":"new","node-name":"n",` + rest + `}`,
			Node{Driver: "new", NodeName: ptr("n"), Branch: &UnknownBranch{wire.Unknown{Members: members}}}},
		{`{"driver":"new"}`, ``, Node{Driver: "new", Branch: &UnknownBranch{}}},
		{`{"driver":"nbd","type":"vsock","cid":3}`, ``, Node{Driver: "nbd", Branch: &Address{Type: "vsock",
			Branch: &UnknownBranch{wire.Unknown{Members: []wire.RawMember{{Name: "cid", Value: json.RawMessage(`3`)}}}}}}},
		{`{"cid":3,"driver":"nbd","type":"vsock"}`, `{"driver":"nbd","type":"vsock","cid":3}`, Node{Driver: "nbd", Branch: &Address{Type: "vsock",
			Branch: &UnknownBranch{wire.Unknown{Members: []wire.RawMember{{Name: "cid", Value: json.RawMessage(`3`)}}}}}}},
	}
	for _, test := range tests {
		var got Node
		if err := wire.Decode([]byte(test.json), &got, wire.Tolerant); err != nil || !reflect.DeepEqual(got, test.v) {
			t.Errorf("Decode(%s): %+v, %v", test.json, got, err)
			continue
		}
		want := test.want
		if want == "" {
			want = test.json
		}
		if text, err := wire.Append(nil, &got, wire.Tolerant); err != nil || string(text) != want {
			t.Errorf("Append: %s, %v, want %s", text, err, want)
		}
		if _, err := wire.Append(nil, &got, wire.Strict); err == nil {
			t.Errorf("Append of an unknown branch, strict: no error")
		}
	}
	// An unknown branch does not affect other elements of a list.
	var list []Node
	if err := wire.Decode([]byte(`[{"driver":"null"},{"x":1,"driver":"new"},{"driver":"file","filename":"a"}]`), &list, wire.Tolerant); err != nil || len(list) != 3 {
		t.Errorf("Decode of a list: %+v, %v", list, err)
	}
}

// TestTolerant decodes what a newer or older server may send.
func TestTolerant(t *testing.T) {
	tests := []struct {
		json string
		want any
	}{
		{`{"str":"a","new":{"x":[{}]},"newer":null}`, &Optionals{Str: ptr("a")}},
		{`{"color":"ultraviolet"}`, &Optionals{Color: ptr(Color("ultraviolet"))}},
		{`{}`, &Scalars{}},
		{`{"filename":"a","driver":"file","new":1}`, &Node{Driver: "file", Branch: &NodeFile{Filename: "a"}}},
		{`{"driver":"null","new":1}`, &Node{Driver: "null"}},
		{`{"node-name":"a"}`, &Node{NodeName: ptr("a")}},
		{`{"driver":"file"}`, &Node{Driver: "file", Branch: &NodeFile{}}},
		{`{"\u0073tr":"\u0041\ud83d\ude00\u0000\/\b\f\n\r\t\"\\é"}`, &Optionals{Str: ptr("A😀\x00/\b\f\n\r\t\"\\é")}},
		{`{"STR":"a"}`, &Optionals{}}, // names are case-sensitive
	}
	for _, test := range tests {
		got := reflect.New(reflect.TypeOf(test.want).Elem()).Interface()
		if err := wire.Decode([]byte(test.json), got, wire.Tolerant); err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("Decode(%s): %+v, %v", test.json, got, err)
		}
	}
}

// TestLateDiscriminators decodes nested unions whose discriminators all come last: the work must
// not grow with the square of the depth.
func TestLateDiscriminators(t *testing.T) {
	const depth = 500
	pad := strings.Repeat("x", 1<<16)
	text := strings.Repeat(`{"file":`, depth) + `{"filename":"` + pad + `","driver":"file"}` + strings.Repeat(`,"driver":"qcow2"}`, depth)
	var v Node
	if err := wire.Decode([]byte(text), &v, wire.Strict); err != nil {
		t.Fatal(err)
	}
	node := &v
	for range depth {
		node = node.Branch.(*NodeQcow2).File.Definition
	}
	if got := node.Branch.(*NodeFile).Filename; got != pad {
		t.Errorf("innermost file name has %d bytes", len(got))
	}
}

// TestManyMembers decodes a struct with more members than any of QEMU's.
func TestManyMembers(t *testing.T) {
	var fields []reflect.StructField
	for k := range 130 {
		tag := fmt.Sprintf(`json:"m%d"`, k)
		if k == 100 {
			tag = `json:"a-name-that-is-longer-than-any-of-qemus-own-names"`
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("M%d", k), Type: reflect.TypeFor[int64](), Tag: reflect.StructTag(tag)})
	}
	v := reflect.New(reflect.StructOf(fields))
	for k := range v.Elem().NumField() {
		v.Elem().Field(k).SetInt(int64(k))
	}
	text, err := wire.Append(nil, v.Interface(), wire.Strict)
	if err != nil {
		t.Fatal(err)
	}
	got := reflect.New(v.Elem().Type())
	if err := wire.Decode(text, got.Interface(), wire.Strict); err != nil || !reflect.DeepEqual(got.Interface(), v.Interface()) {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, member := range []string{`"m1":1,`, `"m63":63,`, `"m64":64,`, `"m128":128,`} {
		if err := wire.Decode([]byte(strings.Replace(string(text), member, "", 1)), got.Interface(), wire.Strict); err == nil {
			t.Errorf("without %s: no error", member)
		}
		if err := wire.Decode([]byte(strings.Replace(string(text), member, member+member, 1)), got.Interface(), wire.Tolerant); err == nil {
			t.Errorf("with %s twice: no error", member)
		}
	}
}

// TestEmptyDiscriminator checks that an empty discriminator, which no branch tells, is written in
// tolerant mode and refused in strict mode.
func TestEmptyDiscriminator(t *testing.T) {
	got, err := wire.Append(nil, new(Node), wire.Tolerant)
	if err != nil || string(got) != `{"driver":""}` {
		t.Errorf("tolerant: %s, %v", got, err)
	}
	var e *wire.Error
	if got, err := wire.Append(nil, new(Node), wire.Strict); !errors.As(err, &e) || e.Path != "driver" {
		t.Errorf("strict: %s, %v", got, err)
	}
}
