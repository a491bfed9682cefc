package wire_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// quantity has tags, but its methods determine its JSON.
type quantity struct {
	Amount int    `json:"amount"`
	Unit   string `json:"unit,omitzero"`
}

func (q quantity) MarshalJSON() ([]byte, error) {
	return []byte(strconv.Quote(strconv.Itoa(q.Amount) + q.Unit)), nil
}

func (q *quantity) UnmarshalJSON(text []byte) (err error) {
	s := strings.Trim(string(text), `"`)
	q.Unit = strings.TrimLeft(s, "0123456789")
	q.Amount, err = strconv.Atoi(strings.TrimSuffix(s, q.Unit))
	return err
}

// opaque has methods, and a field of type any that is not encoded.
type opaque struct{ value any }

func (o opaque) MarshalJSON() ([]byte, error)     { return json.Marshal(o.value) }
func (o *opaque) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, &o.value) }

// timed has members of types that are not generated.
type timed struct {
	When time.Time    `json:"when,omitzero"`
	Then *time.Time   `json:"then,omitzero"`
	Size quantity     `json:"size"`
	Max  *quantity    `json:"max,omitzero"`
	All  []quantity   `json:"all,omitzero"`
	Zone *opaque      `json:"zone,omitzero"`
	Raw  []*time.Time `json:"raw,omitzero"`
}

// Types that embed generated types, and so have their methods.
type (
	ownNode struct {
		Node
		More int `json:"more"`
	}
	ownRef struct{ NodeRef }
)

// TestReflectInTagged checks that members of types that are not generated, and types that embed a
// generated one, are treated as by encoding/json.
func TestReflectInTagged(t *testing.T) {
	zone := time.FixedZone("", 3600)
	when := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	tests := []struct {
		json string
		v    any
	}{
		{`{"size":"3k"}`, &timed{Size: quantity{3, "k"}}},
		{`{"when":"2026-01-02T03:04:05Z","then":"2026-01-02T03:04:05Z","size":"1","max":"2M","all":["3","4b"],"zone":true,"raw":["2026-01-02T03:04:05Z"]}`,
			&timed{when, &when, quantity{1, ""}, &quantity{2, "M"}, []quantity{{3, ""}, {4, "b"}}, &opaque{true}, []*time.Time{&when}}},
		{`"5s"`, &quantity{5, "s"}},
		{`{"a":"5s"}`, &map[string]quantity{"a": {5, "s"}}},
		{`{"driver":"null"}`, &ownNode{Node: Node{Driver: "null"}}},
		{`"name"`, &ownRef{NodeRef{Reference: ptr("name")}}},
	}
	for _, test := range tests {
		got := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
		want := reflect.New(reflect.TypeOf(test.v).Elem()).Interface()
		if err := wire.Decode([]byte(test.json), got, wire.Strict); err != nil || !reflect.DeepEqual(got, test.v) {
			t.Errorf("Decode %s: %+v, %v", test.json, got, err)
		}
		if err := json.Unmarshal([]byte(test.json), want); err != nil || !reflect.DeepEqual(want, test.v) {
			t.Errorf("Unmarshal %s: %+v, %v", test.json, want, err)
		}
		for _, v := range []any{test.v, reflect.ValueOf(test.v).Elem().Interface(), []any{test.v}} {
			text, err := wire.Append(nil, v, wire.Strict)
			if err != nil || strings.Trim(string(text), "[]") != test.json {
				t.Errorf("Append %T: %s, %v", v, text, err)
			}
		}
	}
	var got timed
	if err := wire.Decode([]byte(`{"then":null,"size":"1","zone":null}`), &got, wire.Strict); err != nil || got.Then != nil || got.Zone != nil {
		t.Errorf("null: %+v, %v", got, err)
	}
	if text, err := wire.Append(nil, &timed{When: time.Time{}.In(zone)}, wire.Strict); string(text) != `{"size":"0"}` {
		t.Errorf("zero by a method: %s, %v", text, err)
	}
	var again struct{ A any }
	if err := wire.Decode([]byte(`{"A":1,"a":null}`), &again, wire.Strict); err != nil || again.A != nil {
		t.Errorf("null after a value: %+v, %v", again, err)
	}
}

// callsCodec has methods that call the codec, which would call them again.
type callsCodec struct {
	A int `json:"a"`
}

func (c callsCodec) MarshalJSON() ([]byte, error)     { return wire.MarshalJSON(&c) }
func (c *callsCodec) UnmarshalJSON(text []byte) error { return wire.UnmarshalJSON(text, c) }

// unexportedText is unexported and embedded with a tag, so its methods cannot be called.
type unexportedText struct{ A int }

func (*unexportedText) MarshalText() ([]byte, error) { return []byte("x"), nil }
func (*unexportedText) IsZero() bool                 { return true }

// secondText is embedded beside unexportedText, so that the outer struct has the methods of
// neither.
type secondText struct{ B int }

func (secondText) MarshalText() ([]byte, error) { return []byte("x"), nil }
func (*secondText) IsZero() bool                { return true }

// TestReflectRefused checks that unsupported Go types are refused.
func TestReflectRefused(t *testing.T) {
	var own struct {
		*unexportedText `json:"own"`
	}
	for _, test := range []struct {
		json string
		v    any
		want string
	}{
		{`{"a":1}`, &callsCodec{}, "not generated"},
		{`{"own":{"A":1}}`, &own, "unexported"},
		{`{"own":null}`, &own, "unexported"},
	} {
		err := wire.Decode([]byte(test.json), test.v, wire.Tolerant)
		var e *wire.Error
		if !errors.As(err, &e) || e.Reason != wire.ReasonGo && !errors.As(e.Err, &e) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %s", test.json, err, test.want)
		}
	}
	if _, err := wire.Append(nil, &callsCodec{}, wire.Tolerant); err == nil || !strings.Contains(err.Error(), "not generated") {
		t.Errorf("got %v", err)
	}
	named := struct {
		unexportedText `json:"own"`
		secondText     `json:"second,omitzero"`
	}{unexportedText{1}, secondText{2}}
	if text, err := wire.Append(nil, &named, wire.Tolerant); err != nil || string(text) != `{"own":{"A":1},"second":{"B":2}}` {
		t.Errorf("methods that cannot be called: %s, %v", text, err)
	}
}

// TestFieldCase checks which members belong to a field without a tag: those whose names differ from
// it in the case of ASCII letters only, unlike in encoding/json.
func TestFieldCase(t *testing.T) {
	tests := []struct {
		name    string
		belongs bool
	}{
		{"Vcpuß_1", true},
		{"vCPUß_1", true},
		{"vcpuẞ_1", false},
		{"vcpuß\x7f1", false}, // '_' and DEL differ in one bit, as the cases of a letter do
		{"vcpuß_1 ", false},
		{"\u212aelvin", false}, // folds to the letter K
	}
	for _, test := range tests {
		var got struct {
			Vcpuß_1 int
			Kelvin  int
		}
		text, _ := json.Marshal(map[string]int{test.name: 7})
		if err := wire.Decode(text, &got, wire.Strict); err != nil || got.Vcpuß_1+got.Kelvin == 7 != test.belongs {
			t.Errorf("%q: %+v, %v", test.name, got, err)
		}
	}
}
