// Package fake plays QEMU, its storage daemon or its guest agent in tests, as "qapi-go serve" does
// for programs:
//
//	vm := qapi.NewClient(fake.Start(t, "qapi/qapi-schema.json").Client())
//
// A server is made from the text of a schema. It negotiates, checks arguments as QEMU does and in
// its words, and answers each command with the result of a valid example in the schema's
// documentation, or else with the least value that is valid; introspection answers as the schema's
// release would. A scenario says what is answered otherwise: results, errors, events, delays, a
// change of state, garbage, or the end of the connection. docs/console.md describes its form.
//
// The package needs the schema compiler, and is apart from package qmptest for that reason: who
// scripts a peer by hand, or gives qmp.NewServer a few handlers, needs the standard library only.
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
	"github.com/qapi-go/qapi-go/internal/fake"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/qmp"
)

// An Option changes how a server behaves.
type Option func(*options)

type options struct {
	agent    bool
	name     string // of the scenario; "" for none
	scenario []byte
	err      error
}

// AsAgent has the server speak as the guest agent does.
func AsAgent() Option { return func(o *options) { o.agent = true } }

// WithScenario has the server answer as a scenario says, a text in YAML.
func WithScenario(text string) Option {
	return func(o *options) { o.name, o.scenario = "scenario", []byte(text) }
}

// WithScenarioFile has the server answer as the scenario in a file says.
func WithScenarioFile(name string) Option {
	return func(o *options) {
		o.name = name
		o.scenario, o.err = os.ReadFile(name)
	}
}

// A Server is a server that plays QEMU, on a unix socket. Its methods may be called from any
// number of goroutines.
type Server struct {
	t        testing.TB // nil without a test
	fake     *fake.Server
	agent    bool
	listener net.Listener
	dir      string
	served   chan struct{} // closed when the listener is

	mu      sync.Mutex
	calls   []Call
	clients []*qmp.Client
}

// A Call is a command that a client has sent.
type Call struct {
	Command string
	Args    json.RawMessage // an object, which is empty if there were no arguments
}

// Start starts a server for the schema with that root file, which ends with the test. The name may
// also be that of an archive or a git revision, as on the command line. A schema is read once in
// a process. What is wrong with it, or with a scenario, fails the test.
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

// New starts a server without a test: Close ends it.
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
	if s.dir, err = os.MkdirTemp("", "fake"); err != nil { // that of a test may be too long for a socket
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

// schemas are the schemas that were read, by name.
var schemas struct {
	sync.Mutex
	read map[string]*ir.Schema
}

// load reads a schema.
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
	s, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display})
	if s == nil {
		var text strings.Builder
		if err := errs.Print(&text, diag.Text); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("the schema has errors:\n%s", text.String())
	}
	if schemas.read == nil {
		schemas.read = make(map[string]*ir.Schema)
	}
	schemas.read[key] = s
	return s, nil
}

// Addr returns the server's address, for qmp.Dial or qga.Dial.
func (s *Server) Addr() string { return "unix:" + s.listener.Addr().String() }

// dialTime is how long a client of Client may take to connect.
const dialTime = 10 * time.Second

// Client returns a client that is connected to the server, and is closed with it. It fails the
// test if it cannot connect, and panics without a test.
func (s *Server) Client(opts ...qmp.Option) *qmp.Client {
	ctx, cancel := context.WithTimeout(context.Background(), dialTime)
	defer cancel()
	c, err := qmp.Dial(ctx, s.Addr(), opts...)
	if s.agent {
		err = errors.New("a guest agent is reached by qga.Dial")
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

// Emit sends an event to all clients. Its data is anything that is an object in JSON, such as the
// generated type of the event, or nil for none; it must be valid in the schema.
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

// Calls returns the commands that clients have sent so far, in order, with those that were refused
// for their arguments. What every server answers, such as qmp_capabilities and query-version, is
// not among them.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// log notes a command that is run.
func (s *Server) log(command string, args json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, Call{command, append(json.RawMessage(nil), args...)})
}

// Close ends all connections and removes the socket. It may be called several times.
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
