package qmp

import (
	"encoding/json"
	"testing"
)

// FuzzInput holds that a server survives any input, that it reads the same
// however that is cut up, and that it reads what encoding/json would.
func FuzzInput(f *testing.F) {
	for _, seed := range []string{
		`{"execute":"qmp_capabilities","arguments":{"enable":["oob"]},"id":{"a":[1,-0.5e+7,null]}}`,
		`{'a':'\'"'}{"b":1}x@{]}`, "{\"a\":\x01}\xff[", `[[[`, `-`, `"\ud800"`, `{"a":1,"a":2}`, `01`, "\xfe\"\t",
	} {
		f.Add([]byte(seed))
	}
	type seen struct {
		text string
		flaw string
	}
	read := func(parts ...[]byte) (all []seen) {
		in := input{emit: func(t *tokens, flaw *Error) {
			s := seen{text: string(t.text)}
			if flaw == nil {
				p := parser{tokens: t}
				p.value()
				flaw = p.flaw
				parseCommand(t, true)
			}
			if flaw != nil {
				s.flaw = flaw.Desc
			}
			all = append(all, s)
		}}
		for _, part := range parts {
			in.feed(part)
		}
		return all
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		whole := read(data)
		cut := read(data[:len(data)/2], data[len(data)/2:])
		if len(whole) != len(cut) {
			t.Fatalf("%d messages, %d when cut", len(whole), len(cut))
		}
		for i, s := range whole {
			if s != cut[i] {
				t.Errorf("%q, %q when cut", s, cut[i])
			}
			if s.flaw == "" && !json.Valid([]byte(s.text)) {
				t.Errorf("accepted %q", s.text)
			}
		}
	})
}
