// Package fake is a server for a schema, without QEMU and without generated code.
//
// It checks arguments as QEMU does (args.go). The result of a command is that of the scenario
// (scenario.go, rule.go), or else that of a valid example in the documentation (answer.go), or
// else a minimal valid value (value.go). query-qmp-schema returns what the schema's release would.
package fake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/qapi-go/qapi-go/internal/behind"
	"github.com/qapi-go/qapi-go/internal/introspect"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// Options are the options of a server. The zero value is for a QEMU of the schema's release.
type Options struct {
	Scenario *Scenario // may be nil
	Agent    bool      // the server is a guest agent

	// Introspection is the result of query-qmp-schema; nil means that of the schema's release.
	Introspection json.RawMessage

	// Log is called with each command and its arguments, an object. It may be nil.
	Log func(command string, args json.RawMessage)
}

// A Server serves a schema. Its methods may be called from any number of goroutines.
type Server struct {
	schema *ir.Schema
	opts   Options
	maker  *answers
	qmp    *qmp.Server
	qga    *qga.Server

	mu    sync.Mutex
	state map[string]any
	used  map[*Rule]int

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // events to send later
}

// New returns a server for a schema.
func New(schema *ir.Schema, o Options) (*Server, error) {
	s := &Server{schema: schema, opts: o, maker: newAnswers(schema), state: make(map[string]any), used: make(map[*Rule]int)}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if o.Scenario != nil {
		for name, v := range o.Scenario.State {
			s.state[name] = v
		}
	}
	rows := make([]qmp.ServerCommand, 0, len(schema.Commands))
	for _, c := range schema.Commands {
		row, err := s.row(c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	version := qmp.WithVersion(qmp.Version{Major: int(schema.Release >> 8), Minor: int(schema.Release & 0xff)})
	if o.Agent {
		s.qga = qga.NewServer(rows, version)
	} else {
		s.qmp = qmp.NewServer(rows, version)
	}
	return s, nil
}

// eventNamed returns an event of a schema, or nil. Schemas made from introspection have no index.
func eventNamed(s *ir.Schema, name string) *ir.Event {
	for _, ev := range s.Events {
		if ev.Name == name {
			return ev
		}
	}
	return nil
}

// commandNamed returns a command of a schema, or nil.
func commandNamed(s *ir.Schema, name string) *ir.Command {
	for _, c := range s.Commands {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// row returns the row of a command in the dispatch table.
func (s *Server) row(c *ir.Command) (qmp.ServerCommand, error) {
	row := qmp.ServerCommand{Name: c.Name, Args: (*json.RawMessage)(nil), NoReply: !c.SuccessResponse,
		AllowOOB: c.AllowOOB, AllowPreconfig: c.AllowPreconfig}
	scripted := s.opts.Scenario.has(c.Name)
	switch {
	case c.Name == "qmp_capabilities":
		return row, nil
	case !scripted && (c.Name == "query-version" || c.Name == "query-commands"),
		!scripted && s.opts.Agent && builtinOfAgent(c.Name):
		row.Args = nil
		if c.Name != "query-version" && c.Name != "query-commands" {
			row.Args = (*json.RawMessage)(nil)
		}
		return row, nil // the runtime answers
	case !scripted && c.Name == "query-qmp-schema":
		text, err := s.introspection()
		if err != nil {
			return row, err
		}
		row.Args, row.Reply, row.Result = nil, text, (*json.RawMessage)(nil)
		return row, nil
	}
	if c.Returns != nil {
		row.Result = (*json.RawMessage)(nil)
	}
	row.Run = func(ctx context.Context, args any) (any, error) {
		text := json.RawMessage("{}")
		if raw, ok := args.(*json.RawMessage); ok && raw != nil && len(*raw) > 0 {
			text = *raw
		}
		if s.opts.Log != nil {
			s.opts.Log(c.Name, text)
		}
		return s.run(ctx, c, text)
	}
	return row, nil
}

// introspection returns the result of query-qmp-schema.
func (s *Server) introspection() (string, error) {
	if s.opts.Introspection != nil {
		return string(s.opts.Introspection), nil
	}
	return introspect.Lines(s.schema)
}

// builtinOfAgent reports whether package qga answers a command itself.
func builtinOfAgent(name string) bool {
	switch name {
	case "guest-sync", "guest-sync-delimited", "guest-ping", "guest-info":
		return true
	}
	return false
}

// run checks and answers a command.
func (s *Server) run(ctx context.Context, c *ir.Command, text json.RawMessage) (any, error) {
	args, err := checkArgs(c, text)
	if err != nil {
		return nil, err
	}
	if rule := s.match(c.Name, args); rule != nil {
		return s.play(ctx, c, rule)
	}
	if c.Returns == nil {
		return nil, nil
	}
	result := json.RawMessage(s.maker.result(c))
	return &result, nil
}

// ServeConn serves one connection until it ends.
func (s *Server) ServeConn(conn io.ReadWriteCloser) error {
	ctx := behind.WithReplies(context.WithValue(s.ctx, connKey{}, conn))
	if s.opts.Agent {
		return s.qga.ServeConn(ctx, conn)
	}
	return s.qmp.ServeConn(ctx, conn)
}

// connKey is the key of the connection in the context of a handler.
type connKey struct{}

// Serve serves the connections of a listener until it is closed, and returns nil then.
func (s *Server) Serve(l net.Listener) error {
	var conns sync.WaitGroup
	defer conns.Wait()
	for {
		conn, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		conns.Go(func() { s.ServeConn(conn) })
	}
}

// Emit sends an event to all clients. Its data is checked against the schema.
func (s *Server) Emit(name string, data json.RawMessage) error {
	if s.opts.Agent {
		return errors.New("fake: a guest agent sends no events")
	}
	ev := eventNamed(s.schema, name)
	if ev == nil {
		return fmt.Errorf("fake: the schema has no event %q", name)
	}
	if err := checkData(ev.Arg, data); err != nil {
		return fmt.Errorf("fake: event %s: %w", name, err)
	}
	return s.qmp.Emit(&qmp.UnknownEvent{Name: name, Data: data})
}

// Close closes all connections and cancels later events.
func (s *Server) Close() {
	s.cancel()
	if s.qmp != nil {
		s.qmp.Close()
	} else {
		done, cancel := context.WithCancel(context.Background())
		cancel()
		s.qga.Shutdown(done)
	}
	s.work.Wait()
}
