package qobject

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// What QEMU 7.2, 10.0 and 11.1 print of an id.
func TestAppendRead(t *testing.T) {
	tests := []struct{ in, want string }{
		{`{}`, `{}`},
		{`[0.50,9.50]`, `[0.5, 9.5]`},
		{` [ 1 , 2,3 ] `, `[1, 2, 3]`},
		{`[1.0,1e400,-1e400,-0,-0.0]`, `[1, inf, -inf, 0, -0]`},
		{`[18446744073709551615,18446744073709551616,-9223372036854775808,-9223372036854775809]`, `[18446744073709551615, 1.8446744073709552e+19, -9223372036854775808, -9.2233720368547758e+18]`},
		{`[1.5e-7,123456789012345678.0,0.1,1e16,1e17]`, `[1.4999999999999999e-07, 1.2345678901234568e+17, 0.10000000000000001, 10000000000000000, 1e+17]`},
		{`"\b\f\n\r\t\/\\\"\u0041\u00e9\ud83d\ude00\u001f\u007f\u0000"`, `"\b\f\n\r\t/\\\"A\u00E9\uD83D\uDE00\u001F\u007F\u0000"`},
		{`{"b":1,"a":2,"c":{"zz":1,"y":2}}`, `{"a": 2, "b": 1, "c": {"y": 2, "zz": 1}}`},
		{`{"error":{},"id":1}`, `{"id": 1, "error": {}}`},
		{`{"id":1,"return":{}}`, `{"return": {}, "id": 1}`},
		{`{"major":1,"minor":2,"micro":3}`, `{"micro": 3, "minor": 2, "major": 1}`}, // two in a bucket
		{`{"micro":3,"minor":2}`, `{"minor": 2, "micro": 3}`},
		{`{"":1,"a\"b":[true,false,null]}`, `{"": 1, "a\"b": [true, false, null]}`},
	}
	for _, test := range tests {
		if got := string(AppendRead(nil, []byte(test.in))); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.in, got, test.want)
		}
	}
	if got := string(Append([]byte("x"), []byte(`[1.0,0.10]`))); got != "x[1.0, 0.10]" {
		t.Errorf("numbers that are kept: %s", got)
	}
}

func TestAppendString(t *testing.T) {
	for in, want := range map[string]string{
		"":                         `""`,
		"a\x7fé":                   `"a\u007F\u00E9"`,
		"\xff\xfe":                 `"\uFFFD\uFFFD"`,
		"\xe2\x28\xf0\x9f\x98":     `"\uFFFD(\uFFFD"`,
		"\xc0\x80\xc0\xaf":         `"\u0000\uFFFD"`,
		"\xed\xa0\x80\xef\xbf\xbf": `"\uFFFD\uFFFD"`,
		"\xf8\x88\x80\x80\x80":     `"\uFFFD"`,
		"😀\x00":                    `"\uD83D\uDE00\u0000"`,
	} {
		if got := string(AppendString(nil, in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// What QEMU reports of several unexpected arguments.
func TestFirstUnexpected(t *testing.T) {
	tests := []struct{ names, expected, want string }{
		{"a", "", "a"},
		{"a", "a", ""},
		{"b a", "", "b"},
		{"a b", "", "b"},
		{"a b c d e f g h i", "", "b"},
	}
	for _, test := range tests {
		if got := FirstUnexpected(strings.Fields(test.names), strings.Fields(test.expected)); got != test.want {
			t.Errorf("of %q without %q: %q, want %q", test.names, test.expected, got, test.want)
		}
	}
	// However many there are and in whatever order they are taken, the one that
	// is left is found.
	var names []string
	for k := range 1000 {
		names = append(names, "name-"+strings.Repeat("x", k%7)+string(rune('0'+k%10))+string(rune('a'+k/40)))
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for k, name := range names {
		rest := slices.Delete(slices.Clone(names), k, k+1)
		if got := FirstUnexpected(names, rest); got != name {
			t.Fatalf("got %q, want %q", got, name)
		}
	}
}

// FuzzAppend checks that printing keeps the value, and is JSON.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{`{"a":[1,"\u00e9",{"b":null,"a":true}]}`, `"\ud800"`, `-0.0`, `{"\u0000":1,"":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if !json.Valid(in) {
			return
		}
		out := Append(nil, in)
		if !json.Valid(out) {
			t.Fatalf("%q became %q", in, out)
		}
		again := Append(nil, out)
		if len(again) != len(out) {
			t.Errorf("%q, then %q", out, again)
		}
		AppendRead(nil, in)
	})
}
