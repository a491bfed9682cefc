package wire_test

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A Word is an enum that only the tests of cached values use.
type Word string

func (w Word) Known() bool { return len(w) < 6 }

// TestEnumValues decodes similar values one after another, with and without escapes: a cached value
// must never be returned for another.
func TestEnumValues(t *testing.T) {
	tests := []struct{ text, want string }{
		{`"a\\b"`, `a\b`}, {`"a\b"`, "a\b"}, {`"a\u0062"`, "ab"}, {`"ab"`, "ab"}, {`"a"`, "a"}, {`""`, ""},
		{`"abcdefg"`, "abcdefg"}, {`"abcdefgh"`, "abcdefgh"}, {`"abcdefghi"`, "abcdefghi"}, {`"abcdefgh-"`, "abcdefgh-"},
		{`"abcdefgh-i"`, "abcdefgh-i"}, {`"\u00e9"`, "é"}, {`"é"`, "é"}, {`"abcdefg\""`, `abcdefg"`}, {`"abcdefgh\""`, `abcdefgh"`},
		{`"` + strings.Repeat("x", 100) + `"`, strings.Repeat("x", 100)},
	}
	for range 3 {
		for _, test := range tests {
			for _, padding := range paddings {
				var got Word
				if err := wire.Decode([]byte(test.text+padding), &got, wire.Tolerant); err != nil || string(got) != test.want {
					t.Errorf("Decode(%s): %q, %v", test.text, got, err)
				}
				if err := wire.Decode([]byte(test.text+padding), &got, wire.Strict); (err == nil) != got.Known() {
					t.Errorf("Decode(%s) in Strict mode: %v", test.text, err)
				}
			}
		}
	}
	if err := wire.Decode([]byte(`"ab`), new(Word), wire.Tolerant); err == nil {
		t.Error("a value without its last quote was accepted")
	}
}

// A Flood is an enum that only one test uses.
type Flood string

func (Flood) Known() bool { return true }

// TestEnumValuesKept checks that repeated values share memory, and that the number of cached values
// is bounded, whatever a server sends.
func TestEnumValuesKept(t *testing.T) {
	const values = 10000
	decode := func(k int) *byte {
		var v Flood
		if err := wire.Decode(fmt.Appendf(nil, `"value%d"          `, k), &v, wire.Tolerant); err != nil {
			t.Fatal(err)
		}
		return unsafe.StringData(string(v))
	}
	for k := range values {
		decode(k)
	}
	kept := 0
	for k := range values {
		if first := decode(k); first == decode(k) {
			kept++
		}
	}
	if kept == 0 || kept > 32 {
		t.Errorf("%d of %d values are kept", kept, values)
	}
}
