package fake

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

const lampSchema = `{ 'pragma': { 'member-name-exceptions': [ 'QapiErrorClass' ] } }
{ 'enum': 'Hue', 'data': [ 'red', 'grey' ] }
{ 'enum': 'QapiErrorClass', 'data': [ 'GenericError', 'DeviceNotFound' ] }
{ 'struct': 'Lamp', 'data': { 'id': 'str', 'hue': 'Hue', '*watt': 'uint8' } }
{ 'alternate': 'Ref', 'data': { 'name': 'str', 'lamp': 'Lamp' } }
##
# @lamps:
#
# .. qmp-example::
#
#    -> { "execute": "lamps" }
#    <- { "return": [ { "id": "hall", "hue": "grey" } ] }
##
{ 'command': 'lamps', 'returns': [ 'Lamp' ] }
{ 'command': 'lamp', 'data': { 'id': 'str' }, 'returns': 'Lamp' }
{ 'command': 'on', 'data': { 'id': 'str', '*hue': 'Hue', '*watt': 'uint8', '*refs': [ 'Ref' ] } }
{ 'command': 'plug', 'data': { 'driver': 'str' }, 'gen': false }
{ 'event': 'BURNT', 'data': { 'id': 'str' } }
`

// dial returns a client of a server for a schema.
func dial(t *testing.T, schema *ir.Schema, o Options) (*Server, *qmp.Client) {
	t.Helper()
	s, err := New(schema, o)
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	served := make(chan struct{})
	go func() { defer close(served); s.ServeConn(there) }()
	c, err := qmp.NewClient(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); s.Close(); <-served })
	return s, c
}

func call(t *testing.T, c *qmp.Client, command, args string) string {
	t.Helper()
	var reply json.RawMessage
	var raw any
	if args != "" {
		raw = json.RawMessage(args)
	}
	err := c.Call(t.Context(), command, raw, &reply)
	var e *qmp.Error
	switch {
	case errors.As(err, &e):
		return e.Class + ": " + e.Desc
	case err != nil:
		t.Fatal(err)
	}
	return string(reply)
}

// TestLeast checks minimal values, and that there are none of types that always contain themselves.
func TestLeast(t *testing.T) {
	const schema = `{ 'enum': 'Kind', 'data': [ 'leaf', 'node' ] }
{ 'union': 'Tree', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'node': 'Node', 'leaf': 'Leaf' } }
{ 'struct': 'Node', 'data': { 'left': 'Tree', 'right': 'Tree', '*name': 'str' } }
{ 'struct': 'Leaf', 'data': { 'value': 'number' } }
{ 'union': 'Endless', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'node': 'Again', 'leaf': 'Again' } }
{ 'struct': 'Again', 'data': { 'in': 'Endless' } }
{ 'alternate': 'Either', 'data': { 'again': 'Again', 'flag': 'bool' } }
{ 'struct': 'All', 'data': { 'tree': 'Tree', 'either': 'Either', 'list': [ 'Again' ], 'any': 'any', 'none': 'null', 'text': 'str', 'kind': 'Kind' } }
{ 'command': 'run', 'data': 'All' }
{ 'command': 'again', 'data': 'Again' }
`
	s := schematest.Text(t, schema)
	for name, want := range map[string]string{
		"All":   `{"tree": {"kind": "leaf", "value": 0}, "either": false, "list": [], "any": {}, "none": null, "text": "", "kind": "leaf"}`,
		"Again": "", "Endless": "",
	} {
		got, ok := least(s.ByName[name].(ir.Type))
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %t; want %s", name, got, ok, want)
		}
	}
}

// TestScenarioBranches holds that a rule may name members of any branch of a union, if it does not
// say which.
func TestScenarioBranches(t *testing.T) {
	schema := schematest.Text(t, `{ 'enum': 'Kind', 'data': [ 'leaf', 'node' ] }
{ 'union': 'Tree', 'base': { 'kind': 'Kind' }, 'discriminator': 'kind', 'data': { 'node': 'Node', 'leaf': 'Leaf' } }
{ 'struct': 'Node', 'data': { 'left': 'str' } }
{ 'struct': 'Leaf', 'data': { 'value': 'number' } }
{ 'command': 'plant', 'data': 'Tree', 'boxed': true }
`)
	for args, ok := range map[string]bool{
		"{value: 1}": true, "{left: a}": true, "{kind: leaf, value: 1}": true,
		"{kind: leaf, left: a}": false, "{height: 1}": false,
	} {
		_, err := ParseScenario("s.yaml", []byte("rules:\n- command: plant\n  args: "+args+"\n"), schema)
		if (err == nil) != ok {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// TestScenarioText checks that a number with the tag !!str is the text that the scenario has.
func TestScenarioText(t *testing.T) {
	schema := schematest.Text(t, lampSchema)
	for _, text := range []string{"7.20", "10.0", "010", "1_0", "0x10", "-0"} {
		sc, err := ParseScenario("s.yaml", []byte("rules:\n- command: lamp\n  args: {id: !!str "+text+"}\n"), schema)
		if err != nil || sc.Rules[0].Args["id"] != text {
			t.Errorf("%s: %v, %v", text, sc, err)
		}
	}
}

// TestScenarioWindows checks that a byte order mark is skipped, and that CRLF is one line end.
func TestScenarioWindows(t *testing.T) {
	schema := schematest.Text(t, lampSchema)
	const text = "\ufeffrules:\r\n- command: lamp\r\n  args: {id: \"a\r\n    b\"}\r\n"
	sc, err := ParseScenario("s.yaml", []byte(text), schema)
	if err != nil || sc.Rules[0].Args["id"] != "a b" {
		t.Errorf("%v, %v", sc, err)
	}
	_, err = ParseScenario("s.yaml", []byte(text+"- command: 1\r\n"), schema)
	if err == nil || !strings.HasPrefix(err.Error(), "s.yaml:5:12: ") {
		t.Errorf("error %v, want one in line 5", err)
	}
}

// TestAnswers checks arguments in QEMU's words, and answers from examples or with the least value.
func TestAnswers(t *testing.T) {
	_, c := dial(t, schematest.Text(t, lampSchema), Options{})
	tests := []struct{ command, args, want string }{
		{"lamps", ``, `[{"hue": "grey", "id": "hall"}]`},
		{"lamp", `{"id": "x"}`, `{"hue": "red", "id": ""}`},
		{"on", `{"id": "x", "hue": "grey", "watt": 255, "refs": ["a", {"id": "b", "hue": "red"}]}`, `{}`},
		{"plug", `{"driver": "d", "any": [1]}`, `{}`},
		{"lamp", `{}`, `GenericError: Parameter 'id' is missing`},
		{"lamp", `{"id": "x", "no": 1}`, `GenericError: Parameter 'no' is unexpected`},
		{"lamp", `{"id": 1}`, `GenericError: Invalid parameter type for 'id', expected: string`},
		{"on", `{"id": "x", "hue": "blue"}`, `GenericError: Parameter 'hue' does not accept value 'blue'`},
		{"on", `{"id": "x", "watt": 256}`, `GenericError: Parameter 'watt' expects uint8_t`},
		{"on", `{"id": "x", "watt": "1"}`, `GenericError: Parameter 'watt' expects uint64`},
		{"on", `{"id": "x", "refs": [1]}`, `GenericError: Invalid parameter type for 'null', expected: Ref`},
		{"on", `{"id": "x", "refs": [{"id": "b"}]}`, `GenericError: Parameter 'refs[0].hue' is missing`},
		{"off", ``, `CommandNotFound: The command off has not been found`},
	}
	for _, test := range tests {
		got := call(t, c, test.command, test.args)
		if !strings.Contains(got, ": ") || strings.HasPrefix(got, "{") || strings.HasPrefix(got, "[") {
			got = normal(t, got)
		}
		want := test.want
		if strings.HasPrefix(want, "{") || strings.HasPrefix(want, "[") {
			want = normal(t, want)
		}
		if got != want {
			t.Errorf("%s %s: got %s, want %s", test.command, test.args, got, test.want)
		}
	}
}

// normal returns JSON text in one form.
func normal(t *testing.T, text string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	out, _ := json.Marshal(v)
	return string(out)
}

const lampScenario = `state: { hue: red }
rules:
  - command: lamp
    args: { id: broken }
    error: { class: DeviceNotFound, desc: "no such lamp" }
  - command: lamp
    return: { id: hall, hue: "${hue}" }
  - command: on
    times: 1
    set: { hue: grey }
    before: [ { event: BURNT, data: { id: first } } ]
    after: [ { event: BURNT, data: { id: second }, delay: 1ms } ]
  - command: plug
    garbage: "\x01nonsense\n"
    disconnect: true
`

// TestScenario plays answers, errors, events, a change of state, and the end of a connection.
func TestScenario(t *testing.T) {
	schema := schematest.Text(t, lampSchema)
	sc, err := ParseScenario("s.yaml", []byte(lampScenario), schema)
	if err != nil {
		t.Fatal(err)
	}
	_, c := dial(t, schema, Options{Scenario: sc})
	events := qmp.SubscribeAny(c, []qmp.Event{(*qmp.UnknownEvent)(nil)})
	defer events.Close()
	if got := call(t, c, "lamp", `{"id": "broken"}`); got != "DeviceNotFound: no such lamp" {
		t.Error(got)
	}
	if got := normal(t, call(t, c, "lamp", `{"id": "a"}`)); got != `{"hue":"red","id":"hall"}` {
		t.Error(got)
	}
	call(t, c, "on", `{"id": "a"}`)
	for _, want := range []string{`{"id":"first"}`, `{"id":"second"}`} {
		ev, err := events.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := normal(t, string(ev.(*qmp.UnknownEvent).Data)); ev.EventName() != "BURNT" || got != want {
			t.Errorf("event %s %s, want %s", ev.EventName(), got, want)
		}
	}
	if got := normal(t, call(t, c, "lamp", `{"id": "a"}`)); got != `{"hue":"grey","id":"hall"}` {
		t.Error(got)
	}
	if err := c.Call(t.Context(), "plug", map[string]any{"driver": "d"}, nil); err == nil {
		t.Error("the connection did not end")
	}
	<-c.Done()
}

// TestScenarioGarbage holds that garbage is sent as it is, before the answer, and behind the events
// before.
func TestScenarioGarbage(t *testing.T) {
	schema := schematest.Text(t, lampSchema)
	sc, err := ParseScenario("s.yaml", []byte(`rules:
  - command: lamp
    before: [ { event: BURNT, data: { id: first } } ]
    garbage: "no JSON\n"
    return: { id: hall, hue: red }
`), schema)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(schema, Options{Scenario: sc})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	here, there := net.Pipe()
	go s.ServeConn(there)
	defer here.Close()
	in := bufio.NewReader(here)
	next := func() string {
		t.Helper()
		text, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	next() // the greeting
	io.WriteString(here, `{"execute": "qmp_capabilities"}`+"\n")
	next()
	io.WriteString(here, `{"execute": "lamp", "arguments": {"id": "a"}, "id": 7}`+"\n")
	for _, want := range []string{`"BURNT"`, "no JSON\n", `"hall"`} {
		if got := next(); !strings.Contains(got, want) {
			t.Errorf("%q, want %s", got, want)
		}
	}
}

// TestScenarioMistakes checks places and texts of what is wrong with a scenario.
func TestScenarioMistakes(t *testing.T) {
	schema := schematest.Text(t, lampSchema)
	tests := []struct{ text, want string }{
		{"", "s.yaml:1:1: there are no rules"},
		{"rules:\n  - command: lmap\n", `s.yaml:2:14: the schema has no command "lmap"; did you mean 'lamp'?`},
		{"rules:\n  - command: lamp\n    args: { no: 1 }\n", `s.yaml:3:11: command "lamp" has no argument "no"`},
		{"rules:\n  - command: lamp\n    args: { id: 1 }\n", `s.yaml:3:11: command "lamp" cannot have these arguments: Invalid parameter type for 'id', expected: string`},
		{"rules:\n  - command: on\n    args: { hue: pink }\n", `s.yaml:3:11: command "on" cannot have these arguments: Parameter 'hue' does not accept value 'pink'`},
		{"rules:\n  - command: on\n    args: { refs: [ { watt: 300 } ] }\n", `s.yaml:3:11: command "on" cannot have these arguments: `},
		{"rules:\n  - command: on\n    error: { class: DeviceNotFund }\n", `s.yaml:3:21: the schema has no error class "DeviceNotFund"; did you mean 'DeviceNotFound'?`},
		{"rules:\n  - command: on\n    when: { lit: true }\n", `s.yaml:3:11: nothing sets "lit"`},
		{"state: { lot: true }\nrules:\n  - command: on\n    when: { lit: true }\n", `nothing sets "lit"; did you mean 'lot'?`},
		{"rules:\n  - command: lamp\n    return: { id: 1, hue: red }\n", `s.yaml:3:13: command "lamp" cannot return this: Invalid parameter type for 'id', expected: string`},
		{"rules:\n  - command: lamp\n    retrun: {}\n", `unknown key "retrun"; did you mean 'return'?`},
		{"rules:\n  - command: on\n    after: [ { event: LIT } ]\n", `the schema has no event "LIT"`},
		{"rules:\n  - command: on\n    delay: soon\n", `s.yaml:3:12: it must be a time, such as 100ms or 2s`},
		{"rules: [\n", "s.yaml:"},
		{"state: &a { b: *a }\n", "s.yaml:1:8: anchors, aliases and merge keys are not allowed"},
		{"rules: 1\n", "it must be a list"},
	}
	// Arguments of a rule are those that a command must have, not all.
	const good = "rules:\n  - command: on\n    args: { watt: 3, refs: [ { hue: red }, hall ] }\n    error: { class: DeviceNotFound }\n  - command: plug\n    args: { more: 1 }\n"
	if _, err := ParseScenario("s.yaml", []byte(good), schema); err != nil {
		t.Error(err)
	}
	for _, test := range tests {
		_, err := ParseScenario("s.yaml", []byte(test.text), schema)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %s", test.text, err, test.want)
		}
	}
}

// TestReleases asks servers of QEMU's schemas for every command with the least arguments: each
// answers with a value that is valid, or nothing.
func TestReleases(t *testing.T) {
	dir := corpus.Dir(t)
	releases, err := os.ReadDir(filepath.Join(dir, "corpus"))
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range live.Sample(t, releases, 3) {
		release := entry.Name()
		for _, sc := range corpus.Schemas(t, dir, release) {
			t.Run(release+" "+sc.Name, func(t *testing.T) {
				schema := schematest.Load(t, filepath.Join(dir, "corpus", release), sc.Root)
				s, err := New(schema, Options{Agent: sc.Name == "qga"})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				answered := 0
				for _, c := range schema.Commands {
					args, ok := least(c.Arg)
					if !ok {
						t.Errorf("%s: no arguments", c.Name)
						continue
					}
					result, err := s.run(context.Background(), c, json.RawMessage(args))
					if err != nil {
						t.Errorf("%s %s: %v", c.Name, args, err)
						continue
					}
					if raw, ok := result.(*json.RawMessage); ok {
						if err := checkData(c.Returns, *raw); err != nil {
							t.Errorf("%s: %s: %v", c.Name, *raw, err)
						}
					} else if c.Returns != nil {
						t.Errorf("%s returns nothing", c.Name)
					}
					answered++
				}
				if answered < 15 {
					t.Errorf("only %d commands", answered)
				}
				t.Logf("%d commands", answered)
			})
		}
	}
}

// TestAgent talks to a guest agent.
func TestAgent(t *testing.T) {
	schema := schematest.Text(t, `{ 'command': 'guest-sync', 'data': { 'id': 'int' }, 'returns': 'int' }
{ 'command': 'guest-sync-delimited', 'data': { 'id': 'int' }, 'returns': 'int' }
{ 'struct': 'Name', 'data': { 'host-name': 'str' } }
{ 'command': 'guest-get-host-name', 'returns': 'Name' }
{ 'pragma': { 'command-returns-exceptions': [ 'guest-sync', 'guest-sync-delimited' ] } }
`)
	s, err := New(schema, Options{Agent: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	here, there := net.Pipe()
	go s.ServeConn(there)
	c, err := qga.NewClient(t.Context(), here)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var reply json.RawMessage
	if err := c.Call(t.Context(), "guest-get-host-name", nil, &reply); err != nil || normal(t, string(reply)) != `{"host-name":""}` {
		t.Errorf("%s, %v", reply, err)
	}
}

// FuzzScenario reads scenarios: what is wrong has a place, and nothing panics.
func FuzzScenario(f *testing.F) {
	f.Add(lampScenario)
	f.Add("rules:\n  -")
	f.Add("a: &a [*a]")
	schema := schematest.Text(f, lampSchema)
	f.Fuzz(func(t *testing.T, text string) {
		_, err := ParseScenario("s.yaml", []byte(text), schema)
		if err != nil && !strings.HasPrefix(err.Error(), "s.yaml:") {
			t.Errorf("no place: %v", err)
		}
	})
}
