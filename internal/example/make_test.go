package example_test

import (
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
)

func TestMake(t *testing.T) {
	const types = `
{ 'enum': 'Kind', 'data': [ { 'name': 'old', 'features': [ 'deprecated' ] }, { 'name': 'odd', 'if': 'ODD' }, 'plain' ] }
{ 'enum': 'None', 'data': [] }
{ 'struct': 'Node', 'data': { 'node-name': 'str', 'children': [ 'Node' ], '*parent': 'Node' } }
{ 'struct': 'Ring', 'data': { 'next': 'Ring' } }
{ 'struct': 'Plain', 'data': { 'host': 'str', 'port': 'uint16' } }
{ 'union': 'Un', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'plain': 'Plain' } }
{ 'alternate': 'Alt', 'data': { 'z': 'null', 'o': 'Plain', 's': 'str' } }
`
	tests := []struct{ name, def, want string }{
		{"nothing", `{ 'command': 'c' }`, `{ "execute": "c" }` + "\n" + `{ "return": {} }`},
		{"no reply", `{ 'command': 'c', 'success-response': false }`, `{ "execute": "c" }`},
		{"names and types", `{ 'command': 'c', 'data': { 'job-id': 'str', 'file': 'str', 'x': 'bool', 'f': 'number', 'v': 'any', 'size': 'size', 'n': 'null' } }`,
			`{ "execute": "c",
  "arguments": {
    "job-id": "job0",
    "file": "/tmp/file",
    "x": true,
    "f": 0.5,
    "v": "v0",
    "size": 4096,
    "n": null
  } }
{ "return": {} }`},
		{"two optional arguments if there are no others", `{ 'command': 'c', 'data': { '*a': { 'type': 'str', 'features': [ 'deprecated' ] }, '*b': 'int', '*c': 'int', '*d': 'int' } }`,
			`{ "execute": "c", "arguments": { "b": 1, "c": 1 } }` + "\n" + `{ "return": {} }`},
		{"the name that is given", `{ 'command': 'c', 'data': { 'a': 'int', 'b': 'int', '*c': 'int', '*id': 'str' } }`,
			`{ "execute": "c", "arguments": { "a": 1, "b": 1, "id": "id0" } }` + "\n" + `{ "return": {} }`},
		{"branch", `{ 'command': 'c', 'data': 'Un', 'boxed': true }`,
			`{ "execute": "c",
  "arguments": {
    "kind": "plain",
    "host": "127.0.0.1",
    "port": 4444
  } }
{ "return": {} }`},
		{"alternate", `{ 'command': 'c', 'data': { 'ref': 'Alt' } }`, `{ "execute": "c", "arguments": { "ref": "ref0" } }` + "\n" + `{ "return": {} }`},
		{"recursion", `{ 'command': 'c', 'returns': [ 'Node' ] }`,
			`{ "execute": "c" }
{ "return": [
    {
      "node-name": "node0",
      "children": [ { "node-name": "node0", "children": [] } ]
    }
  ] }`},
		{"recursion without end", `{ 'command': 'c', 'data': { 'r': 'Ring' } }`, `{ "execute": "c", "arguments": ... }` + "\n" + `{ "return": {} }`},
		{"no value", `{ 'command': 'c', 'returns': [ 'None' ] }`, `{ "execute": "c" }` + "\n" + `{ "return": [] }`},
		{"event", `{ 'event': 'E', 'data': 'Plain' }`,
			`{ "event": "E",
  "data": { "host": "127.0.0.1", "port": 4444 },
  "timestamp": { "seconds": 1700000000, "microseconds": 123456 } }`},
		{"event without data", `{ 'event': 'E' }`,
			`{ "event": "E",
  "timestamp": { "seconds": 1700000000, "microseconds": 123456 } }`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := schematest.Text(t, "{ 'pragma': { 'command-returns-exceptions': [ 'c' ] } }"+types+tt.def+"\n")
			var e *example.Example
			switch d := s.ByName["c"].(type) {
			case *ir.Command:
				e = example.NewMaker(s).Make(d)
			default:
				e = example.NewMaker(s).Make(s.Events[0])
			}
			var texts []string
			for _, m := range e.Messages {
				texts = append(texts, m.Text)
				for _, f := range m.Findings {
					t.Errorf("%s: %v", m.Text, f)
				}
			}
			if got := strings.Join(texts, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
