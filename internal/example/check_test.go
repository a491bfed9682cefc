package example_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/example"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
)

// shapes has one of each kind of type.
const shapes = `
{ 'pragma': { 'member-name-exceptions': [ 'QapiErrorClass' ] } }
{ 'enum': 'Colour', 'data': [ 'red', 'green' ] }
{ 'enum': 'QapiErrorClass', 'data': [ 'GenericError', 'CommandNotFound' ] }
{ 'struct': 'Point', 'data': { 'x': 'int8', '*y': 'uint64' } }
{ 'struct': 'Inner', 'data': { 'file': 'str' } }
{ 'alternate': 'Either', 'data': { 's': 'str', 'p': 'Point', 'n': 'null' } }
{ 'union': 'Shape', 'base': { 'kind': 'Colour', '*name': 'str' },
  'discriminator': 'kind', 'data': { 'red': 'Point' } }
{ 'struct': 'All', 'data': { '*i': 'int', '*n': 'number', '*b': 'bool', '*any': 'any', '*list': [ 'Point' ],
  '*colour': 'Colour', '*either': 'Either', '*shape': 'Shape', '*inner': 'Inner' } }
{ 'command': 'none' }
{ 'command': 'ints', 'data': { '*i16': 'int16', '*i32': 'int32', '*u8': 'uint8', '*u16': 'uint16', '*u32': 'uint32', '*s': 'size' } }
{ 'command': 'ping', 'data': { 'text': 'str' }, 'returns': [ 'Point' ], 'allow-oob': true }
{ 'command': 'all', 'data': 'All' }
{ 'command': 'draw', 'data': 'Shape', 'boxed': true }
{ 'command': 'open', 'data': { 'driver': 'str' }, 'gen': false }
{ 'command': 'bye', 'success-response': false }
{ 'event': 'MOVED', 'data': { 'to': 'Point' } }
{ 'event': 'RESET' }
`

// TestFindings checks what is found in messages. In each text, "at" is
// timestamp of an event.
func TestFindings(t *testing.T) {
	const at = `"timestamp": { "seconds": 1, "microseconds": 2 }`
	tests := []struct{ name, text, want string }{
		{"right", `-> { "execute": "ping", "arguments": { "text": "a" }, "id": 7 }` + "\n" + `<- { "return": [ { "x": 1 } ], "id": 7 }`, ""},
		{"no arguments, no result", `-> { "execute": "none" }` + "\n" + `<- { "return": {} }`, ""},
		{"out of band", `-> { "exec-oob": "ping", "arguments": { "text": "a" } }`, ""},
		{"not out of band", `-> { "exec-oob": "none" }`, "unknown-command: command 'none' is not allowed out of band"},
		{"events", `<- { "event": "RESET", at }` + "\n" + `<- { "event": "MOVED", "data": { "to": { "x": -128, "y": 18446744073709551615 } }, at }`, ""},
		{"greeting", `<- { "QMP": { "version": { "any": 1 }, "capabilities": [ "oob" ] } }`, ""},
		{"greeting with more", `<- { "QMP": { "version": {}, "capabilities": [], "more": 1 }, "x": 1 }`, "unknown-member QMP.more: unknown member of the protocol\nunknown-member x: unknown member of the protocol"},
		{"no greeting", `<- { "QMP": 1 }`, "kind QMP: expected an object, got a number"},
		{"half a greeting", `<- { "QMP": { "version": [] } }`, "missing-member QMP.capabilities: mandatory member is missing\nkind QMP.version: expected an object, got an array"},
		{"error", `<- { "error": { "class": "GenericError", "desc": "no" } }`, ""},

		{"unknown command", `-> { "execute": "pong" }`, "unknown-command: unknown command 'pong'"},
		{"unknown event", `<- { "event": "PONG", at }`, "unknown-event: unknown event 'PONG'"},
		{"unknown key", `-> { "execute": "none", "x": 1 }`, "unknown-member x: unknown member of the protocol"},
		{"unknown argument", `-> { "execute": "ping", "arguments": { "text": "a", "more": 1 } }`, "unknown-member arguments.more: unknown member"},
		{"argument of what takes none", `-> { "execute": "none", "arguments": { "x": 1 } }`, "unknown-member arguments.x: command 'none' takes no arguments"},
		{"empty arguments of what takes none", `-> { "execute": "none", "arguments": {} }`, ""},
		{"open arguments", `-> { "execute": "open", "arguments": { "driver": "x", "more": [ 1 ] } }`, ""},
		{"missing argument", `-> { "execute": "ping", "arguments": {} }`, "missing-member arguments.text: mandatory member is missing"},
		{"missing arguments", `-> { "execute": "ping" }`, "missing-member arguments: command 'ping' needs arguments"},
		{"missing data", `<- { "event": "MOVED", at }`, "missing-member data: event 'MOVED' needs data"},
		{"missing timestamp", `<- { "event": "RESET" }`, "missing-member timestamp: mandatory member is missing"},
		{"half a timestamp", `<- { "event": "RESET", "timestamp": { "seconds": 1 } }`, "missing-member timestamp.microseconds: mandatory member is missing"},
		{"nested", `-> { "execute": "all", "arguments": { "inner": { "file": 1 } } }`, "kind arguments.inner.file: expected a string, got a number"},
		{"in a list", `<- { "return": [ { "x": 1 }, { "x": true } ] }`, "kind return[1].x: expected an integer, got a boolean"},
		{"int with a fraction", `-> { "execute": "all", "arguments": { "i": 1.0 } }`, "kind arguments.i: expected an integer, got 1.0"},
		{"number", `-> { "execute": "all", "arguments": { "n": 1.5e3 } }`, ""},
		{"int too large", `-> { "execute": "all", "arguments": { "i": 9223372036854775808 } }`, "range arguments.i: 9223372036854775808 is not between -9223372036854775808 and 9223372036854775807"},
		{"int8 too small", `<- { "return": [ { "x": -129 } ] }`, "range return[0].x: -129 is not between -128 and 127"},
		{"uint64 below zero", `<- { "return": [ { "x": 1, "y": -1 } ] }`, "range return[0].y: -1 is not between 0 and 18446744073709551615"},
		{"least and greatest", `-> { "execute": "ints", "arguments": { "i16": -32768, "i32": -2147483648, "u8": 255, "u16": 65535, "u32": 4294967295, "s": 18446744073709551615 } }`, ""},
		{"too small", `-> { "execute": "ints", "arguments": { "i16": -32769, "i32": -2147483649, "u8": -1 } }`,
			"range arguments.i16: -32769 is not between -32768 and 32767\nrange arguments.i32: -2147483649 is not between -2147483648 and 2147483647\nrange arguments.u8: -1 is not between 0 and 255"},
		{"too large", `-> { "execute": "ints", "arguments": { "u8": 256, "u16": 65536, "u32": 4294967296, "s": 18446744073709551616 } }`,
			"range arguments.u8: 256 is not between 0 and 255\nrange arguments.u16: 65536 is not between 0 and 65535\n" +
				"range arguments.u32: 4294967296 is not between 0 and 4294967295\nrange arguments.s: 18446744073709551616 is not between 0 and 18446744073709551615"},
		{"enum", `-> { "execute": "all", "arguments": { "colour": "blue" } }`, "unknown-value arguments.colour: Colour has no value 'blue'"},
		{"duplicate", `-> { "execute": "all", "arguments": { "i": 1, "i": 2 } }`, "duplicate arguments.i: duplicate member"},
		{"duplicate in any", `-> { "execute": "all", "arguments": { "any": [ { "i": 1, "i": 2 } ] } }`, "duplicate arguments.any[0].i: duplicate member"},
		{"null for absent", `-> { "execute": "all", "arguments": { "i": null } }`, "kind arguments.i: expected an integer, got null"},

		{"alternate", `-> { "execute": "all", "arguments": { "either": null } }`, ""},
		{"object of an alternate", `-> { "execute": "all", "arguments": { "either": { "z": 1 } } }`,
			"missing-member arguments.either.x: mandatory member is missing\nunknown-member arguments.either.z: Point has no such member"},
		{"none of an alternate", `-> { "execute": "all", "arguments": { "either": 1 } }`, "kind arguments.either: expected one of string, object, null, got a number"},

		{"union", `-> { "execute": "draw", "arguments": { "kind": "red", "x": 1, "name": "a" } }`, ""},
		{"empty branch", `-> { "execute": "draw", "arguments": { "kind": "green" } }`, ""},
		{"member of another branch", `-> { "execute": "draw", "arguments": { "kind": "green", "x": 1 } }`, "unknown-member arguments.x: only where 'kind' is 'red'"},
		{"member of no branch", `-> { "execute": "draw", "arguments": { "kind": "red", "x": 1, "z": 1 } }`, "unknown-member arguments.z: Shape has no such member"},
		{"member of a branch is missing", `-> { "execute": "draw", "arguments": { "kind": "red" } }`, "missing-member arguments.x: mandatory member is missing"},
		{"no discriminator", `-> { "execute": "draw", "arguments": { "x": 1 } }`, "missing-member arguments.kind: mandatory member is missing"},
		{"unknown branch", `-> { "execute": "draw", "arguments": { "kind": "blue", "z": 1 } }`, "unknown-value arguments.kind: Colour has no value 'blue'"},

		{"result of what has none", `-> { "execute": "none" }` + "\n" + `<- { "return": { "x": 1 } }`, "unknown-member return.x: command 'none' returns nothing"},
		{"reply of what has none", `-> { "execute": "bye" }` + "\n" + `<- { "return": {} }`, "not-a-message: command 'bye' has no reply on success"},
		{"result of another kind", `-> { "execute": "ping", "arguments": { "text": "a" } }` + "\n" + `<- { "return": {} }`, "kind return: expected an array, got an object"},
		{"error class", `<- { "error": { "class": "Odd", "desc": "no" } }`, "unknown-value error.class: QapiErrorClass has no value 'Odd'"},
		{"error without text", `<- { "error": { "class": "GenericError" } }`, "missing-member error.desc: mandatory member is missing"},
		{"wrong arrow", `<- { "execute": "none" }`, "direction: marked as the server's, but it is a command"},
		{"event of the client", `-> { "event": "RESET", at }`, "direction: marked as the client's, but it is an event"},
		{"nothing", `-> { "run": "none" }`, `not-a-message: no message of the protocol: it has no "execute", "return", "error", "event" or "QMP"`},
		{"no object", `-> [ 1 ]`, "not-a-message: a message is an object, not an array"},

		{"elided list", `<- { "return": [ { "x": 1 }, ... ] }`, ""},
		{"elided with words", `<- { "return": [ { "x": 1 }, [ ... more points follow ... ] ] }`, ""},
		{"elided members", `<- { "return": [ { ... } ] }`, ""},
		{"elided object is checked", `<- { "return": [ { "y": "a", ... } ] }`, "kind return[0].y: expected an integer, got a string"},
		{"elided branch", `-> { "execute": "draw", "arguments": { "x": 1, ... } }`, ""},
		{"elided value", `-> { "execute": "ping", "arguments": { "text": ... } }`, ""},
		{"elided line", "<- { \"return\": [\n     { \"x\": 1 },\n     ...\n     { \"x\": 300 }\n   ] }", "range return[1].x: 300 is not between -128 and 127"},
		{"elided message", `<- ... text sent by the server ...`, ""},

		{"not closed", `-> { "execute": "none"`, "json: the message ends before the '}' that closes it"},
		{"no comma", `-> { "execute": "none" "id": 1 }`, `json: expected ',' or '}', got '"'`},
		{"comma at the end", `-> { "execute": "none", }`, `json: unexpected ',' before '}'`},
		{"wrong bracket", `<- { "return": [ { "x": 1 }, ... }`, "json: expected ',' or ']', got '}'"},
		{"more behind it", `-> { "execute": "none" } }`, "json: unexpected '}' after the end of the message"},
		{"single quotes", `-> { 'execute': 'none' }`, `json: expected the name of a member, got '\''`},
		{"no value", `-> { "execute": none }`, `json: expected a value, got "none"`},
		{"number with leading zero", `<- { "return": 01 }`, "json: a number must not start with 0"},
		{"string without end", `-> { "execute": "none }`, "json: unterminated string"},
		{"escape", `-> { "execute": "\q" }`, "json: invalid escape in a string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "@ping:\n\n@text: text\n\n.. qmp-example::\n\n    " + strings.ReplaceAll(strings.ReplaceAll(tt.text, "at }", at+" }"), "\n", "\n    ")
			s := schematest.Text(t, strings.Replace(shapes, "{ 'command': 'ping'", comment(text)+"{ 'command': 'ping'", 1))
			var got []string
			for _, d := range documentation(s) {
				for _, e := range example.Read(s, d).Examples {
					for _, m := range e.Messages {
						for _, f := range m.Findings {
							got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s", f.Code, f.Path))+": "+f.Msg)
						}
					}
				}
			}
			if got := strings.Join(got, "\n"); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}
