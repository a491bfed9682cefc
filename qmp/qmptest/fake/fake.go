// Package fake is a stand-in for QEMU, its storage daemon or its guest agent in tests. The command
// "qapi-go serve" is the same outside of tests.
//
//	vm := qapi.NewClient(fake.Start(t, "qapi/qapi-schema.json").Client())
//
// A server needs only a schema. It negotiates, checks arguments as QEMU does and with its error
// texts, and returns for each command the result in an example of the schema's documentation, or
// else a minimal valid value; query-qmp-schema returns what the schema's release would. A scenario
// defines other behaviour: results, errors, events, delays, changes of state, garbage, or the end
// of the connection. docs/console.md describes its format.
//
// The package depends on the schema compiler. Package [github.com/qapi-go/qapi-go/qmp/qmptest] and
// [qmp.NewServer] depend on the standard library only.
package fake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/fake"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
	"github.com/qapi-go/qapi-go/qmp"
)

// An Option is an option of [Start] and [New].
type Option func(*options)

type options struct {
	agent    bool
	name     string // of the scenario; empty if there is none
	scenario []byte
	err      error
}

// AsAgent makes the server a guest agent.
func AsAgent() Option { return func(o *options) { o.agent = true } }

// WithScenario sets the scenario, as YAML text.
func WithScenario(text string) Option {
	return func(o *options) { o.name, o.scenario = "scenario", []byte(text) }
}

// WithScenarioFile sets the scenario, as the name of a YAML file.
func WithScenarioFile(name string) Option {
	return func(o *options) {
		o.name = name
		o.scenario, o.err = os.ReadFile(name)
	}
}

// A Server is a stand-in for QEMU on a unix socket. Its methods may be called from any number of
// goroutines.
type Server struct {
	t        testing.TB // nil for New
	fake     *fake.Server
	agent    bool
	listener net.Listener
	dir      string
	served   chan struct{} // closed when Serve has returned

	mu      sync.Mutex
	calls   []Call
	clients []*qmp.Client
}

// A Call is a command from a client.
type Call struct {
	Command string
	Args    json.RawMessage // an object, empty if there were no arguments
}

// Start starts a server for a schema and stops it at the end of the test. schema is the name of
// its root file, or an archive or git revision as on the command line. Each schema is loaded once
// in a process. Errors in the schema or the scenario fail the test.
func Start(t testing.TB, schema string, opts ...Option) *Server {
	t.Helper()
	s, err := New(schema, opts...)
	if err != nil {
		t.Fatalf("fake: %v", err)
	}
	s.t = t
	t.Cleanup(s.Close)
	return s
}

// New starts a server as [Start] does, without a test. [Server.Close] stops it.
func New(schema string, opts ...Option) (*Server, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if o.err != nil {
		return nil, o.err
	}
	s := &Server{agent: o.agent, served: make(chan struct{})}
	loaded, err := load(schema)
	if err != nil {
		return nil, err
	}
	settings := fake.Options{Agent: o.agent, Log: s.log}
	if o.name != "" {
		if settings.Scenario, err = fake.ParseScenario(o.name, o.scenario, loaded); err != nil {
			return nil, err
		}
	}
	if s.fake, err = fake.New(loaded, settings); err != nil {
		return nil, err
	}
	if s.dir, err = os.MkdirTemp("", "fake"); err != nil { // the path of t.TempDir may be too long for a socket
		return nil, err
	}
	if s.listener, err = net.Listen("unix", filepath.Join(s.dir, "s")); err != nil {
		os.RemoveAll(s.dir)
		return nil, err
	}
	go func() {
		defer close(s.served)
		s.fake.Serve(s.listener) // until Close closes the listener
	}()
	return s, nil
}

// schemas are the loaded schemas, by absolute name.
var schemas struct {
	sync.Mutex
	read map[string]*ir.Schema
}

// load loads a schema.
func load(name string) (*ir.Schema, error) {
	schemas.Lock()
	defer schemas.Unlock()
	key, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	if s := schemas.read[key]; s != nil {
		return s, nil
	}
	src, err := source.Open(name)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	var release dialect.Release
	s, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display,
		Parsed: func(r *parser.Result) { release, _ = r.Dialect.Known() }})
	if s == nil {
		var text strings.Builder
		if err := errs.Print(&text, diag.Text); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("the schema has errors:\n%s", text.String())
	}
	if release > 0 { // the rules by which it was read may be those of a newer one
		s.Release = release
	}
	if schemas.read == nil {
		schemas.read = make(map[string]*ir.Schema)
	}
	schemas.read[key] = s
	return s, nil
}

// Addr returns the address of the server, for qmp.Dial or qga.Dial.
func (s *Server) Addr() string { return "unix:" + s.listener.Addr().String() }

// dialTime limits the time to connect in Client.
const dialTime = 10 * time.Second

// Client returns a client of the server, which is closed with it. If it cannot connect it fails
// the test, or panics if the server was started by [New].
func (s *Server) Client(opts ...qmp.Option) *qmp.Client {
	ctx, cancel := context.WithTimeout(context.Background(), dialTime)
	defer cancel()
	c, err := qmp.Dial(ctx, s.Addr(), opts...)
	if s.agent {
		err = errors.New("use qga.Dial to connect to a guest agent")
	}
	if err != nil {
		if s.t == nil {
			panic("fake: " + err.Error())
		}
		s.t.Helper()
		s.t.Fatalf("fake: %v", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clients = append(s.clients, c)
	return c
}

// Emit sends an event to all clients. data is nil, or anything that encoding/json encodes as an
// object, such as the generated type of the event. It must be valid in the schema.
func (s *Server) Emit(name string, data any) error {
	if data == nil {
		return s.fake.Emit(name, nil)
	}
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.fake.Emit(name, text)
}

// Calls returns the commands received so far, in order, including those with invalid arguments.
// Commands that every server answers itself, such as qmp_capabilities and query-version, are left
// out.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// log records a command.
func (s *Server) log(command string, args json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{command, append(json.RawMessage(nil), args...)})
}

// Close closes all connections and removes the socket. Further calls have no effect.
func (s *Server) Close() {
	s.mu.Lock()
	clients := s.clients
	s.clients = nil
	s.mu.Unlock()
	for _, c := range clients {
		c.Close()
	}
	s.listener.Close()
	s.fake.Close()
	<-s.served
	os.RemoveAll(s.dir)
}
