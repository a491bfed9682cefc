package wire_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

func TestSkip(t *testing.T) {
	tests := []struct {
		data string
		from int
		next int
	}{
		{`1`, 0, 1},
		{`-0.5e+3,`, 0, 7},
		{` "a\"b" `, 0, 7},
		{`{"a":[1,{"b":null}],"c":"\ud83d\ude00"}{}`, 0, 39},
		{`{"a":1}{"b":2}`, 7, 14},
		{" \r\n\t{ } ", 0, 7},
		{`[ ]`, 0, 3},
		{`truefalse`, 4, 9},
	}
	for _, test := range tests {
		if next, err := wire.Skip([]byte(test.data), test.from, wire.Strict); err != nil || next != test.next {
			t.Errorf("Skip(%s, %d) = %d, %v, want %d", test.data, test.from, next, err, test.next)
		}
	}
}

// TestSkipIncomplete checks that each proper prefix of a value is reported as incomplete, so that a
// reader waits for more data.
func TestSkipIncomplete(t *testing.T) {
	const text = ` {"execute" : "a\u00e9\ud83d\ude00é😀", "arguments":{"n":[-1.5e-3, true,false, null,{}]}}`
	for n := range len(text) {
		next, err := wire.Skip([]byte(text[:n]), 0, wire.Strict)
		var e *wire.Error
		if !errors.As(err, &e) || e.Reason != wire.ReasonIncomplete || next > n {
			t.Errorf("Skip(%s) = %d, %v", text[:n], next, err)
		}
	}
	if !wire.Valid([]byte(text + " ")) {
		t.Errorf("not valid: %s", text)
	}
}

// TestValid compares Valid with encoding/json, which accepts lone surrogates and invalid UTF-8.
func TestValid(t *testing.T) {
	for _, text := range []string{
		``, ` `, `nul`, `nullx`, `{`, `}`, `[}`, `{]`, `{"a"}`, `{"a":}`, `{"a":1,}`, `{,}`, `[,]`, `[1,]`, `[1 2]`, `{"a":1 "b":2}`, `{1:2}`,
		`"`, `"\`, `"\u`, `"\u12`, `"\x"`, "\"\n\"", `-`, `01`, `-01`, `1.`, `.1`, `1e`, `1e+`, `+1`, `0x1`, `1 1`, `'a'`, `[1]]`, `{"a":1}}`, `tru`, `/**/1`,
		`0`, `-0`, `0.0`, `1E9`, `1e-9`, `[]`, `{}`, `"\u0000"`, `"\"\\\/\b\f\n\r\t"`, `[[],{},"",0]`, "\t1\n", "\v1", "\ufeff1",
		strings.Repeat("[", wire.MaxDepth) + strings.Repeat("]", wire.MaxDepth),
	} {
		if got, want := wire.Valid([]byte(text)), json.Valid([]byte(text)); got != want {
			t.Errorf("Valid(%q) = %t, want %t", text, got, want)
		}
	}
	for _, text := range []string{`"\ud800"`, `"\udc00\ud800"`, "\"\xff\"", strings.Repeat("[", 1000000), strings.Repeat(`{"a":`, 1000000)} {
		if wire.Valid([]byte(text)) {
			t.Errorf("Valid(%.20q) = true", text)
		}
	}
}
