package qmp

import (
	"bytes"
	"encoding/json"
	"testing"
)

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
			want: message{event: []byte("AB"), data: []byte(`{"x": [{}]}`), time: []byte(`{"seconds": -1, "microseconds": -1}`)}},
		{text: `{"x-y": 1, "é": 2, "": 3, "Return": 4, "id ": 5, "re\u0074urn": 6}`, want: message{result: []byte("6")}},
		{text: `{"QMP": 1}`, want: message{greeting: []byte("1")}},
		{text: `{`, bad: true},
		{text: `{"`, bad: true},
		{text: `{"return`, bad: true},
		{text: `{"return"`, bad: true},
		{text: `{"return":1,`, bad: true},
		{text: `{,}`, bad: true},
		{text: `{"return}`, bad: true},
		{text: "{\"re\xfft\": 1}", bad: true},
		{text: `{"a":1,}`, bad: true},
		{text: `{"a"}`, bad: true},
		{text: `{"a":}`, bad: true},
		{text: `{"a":1 "b":2}`, bad: true},
		{text: `{"a":1]}`, bad: true},
		{text: `{]}`, bad: true},
		{text: `{"event": 1}`, bad: true},
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
		same(a.event, b.event) && same(a.data, b.data) && same(a.time, b.time) &&
		a.id == b.id && a.hasID == b.hasID && a.ownID == b.ownID
}

// FuzzMessage checks that what is accepted as a message is an object for encoding/json as well, and
// that classifying any input is safe.
func FuzzMessage(f *testing.F) {
	for _, seed := range []string{
		`{"QMP": {"version": {}, "capabilities": []}}`, `{"return": {}, "id": 1}`, `{"event": "A"}`,
		`{"error": {"class": "C", "desc": "D"}}`, `{"a": "\"\\\u0000"}`, `{]}`, `{"a":1,}`, `{"id":00}`, "{\xff}", `{"event":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) == 0 || text[0] != '{' {
			return
		}
		var bad, m message
		bad.salvage(text)
		if m.parse(text) != nil {
			return
		}
		if !bytes.Contains(text, []byte("nan")) && !bytes.Contains(text, []byte("inf")) && !json.Valid(text) {
			t.Errorf("accepted %q", text)
		}
		if m.failure != nil {
			_ = parseFailure(m.failure)
		}
		if m.greeting != nil {
			_, _ = parseGreeting(m.greeting)
		}
		if !bytes.Contains(text, []byte(`\`)) && (bad.hasID != m.hasID || bad.ownID != m.ownID || bad.id != m.id) {
			t.Errorf("%q: id %+v by its structure, %+v read", text, bad, m)
		}
	})
}

func TestEventTime(t *testing.T) {
	for time, want := range map[string]Timestamp{
		`{"seconds": 1, "microseconds": 2}`: {1, 2}, `{"microseconds":2,"seconds":1}`: {1, 2}, ``: {},
	} {
		h := new(hub)
		q := h.subscribe(subscribeOptions{})
		h.publish([]byte("BAD"), nil, []byte("1")) // dropped
		h.publish([]byte("A"), nil, []byte(time)[:len(time):len(time)])
		var ev UnknownEvent
		if ok, err := q.tryNext(&ev); !ok || err != nil || ev.Name != "A" || ev.Timestamp != want {
			t.Errorf("%s: got %v, %v, %v", time, ok, err, ev)
		}
	}
}
