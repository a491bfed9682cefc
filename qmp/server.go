package qmp

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A ServerCommand is a row of a dispatch table: one command. Generated code makes the table from
// its type Handlers.
type ServerCommand struct {
	Name           string
	Args           any  // (*T)(nil) of the argument type; nil for no arguments
	Result         any  // (*T)(nil) of the result type; nil for the empty object
	NoReply        bool // 'success-response': false
	AllowOOB       bool
	AllowPreconfig bool

	// Reply is the result to return if Run is nil, as JSON. Generated code sets it
	// for query-qmp-schema. Without Run and Reply, the server itself answers
	// query-commands (with the commands that it can run) and query-version.
	Reply string

	// Run runs the command. args is a *T as in Args, or nil; result is a *T as
	// in Result, or nil. An [*Error] is sent as it is, any other error as a
	// GenericError, and so is a result that is not valid in the schema. If Run is
	// nil and there is no other answer, the reply is CommandNotFound.
	Run func(ctx context.Context, args any) (result any, err error)
}

// endGrace is the time between the end of the input from a client and the end of the contexts of
// its handlers: the client may have closed one direction only, and still read.
const endGrace = time.Second

// A Server is a QMP server for any number of clients. Its methods may be called from any number of
// goroutines.
type Server struct {
	table     []*ServerCommand
	commands  map[string]*ServerCommand
	greeting  Greeting
	agent     bool
	builtin   map[string]builtin
	features  *Features // nil for all of the table
	preconfig atomic.Bool
	limits    limiter
	grace     time.Duration // endGrace, except in tests
	hook      func(Direction, []byte)
	errorLog  Logger
	closing   chan struct{} // closed by Close and Shutdown

	mu        sync.Mutex
	down      bool
	listeners map[net.Listener]bool
	conns     map[*serverConn]bool
}

// NewServer returns a server for the commands of a dispatch table. It offers out-of-band execution
// if one of them allows that. In-band commands of a client run one after the other, out-of-band
// commands and those of other clients concurrently.
func NewServer(commands []ServerCommand, opts ...ServerOption) *Server {
	s := &Server{
		commands:  make(map[string]*ServerCommand, len(commands)),
		listeners: make(map[net.Listener]bool),
		conns:     make(map[*serverConn]bool),
		closing:   make(chan struct{}),
	}
	o := serverOptions{errorLog: standardError{}}
	for _, opt := range opts {
		opt.applyToServer(&o)
	}
	s.features = o.features
	for i := range commands {
		cmd := commands[i]
		if s.features != nil && !s.features.play(&cmd) {
			continue
		}
		s.table = append(s.table, &cmd)
		s.commands[cmd.Name] = &cmd
		if cmd.AllowOOB && cmd.Run != nil {
			s.greeting.Capabilities = []string{capabilityOOB}
		}
	}
	s.grace = endGrace
	s.limits = limiter{send: s.broadcast, interval: rateInterval}
	s.greeting.Version, s.agent, s.hook, s.errorLog = o.version, o.agent, o.hook, o.errorLog
	s.preconfig.Store(o.preconfig)
	s.builtin = s.builtins()
	maps.DeleteFunc(s.builtin, func(name string, b builtin) bool { return !s.fits(name, b) })
	return s
}

// LeavePreconfig ends the preconfig state of [WithPreconfig]. It is for the handler of
// x-exit-preconfig.
func (s *Server) LeavePreconfig() { s.preconfig.Store(false) }

// Serve accepts connections from a listener and serves them. It returns [ErrClosed] after
// [Server.Close] and [Server.Shutdown], and otherwise the error of the listener, which it closes;
// its connections stay open. If the system is out of file descriptors or memory, or the error has a
// method Temporary that returns true, Serve logs it and tries again. Errors of connections are
// logged: see [WithErrorLog].
func (s *Server) Serve(l net.Listener) error {
	defer l.Close()
	s.mu.Lock()
	if s.down {
		s.mu.Unlock()
		return ErrClosed
	}
	s.listeners[l] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, l)
		s.mu.Unlock()
	}()
	for pause := time.Duration(0); ; {
		conn, err := l.Accept()
		switch {
		case err == nil:
			pause = 0
			go s.serveAccepted(conn)
		case s.isDown():
			return ErrClosed
		case !exhausted(err):
			return err
		default: // wait until other connections have been closed
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.log("qmp: cannot accept a connection, trying again in " + pause.String() + ": " + err.Error())
			select {
			case <-time.After(pause):
			case <-s.closing:
			}
		}
	}
}

// exhausted reports whether an error of Accept is temporary. A deadline of the listener is not.
func exhausted(err error) bool {
	var temporary interface{ Temporary() bool }
	if errors.As(err, &temporary) && temporary.Temporary() && !errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	for _, passing := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

// serveAccepted serves a connection and logs the error that ends it.
func (s *Server) serveAccepted(conn net.Conn) {
	err := s.ServeConn(context.Background(), conn)
	if err != nil && err != ErrClosed && err != errGoexit && !dial.IsReset(err) && !errors.Is(err, syscall.EPIPE) {
		s.log("qmp: the connection of a client has ended: " + err.Error())
	}
}

func (s *Server) isDown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}

// ServeConn serves a connection, such as a [net.Conn] or a device file, until the client closes
// it, the context is done, or the server is closed or shut down, and then closes it. A client that
// closes only its sending direction, as with [net.TCPConn.CloseWrite], still gets all replies. The
// context of handlers is derived from ctx. It is cancelled when the connection fails, when the
// server is closed, and one second after the end of the input. The error is nil if the client has
// closed the connection, [ErrClosed] after Close and Shutdown, or that of the context or the
// connection.
func (s *Server) ServeConn(ctx context.Context, conn io.ReadWriteCloser) error {
	c := newServerConn(ctx, s, conn)
	s.mu.Lock()
	if s.down {
		s.mu.Unlock()
		conn.Close()
		return ErrClosed
	}
	s.conns[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.mu.Unlock()
		close(c.done)
	}()
	return c.serve()
}

// Emit sends an event to all clients that have negotiated. A zero EventTime means now. Generated
// event types with a method RateKey are limited to one a second, as in QEMU: of further events
// within the second, the last is sent at its end. A client that does not read does not delay
// others; its connection is closed when 64 MiB of output are waiting. Emit returns an error and
// sends nothing if the event is not valid in the schema, for an unknown enum value for example.
// The data of an [*UnknownEvent] can be any JSON object.
func (s *Server) Emit(ev Event) error {
	if err := s.checkEvent(ev); err != nil {
		return err
	}
	text, err := appendEvent(nil, ev)
	if err != nil {
		return err
	}
	if l, ok := ev.(rateLimited); ok {
		s.limits.event(rateKey{ev.EventName(), l.RateKey()}, text)
	} else {
		s.broadcast(text)
	}
	return nil
}

func (s *Server) broadcast(event []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		c.out.event(event)
	}
}

func appendEvent(buf []byte, ev Event) ([]byte, error) {
	name, at := ev.EventName(), ev.EventTime()
	if at == (Timestamp{}) {
		now := time.Now()
		at = Timestamp{Seconds: now.Unix(), Microseconds: int64(now.Nanosecond() / 1000)}
	}
	text, err := wire.Append(nil, &at, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	buf = qobject.Append(append(buf, `{"timestamp": `...), text)
	buf = qobject.AppendString(append(buf, `, "event": `...), name)
	var data any = ev
	if u, ok := ev.(*UnknownEvent); ok {
		data = u.Data
	}
	// QEMU leaves out empty data.
	if text, err = appendArgs(text[:0], "", data, wire.Strict); err != nil {
		return nil, wrap("qmp: cannot encode the event "+name, err)
	}
	if len(text) > 0 && !isEmptyObject(text) {
		buf = qobject.Append(append(buf, `, "data": `...), text)
	}
	return append(buf, "}\r\n"...), nil
}

func isEmptyObject(text []byte) bool {
	return text[skipSpace(text, 1)] == '}'
}

// Close closes the listeners and connections of the server at once. Commands under way are not
// answered, and the contexts of their handlers are cancelled; Close does not wait for them. The
// error is that of closing a listener. [Server.Shutdown] loses no reply.
func (s *Server) Close() error {
	conns, err := s.goDown()
	for _, c := range conns {
		c.abort(ErrClosed)
	}
	return err
}

// goDown closes the listeners, stops rate-limited events, and returns the connections.
func (s *Server) goDown() (conns []*serverConn, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.down {
		s.down = true
		close(s.closing)
		s.limits.stop()
	}
	for l := range s.listeners {
		if closed := l.Close(); closed != nil && !errors.Is(closed, net.ErrClosed) && err == nil {
			err = closed
		}
	}
	for c := range s.conns {
		conns = append(conns, c)
	}
	return conns, err
}

// Shutdown closes the server without losing a reply: it closes the listeners, starts no more
// commands, waits until those under way are answered, in band and out of band, and closes the
// connections. A command that was received and not started gets a GenericError, or no reply if it
// arrives too late; in both cases it has not run. Clients have half a second to close their side.
// If the context is done first, Shutdown does as Close does and returns the error of the context;
// otherwise the error is that of closing a listener. A handler must not wait for Shutdown.
func (s *Server) Shutdown(ctx context.Context) error {
	conns, err := s.goDown()
	for _, c := range conns {
		c.stop(ErrClosed)
	}
	for _, c := range conns {
		select {
		case <-c.done:
		case <-ctx.Done():
			for _, c := range conns {
				c.abort(ErrClosed)
			}
			return ctx.Err()
		}
	}
	return err
}
