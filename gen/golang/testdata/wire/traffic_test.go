package wire_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// TestTraffic decodes every captured message into the types of its release and
// encodes it again.
func TestTraffic(t *testing.T) {
	p := find(t, "10.0.0/qemu")
	names, err := filepath.Glob(filepath.Join(os.Getenv("QAPI_TRAFFIC"), "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no messages: %v", err)
	}
	counts := map[string]int{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file := strings.TrimSuffix(filepath.Base(name), ".json")
		kind, rest, _ := strings.Cut(file, "-")
		t.Run(file, func(t *testing.T) {
			var m message
			if err := wire.Decode(text, &m, wire.Strict); err != nil {
				t.Fatal(err)
			}
			if err := check(text, &m); err != nil {
				t.Errorf("as a message: %v", err)
			}
			trafficMessage(t, p, kind, rest, &m)
		})
		counts[kind]++
	}
	t.Logf("%d messages: %v", len(names), counts)
}

func trafficMessage(t *testing.T, p *pkg, kind, rest string, m *message) {
	switch kind {
	case "cmd":
		cmd := p.command(m.Execute)
		switch {
		case strings.HasPrefix(rest, "nonexistent"):
			if cmd != nil {
				t.Error("the command is there")
			}
		case cmd == nil:
			t.Errorf("no command %s", m.Execute)
		case strings.HasSuffix(rest, "-bogus"):
			// QEMU's answer is that there is no such argument.
			if err := arguments(cmd, m.Arguments); err == nil {
				t.Error("accepted")
			}
		default:
			if err := arguments(cmd, m.Arguments); err != nil {
				t.Error(err)
			}
		}
	case "ret":
		cmd := p.command(rest)
		for cmd == nil && rest != "" { // ret-blockdev-add-small
			rest = rest[:max(0, strings.LastIndexByte(rest, '-'))]
			cmd = p.command(rest)
		}
		if cmd == nil {
			t.Fatalf("no command %s", rest)
		}
		if err := result(cmd, m.Return); err != nil {
			t.Error(err)
		}
	case "err":
		var e struct {
			Class string `json:"class"`
			Desc  string `json:"desc"`
		}
		if err := check(m.Error, &e); err != nil {
			t.Error(err)
		}
	case "event":
		if err := event(p, m); err != nil {
			t.Error(err)
		}
	case "greeting":
		greeting(t, p, m.QMP)
	default:
		t.Errorf("what is this?")
	}
}

func greeting(t *testing.T, p *pkg, text json.RawMessage) {
	var g struct {
		Version      json.RawMessage `json:"version"`
		Capabilities json.RawMessage `json:"capabilities"`
	}
	if err := wire.Decode(text, &g, wire.Strict); err != nil {
		t.Fatal(err)
	}
	if err := check(g.Version, p.types["VersionInfo"]); err != nil {
		t.Error(err)
	}
	var names []json.RawMessage
	if err := wire.Decode(g.Capabilities, &names, wire.Strict); err != nil {
		t.Error(err)
	}
	for _, name := range names {
		if err := check(name, p.types["QMPCapability"]); err != nil {
			t.Error(err)
		}
	}
}

// arguments checks the arguments of a command.
func arguments(cmd *qmp.ServerCommand, text json.RawMessage) error {
	if text == nil {
		text = json.RawMessage("{}")
	}
	if cmd.Args == nil {
		return check(text, &struct{}{})
	}
	return check(text, cmd.Args)
}

// result checks the result of a command.
func result(cmd *qmp.ServerCommand, text json.RawMessage) error {
	if cmd.Result == nil {
		return check(text, &struct{}{})
	}
	return check(text, cmd.Result)
}

// event checks the data of an event.
func event(p *pkg, m *message) error {
	e := p.event(m.Event)
	if e == nil {
		return errors.New("no such event")
	}
	text := m.Data
	if text == nil {
		text = json.RawMessage("{}")
	}
	var at qmp.Timestamp
	if m.Timestamp != nil {
		if err := check(m.Timestamp, &at); err != nil {
			return err
		}
	}
	return check(text, e)
}
