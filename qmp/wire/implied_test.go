package wire_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// TestImpliedDiscriminator encodes unions whose discriminator is not set.
func TestImpliedDiscriminator(t *testing.T) {
	file := &NodeFile{Filename: "/x"}
	for _, test := range []struct {
		name string
		node Node
		want string // empty if an error is expected
	}{
		{"one value", Node{Branch: &NodeQcow2{File: NodeRef{Reference: ptr("f")}}}, `{"driver":"qcow2","file":"f"}`},
		{"one value each, nested", Node{Branch: &Address{Branch: &AddressUnix{}}}, `{"driver":"nbd","type":"unix"}`},
		{"several values", Node{Branch: file}, ""},
		{"set", Node{Driver: "file", Branch: file}, `{"driver":"file","filename":"/x"}`},
		{"set to another", Node{Driver: "qcow2", Branch: file}, ""},
		{"no branch", Node{}, ""},
	} {
		before := test.node
		text, err := wire.Append(nil, &test.node, wire.Strict)
		if (err == nil) != (test.want != "") || err == nil && string(text) != test.want {
			t.Errorf("%s: %s, %v, want %s", test.name, text, err, test.want)
		}
		if test.node != before {
			t.Errorf("%s: encoding changed the value", test.name)
		}
	}
	list := []Node{{Branch: &NodeQcow2{File: NodeRef{Reference: ptr("f")}}}}
	if n := testing.AllocsPerRun(100, func() { buffer, _ = wire.Append(buffer[:0], &list, wire.Tolerant) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

var buffer []byte

// TestNotFinite decodes the text that QEMU writes for infinities and NaN, which JSON does not have.
func TestNotFinite(t *testing.T) {
	type numbers struct {
		F    float64   `json:"f"`
		List []float64 `json:"list"`
		Any  any       `json:"any,omitzero"`
		Opt  *float64  `json:"opt,omitzero"`
	}
	text := []byte(`{"x": {"a": [nan, -inf]}, "f": inf, "list": [nan, -nan, inf, -inf, -1.5], "any": {"n": -nan, "z": 1}, "opt": -inf, "y": nan}`)
	var got numbers
	if err := wire.Decode(text, &got, wire.Tolerant); err != nil {
		t.Fatal(err)
	}
	l := got.List
	if !math.IsInf(got.F, 1) || len(l) != 5 || !math.IsNaN(l[0]) || !math.IsNaN(l[1]) || !math.IsInf(l[2], 1) || !math.IsInf(l[3], -1) || l[4] != -1.5 || !math.IsInf(*got.Opt, -1) {
		t.Errorf("got %+v", got)
	}
	if n := got.Any.(map[string]any); !math.IsNaN(n["n"].(float64)) || n["z"] != json.Number("1") {
		t.Errorf("any is %v", got.Any)
	}
	if err := wire.Decode(text, new(numbers), wire.Strict); err == nil {
		t.Error("accepted in strict mode")
	}
	if end, err := wire.Skip(text, 0, wire.Tolerant); err != nil || end != len(text) {
		t.Errorf("Skip: %d, %v", end, err)
	}
	for _, bad := range []string{"na", "Nan", "in", "-in", "+inf", "--inf", "infx", "nann", "-"} {
		var f float64
		if err := wire.Decode([]byte(bad), &f, wire.Tolerant); err == nil {
			t.Errorf("%s is read as %v", bad, f)
		}
	}
	for _, other := range []any{new(int64), new(string), new(bool)} {
		if err := wire.Decode([]byte("nan"), other, wire.Tolerant); err == nil {
			t.Errorf("nan is read into a %T", other)
		}
	}
	if wire.Valid(text) {
		t.Error("Valid")
	}
}

// deepList nests lists, objects, or both, to any depth.
type deepList struct {
	L []deepList `json:"l,omitzero"`
	O *deepList  `json:"o,omitzero"`
}

// TestEncodeDepth encodes values at the depth limit and just beyond it, for each kind of nesting:
// objects, lists, any. Siblings do not count.
func TestEncodeDepth(t *testing.T) {
	objects := func(n int) any {
		v := &deepList{}
		for range n - 1 {
			v = &deepList{O: v}
		}
		return v
	}
	both := func(n int) any { // for even n: an object, a list, …, with an object innermost
		v := deepList{}
		for range n / 2 {
			v = deepList{L: []deepList{{}, v, {}}}
		}
		return &v
	}
	anyLists := func(n int) any {
		var v any = []any{}
		for range n - 1 {
			v = []any{[]any{}, v}
		}
		return &v
	}
	anyMaps := func(n int) any {
		var v any = map[string]any{}
		for range n - 1 {
			v = map[string]any{"a": map[string]any{}, "b": v}
		}
		return &v
	}
	for name, test := range map[string]struct {
		make func(int) any
		most int
	}{
		"objects": {objects, wire.MaxDepth}, "objects and lists": {both, wire.MaxDepth - 2},
		"any lists": {anyLists, wire.MaxDepth}, "any maps": {anyMaps, wire.MaxDepth},
	} {
		if _, err := wire.Append(nil, test.make(test.most), wire.Strict); err != nil {
			t.Errorf("%s, %d deep: %v", name, test.most, err)
		}
		var e *wire.Error
		if _, err := wire.Append(nil, test.make(test.most+2), wire.Strict); !asError(err, &e) || e.Reason != wire.ReasonDepth {
			t.Errorf("%s, %d deep: %v", name, test.most+2, err)
		}
	}
	if _, err := wire.Append(nil, objects(wire.MaxDepth+1), wire.Strict); err == nil {
		t.Error("one more than the limit is encoded")
	}
}

// TestEncodeSideBySide checks that the depth is decremented after each nested value: more siblings
// than the limit are allowed. Each of these nests one or two levels.
func TestEncodeSideBySide(t *testing.T) {
	type own struct { // encoded by reflection
		A int `json:"a,omitempty"`
	}
	type twice struct {
		P **int `json:"p,omitempty"`
	}
	inner, number := any(1), new(int)
	for name, v := range map[string]any{
		"structs and lists":      deepList{L: []deepList{{}}, O: &deepList{}},
		"a list of any":          []any{1},
		"an empty map":           map[string]any{},
		"a map":                  map[string]any{"a": 1},
		"a pointer to any":       &inner,
		"a struct of the caller": own{1},
		"an empty one":           own{},
		"a list of those":        []own{{1}},
		"an array":               [2]int{},
		"a pointer to a pointer": twice{&number},
		"a map of the caller":    map[int]own{1: {}},
	} {
		many := make([]any, 3*wire.MaxDepth)
		for i := range many {
			many[i] = v
		}
		if _, err := wire.Append(nil, &many, wire.Strict); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func asError(err error, to **wire.Error) bool {
	e, ok := err.(*wire.Error)
	*to = e
	return ok
}
