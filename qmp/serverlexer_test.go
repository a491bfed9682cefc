package qmp

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// A readResult is a message as parsed by a server: its text, or an error.
type readResult struct{ text, err string }

// readInput returns the messages that a server parses from parts of input.
func readInput(located bool, parts ...[]byte) (all []readResult) {
	in := lexer{parser: parser{located: located}}
	in.emit = func(m *inputMessage, err *Error) {
		if err != nil {
			all = append(all, readResult{err: err.Desc})
			return
		}
		parseRequest(m, true)
		all = append(all, readResult{text: string(m.text)})
	}
	for _, part := range parts {
		in.feed(part)
	}
	return all
}

// FuzzServerInput checks that a server survives any input, that results do not depend on how it is
// split, that accepted messages are JSON, and that both of QEMU's parsers accept the same messages
// up to the first error.
func FuzzServerInput(f *testing.F) {
	for _, seed := range []string{
		`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":{"a":[1,-0.5e+7,null]}}`,
		`{'a':'\'"'}{"b":1}x@{]}`, "{\"a\":\x01}\xff[", `[[[`, `-`, `"\ud800"`, `{"a":1,"a":2}`, `01`, "\xfe\"\t",
		`{[1]:2}`, `{{}:1}[}]`, "\"\xc0\x80\u00e9\\u0000\"", `{"id":{"b":1e400,"a":-0,"c":[1.0]}}`, "{\"a\":nul\n}}]",
		"{\"a\"\t \x00{}", `"\u12"`, `"\ud83d\u00`, `{"a":{"b":[{},{"c":{}}]},"d":1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var first [2][]readResult
		for k, located := range []bool{false, true} {
			whole := readInput(located, data)
			for _, at := range []int{1, len(data) / 2, len(data) - 1} {
				if at = max(0, min(at, len(data))); !slices.Equal(readInput(located, data[:at], data[at:]), whole) {
					t.Fatalf("read otherwise when cut at %d", at)
				}
			}
			for _, r := range whole {
				if r.err == "" && !json.Valid([]byte(r.text)) {
					t.Errorf("accepted %q", r.text)
				}
				if prefix := "JSON "; !located && r.err != "" && !strings.HasPrefix(r.err, prefix) {
					t.Errorf("error %q", r.err)
				}
			}
			n := slices.IndexFunc(whole, func(r readResult) bool { return r.err != "" })
			if n < 0 {
				n = len(whole)
			}
			first[k] = whole[:n]
		}
		if !slices.Equal(first[0], first[1]) {
			t.Errorf("QEMU 7.2 accepts %q, 11.1 %q", first[0], first[1])
		}
	})
}

// Errors for input that is not JSON, of both of QEMU's parsers. The texts were seen with QEMU 7.2
// and 11.1.
func TestServerInputErrors(t *testing.T) {
	tests := []struct {
		input    string
		old, new []string
	}{
		{`{"a" "b"}`, []string{"JSON parse error, missing : in object pair"}, []string{"1:6: JSON parse error, expecting ':'"}},
		{`{"a":1 "b":2}`, []string{"JSON parse error, expected separator in dict"}, []string{"1:8: JSON parse error, expected ',' or '}'"}},
		{"[1\n 2]", []string{"JSON parse error, expected separator in list"}, []string{"2:2: JSON parse error, expected ',' or ']'"}},
		{"{\"a\":nul\n", nil, []string{"1:6: JSON parse error, invalid keyword 'nul'"}},
		{"{\"a\":\n  nul}", []string{"JSON parse error, invalid keyword 'nul'"}, []string{"2:3: JSON parse error, invalid keyword 'nul'"}},
		{`{[1]:2}`, []string{"JSON parse error, key is not a string in object"}, []string{"1:2: JSON parse error, expecting key"}},
		{`{{"a":}:2}`, []string{"JSON parse error, expecting value"}, []string{"1:2: JSON parse error, expecting key"}},
		{`{"a":[}]`, []string{"JSON parse error, expecting value"}, []string{"1:7: JSON parse error, expecting value"}},
		// After a number, columns are too high by one.
		{`{"a":1]}`, []string{"JSON parse error, expected separator in dict", "JSON parse error, expecting value"},
			[]string{"1:8: JSON parse error, expected ',' or '}'", "1:8: JSON parse error, expecting value"}},
		{`{"a":1,"a":2}`, []string{"JSON parse error, duplicate key"}, []string{"1:12: JSON parse error, duplicate key"}},
		{`{"a":1,"\u0061":true}`, []string{"JSON parse error, duplicate key"}, []string{"1:17: JSON parse error, duplicate key"}},
		{"@@\t@ x{]", []string{"JSON parse error, stray '@'", "JSON parse error, expecting value"},
			[]string{"1:1: JSON parse error, stray '@'", "1:8: JSON parse error, expecting key"}},
		{"\"a\x00", []string{"JSON parse error, stray '\"a'"}, []string{"1:1: JSON parse error, stray '\"a'"}},
		{`0e0 `, []string{"", "JSON parse error, invalid keyword 'e'", ""}, []string{"", "1:3: JSON parse error, invalid keyword 'e'", ""}},
		{`"\u12"`, []string{`JSON parse error, \u12" is not a valid Unicode character`}, []string{`1:1: JSON parse error, \u12" is not a valid Unicode character`}},
		{`"\uFDD0"`, []string{`JSON parse error, \uFDD0 is not a valid Unicode character`}, []string{`1:1: JSON parse error, \uFDD0 is not a valid Unicode character`}},
		{`"\ud83d\u0041"`, []string{`JSON parse error, \ud83d is not a valid Unicode character`}, []string{`1:1: JSON parse error, \ud83d is not a valid Unicode character`}},
		{"\"\xef\xbf\xbf\"", []string{"JSON parse error, invalid UTF-8 sequence in string"}, []string{"1:1: JSON parse error, invalid UTF-8 sequence in string"}},
		{`"\x"`, []string{"JSON parse error, invalid escape sequence in string"}, []string{"1:1: JSON parse error, invalid escape sequence in string"}},
		{strings.Repeat("[", 1025) + "[\xff", []string{"JSON nesting depth limit exceeded", "JSON parse error, stray '\xff'"}, []string{"JSON nesting depth limit exceeded"}},
	}
	for _, test := range tests {
		for k, want := range [][]string{test.old, test.new} {
			var got []string
			for _, r := range readInput(k == 1, []byte(test.input)) {
				got = append(got, r.err)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%.40q: %q, want %q", test.input, got, want)
			}
		}
	}
}
