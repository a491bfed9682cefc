package wire_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// The modes that refuse an input for the reason in the table.
const (
	both = iota
	strict
	tolerant // in strict mode the reason is another one
)

// TestRefuse checks which input is refused, in which mode, and with which error.
func TestRefuse(t *testing.T) {
	deep := strings.Repeat("[", wire.MaxDepth+1) + strings.Repeat("]", wire.MaxDepth+1)
	tests := []struct {
		name   string
		json   string
		v      any
		mode   int
		path   string
		offset int
		reason wire.Reason
		msg    string
	}{
		{"nothing", ``, new(bool), both, "", 0, wire.ReasonIncomplete, "unexpected end"},
		{"space only", ` `, new(string), both, "", 1, wire.ReasonIncomplete, "unexpected end"},
		{"two values", `1 2`, new(int64), both, "", 2, wire.ReasonSyntax, "after the value"},
		{"half a literal", `tru`, new(bool), both, "", 3, wire.ReasonIncomplete, "unexpected end"},
		{"misspelt literal", `trux`, new(bool), both, "", 0, wire.ReasonSyntax, "unexpected character"},
		{"upper case literal", `True`, new(any), both, "", 0, wire.ReasonSyntax, "unexpected character"},
		{"literal with a tail", `truest`, new(bool), both, "", 4, wire.ReasonSyntax, ""},

		{"null for a string", `null`, new(string), both, "", 0, wire.ReasonType, "expected string, got null"},
		{"null for an int", `null`, new(int64), both, "", 0, wire.ReasonType, "expected integer, got null"},
		{"null for a list", `null`, new([]string), both, "", 0, wire.ReasonType, "expected array, got null"},
		{"null for a struct", `null`, new(Empty), both, "", 0, wire.ReasonType, "expected object, got null"},
		{"null for an optional member", `{"str":null}`, new(Optionals), both, "str", 7, wire.ReasonType, "expected string, got null"},
		{"null for an optional list", `{"list":null}`, new(Optionals), both, "list", 8, wire.ReasonType, "expected array, got null"},
		{"null for an optional struct", `{"self":null}`, new(Optionals), both, "self", 8, wire.ReasonType, "expected object, got null"},
		{"value for null", `0`, new(wire.Null), both, "", 0, wire.ReasonType, "expected null, got number"},
		{"string for a bool", `"true"`, new(bool), both, "", 0, wire.ReasonType, "expected boolean, got string"},
		{"string for an int", `"1"`, new(int64), both, "", 0, wire.ReasonType, "expected integer, got string"},
		{"string for a number", `"1"`, new(float64), both, "", 0, wire.ReasonType, "expected number, got string"},
		{"number for a string", `{"str":1}`, new(Optionals), both, "str", 7, wire.ReasonType, "expected string, got number"},
		{"object for a list", `{}`, new([]int64), both, "", 0, wire.ReasonType, "expected array, got object"},
		{"list for a struct", `[]`, new(Empty), both, "", 0, wire.ReasonType, "expected object, got array"},

		{"1.0 is no integer", `1.0`, new(int64), both, "", 0, wire.ReasonType, "expected integer, got 1.0"},
		{"1e3 is no integer", `1e3`, new(int64), both, "", 0, wire.ReasonType, "expected integer, got 1e3"},
		{"1E3 is no unsigned integer", `1E3`, new(uint64), both, "", 0, wire.ReasonType, "expected integer, got 1E3"},
		{"long fraction is no integer", `10000000000000000000000000.5`, new(uint64), both, "", 0, wire.ReasonType, "expected integer"},
		{"int64 + 1", `9223372036854775808`, new(int64), both, "", 0, wire.ReasonRange, "does not fit int64"},
		{"int64 - 1", `-9223372036854775809`, new(int64), both, "", 0, wire.ReasonRange, "does not fit int64"},
		{"uint64 + 1", `18446744073709551616`, new(uint64), both, "", 0, wire.ReasonRange, "does not fit"},
		{"negative uint64", `-1`, new(uint64), both, "", 0, wire.ReasonRange, "does not fit uint64"},
		{"int8 + 1", `128`, new(int8), both, "", 0, wire.ReasonRange, "does not fit int8"},
		{"int16 - 1", `-32769`, new(int16), both, "", 0, wire.ReasonRange, "does not fit int16"},
		{"int32 + 1", `2147483648`, new(int32), both, "", 0, wire.ReasonRange, "does not fit int32"},
		{"uint8 + 1", `256`, new(uint8), both, "", 0, wire.ReasonRange, "does not fit uint8"},
		{"uint16 + 1", `65536`, new(uint16), both, "", 0, wire.ReasonRange, "does not fit uint16"},
		{"uint32 + 1", `4294967296`, new(uint32), both, "", 0, wire.ReasonRange, "does not fit uint32"},
		{"float64 overflow", `1e400`, new(float64), both, "", 0, wire.ReasonRange, "does not fit float64"},
		{"leading zero", `01`, new(int64), both, "", 1, wire.ReasonSyntax, "invalid number"},
		{"leading zero, float", `01`, new(float64), both, "", 1, wire.ReasonSyntax, "invalid number"},
		{"minus", `-`, new(int64), both, "", 1, wire.ReasonIncomplete, "unexpected end"},
		{"plus", `+1`, new(int64), both, "", 0, wire.ReasonSyntax, "unexpected character"},
		{"no fraction", `1.`, new(float64), both, "", 2, wire.ReasonIncomplete, "unexpected end"},
		{"no exponent", `[1e]`, new([]float64), both, "[0]", 3, wire.ReasonSyntax, "invalid number"},
		{"hexadecimal", `0x10`, new(int64), both, "", 1, wire.ReasonSyntax, "after the value"},
		{"NaN", `NaN`, new(float64), both, "", 0, wire.ReasonSyntax, "unexpected character"},

		{"control character", "\"a\x1fb\"", new(string), both, "", 2, wire.ReasonSyntax, "control character"},
		{"line feed", "\"12345678\n\"", new(string), both, "", 9, wire.ReasonSyntax, "control character"},
		{"bad escape", `"\x"`, new(string), both, "", 1, wire.ReasonSyntax, "invalid escape"},
		{"single quote escape", `"\'"`, new(string), both, "", 1, wire.ReasonSyntax, "invalid escape"},
		{"bad hex", `"\u12g4"`, new(string), both, "", 1, wire.ReasonSyntax, "invalid escape"},
		{"lone high surrogate", `"\ud800"`, new(string), both, "", 1, wire.ReasonSyntax, "surrogate"},
		{"lone low surrogate", `"\udc00x"`, new(string), both, "", 1, wire.ReasonSyntax, "surrogate"},
		{"two high surrogates", `"\ud800\ud800"`, new(string), both, "", 1, wire.ReasonSyntax, "surrogate"},
		{"high surrogate and a character beyond", `"\ud800\ue000"`, new(string), both, "", 1, wire.ReasonSyntax, "surrogate"},
		{"high surrogate and escape", `"\ud800\n"`, new(string), both, "", 1, wire.ReasonSyntax, "surrogate"},
		{"invalid UTF-8", "\"a\xffb\"", new(string), both, "", 2, wire.ReasonSyntax, "UTF-8"},
		{"overlong UTF-8", "\"\xc0\x80\"", new(string), both, "", 1, wire.ReasonSyntax, "UTF-8"},
		{"surrogate in UTF-8", "\"\xed\xa0\x80\"", new(string), both, "", 1, wire.ReasonSyntax, "UTF-8"},
		{"invalid UTF-8 in what is ignored", "{\"x\":\"\xff\"}", new(Optionals), tolerant, "x", 6, wire.ReasonSyntax, "UTF-8"},
		{"single quotes", `'a'`, new(string), both, "", 0, wire.ReasonSyntax, "unexpected character"},

		{"comma before }", `{"str":"a",}`, new(Optionals), both, "", 11, wire.ReasonSyntax, "expected the name"},
		{"comma before ]", `[1,]`, new([]int64), both, "[1]", 3, wire.ReasonSyntax, "unexpected character"},
		{"no comma", `{"str":"a" "int":1}`, new(Optionals), both, "", 11, wire.ReasonSyntax, "unexpected character"},
		{"no colon", `{"str" "a"}`, new(Optionals), both, "", 7, wire.ReasonSyntax, "unexpected character"},
		{"name is no string", `{str:"a"}`, new(Optionals), both, "", 1, wire.ReasonSyntax, "expected the name"},
		{"wrong bracket", `{"str":"a"]`, new(Optionals), both, "", 10, wire.ReasonSyntax, "unexpected character"},

		{"duplicate member", `{"str":"a","int":1,"str":"a"}`, new(Optionals), both, "str", 19, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate member, escaped", `{"str":"a","\u0073tr":"a"}`, new(Optionals), both, "str", 11, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate ignored member", `{"x":1,"x":1}`, new(Empty), tolerant, "x", 7, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate extra member", `{"driver":"d","x":1,"x":1}`, new(DeviceAddArgs), both, "x", 20, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate member of any", `{"a":{"x":1,"x":1}}`, new(any), both, "a.x", 12, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate discriminator", `{"driver":"null","driver":"null"}`, new(Node), both, "driver", 17, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate member of a branch", `{"driver":"file","filename":"a","filename":"b"}`, new(Node), both, "filename", 32, wire.ReasonDuplicate, "duplicate member"},
		{"duplicate member of an unknown branch", `{"driver":"new","a":1,"a":1}`, new(Node), tolerant, "a", 22, wire.ReasonDuplicate, "duplicate member"},

		{"unknown member", `{"str":"a","x":1}`, new(Optionals), strict, "x", 11, wire.ReasonUnexpected, "not in the schema"},
		{"unknown member, deep", `{"nodes":[],"refs":[{"driver":"null","x":1}]}`, new(Lists), strict, "refs[0].x", 37, wire.ReasonUnexpected, "not in the schema"},
		{"member of another branch", `{"driver":"null","filename":"x"}`, new(Node), strict, "filename", 17, wire.ReasonUnexpected, "not in the schema"},
		{"missing member", `{"filename":"a"}`, new(Address), strict, "type", 1, wire.ReasonMissing, "missing"},
		{"missing member of all", `{}`, new(Scalars), strict, "str", 1, wire.ReasonMissing, "missing"},
		{"missing discriminator", `{"node-name":"a"}`, new(Node), strict, "driver", 1, wire.ReasonMissing, "missing"},
		{"missing member of a branch", `{"driver":"file"}`, new(Node), strict, "filename", 1, wire.ReasonMissing, "missing"},
		{"missing discriminator of a branch", `{"driver":"nbd"}`, new(Node), strict, "type", 1, wire.ReasonMissing, "missing"},
		{"unknown enum value", `{"color":"blue"}`, new(Optionals), strict, "color", 9, wire.ReasonValue, `unknown value "blue"`},
		{"unknown enum value in a list", `{"nodes":[],"refs":[],"colors":["red","Red"]}`, new(Lists), strict, "colors[1]", 38, wire.ReasonValue, `unknown value "Red"`},
		{"unknown branch", `{"driver":"new","x":1}`, new(Node), strict, "driver", 10, wire.ReasonValue, `unknown value "new"`},
		{"discriminator is no string", `{"filename":"a","driver":1}`, new(Node), both, "driver", 25, wire.ReasonType, "expected string"},

		{"wrong kind for an alternate", `1`, new(NodeRef), both, "", 0, wire.ReasonType, "expected null or string or object, got number"},
		{"null for an alternate without", `null`, new(Mixed), both, "", 0, wire.ReasonType, "got null"},
		{"fraction for an integer branch", `1.5`, new(Mixed), both, "", 0, wire.ReasonType, "expected integer"},
		{"unknown enum value in an alternate", `"blue"`, new(Mixed), strict, "", 0, wire.ReasonValue, `unknown value "blue"`},

		{"path", `{"nodes":[{"driver":"null"},{"driver":"qcow2","file":{"driver":"file","filename":7}}]}`, new(Lists), both,
			"nodes[1].file.filename", 81, wire.ReasonType, "expected string, got number"},
		{"path in any", `{"must":{"a":[0,{"b":tru}]}}`, new(Anything), both, "must.a[1].b", 21, wire.ReasonSyntax, ""},
		{"too deep for any", deep, new(any), both, "", wire.MaxDepth, wire.ReasonDepth, "too deeply"},
		{"too deep for what is ignored", `{"x":` + deep + `}`, new(Empty), tolerant, "x", wire.MaxDepth + 4, wire.ReasonDepth, "too deeply"},
		{"too deep for structs", strings.Repeat(`{"self":`, wire.MaxDepth+1), new(Optionals), both, "", wire.MaxDepth * 8, wire.ReasonDepth, "too deeply"},
		{"too deep for raw", deep, new(json.RawMessage), both, "", wire.MaxDepth, wire.ReasonDepth, "too deeply"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, mode := range []wire.Mode{wire.Tolerant, wire.Strict} {
				v := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
				err := wire.Decode([]byte(test.json), v, mode)
				if test.mode == strict && mode == wire.Tolerant {
					if err != nil {
						t.Errorf("Decode, tolerant: %v", err)
					}
					continue
				}
				var e *wire.Error
				if !errors.As(err, &e) {
					t.Fatalf("Decode in mode %d: %v, want an error", mode, err)
				}
				if test.mode == tolerant && mode == wire.Strict {
					continue // refused earlier, as unknown
				}
				if test.reason != wire.ReasonDepth && e.Path != test.path || e.Offset != test.offset || e.Reason != test.reason || !strings.Contains(e.Msg, test.msg) {
					t.Errorf("Decode in mode %d:\n got path %q, offset %d, reason %d, %q\nwant path %q, offset %d, reason %d, …%q…",
						mode, e.Path, e.Offset, e.Reason, e.Msg, test.path, test.offset, test.reason, test.msg)
				}
			}
		})
	}
}

func TestErrorText(t *testing.T) {
	err := wire.Decode([]byte(`{"self":{"int":"1"}}`), new(Optionals), wire.Tolerant)
	if want := "self.int: expected integer, got string (byte 15)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = wire.Append(nil, &Optionals{Self: &Optionals{Str: ptr("\xff")}}, wire.Tolerant)
	if want := `self.str: invalid UTF-8 in string "\xff"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestDepth decodes and encodes values at the depth limit and just beyond it.
func TestDepth(t *testing.T) {
	text := strings.Repeat(`[`, wire.MaxDepth) + strings.Repeat(`]`, wire.MaxDepth)
	var v any
	if err := wire.Decode([]byte(text), &v, wire.Strict); err != nil {
		t.Fatal(err)
	}
	if got, err := wire.Append(nil, &v, wire.Strict); err != nil || string(got) != text {
		t.Errorf("Append: %v", err)
	}
	text = strings.Repeat(`{"self":`, wire.MaxDepth-1) + `{}` + strings.Repeat(`}`, wire.MaxDepth-1)
	var o Optionals
	if err := wire.Decode([]byte(text), &o, wire.Strict); err != nil {
		t.Fatal(err)
	}
	if got, err := wire.Append(nil, &o, wire.Strict); err != nil || string(got) != text {
		t.Errorf("Append: %v", err)
	}
}

func TestDecodeTarget(t *testing.T) {
	var none *Optionals
	for _, v := range []any{nil, none, Optionals{}, 1, new(**int), new(chan int), new(struct {
		F **int `json:"F"`
	}), new(BadUnion), new(BadAlternate)} {
		var e *wire.Error
		if err := wire.Decode([]byte(`{"F":1}`), v, wire.Tolerant); !errors.As(err, &e) {
			t.Errorf("Decode into %T: %v, want an error", v, err)
		}
	}
	// Previous values are replaced.
	v := Optionals{Str: ptr("a"), List: []string{"a", "b"}}
	if err := wire.Decode([]byte(`{"list":["c"]}`), &v, wire.Tolerant); err != nil || v.Str != nil || !reflect.DeepEqual(v.List, []string{"c"}) {
		t.Errorf("Decode: %+v, %v", v, err)
	}
}

// BadUnion lacks its discriminator.
type BadUnion struct {
	Branch NodeBranch `json:"-"`
}

func (*BadUnion) WireUnion() *wire.Union { return &wire.Union{Tag: "type"} }

// BadAlternate's fields have the same JSON type.
type BadAlternate struct {
	A, B *string
}

func (*BadAlternate) WireAlternate() {}
