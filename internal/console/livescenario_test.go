package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/internal/fake"
	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// session is a conversation: commands with their arguments, and how many events are waited for
// behind each.
var session = []struct {
	command, args string
	events        int
}{
	{"query-status", "", 0},
	{"query-version", "", 0},
	{"cont", "", 1},
	{"query-status", "", 0},
	{"query-status", "", 0},
	{"stop", "", 1},
	{"query-status", "", 0},
	{"blockdev-add", `{"driver": "null-co", "node-name": "n0", "size": 65536}`, 0},
	{"blockdev-add", `{"driver": "null-co", "node-name": "n0", "size": 65536}`, 0}, // an error
	{"query-named-block-nodes", "", 0},
	{"query-named-block-nodes", `{"flat": true}`, 0},
	{"blockdev-del", `{"node-name": "n0"}`, 0},
	{"query-named-block-nodes", "", 0},
	{"blockdev-del", `{"node-name": "nope"}`, 0},
	{"object-add", `{"qom-type": "secret", "id": "s0", "data": "geheim"}`, 0},
	{"qom-list", `{"path": "/objects"}`, 0},
	{"qom-get", `{"path": "/objects/s0", "property": "type"}`, 0},
	{"object-del", `{"id": "s0"}`, 0},
	{"human-monitor-command", `{"command-line": "info status"}`, 0},
	{"query-machines", "", 0},
	{"query-command-line-options", `{"option": "name"}`, 0},
}

// play runs the session and returns what came, a line each.
func play(t *testing.T, addr string) []string {
	t.Helper()
	c, err := qmp.Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	events := qmp.Subscribe[*qmp.UnknownEvent](c)
	defer events.Close()
	var came []string
	for _, step := range session {
		var result json.RawMessage
		req := &qmp.Request{Command: step.command, Result: &result}
		if step.args != "" {
			req.Args = json.RawMessage(step.args)
		}
		err := c.Do(t.Context(), req)
		if answered := new(qmp.Error); err != nil && !errors.As(err, &answered) {
			t.Fatalf("%s: %v", step.command, err)
		}
		came = append(came, fmt.Sprintf("%s %s: %s %v", step.command, step.args, canonicalText(t, result), err))
		for range step.events {
			ev, err := events.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			came = append(came, ev.Name+" "+canonicalText(t, ev.Data))
		}
	}
	return came
}

func canonicalText(t *testing.T, text []byte) string {
	t.Helper()
	if len(text) == 0 {
		return ""
	}
	v, err := parseValue(string(text))
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return canonical(v)
}

// TestLiveRecordedScenario records a session with QEMU, and checks what replay and, by way of a
// scenario, serve answer against what QEMU did.
func TestLiveRecordedScenario(t *testing.T) {
	for _, release := range []string{"7.2", "11.1"} {
		t.Run(release, func(t *testing.T) {
			machine := startQEMU(t, live.Release(t, release, "qemu-system-x86_64"))
			m, err := (&Target{Addr: machine}).Dial(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			known, err := AskSchema(t.Context(), m, nil)
			m.Close()
			if err != nil {
				t.Fatal(err)
			}
			addr, end := record(t, machine, false)
			want := play(t, "unix:"+addr)
			recording := end()
			if strings.Contains(recording, "geheim") {
				t.Error("the recording has the secret")
			}

			addr, finish := replay(t, recording)
			compare(t, "replay", play(t, "unix:"+addr), want)
			if said, err := finish(); err != nil {
				t.Errorf("%v: %s", err, said)
			}

			p, err := NewReplay(strings.NewReader(recording), "rec")
			if err != nil {
				t.Fatal(err)
			}
			var scenario strings.Builder
			if err := p.WriteScenario(&scenario); err != nil {
				t.Fatal(err)
			}
			rules, err := fake.ParseScenario("scenario", []byte(scenario.String()), known.ir)
			if err != nil {
				t.Fatal(err)
			}
			server, err := fake.New(known.ir, fake.Options{Scenario: rules})
			if err != nil {
				t.Fatal(err)
			}
			socket := filepath.Join(filepath.Dir(machine), "fake")
			l, err := net.Listen("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			served := make(chan error, 1)
			go func() { served <- server.Serve(l) }()
			compare(t, "serve", play(t, "unix:"+socket), want)
			l.Close()
			server.Close()
			if err := <-served; err != nil {
				t.Error(err)
			}
		})
	}
}

func compare(t *testing.T, who string, got, want []string) {
	t.Helper()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("%s: %q\nwant %q", who, got[min(i, len(got)-1)], want[i])
		}
	}
}
