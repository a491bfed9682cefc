package console

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// replay starts a replay and returns its address, and a function that ends it and
// returns what it has said.
func replay(t *testing.T, recording string) (addr string, end func() (string, error)) {
	t.Helper()
	p, err := NewReplay(strings.NewReader(recording), "rec")
	if err != nil {
		t.Fatal(err)
	}
	addr = filepath.Join(t.TempDir(), "p")
	l, err := Listen(addr)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	var said bytes.Buffer
	go func() { ended <- p.Run(ctx, l, &said) }()
	return addr, func() (string, error) {
		cancel()
		err := <-ended
		return said.String(), err
	}
}

// TestRecordReplay records 10,000 calls and holds the replay against them.
func TestRecordReplay(t *testing.T) {
	calls := live.Rounds(t, 1000, 10000)
	addr, end := record(t, counter(t), true)
	want := converse(t, addr, calls)
	text := end()
	addr, finish := replay(t, text)
	for round, calls := range []int{calls, 100} { // each client has the conversation from its beginning
		got := converse(t, addr, calls)
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("round %d, call %d: %s, recorded %s", round, i, got[i], want[i])
			}
		}
	}
	if said, err := finish(); err != nil || said != "" {
		t.Errorf("%v %s", err, said)
	}
}

// TestReplayUnknown checks that what is not in the recording is said.
func TestReplayUnknown(t *testing.T) {
	addr, end := record(t, counter(t), false)
	converse(t, addr, 1)
	addr, finish := replay(t, end())
	c, err := qmp.Dial(t.Context(), "unix:"+addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, test := range []struct{ command, args, want string }{
		{"echo", `{"password":"other","n":0}`, ""}, // secrets are masked: any is as good
		{"echo", `{"n":0, "password": "p"}`, ""},   // again
		{"echo", `{"n":9}`, "'echo' was not recorded with these arguments"},
		{"nope", `{}`, "CommandNotFound: 'nope' was not recorded"},
	} {
		err := c.Call(t.Context(), test.command, json.RawMessage(test.args), nil)
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s %s: %v", test.command, test.args, err)
		}
	}
	said, err := finish()
	if !errors.Is(err, ErrIncomplete) || !strings.Contains(said, "not recorded: echo {\"n\": 9}\n") || !strings.Contains(said, `not in rec: echo {"n": 9}; nope`) {
		t.Errorf("%v %s", err, said)
	}
}

// TestReplayAgent checks that the byte 0xFF, with which clients of an agent begin, is no command.
func TestReplayAgent(t *testing.T) {
	const recording = `{"time":"","connection":1,"from":"client","message":{"execute":"guest-ping"}}
{"time":"","connection":1,"from":"server","message":{"return":{}}}
`
	addr, end := replay(t, recording)
	conn, err := net.Dial("unix", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("\xff{\"execute\":\"guest-ping\"}\n")); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || strings.TrimSpace(line) != `{"return": {}}` {
		t.Errorf("%q, %v", line, err)
	}
	if said, err := end(); err != nil || said != "" {
		t.Errorf("%v %s", err, said)
	}
}

// TestSameAnswer checks that exchanges with events do not share a rule of a scenario.
func TestSameAnswer(t *testing.T) {
	plain := func(value string) *exchange {
		v, err := parseValue(`{"return": ` + value + `}`)
		if err != nil {
			t.Fatal(err)
		}
		return &exchange{answer: v.(*object)}
	}
	event := []*object{newObject()}
	with := func(before, after []*object) *exchange {
		x := plain("1")
		x.before, x.after = before, after
		return x
	}
	for _, test := range []struct {
		name       string
		rule, next *exchange
		want       bool
	}{
		{"equal", plain("1"), plain("1"), true},
		{"another result", plain("1"), plain("2"), false},
		{"event before the first", with(event, nil), plain("1"), false},
		{"event after the first", with(nil, event), plain("1"), false},
		{"event before the second", plain("1"), with(event, nil), false},
		{"event after the second", plain("1"), with(nil, event), false},
		{"events before both", with(event, nil), with(event, nil), false},
		{"events after both", with(nil, event), with(nil, event), false},
		{"events around the first", with(event, event), plain("1"), false},
		{"events around the second", plain("1"), with(event, event), false},
		{"events before the first and after the second", with(event, nil), with(nil, event), false},
	} {
		rule := &scenarioRule{exchange: test.rule}
		if got := rule.sameAnswer(test.next); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

// TestScenario checks the scenario of a recording.
func TestScenario(t *testing.T) {
	var recording strings.Builder
	id := 0
	exchange := func(command, answer string, events ...string) {
		id++
		fmt.Fprintf(&recording, "{\"time\":\"\",\"connection\":1,\"from\":\"client\",\"message\":{%s,\"id\":%d}}\n", command, id)
		fmt.Fprintf(&recording, "{\"time\":\"\",\"connection\":1,\"from\":\"server\",\"message\":{%s,\"id\":%d}}\n", answer, id)
		for _, ev := range events {
			fmt.Fprintf(&recording, "{\"time\":\"\",\"connection\":1,\"from\":\"server\",\"message\":%s}\n", ev)
		}
	}
	exchange(`"execute":"qmp_capabilities"`, `"return":{}`)
	exchange(`"execute":"a"`, `"return":1`)
	exchange(`"execute":"a"`, `"return":1`)
	exchange(`"execute":"a"`, `"return":2`, `{"event":"E","data":{"x":1},"timestamp":{}}`)
	exchange(`"execute":"a","arguments":{"k":"v"}`, `"error":{"class":"GenericError","desc":"no"}`)
	p, err := NewReplay(strings.NewReader(recording.String()), "rec")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := p.WriteScenario(&out); err != nil {
		t.Fatal(err)
	}
	const want = `# From the recording "rec".
rules:
  - command: "a"
    args: {"k": "v"}
    error: {"class": "GenericError", "desc": "no"}
  - command: "a"
    times: 2
    return: 1
  - command: "a"
    return: 2
    after:
      - event: "E"
        data: {"x": 1}
`
	if out.String() != want {
		t.Errorf("%s\nwant %s", out.String(), want)
	}
}
