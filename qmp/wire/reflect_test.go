package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// Types that are not generated, of all kinds that encoding/json supports.
type (
	level  int                      // text methods on pointer and value
	broken struct{}                 // MarshalJSON on the value, fails
	secret struct{ text string }    // MarshalJSON on the pointer
	ticks  int64                    // MarshalJSON on a scalar
	loud   string                   // UnmarshalJSON only
	sealed interface{ isSealed() }  // no values of this type
	bytes8 []byte                   // base64
	span   struct{ start, end int } // IsZero on the value
	flags  struct{ bits uint }      // IsZero on the pointer
	letter byte                     // has a method, so a list of it is not base64
	node   struct {
		Name string
		Sub  *node
	} // recursive
)

func (l level) MarshalText() ([]byte, error) { return []byte("L" + strconv.Itoa(int(l))), nil }
func (l *level) UnmarshalText(text []byte) (err error) {
	rest, ok := strings.CutPrefix(string(text), "L")
	if !ok {
		return errors.New("no level")
	}
	n, err := strconv.Atoi(rest)
	*l = level(n)
	return err
}

var errBroken = errors.New("it is broken")

func (broken) MarshalJSON() ([]byte, error) { return nil, errBroken }
func (*broken) UnmarshalJSON([]byte) error  { return errBroken }

func (s *secret) MarshalJSON() ([]byte, error)    { return []byte("[\n \"a \\\" b\" , 1 ]"), nil }
func (s *secret) UnmarshalJSON(text []byte) error { s.text = string(text); return nil }
func (t ticks) MarshalJSON() ([]byte, error)      { return []byte(strconv.Itoa(int(t) * 2)), nil }
func (l *loud) UnmarshalText(text []byte) error   { *l = loud(bytes.ToUpper(text)); return nil }
func (s span) IsZero() bool                       { return s.start == s.end }
func (f *flags) IsZero() bool                     { return f.bits&1 == 0 }
func (l letter) MarshalText() ([]byte, error)     { return []byte{byte(l)}, nil }

type base struct {
	ID     int
	Common string `json:"common"`
	Both   int
}

type Other struct {
	Both  int
	Extra bool
}

type hidden struct{ Deep string }

type everything struct {
	base
	*Other
	hidden  `json:"named"`
	Plain   string
	Int     int8    `json:",omitempty"`
	Uint    uintptr `json:"uint,string"`
	Float   float32 `json:"float,omitempty,string"`
	Text    string  `json:"text,string"`
	Flag    *bool   `json:"flag,string,omitempty"`
	Number  json.Number
	Raw     json.RawMessage `json:",omitempty"`
	Bytes   []byte
	Named   bytes8 `json:"näme"`
	Letters []letter
	Array   [3]int16
	Any     any
	Map     map[string]int    `json:",omitempty"`
	Keys    map[level]string  `json:",omitempty"`
	Ints    map[int32]*string `json:",omitempty"`
	Uints   map[uint8]bool    `json:",omitempty"`
	Structs map[string]Other  `json:",omitempty"`
	Lists   [][]string        `json:",omitempty"`
	Pointer **int             `json:",omitempty"`
	Level   level
	Levels  []*level
	Ticks   ticks `json:",string"`
	Secret  secret
	Secrets map[string]secret `json:",omitempty"`
	Loud    loud
	Span    span      `json:"span,omitzero"`
	Flags   flags     `json:"flags,omitzero"`
	When    time.Time `json:"when,omitzero"`
	Addr    netip.Addr
	Big     *big.Int
	Node    *node  `json:",omitempty"`
	Skipped func() `json:"-"`
	//lint:ignore SA5008 encoding/json takes such names
	Dash int `json:"-,"`
	//lint:ignore SA5008 encoding/json takes no such name, and so that of the field
	Bad     int         `json:"a\"b"`
	Status  *StatusEnum `json:",omitempty"`
	Empty   struct{}    `json:",omitempty"`
	private int
}

type StatusEnum string

func (s StatusEnum) Known() bool { return s == "on" }

// TestReflectDecode checks that types that are not generated are decoded as by encoding/json.
func TestReflectDecode(t *testing.T) {
	all := []any{
		everything{}, map[string]int{}, map[level]any{}, map[int8]string{}, map[uintptr]bool{}, map[uint16][]byte{}, map[string]map[string]float32{},
		[2]string{}, [0]int{}, struct{ A, B any }{}, struct{ A *[]*int }{}, struct{ A float32 }{}, map[float64]int{}, map[string]sealed{},
		struct{ A sealed }{}, struct{ A chan int }{}, struct{ A complex64 }{}, time.Time{}, netip.Addr{},
		big.Int{}, level(0), loud(""), ticks(0), map[string]*secret{}, struct{ A []letter }{}, node{}, map[string]json.Number{},
		map[string]bytes8{}, struct {
			A int `json:",omitempty"`
			a int
		}{},
	}
	texts := []string{
		`{}`, `null`, `[]`, `1`, `"L3"`, `true`, `"abc"`, `"2026-01-02T03:04:05Z"`, `"10.0.0.1"`, `-129`, `1.5`, `1e400`,
		`{"ID":1,"common":"c","Both":2,"Extra":true,"named":{"Deep":"d"},"Plain":"p","Int":-128}`,
		`{"id":1,"COMMON":"c","extra":true,"PLAIN":"p","int":5,"uint":"7","Float":"1.5","text":"\"x\"","flag":"true"}`,
		`{"uint":7}`, `{"uint":"x"}`, `{"uint":"7x"}`, `{"uint":""}`, `{"uint":null,"text":null,"flag":null,"float":null}`,
		`{"flag":"null","text":"x"}`, `{"text":"1"}`, `{"float":"-1e3","flag":"tru"}`,
		`{"Number":18446744073709551616,"Raw":[1, {"a":null}],"Any":[1.50,{"x":[]},null,true,"s"]}`,
		`{"Number":"12","Raw":null}`, `{"Number":"x"}`, `{"Number":null,"Any":null,"Bytes":null,"Array":null,"Pointer":null,"Level":null,"Secret":null}`,
		`{"Bytes":"AQID","näme":"","NäME":"AA==","Letters":[65,66]}`, `{"Bytes":"!"}`, `{"Bytes":[1,2]}`, `{"Letters":"AQ=="}`,
		`{"Array":[1,2,3,4]}`, `{"Array":[1]}`, `{"Array":[40000]}`, `{"Array":{}}`,
		`{"Map":{"a":1,"":2},"Keys":{"L1":"one"},"Ints":{"-5":"x","6":null},"Uints":{"255":true},"Structs":{"s":{"both":1}},"Lists":[[],null,["a",null]]}`,
		`{"Keys":{"x":"one"}}`, `{"Ints":{"x":"one"}}`, `{"Uints":{"256":true}}`, `{"L7":1,"L8":null}`, `{"L7":[1]}`, `{"5":"AQ=="}`, `{"5":"x","-6":"y"}`,
		`{"Pointer":5,"Level":"L4","Levels":["L1",null,"L2"],"Ticks":"9","Secret":{"any": [1]},"Secrets":{"a":1},"Loud":"hello"}`,
		`{"Level":4}`, `{"Level":"x"}`, `{"Levels":{}}`, `{"Loud":5}`, `{"when":"2026-01-02T03:04:05Z","Addr":"::1","Big":123456789012345678901234567890}`,
		`{"when":"yesterday"}`, `{"Addr":"x"}`, `{"Node":{"name":"a","sub":{"NAME":"b","Sub":null}},"Skipped":1,"-":7,"a\"b":8,"Bad":9,"private":1}`,
		`{"Status":"off","Empty":{"x":1}}`, `{"Empty":null}`, `{"Empty":[]}`, `{"A":1,"B":null}`, `{"a":[1,null]}`, `{"A":1e39}`, `{"A":1e-50}`, `{"A":0.1}`,
		`{"A":null}`, `{"A":"x"}`, `{"A":{"b":1}}`, `["a","b","c"]`, `["a"]`, `[null]`, `[{"a":{"b":[1]}},null]`, `{"a":{"b":1.25}}`, `{"a":null}`,
		`{"x":1,"X":2}`, `{"Array":[1,2,3],"array":[4]}`, `{"Lists":[["a","b"],["c"]],"lists":[["d"]]}`, `{"Plain":"a","plain":"b","Other":1,"base":2,"hidden":3}`, `{"\u0050lain":"\ud83d\ude00"}`, `{"Int":128}`, `{"Int":1.0}`,
		`{"Plain":5}`, `{"Plain":[]}`, `{"Plain":{}}`, `{"Plain":true}`, `{"Map":[]}`, `{"Lists":{}}`, `{"Lists":[1]}`, `{"Flag":"false","Secrets":null}`,
		`{`, `{"Plain":}`, `{"Plain":"a",}`, `{"Plain" "a"}`, `[1,2`, `{"Array":[1,2`, `{"Map":{"a":`, ``,
	}
	for _, zero := range all {
		for _, text := range texts {
			typ := reflect.TypeOf(zero)
			got, want := reflect.New(typ), reflect.New(typ)
			dec := json.NewDecoder(strings.NewReader(text))
			dec.UseNumber()
			wantErr := dec.Decode(want.Interface())
			err := wire.Decode([]byte(text), got.Interface(), wire.Strict)
			switch {
			case (err == nil) != (wantErr == nil):
				t.Errorf("%v from %s: %v, encoding/json: %v", typ, text, err, wantErr)
			case err == nil && !reflect.DeepEqual(got.Interface(), want.Interface()):
				t.Errorf("%v from %s:\ngot  %+v\nwant %+v", typ, text, got.Elem(), want.Elem())
			}
		}
	}
}

// TestReflectEncode checks that types that are not generated are encoded as by encoding/json,
// except for unnecessary escapes.
func TestReflectEncode(t *testing.T) {
	five, yes, l := 5, true, level(6)
	pointer := &five
	loop := &node{Name: "a"}
	loop.Sub = loop
	var self any
	self = &self
	tests := []any{
		everything{},
		everything{
			base: base{1, "<c>", 2}, Other: &Other{3, true}, hidden: hidden{"d"}, Plain: "p\u2028\"\\\n\x01é", Int: -1, Uint: 7, Float: 1.5,
			Text: "\"t\"", Flag: &yes, Number: "1e5", Raw: json.RawMessage(" [1, \"a b\"] "), Bytes: []byte{1, 2, 3}, Named: bytes8{},
			Letters: []letter{'a'}, Array: [3]int16{1, -2, 3}, Any: map[string]any{"b": []byte{1}, "a": []uint16{1}, "c": pointer},
			Map: map[string]int{"z": 1, "a": 2}, Keys: map[level]string{2: "two", 1: "one"}, Ints: map[int32]*string{-1: nil},
			Uints: map[uint8]bool{10: true, 9: false}, Structs: map[string]Other{"s": {}}, Lists: [][]string{nil, {}, {"a"}}, Pointer: &pointer,
			Level: 4, Levels: []*level{&l, nil}, Ticks: 8, Secret: secret{"x"}, Secrets: map[string]secret{"s": {"x"}}, Loud: "l",
			Span: span{1, 2}, Flags: flags{1}, When: time.Unix(1, 0).UTC(), Addr: netip.MustParseAddr("::1"), Big: big.NewInt(7),
			Node: &node{"n", &node{}}, Dash: 1, Bad: 2, private: 3,
		},
		everything{Flags: flags{2}, Span: span{3, 3}},
		map[string]int(nil), map[string]int{}, map[int]string{10: "a", 9: "b", -1: "c"}, map[*level]int{&l: 1}, map[float64]int{}, map[level]int{},
		[2]bool{true}, [0]int{}, [2][]byte{{1}}, struct{ A, B any }{1, nil}, []map[string]float32{{"a": 0.1, "b": 1e21, "c": 1e-7, "d": 3.4e38}, nil},
		struct{ A float32 }{float32(math.Inf(1))}, struct{ A float64 }{math.NaN()}, struct{ A chan int }{}, struct{ A complex64 }{1},
		struct{ A sealed }{}, struct{ A json.Number }{"x"}, struct{ A json.Number }{""}, struct {
			A json.Number `json:",string"`
			B *int        `json:",string"`
			C any         `json:",omitempty"`
			D [0]int      `json:",omitempty"`
			E float64     `json:",omitempty"`
		}{}, struct{ A []letter }{[]letter{'x'}}, struct{ A broken }{}, struct{ A json.RawMessage }{json.RawMessage("{")},
		map[string]json.Marshaler{"a": nil, "b": ticks(1), "c": (*secret)(nil)}, struct{ A *time.Time }{}, struct{ A **level }{}, time.Unix(1, 5).UTC(), level(3), ticks(4), &l,
		map[string]*secret{"s": {"x"}}, loop, struct{ A any }{self}, map[string]any{"a": map[string][]int8{"b": {1}}},
		struct{ A time.Duration }{time.Second}, map[string]StatusEnum{"a": "off"},
	}
	for _, v := range tests {
		c := reflect.New(reflect.TypeOf(v))
		c.Elem().Set(reflect.ValueOf(v))
		var want bytes.Buffer
		enc := json.NewEncoder(&want)
		enc.SetEscapeHTML(false)
		wantErr := enc.Encode(c.Interface())
		got, err := wire.Append(nil, c.Interface(), wire.Tolerant)
		plain := strings.ReplaceAll(strings.TrimSuffix(want.String(), "\n"), `\u2028`, "\u2028")
		switch {
		case (err == nil) != (wantErr == nil):
			t.Errorf("%T: %v, encoding/json: %v", v, err, wantErr)
		case err == nil && string(got) != plain:
			t.Errorf("%T:\ngot  %s\nwant %s", v, got, plain)
		}
	}
}

// TestReflectErrors checks that errors in types that are not generated have a path and wrap errors
// of methods.
func TestReflectErrors(t *testing.T) {
	type outer struct {
		List []map[level]int8
		Any  map[string]any `json:",omitempty"`
		Own  *broken
		Text *level
	}
	for _, test := range []struct {
		json, path string
		reason     wire.Reason
		offset     int
	}{
		{`{"list":[{},{"L1":1000}]}`, "List[1].L1", wire.ReasonRange, 18},
		{`{"List":[{"L1":"x"}]}`, "List[0].L1", wire.ReasonType, 15},
		{`{"List":[{"L1":1,"L1":2}]}`, "List[0].L1", wire.ReasonDuplicate, 17},
		{`{"Any":{"a":{"b":1,"b":2}}}`, "Any.a.b", wire.ReasonDuplicate, 19},
		{`{"List":[],"List":[]}`, "List", wire.ReasonDuplicate, 11},
		{`{"Own":[1]}`, "Own", wire.ReasonType, 7},
		{`{"Text":"\ud800"}`, "Text", wire.ReasonSyntax, 9},
		{`{"List":[{"M":1}]}`, "List[0].M", wire.ReasonType, 10},
	} {
		err := wire.Decode([]byte(test.json), new(outer), wire.Tolerant)
		var e *wire.Error
		if !errors.As(err, &e) || !strings.EqualFold(e.Path, test.path) || e.Reason != test.reason || e.Offset != test.offset {
			t.Errorf("%s: %+v, want an error at %s, byte %d, of reason %d", test.json, err, test.path, test.offset, test.reason)
		}
		if test.path == "Own" && !errors.Is(err, errBroken) {
			t.Errorf("%v does not wrap the error of the method", err)
		}
	}
	_, err := wire.Append(nil, &map[string]any{"a": []any{outer{Own: &broken{}}}}, wire.Tolerant)
	var e *wire.Error
	if !errors.As(err, &e) || e.Path != "a[0].Own" || !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
}

// FuzzReflect compares decoding, and encoding the result, with encoding/json.
func FuzzReflect(f *testing.F) {
	f.Add([]byte(`{"ID":1,"named":{"Deep":"d"},"Extra":true,"uint":"7","float":"1.5","text":"\"x\"","flag":"true","Number":1e5}`))
	f.Add([]byte(`{"Bytes":"AQID","Array":[1],"Any":{"a":[1.50,null]},"Keys":{"L1":"x"},"Ints":{"-5":null},"Levels":["L1",null],"Loud":"a"}`))
	f.Add([]byte(`{"Pointer":5,"Structs":{"s":{"both":1}},"Lists":[null,["a"]],"when":"2026-01-02T03:04:05Z","Addr":"::1","Big":12,"node":{"sub":{}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var got, want everything
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		wantErr := dec.Decode(&want)
		if wantErr == nil && dec.More() {
			return
		}
		err := wire.Decode(data, &got, wire.Tolerant)
		if err != nil {
			var e *wire.Error
			errors.As(err, &e)
			stricter := e.Reason == wire.ReasonDuplicate || e.Reason == wire.ReasonSyntax || e.Reason == wire.ReasonDepth ||
				strings.Contains(e.Msg, "in a string") // such as "0." and "01"
			if wantErr == nil && !stricter {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		if wantErr != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\ngot  %+v\nwant %+v, %v", data, got, want, wantErr)
		}
		text, err := wire.Append(nil, &got, wire.Tolerant)
		var buf bytes.Buffer
		enc := json.NewEncoder(&buf)
		enc.SetEscapeHTML(false)
		wantErr = enc.Encode(&want)
		var again, wanted any
		if (err == nil) != (wantErr == nil) || err == nil && (json.Unmarshal(text, &again) != nil || json.Unmarshal(buf.Bytes(), &wanted) != nil || !reflect.DeepEqual(again, wanted)) {
			t.Fatalf("%q:\ngot  %s, %v\nwant %s, %v", data, text, err, buf.Bytes(), wantErr)
		}
	})
}
