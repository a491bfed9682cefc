package qga

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"github.com/qapi-go/qapi-go/internal/framing"
)

// FuzzMessages checks that the client splits input into the same messages however it arrives, that
// each message is complete, and that a sentinel always resets the reader.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		"\xff{\"return\": 5}\n", `{"return": {"a": "}\""}}{"error": {}}`, "{\"a\": \"\xff{}", `garbage {"a":[{}]} ]`, `{"a\\":"\\"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole, err := readAll(bytes.NewReader(data))
		pieces, err2 := readAll(iotest.OneByteReader(bytes.NewReader(data)))
		if !bytes.Equal(bytes.Join(whole, []byte("|")), bytes.Join(pieces, []byte("|"))) {
			t.Fatalf("%q against %q", whole, pieces)
		}
		if (err == nil) != (err2 == nil) {
			t.Fatalf("%v against %v", err, err2)
		}
		for _, msg := range whole {
			if msg == nil {
				continue
			}
			if msg[0] != '{' || msg[len(msg)-1] != '}' && msg[len(msg)-1] != ']' || bytes.IndexByte(msg, sentinel) >= 0 {
				t.Fatalf("%q is no message", msg)
			}
			if m := parseMessage(msg); m.isReply() && !json.Valid(msg) {
				t.Fatalf("%q was taken for a reply", msg)
			}
		}
		var p *framing.Error
		if errors.As(err, &p) {
			return
		}
		after, err := readAll(bytes.NewReader(append(data[:len(data):len(data)], "\xff{\"return\": 1}\n"...)))
		if n := len(after); n < 2 || string(after[n-1]) != `{"return": 1}` || after[n-2] != nil {
			t.Fatalf("after a sentinel: %q, %v", after, err)
		}
	})
}

func readAll(in io.Reader) (msgs [][]byte, err error) {
	r := framing.NewAgent(in, 1<<20)
	for {
		msg, _, err := r.Next()
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return msgs, nil
		case err != nil:
			return msgs, err
		case msg == nil:
			msgs = append(msgs, nil)
		default:
			msgs = append(msgs, bytes.Clone(msg))
		}
	}
}
