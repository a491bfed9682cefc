package fake

import (
	"context"
	"encoding/json"
	"errors"
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
