package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/internal/bench/qapi"
	"github.com/qapi-go/qapi-go/qmp"
)

// A message is the payload of a captured message.
type message struct {
	name  string
	text  []byte
	typed any // pointer to the generated type
	plain any // pointer to a plain type with tags: the same, or one written by hand
}

// table has the messages of the reference, with types for encoding/json where
// the generated ones have methods.
var table = []struct {
	name  string
	plain any
}{
	{"ret-query-qmp-schema", new([]plainSchemaInfo)},
	{"ret-query-cpu-definitions", nil},
	{"ret-qom-list-types", nil},
	{"ret-query-command-line-options", nil},
	{"ret-query-named-block-nodes", new([]plainBlockDeviceInfo)},
	{"ret-query-machines", nil},
	{"ret-query-commands", nil},
	{"ret-query-block", new([]plainBlockInfo)},
	{"cmd-blockdev-add", new(plainBlockdevOptions)},
	{"ret-query-status", nil},
	{"event-BLOCK_JOB_READY", nil},
}

// readMessages reads the messages of the table. With all, it adds those others
// whose generated types have no methods, so that encoding/json works on the
// same types.
func readMessages(dir string, all bool) ([]*message, error) {
	var list []*message
	for _, row := range table {
		m, err := readMessage(dir, row.name)
		if err != nil {
			return nil, err
		}
		if m.plain = row.plain; m.plain == nil {
			m.plain = m.typed
		}
		list = append(list, m)
	}
	if !all {
		return list, nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "traffic", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		m, err := readMessage(dir, name)
		if err != nil || slices.ContainsFunc(list, func(l *message) bool { return l.name == name }) {
			continue // no payload, or no such command
		}
		if m.plain = m.typed; !hasMethods(reflect.TypeOf(m.typed), map[reflect.Type]bool{}) && len(m.text) > 2 {
			list = append(list, m)
		}
	}
	return list, nil
}

func readMessage(dir, name string) (*message, error) {
	text, err := os.ReadFile(filepath.Join(dir, "traffic", name+".json"))
	if err != nil {
		return nil, err
	}
	var raw struct {
		Execute   string
		Arguments json.RawMessage
		Return    json.RawMessage
		Event     string
		Data      json.RawMessage
	}
	if err := json.Unmarshal(text, &raw); err != nil {
		return nil, err
	}
	m := &message{name: name}
	commands := new(qapi.Handlers).Commands()
	command := func(name string) *qmp.ServerCommand {
		if k := slices.IndexFunc(commands, func(c qmp.ServerCommand) bool { return c.Name == name }); k >= 0 {
			return &commands[k]
		}
		return &qmp.ServerCommand{}
	}
	switch kind, rest, _ := strings.Cut(name, "-"); kind {
	case "cmd":
		m.text, m.typed = raw.Arguments, command(raw.Execute).Args
	case "ret":
		m.text, m.typed = raw.Return, command(rest).Result
	case "event":
		m.text = raw.Data
		if rest == "BLOCK_JOB_READY" {
			m.typed = new(qapi.BlockJobReadyEvent)
		}
	}
	if m.text == nil || m.typed == nil {
		return nil, fmt.Errorf("%s: nothing to decode", name)
	}
	return m, nil
}

// hasMethods reports whether values of a type use methods for JSON.
func hasMethods(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if t.Implements(reflect.TypeFor[json.Marshaler]()) {
		return true
	}
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice:
		return hasMethods(t.Elem(), seen)
	case reflect.Struct:
		for k := range t.NumField() {
			if f := t.Field(k); f.Tag.Get("json") != "-" && hasMethods(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// fresh returns a pointer to a new value of the type that v points to.
func fresh(v any) any { return reflect.New(reflect.TypeOf(v).Elem()).Interface() }
