package wire_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Plain is a type that encoding/json decodes like the codec.
type Plain struct {
	Str   string  `json:"str"`
	Ints  []int32 `json:"ints,omitzero"`
	Big   *uint64 `json:"big,omitzero"`
	Num   float64 `json:"num"`
	Self  *Plain  `json:"self,omitzero"`
	List  []Plain `json:"list,omitzero"`
	Color *Color  `json:"color,omitzero"`
}

// FuzzDecode compares the codec with encoding/json: what it accepts is valid JSON with the same
// meaning there, and a decoded value is encoded to text that decodes to the same value.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"str":"a\u00e9\ud83d\ude00\n","ints":[1,-2],"big":18446744073709551615,"num":1.5e3,"self":{"list":[{},{"str":""}]},"color":"red"}`,
		`{"driver":"qcow2","file":{"filename":"x","driver":"file"},"backing":null}`,
		`{"host":"h","type":"inet","driver":"nbd","port":"1"}`,
		`{"driver":"new","a":[{"b":null}]}`,
		`{"must":{"a":[1,2.50,"x",true,{}]},"may":null}`,
		`[true,-1,"red",["a"],{"str":""}]`,
		`{"str":"12345678é","x":{"str":1},"num":0,"big":0}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		valid := json.Valid(data)
		if wire.Valid(data) && !valid {
			t.Fatalf("Valid(%q)", data)
		}
		var plain, want Plain
		if wire.Decode(data, &plain, wire.Tolerant) == nil {
			if !valid {
				t.Fatalf("Decode accepts %q", data)
			}
			// Names are case-sensitive here, but not in encoding/json.
			if err := json.Unmarshal(data, &want); err == nil && !reflect.DeepEqual(plain, want) && !foldsNames(data) {
				t.Fatalf("Decode(%q) = %+v, encoding/json has %+v", data, plain, want)
			}
		}
		for _, v := range []any{new(Plain), new(any), new(Node), new(Lists), new(Anything), new(DeviceAddArgs), new([]Mixed), new(Scalars), new(json.RawMessage)} {
			for _, mode := range []wire.Mode{wire.Strict, wire.Tolerant} {
				if err := wire.Decode(data, v, mode); err != nil {
					continue
				}
				if !valid {
					t.Fatalf("Decode into %T accepts %q", v, data)
				}
				text, err := wire.Append(nil, v, mode)
				if err != nil {
					if _, ok := v.(*Lists); ok {
						continue // a missing mandatory alternate or union
					}
					if n, ok := v.(*Node); ok && incomplete(n) {
						continue
					}
					t.Fatalf("Append of what Decode(%q) gave: %v", data, err)
				}
				again := reflect.New(reflect.TypeOf(v).Elem()).Interface()
				if err := wire.Decode(text, again, mode); err != nil {
					t.Fatalf("Decode(%q), which is Decode(%q) encoded: %v", text, data, err)
				}
				if second, err := wire.Append(nil, again, mode); err != nil || !bytes.Equal(text, second) {
					t.Fatalf("encoded once %q, twice %q, %v", text, second, err)
				}
			}
		}
	})
}

// foldsNames reports whether data may have names that encoding/json matches only by case folding.
func foldsNames(data []byte) bool {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return true
	}
	names := map[string]bool{"str": true, "ints": true, "big": true, "num": true, "self": true, "list": true, "color": true}
	var walk func(v any) bool
	walk = func(v any) bool {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				if walk(e) {
					return true
				}
			}
		case map[string]any:
			for name, e := range v {
				if !names[name] || walk(e) {
					return true
				}
			}
		}
		return false
	}
	return walk(v)
}

// incomplete reports whether a node lacks a mandatory alternate.
func incomplete(n *Node) bool {
	b, ok := n.Branch.(*NodeQcow2)
	if !ok {
		return false
	}
	for _, r := range []*NodeRef{&b.File, b.Backing} {
		if r != nil && (r.Definition == nil && r.Reference == nil && !r.Null || r.Definition != nil && incomplete(r.Definition)) {
			return true
		}
	}
	return false
}
