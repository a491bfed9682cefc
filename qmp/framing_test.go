package qmp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

func TestFramer(t *testing.T) {
	long := `{"long": "` + strings.Repeat(`é\"{[`, 100_000) + `"}`
	tests := []struct {
		name  string
		input string
		want  []string
		end   error // nil: a *ProtocolError
	}{
		{"nothing", "", nil, io.EOF},
		{"white space", " \r\n\t", nil, io.EOF},
		{"one a line", "{}\r\n{\"a\": 1}\r\n", []string{`{}`, `{"a": 1}`}, io.EOF},
		{"back to back", `{"a":[]}{"b":{}}`, []string{`{"a":[]}`, `{"b":{}}`}, io.EOF},
		{"pretty", "{\n  \"a\": [\n    1\n  ]\n}\n", []string{"{\n  \"a\": [\n    1\n  ]\n}"}, io.EOF},
		{"brackets and quotes in strings", `{"]}\"\\":"}{[\\"}{}`, []string{`{"]}\"\\":"}{[\\"}`, `{}`}, io.EOF},
		{"long", long + long + "{}", []string{long, long, "{}"}, io.EOF},
		{"cut off", `{} {"a": "}`, []string{`{}`}, io.ErrUnexpectedEOF},
		{"garbage between", `{} x {}`, []string{`{}`}, nil},
		{"array", `[]`, nil, nil},
		{"deep", strings.Repeat(`{"a":[`, 512) + strings.Repeat("]}", 512), []string{strings.Repeat(`{"a":[`, 512) + strings.Repeat("]}", 512)}, io.EOF},
		{"too deep", strings.Repeat(`{"a":[`, 512) + "{", nil, nil},
		{"too long", `{"a": "` + strings.Repeat("x", 2<<20), nil, nil},
		{"too long in depth", strings.Repeat(" ", 3<<20) + `{"a":` + strings.Repeat(" ", 2<<20), nil, nil},
	}
	readers := map[string]func(io.Reader) io.Reader{
		"whole":    func(r io.Reader) io.Reader { return r },
		"halves":   iotest.HalfReader,
		"bytes":    iotest.OneByteReader,
		"data+EOF": iotest.DataErrReader,
	}
	for _, test := range tests {
		for name, wrap := range readers {
			f := newFramer(wrap(strings.NewReader(test.input)), 1<<20)
			for i, want := range test.want {
				if got, _, err := f.next(); err != nil || string(got) != want {
					t.Fatalf("%s, %s: message %d: got %.80q, %v; want %.80q", test.name, name, i, got, err, want)
				}
			}
			msg, _, err := f.next()
			var p *ProtocolError
			if msg != nil || test.end != nil && err != test.end || test.end == nil && !errors.As(err, &p) {
				t.Errorf("%s, %s: at the end: got %.80q, %v; want %v", test.name, name, msg, err, test.end)
			}
		}
	}
}

// A connection that is reset between messages was closed by the server.
func TestFramerReset(t *testing.T) {
	for _, test := range []struct {
		input string
		want  error
	}{
		{"{}\r\n", io.EOF},
		{"{}{", syscall.ECONNRESET},
	} {
		f := newFramer(io.MultiReader(strings.NewReader(test.input), iotest.ErrReader(syscall.ECONNRESET)), 100)
		if _, _, err := f.next(); err != nil {
			t.Error(err)
		}
		if _, _, err := f.next(); err != test.want {
			t.Errorf("after %q: %v, want %v", test.input, err, test.want)
		}
	}
}

// A large message does not make the client keep its memory.
func TestFramerGivesBack(t *testing.T) {
	large := `{"a": "` + strings.Repeat("x", 4<<20) + `"}`
	f := newFramer(strings.NewReader(large+"{}"+large+"{}"), 8<<20)
	for _, want := range []string{large, "{}", large, "{}"} {
		if got, _, err := f.next(); err != nil || string(got) != want {
			t.Fatalf("got %.80q, %v", got, err)
		}
	}
	if _, _, err := f.next(); err != io.EOF {
		t.Error(err)
	}
	if len(f.buf) > keepBuffer {
		t.Errorf("%d bytes are kept", len(f.buf))
	}
}

func TestParseMessage(t *testing.T) {
	tests := []struct {
		text string
		want message
		bad  bool
	}{
		{text: `{}`},
		{text: `{ }`},
		{text: `{"return":{},"id":7}`, want: message{result: []byte(`{}`), id: 7, hasID: true, ownID: true}},
		{text: "{ \"return\" : [ 1 ] ,\r\n \"id\" : \"x\" }", want: message{result: []byte(`[ 1 ]`), hasID: true}},
		{text: `{"return":null,"id":12345678901234567890}`, want: message{result: []byte(`null`), hasID: true}},
		{text: `{"id": 1.0, "error": {"class": "C"}}`, want: message{failure: []byte(`{"class": "C"}`), hasID: true}},
		{text: `{"\u0065vent": "A\u0042", "future": {"event": 1}, "data": {"x": [{}]}, "timestamp": {"seconds": -1, "microseconds": -1}}`,
			want: message{event: []byte("AB"), data: []byte(`{"x": [{}]}`), time: Timestamp{-1, -1}}},
		{text: `{"QMP": 1}`, want: message{greeting: []byte("1")}},
		{text: `{,}`, bad: true},
		{text: `{"a":1,}`, bad: true},
		{text: `{"a"}`, bad: true},
		{text: `{"a":}`, bad: true},
		{text: `{"a":1 "b":2}`, bad: true},
		{text: `{"a":1]}`, bad: true},
		{text: `{]}`, bad: true},
		{text: `{"event": 1}`, bad: true},
		{text: `{"event": "A", "timestamp": 1}`, bad: true},
		{text: `{"a": nul}`, bad: true},
		{text: "{\"a\": \"\x01\"}", bad: true},
	}
	for _, test := range tests {
		var got message
		err := got.parse([]byte(test.text))
		if test.bad {
			if err == nil {
				t.Errorf("%s: no error", test.text)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if !equalMessages(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.text, got, test.want)
		}
	}
}

func equalMessages(a, b message) bool {
	same := func(a, b []byte) bool { return (a == nil) == (b == nil) && bytes.Equal(a, b) }
	return same(a.greeting, b.greeting) && same(a.result, b.result) && same(a.failure, b.failure) &&
		same(a.event, b.event) && same(a.data, b.data) &&
		a.time == b.time && a.id == b.id && a.hasID == b.hasID && a.ownID == b.ownID
}

// FuzzReader holds that the reader survives any input, returns the same however
// that is cut up, and takes for messages what encoding/json takes for objects.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		`{"QMP": {"version": {}, "capabilities": []}}`, `{"return": {}, "id": 1}` + "\r\n" + `{"event": "A"}`,
		`{"error": {"class": "C", "desc": "D"}}`, `{"a": "\"\\\u0000"}`, `{]}`, `[`, `{"a":1,}`, `{"id":00}`, "{\xff}", `{"event":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	read := func(r io.Reader) (texts []string, end error) {
		fr := newFramer(r, 1<<16)
		for {
			text, m, err := fr.next()
			if err != nil {
				return texts, err
			}
			texts = append(texts, string(text))
			if m.failure != nil {
				_ = parseFailure(m.failure)
			}
			if m.greeting != nil {
				_, _ = parseGreeting(m.greeting)
			}
		}
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		texts, end := read(bytes.NewReader(input))
		again, endAgain := read(iotest.OneByteReader(bytes.NewReader(input)))
		if !slices.Equal(texts, again) || fmt.Sprint(end) != fmt.Sprint(endAgain) && !looseEnd(end) {
			t.Fatalf("whole: %q, %v; in bytes: %q, %v", texts, end, again, endAgain)
		}
		for _, text := range texts {
			if !json.Valid([]byte(text)) {
				t.Errorf("accepted %q", text)
			}
		}
	})
}

// looseEnd reports whether an error shows as much of the input as was received.
func looseEnd(err error) bool {
	var p *ProtocolError
	return errors.As(err, &p)
}
