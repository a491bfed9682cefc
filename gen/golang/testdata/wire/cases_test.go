package wire_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A wireCase is a value on the wire. An empty error means that the value is
// taken, and written as out, or as it was if that is empty.
type wireCase struct {
	name     string
	typ      string // in the package "cases", or another that is named before a colon
	in       string
	strict   string // part of the error
	tolerant string
	out      string
}

const (
	big      = "9007199254740993" // 2⁵³ + 1
	numbers0 = `{"i":0,"i8":0,"i16":0,"i32":0,"i64":0,"u8":0,"u16":0,"u32":0,"u64":0,"sz":0,"n":0}`
)

// peerCases has a row for each thing that other generators get wrong in types;
// the names are those of the features.
var peerCases = []wireCase{
	{name: "unknown enum value on decode", typ: "Presence", in: `{"color":"blue"}`, strict: `color: unknown value "blue"`},
	{name: "unknown enum value in a list", typ: "Lists", in: lists(`"colors":["red","blue"]`), strict: `colors[1]: unknown value "blue"`},
	{name: "optional scalar, zero and present", typ: "Presence", in: `{"str":"","int":0,"bool":false}`},
	{name: "optional scalar, absent", typ: "Presence", in: `{}`},
	{name: "optional empty list, present", typ: "Presence", in: `{"list":[]}`},
	{name: "optional empty struct, present", typ: "Presence", in: `{"empty":{}}`},
	{name: "mandatory member missing on decode", typ: "Chain", in: `{}`, strict: "name: mandatory member is missing", out: `{"name":""}`},
	{name: "mandatory list missing, encoded as []", typ: "Bytes", in: `{}`, strict: "list: mandatory member is missing", out: `{"list":[]}`},
	{name: "flat union on the wire", typ: "Flat", in: `{"id":"a","kind":"leaf","tags":["t"],"size":1}`},
	{name: "flat union, integers above 2^53", typ: "Flat", in: `{"kind":"leaf","size":18446744073709551615,"data":` + big + `}`},
	{name: "flat union, discriminator last", typ: "Flat", in: `{"size":1,"tags":[],"kind":"leaf"}`, out: `{"kind":"leaf","tags":[],"size":1}`},
	{name: "flat union, discriminator in the middle", typ: "Flat", in: `{"size":1,"kind":"leaf","id":"a"}`, out: `{"id":"a","kind":"leaf","size":1}`},
	{name: "two values with one branch type", typ: "Flat", in: `{"kind":"same","size":1}`},
	{name: "empty union branch, not declared", typ: "Flat", in: `{"kind":"empty","id":"a"}`, out: `{"id":"a","kind":"empty"}`},
	{name: "empty union branch, declared", typ: "Flat", in: `{"kind":"declared-empty"}`},
	{name: "member in an empty union branch", typ: "Flat", in: `{"kind":"empty","size":1}`, strict: "size: member is not in the schema", out: `{"kind":"empty"}`},
	{name: "union unknown branch on decode", typ: "Flat", in: `{"kind":"newer","x":` + big + `,"y":[1.50,null]}`, strict: `kind: unknown value "newer"`},
	{name: "union unknown branch in a list", typ: "Node", in: `{"left":"a","kids":[{"kind":"empty"},{"kind":"newer","x":1},{"kind":"leaf","size":1}]}`, strict: `kids[1].kind: unknown value "newer"`},
	{name: "union as union branch", typ: "Flat", in: `{"kind":"nested","type":"b","common":1}`},
	{name: "union as union branch, members in any order", typ: "Flat", in: `{"i":1,"common":1,"type":"a",` + numbers0[7:len(numbers0)-1] + `,"kind":"nested"}`,
		out: `{"kind":"nested","type":"a","common":1,"i":1,` + numbers0[7:]},
	{name: "union as union branch, unknown inner branch", typ: "Flat", in: `{"kind":"nested","type":"c","x":1}`, strict: `type: unknown value "c"`},
	{name: "alternate, string", typ: "Ref", in: `"a"`},
	{name: "alternate, object", typ: "Ref", in: `{"kind":"leaf","size":1}`},
	{name: "alternate, member of a newer server", typ: "Ref", in: `{"kind":"leaf","size":1,"newer":1}`, strict: "newer: member is not in the schema", out: `{"kind":"leaf","size":1}`},
	{name: "alternate, kind that it does not have", typ: "Ref", in: `1`, strict: "expected string or object, got number", tolerant: "got number"},
	{name: "alternate, boolean", typ: "Scalar", in: `true`},
	{name: "alternate, enum", typ: "Scalar", in: `"dark-green"`},
	{name: "alternate, unknown enum value", typ: "Scalar", in: `"blue"`, strict: `unknown value "blue"`},
	{name: "alternate, list", typ: "Scalar", in: `[1,255]`},
	{name: "null in alternates", typ: "StrOrNull", in: `null`},
	{name: "null in alternates, optional member", typ: "Presence", in: `{"nullable":null}`},
	{name: "null in alternates, value", typ: "Presence", in: `{"nullable":""}`},
	{name: "null in alternates without", typ: "Ref", in: `null`, strict: "got null", tolerant: "got null"},
	{name: "arrays of alternates", typ: "Lists", in: lists(`"alts":["a",null,""]`)},
	{name: "arrays of unions", typ: "Lists", in: lists(`"unions":[{"kind":"empty"},{"kind":"leaf","size":1}]`)},
	{name: "base, two levels", typ: "Flat", in: `{"id":"a","kind":"empty","tags":["b"]}`},
	{name: "base members first", typ: "Wide", in: numbers0[:len(numbers0)-1] + `,"__org.qemu_x-name":"a","x-y-z":"b"}`},
	{name: "historical simple union", typ: "6.1.0/qemu:TransactionAction", in: `{"type":"blockdev-snapshot-sync","data":{"device":"d","snapshot-file":"/f"}}`},
	{name: "historical simple union, data first", typ: "2.8.0/qemu:TransactionAction", in: `{"data":{"device":"d","snapshot-file":"/f"},"type":"blockdev-snapshot-sync"}`,
		out: `{"type":"blockdev-snapshot-sync","data":{"device":"d","snapshot-file":"/f"}}`},
	{name: "historical simple union, empty data", typ: "2.8.0/qemu:ChardevBackend", in: `{"type":"pty","data":{}}`},
	{name: "historical simple union, unknown branch", typ: "2.8.0/qemu:ChardevBackend", in: `{"type":"newer","data":[1]}`, strict: `type: unknown value "newer"`},
	{name: "gen:false, extra members", typ: "PlugArgs", in: `{"driver":"d","a":` + big + `,"b":1.50,"c":[{"d":null}],"e":true}`},
	{name: "gen:false, typed member twice", typ: "PlugArgs", in: `{"driver":"d","x":1,"driver":"e"}`, strict: "driver: duplicate member", tolerant: "duplicate"},
	{name: "events typed", typ: "FlatEvent", in: `{"kind":"leaf","size":1}`},
	{name: "event without data", typ: "BareEvent", in: `{}`},
	{name: "int, largest", typ: "Numbers", in: number("i64", "9223372036854775807")},
	{name: "int, smallest", typ: "Numbers", in: number("i", "-9223372036854775808")},
	{name: "int, too large", typ: "Numbers", in: number("i", "9223372036854775808"), strict: "i: 9223372036854775808 does not fit int64", tolerant: "int64"},
	{name: "uint64, largest", typ: "Numbers", in: number("u64", "18446744073709551615")},
	{name: "size, largest", typ: "Numbers", in: number("sz", "18446744073709551615")},
	{name: "size, negative", typ: "Numbers", in: number("sz", "-1"), strict: "sz: -1 does not fit uint64", tolerant: "uint64"},
	{name: "int8, range", typ: "Numbers", in: number("i8", "128"), strict: "i8: 128 does not fit int8", tolerant: "int8"},
	{name: "uint16, range", typ: "Numbers", in: number("u16", "65536"), strict: "u16: 65536 does not fit uint16", tolerant: "uint16"},
	{name: "odd names", typ: "Holder", in: `{"raw":1,"wide":` + numbers0[:len(numbers0)-1] + `,"__org.qemu_x-name":"a","x-y-z":"b"}}`},
}

// clauseCases has the rest of what the codec must do.
var clauseCases = []wireCase{
	{name: "1.0 is no integer", typ: "Numbers", in: number("i", "1.0"), strict: "i: expected integer, got 1.0", tolerant: "integer"},
	{name: "1e3 is no integer", typ: "Numbers", in: number("i", "1e3"), strict: "i: expected integer, got 1e3", tolerant: "integer"},
	{name: "number takes an integer", typ: "Numbers", in: number("n", "5")},
	{name: "number, 17 digits", typ: "Numbers", in: number("n", "0.30000000000000004")},
	{name: "any keeps numbers as written", typ: "Holder", in: `{"raw":[1.50,1E5,-0,` + big + `,123456789012345678901234567890],"wide":` + wide + `}`},
	{name: "any, null", typ: "Holder", in: `{"raw":null,"wide":` + wide + `}`},
	{name: "any, null and optional", typ: "Presence", in: `{"any":null}`},
	{name: "null member, optional and present", typ: "Presence", in: `{"null":null}`},
	{name: "strings with every escape", typ: "Chain", in: `{"name":"\"\\\/\b\f\n\r\t\u0000\u001f\u00e9"}`, out: `{"name":"\"\\/\u0008\u000c\n\r\t\u0000\u001fé"}`},
	{name: "surrogate pair", typ: "Chain", in: `{"name":"\ud83d\ude00"}`, out: `{"name":"😀"}`},
	{name: "half a surrogate pair", typ: "Chain", in: `{"name":"\ud83d"}`, strict: "name: surrogate", tolerant: "surrogate"},
	{name: "invalid UTF-8", typ: "Chain", in: "{\"name\":\"\xff\"}", strict: "name: invalid UTF-8", tolerant: "UTF-8"},
	{name: "null for a string", typ: "Chain", in: `{"name":null}`, strict: "name: expected string, got null", tolerant: "null"},
	{name: "null for an optional member", typ: "Presence", in: `{"int":null}`, strict: "int: expected integer, got null", tolerant: "null"},
	{name: "null for a list", typ: "Presence", in: `{"list":null}`, strict: "list: expected array, got null", tolerant: "null"},
	{name: "unknown member", typ: "Chain", in: `{"name":"a","x":{"y":[1]}}`, strict: "x: member is not in the schema", out: `{"name":"a"}`},
	{name: "unknown member, deep", typ: "Chain", in: `{"next":{"name":"a","x":1},"name":"b"}`, strict: "next.x: member is not in the schema", out: `{"next":{"name":"a"},"name":"b"}`},
	{name: "duplicate member", typ: "Chain", in: `{"name":"a","name":"a"}`, strict: "name: duplicate member", tolerant: "duplicate"},
	{name: "duplicate unknown member", typ: "Chain", in: `{"name":"a","x":1,"x":1}`, strict: "x: member is not", tolerant: "duplicate"},
	{name: "duplicate discriminator", typ: "Flat", in: `{"kind":"empty","kind":"empty"}`, strict: "kind: duplicate member", tolerant: "duplicate"},
	{name: "missing discriminator", typ: "Flat", in: `{"id":"a"}`, strict: "kind: mandatory member is missing", out: `{"id":"a","kind":""}`},
	{name: "missing member of a branch", typ: "Flat", in: `{"kind":"leaf"}`, strict: "size: mandatory member is missing", out: `{"kind":"leaf","size":0}`},
	{name: "wrong kind, with its path", typ: "Flat", in: `{"kind":"node","left":{"kind":"node","left":"a","right":{"kind":"leaf","size":"1"}}}`,
		strict: "left.right.size: expected integer, got string", tolerant: "left.right.size"},
	{name: "list of numbers of 8 bits", typ: "Bytes", in: `{"list":[0,255],"more":[]}`},
	{name: "recursive type", typ: "Chain", in: `{"next":{"next":{"name":"a"},"name":"b"},"name":"c"}`},
	{name: "too deep", typ: "Chain", in: strings.Repeat(`{"next":`, wire.MaxDepth+1), strict: "nested too deeply", tolerant: "nested too deeply"},
	{name: "order of the schema", typ: "Presence", in: `{"ref":"r","str":"s","list":["l"],"int":1}`, out: `{"str":"s","int":1,"list":["l"],"ref":"r"}`},
	{name: "list of null", typ: "Lists", in: lists(`"nulls":[null,null]`)},
	{name: "list of any", typ: "Lists", in: lists(`"anys":[null,` + big + `,{"a":[]}]`)},
}

const wide = `{"i":0,"i8":0,"i16":0,"i32":0,"i64":0,"u8":0,"u16":0,"u32":0,"u64":0,"sz":0,"n":0,"__org.qemu_x-name":"","x-y-z":""}`

// number is a value of Numbers with one member set.
func number(name, value string) string {
	return strings.Replace(numbers0, `"`+name+`":0`, `"`+name+`":`+value, 1)
}

// lists is a value of Lists with one member set.
func lists(member string) string {
	text := `{"strs":[],"u8s":[],"i8s":[],"colors":[],"alts":[],"unions":[],"anys":[],"nulls":[],"bools":[],"numbers":[]}`
	name, _, _ := strings.Cut(member, ":")
	return strings.Replace(text, name+":[]", member, 1)
}

// TestPeerCases and TestClauseCases hold the tables, with the codec in both
// modes and with encoding/json.
func TestPeerCases(t *testing.T)   { testCases(t, peerCases) }
func TestClauseCases(t *testing.T) { testCases(t, clauseCases) }

func testCases(t *testing.T, cases []wireCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := find(t, "cases")
			if name, typ, ok := strings.Cut(c.typ, ":"); ok {
				p, c.typ = find(t, name), typ
			}
			if p.types[c.typ] == nil {
				t.Fatalf("no type %s", c.typ)
			}
			for _, mode := range []wire.Mode{wire.Strict, wire.Tolerant} {
				if err := c.run(p, mode); err != nil {
					t.Errorf("mode %d: %v", mode, err)
				}
			}
		})
	}
}

func (c *wireCase) run(p *pkg, mode wire.Mode) error {
	v := fresh(p.types[c.typ])
	err := wire.Decode([]byte(c.in), v, mode)
	refused := c.tolerant
	if mode == wire.Strict {
		refused = c.strict
	}
	if refused != "" {
		if err == nil || !strings.Contains(err.Error(), refused) {
			return fmt.Errorf("%v, want %s", err, refused)
		}
		return nil
	}
	if err != nil {
		return err
	}
	want := c.out
	if want == "" {
		want = c.in
	}
	if text, err := wire.Append(nil, v, mode); err != nil || string(text) != want {
		return fmt.Errorf("becomes %s, %v", text, err)
	}
	std := fresh(v)
	if err := json.Unmarshal([]byte(c.in), std); err != nil || !reflect.DeepEqual(std, v) {
		return fmt.Errorf("encoding/json decodes %+v, %v, the codec %+v", std, err, v)
	}
	if c.strict != "" {
		return nil // with what is missing, a mandatory list is nil
	}
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	got, err := normal([]byte(text.String()))
	if wanted, _ := normal([]byte(want)); err != nil || got != wanted {
		return fmt.Errorf("encoding/json writes %s, %v", text.String(), err)
	}
	return nil
}

// TestRefusedValues checks that Go values that have no JSON are refused.
func TestRefusedValues(t *testing.T) {
	p := find(t, "cases")
	tests := []struct {
		name string
		typ  string
		set  func(v reflect.Value)
		want string
	}{
		{"two branches of an alternate", "StrOrNull", func(v reflect.Value) {
			v.FieldByName("S").Set(reflect.ValueOf(new(string)))
			v.FieldByName("Null").SetBool(true)
		}, "both"},
		{"no branch of an alternate", "Ref", func(reflect.Value) {}, "no field set"},
		{"branch that does not fit the discriminator", "Flat", func(v reflect.Value) {
			v.FieldByName("Kind").SetString("leaf")
			v.FieldByName("Branch").Set(reflect.ValueOf(p.types["Node"]))
		}, "does not go with"},
		{"branch for an empty one", "Flat", func(v reflect.Value) {
			v.FieldByName("Kind").SetString("empty")
			v.FieldByName("Branch").Set(reflect.ValueOf(p.types["Node"]))
		}, "does not go with"},
		{"no branch though it has mandatory members", "Flat", func(v reflect.Value) { v.FieldByName("Kind").SetString("leaf") }, "mandatory members"},
		{"invalid enum value", "Flat", func(v reflect.Value) { v.FieldByName("Kind").SetString("newer") }, `kind: unknown value "newer"`},
		{"extra member that is declared", "PlugArgs", func(v reflect.Value) {
			v.FieldByName("Extra").Set(reflect.ValueOf(map[string]any{"driver": 1}))
		}, "driver: member of Extra"},
		{"invalid UTF-8", "Chain", func(v reflect.Value) { v.FieldByName("Name").SetString("\xff") }, "name: invalid UTF-8"},
		{"infinity", "Numbers", func(v reflect.Value) { v.FieldByName("N").SetFloat(inf()) }, "n: +Inf is no JSON number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := reflect.New(reflect.TypeOf(p.types[test.typ]).Elem())
			test.set(v.Elem())
			if text, err := wire.Append(nil, v.Interface(), wire.Strict); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s, %v, want %s", text, err, test.want)
			}
		})
	}
}

func inf() float64 { return 1 / zero }

var zero float64

// TestEveryOrder decodes random unions with their members in random orders: the
// discriminators may stand anywhere.
func TestEveryOrder(t *testing.T) {
	for k := range packages {
		p := &packages[k]
		r := &maker{Rand: rand.New(rand.NewPCG(3, 4)), values: p.values}
		for name, example := range p.types {
			if _, ok := example.(interface{ WireUnion() *wire.Union }); !ok {
				continue
			}
			for range 3 {
				v := reflect.ValueOf(fresh(example))
				if r.fill(v.Elem()); r.endless {
					break
				}
				text, err := wire.Append(nil, v.Interface(), wire.Strict)
				if err != nil {
					t.Fatalf("%s %s: %v", p.name, name, err)
				}
				shuffled := r.shuffle(t, text)
				got := fresh(example)
				if err := wire.Decode(shuffled, got, wire.Strict); err != nil || !reflect.DeepEqual(got, v.Interface()) {
					t.Fatalf("%s %s: %s decodes to %+v, %v", p.name, name, shuffled, got, err)
				}
			}
			r.endless = false
		}
	}
}

// shuffle returns JSON with the members of all its objects in a random order.
func (r *maker) shuffle(t *testing.T, text json.RawMessage) json.RawMessage {
	var members map[string]json.RawMessage
	var list []json.RawMessage
	var parts []string
	switch text[0] {
	case '{':
		if err := json.Unmarshal(text, &members); err != nil {
			t.Fatal(err)
		}
		for name, value := range members {
			key, _ := json.Marshal(name)
			parts = append(parts, string(key)+" : "+string(r.shuffle(t, value)))
		}
		r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		return json.RawMessage("{ " + strings.Join(parts, " , ") + "\n}")
	case '[':
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatal(err)
		}
		for _, value := range list {
			parts = append(parts, string(r.shuffle(t, value)))
		}
		return json.RawMessage("[\t" + strings.Join(parts, "\r\n, ") + " ]")
	}
	return text
}
