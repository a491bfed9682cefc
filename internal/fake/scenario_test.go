package fake

import (
	"bufio"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/schematest"
	"github.com/qapi-go/qapi-go/qmp"
)

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

// TestScenarioGarbage checks that garbage is sent as it is, before the answer and after the events
// that precede it.
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

// TestScenarioBranches checks that a rule may name members of any branch of a union, if it does not
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
