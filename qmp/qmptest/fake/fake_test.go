package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	qapi "github.com/qapi-go/qapi-go/golden/vm/go"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest/fake"
)

// In a test, fake.Start(t, …) is shorter, and ends the server with the test. Package qapi was
// generated from the same schema.
func Example() {
	server, err := fake.New("../../../testdata/schemas/vm/vm.json", fake.WithScenario(`
state: { running: true, status: running }
rules:
  - command: stop
    set: { running: false, status: paused }
    after: [ { event: MACHINE_PAUSED } ]
  - command: query-status
    return: { running: "${running}", status: "${status}" }
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	ctx := context.Background()
	client := server.Client()
	vm := qapi.NewClient(client)
	paused := qmp.Subscribe[*qapi.MachinePausedEvent](client)

	status, err := vm.QueryStatus(ctx)
	fmt.Println(status.Status, err)
	fmt.Println(vm.Stop(ctx))
	_, err = paused.Next(ctx)
	fmt.Println(err)
	status, err = vm.QueryStatus(ctx)
	fmt.Println(status.Status, err)
	fmt.Println(client.Call(ctx, "device-del", map[string]any{"id": 7}, nil))
	for _, call := range server.Calls() {
		fmt.Println(call.Command, string(call.Args))
	}
	// Output:
	// running <nil>
	// <nil>
	// <nil>
	// paused <nil>
	// qmp: device-del: Invalid parameter type for 'id', expected: string
	// query-status {}
	// stop {}
	// query-status {}
	// device-del {"id":7}
}

const lamp = `{ 'enum': 'Hue', 'data': [ 'red', 'grey' ] }
{ 'command': 'hue', 'returns': { 'type': 'Hue' } }
`

// write writes a file and returns its name.
func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "s.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const agentSchema = `{ 'pragma': { 'command-returns-exceptions': [ 'guest-sync', 'guest-sync-delimited' ] } }
{ 'command': 'guest-sync', 'data': { 'id': 'int' }, 'returns': 'int' }
{ 'command': 'guest-sync-delimited', 'data': { 'id': 'int' }, 'returns': 'int' }
{ 'struct': 'Name', 'data': { 'host-name': 'str' } }
{ 'command': 'guest-get-host-name', 'returns': 'Name' }
{ 'struct': 'Lamp', 'data': { 'watt': 'uint8' } }
{ 'command': 'lamp', 'returns': 'Lamp' }
{ 'event': 'BURNT', 'data': { 'id': 'str' } }
`

// TestStart starts several servers of a schema, and ends them.
func TestStart(t *testing.T) {
	schema := write(t, agentSchema)
	var addr string
	t.Run("machine", func(t *testing.T) {
		vm := fake.Start(t, schema)
		addr = vm.Addr()
		a, b := vm.Client(), vm.Client()
		burnt := qmp.Subscribe[*qmp.UnknownEvent](b)
		if err := a.Call(t.Context(), "lamp", nil, nil); err != nil {
			t.Error(err)
		}
		if err := vm.Emit("BURNT", struct {
			ID string `json:"id"`
		}{"hall"}); err != nil {
			t.Fatal(err)
		}
		if ev, err := burnt.Next(t.Context()); err != nil || !strings.Contains(string(ev.Data), `"hall"`) {
			t.Errorf("%+v, %v", ev, err)
		}
		for name, data := range map[string]any{"BURNT": nil, "LIT": nil} {
			if err := vm.Emit(name, data); err == nil {
				t.Errorf("event %s is sent", name)
			}
		}
	})
	if _, err := os.Stat(strings.TrimPrefix(addr, "unix:")); err == nil {
		t.Error("the socket is left behind")
	}
	agent := fake.Start(t, schema, fake.AsAgent(), fake.WithScenario("rules:\n  - command: guest-get-host-name\n    return: { host-name: h }\n"))
	c, err := qga.Dial(t.Context(), agent.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var name json.RawMessage
	if err := c.Call(t.Context(), "guest-get-host-name", nil, &name); err != nil || !strings.Contains(string(name), `"h"`) {
		t.Errorf("%s, %v", name, err)
	}
	if err := agent.Emit("BURNT", nil); err == nil {
		t.Error("an agent sends an event")
	}
}

// TestNewErrors checks the errors for what is wrong.
func TestNewErrors(t *testing.T) {
	for _, test := range []struct {
		schema string
		opt    fake.Option
		want   string
	}{
		{lamp, nil, "s.json:2:"},
		{agentSchema, fake.WithScenario("rules:\n  - command: lmap\n"), "scenario:2:14: the schema has no command \"lmap\"; did you mean 'lamp'?"},
		{agentSchema, fake.WithScenarioFile("none.yaml"), "none.yaml"},
	} {
		opts := []fake.Option{}
		if test.opt != nil {
			opts = append(opts, test.opt)
		}
		if s, err := fake.New(write(t, test.schema), opts...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v, want %s", err, test.want)
			if err == nil {
				s.Close()
			}
		}
	}
	if _, err := fake.New(filepath.Join(t.TempDir(), "none.json")); err == nil {
		t.Error("no error without a schema")
	}
	if _, err := fake.New(""); err == nil {
		t.Error("no error without a name")
	}
}

// TestErrors checks that refusals are errors that programs can tell apart.
func TestErrors(t *testing.T) {
	c := fake.Start(t, write(t, agentSchema)).Client()
	err := c.Call(t.Context(), "nope", nil, nil)
	if e := new(qmp.Error); !errors.As(err, &e) || e.Class != qmp.ClassCommandNotFound {
		t.Error(err)
	}
}
