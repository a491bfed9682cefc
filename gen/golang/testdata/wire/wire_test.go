// Package wire_test holds generated packages against what QEMU sends, against
// the examples in its documentation, and against encoding/json. TestWire of
// gen/golang writes the packages, and packages_test.go, which lists them.
package wire_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"reflect"
	"strings"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A pkg is a generated package.
type pkg struct {
	name     string              // such as "10.0.0/qemu"
	types    map[string]any      // pointers to zero values
	values   map[string][]string // of enums
	commands []qmp.ServerCommand
}

// schema is the package's name without the release.
func (p *pkg) schema() string { return path.Base(p.name) }

func (p *pkg) command(name string) *qmp.ServerCommand {
	for k := range p.commands {
		if p.commands[k].Name == name {
			return &p.commands[k]
		}
	}
	return nil
}

// event returns a new event, or nil if there is no such.
func (p *pkg) event(name string) any {
	for _, v := range p.types {
		if e, ok := v.(qmp.Event); ok && e.EventName() == name {
			return fresh(v)
		}
	}
	return nil
}

// fresh returns a pointer to a new value of the type that v, a pointer, points
// to.
func fresh(v any) any { return reflect.New(reflect.TypeOf(v).Elem()).Interface() }

// A message is one of QMP, as anybody may send it.
type message struct {
	Execute   string          `json:"execute,omitzero"`
	ExecOOB   string          `json:"exec-oob,omitzero"`
	Arguments json.RawMessage `json:"arguments,omitzero"`
	Return    json.RawMessage `json:"return,omitzero"`
	Error     json.RawMessage `json:"error,omitzero"`
	Event     string          `json:"event,omitzero"`
	Data      json.RawMessage `json:"data,omitzero"`
	Timestamp json.RawMessage `json:"timestamp,omitzero"`
	ID        json.RawMessage `json:"id,omitzero"`
	QMP       json.RawMessage `json:"QMP,omitzero"`
}

// check decodes text strictly into a new value of the type that v points to,
// encodes it, and reports whether nothing but the order of members and the way of
// writing is different. It does the same with encoding/json.
func check(text []byte, v any) error {
	v = fresh(v)
	if err := wire.Decode(text, v, wire.Strict); err != nil {
		return err
	}
	again, err := wire.Append(nil, v, wire.Strict)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	want, err := normal(text)
	if err != nil {
		return err
	}
	if got, err := normal(again); err != nil || got != want {
		return fmt.Errorf("becomes %s, %v", again, err)
	}
	std := fresh(v)
	if err := json.Unmarshal(text, std); err != nil {
		return fmt.Errorf("encoding/json: %w", err)
	}
	if !reflect.DeepEqual(std, v) {
		return fmt.Errorf("encoding/json decodes %+v, not %+v", std, v)
	}
	if again, err = json.Marshal(v); err != nil {
		return fmt.Errorf("encoding/json: %w", err)
	}
	if got, err := normal(again); err != nil || got != want {
		return fmt.Errorf("encoding/json: becomes %s, %v", again, err)
	}
	return nil
}

// normal returns JSON with members in order of their names, without white
// space, integers as they are and other numbers in the shortest way: QEMU
// writes them with 17 digits.
func normal(text []byte) (string, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return "", err
	}
	text, err := json.Marshal(shorten(v))
	return string(text), err
}

func shorten(v any) any {
	switch v := v.(type) {
	case []any:
		for k := range v {
			v[k] = shorten(v[k])
		}
	case map[string]any:
		for name := range v {
			v[name] = shorten(v[name])
		}
	case json.Number:
		if f, err := v.Float64(); err == nil && strings.ContainsAny(v.String(), ".eE") {
			return f
		}
	}
	return v
}

// find returns the package with a name. Without slow tests there are few.
func find(t testing.TB, name string) *pkg {
	t.Helper()
	for k := range packages {
		if packages[k].name == name {
			return &packages[k]
		}
	}
	if os.Getenv("QAPI_SLOW") == "" {
		t.Skipf("slow test: it compiles the package %s; set QAPI_SLOW=1 to run it", name)
	}
	t.Fatalf("no package %s", name)
	return nil
}
