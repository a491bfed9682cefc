package console

import (
	"context"
	"encoding/json"
	"errors"
	"path"
	"slices"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// A Schema describes the commands and events of a server.
type Schema struct {
	// ir is the schema, or nil, with which nothing is checked.
	ir *ir.Schema

	introspected bool
	commands     map[string]*ir.Command
	events       map[string]*ir.Event
	names        []string // of commands, sorted; without a schema, those that the server lists
	eventNames   []string // sorted
}

// NewSchema returns the Schema of a resolved schema.
func NewSchema(s *ir.Schema) *Schema {
	known := &Schema{ir: s, commands: make(map[string]*ir.Command), events: make(map[string]*ir.Event)}
	for _, cmd := range s.Commands {
		known.commands[cmd.Name] = cmd
		known.names = append(known.names, cmd.Name)
	}
	for _, ev := range s.Events {
		known.events[ev.Name] = ev
		known.eventNames = append(known.eventNames, ev.Name)
	}
	slices.Sort(known.names)
	slices.Sort(known.eventNames)
	return known
}

// readAll returns the Schema of an answer to query-qmp-schema.
func readAll(text []byte) (*Schema, error) {
	s, err := introspect.Read(text)
	if err != nil {
		return nil, err
	}
	known := NewSchema(s)
	known.introspected = true
	return known, nil
}

// AskSchema asks a server for its introspection or, if it has none, as an agent or QEMU before
// 2.5, for the names of its commands. If it does not answer that either, the schema is empty.
//
// With names, only these commands and events are read, unless one is missing.
func AskSchema(ctx context.Context, m *Machine, names []string) (*Schema, error) {
	if !m.agent {
		var text json.RawMessage
		err := m.Do(ctx, &qmp.Request{Command: "query-qmp-schema", Result: &text})
		if err == nil {
			return ReadIntrospection(text, names)
		}
		if answered := new(qmp.Error); !errors.As(err, &answered) {
			return nil, err
		}
	}
	known := &Schema{}
	type named struct {
		Name string `json:"name"`
	}
	var err error
	var list []named
	if m.agent {
		var info struct {
			Commands []named `json:"supported_commands"`
		}
		err = m.Do(ctx, &qmp.Request{Command: "guest-info", Result: &info})
		list = info.Commands
	} else {
		err = m.Do(ctx, &qmp.Request{Command: "query-commands", Result: &list})
	}
	if answered := new(qmp.Error); err != nil && !errors.As(err, &answered) {
		return nil, err
	}
	for _, c := range list {
		known.names = append(known.names, c.Name)
	}
	slices.Sort(known.names)
	return known, nil
}

// silentCommands are the commands of QEMU's guest agent that do not reply on success.
var silentCommands = []string{"guest-shutdown", "guest-suspend-disk", "guest-suspend-ram", "guest-suspend-hybrid"}

// prepare returns the request of a command, with arguments checked and converted. args may be
// nil. The error is an *ArgumentError.
func (s *Schema) prepare(name string, args *object) (*qmp.Request, error) {
	req := &qmp.Request{Command: name}
	cmd := s.commands[name]
	if cmd == nil && len(s.names) > 0 && !slices.Contains(s.names, name) {
		hint := diag.DidYouMean(name, s.names)
		if hint != "" {
			hint = "; " + hint
		}
		return nil, &ArgumentError{name, []string{"unknown command" + hint}}
	}
	if cmd == nil {
		if args != nil {
			guessAll(args)
		}
		req.NoReply = slices.Contains(silentCommands, name)
	} else {
		var err error
		if args, err = s.arguments(cmd, args); err != nil {
			return nil, err
		}
		req.NoReply = !cmd.SuccessResponse
	}
	if args != nil && len(args.names) > 0 {
		req.Args = json.RawMessage(appendValue(nil, args))
	}
	return req, nil
}

// checkEvents returns an error for patterns that match no event. Without a schema, all are
// allowed.
func (s *Schema) checkEvents(patterns []string) error {
	for _, p := range patterns {
		if _, err := path.Match(p, ""); err != nil {
			return &ArgumentError{p, []string{"the pattern is malformed"}}
		}
		if len(s.eventNames) == 0 || slices.ContainsFunc(s.eventNames, func(name string) bool { return matches(p, name) }) {
			continue
		}
		hint := diag.DidYouMean(p, s.eventNames)
		if hint != "" {
			hint = "; " + hint
		}
		return &ArgumentError{p, []string{"unknown event" + hint}}
	}
	return nil
}

// matches reports whether a pattern of path.Match matches the name of an event.
func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}
