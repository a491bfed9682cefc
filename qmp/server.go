package qmp

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp/internal/qobject"
	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A ServerCommand is one row of a dispatch table: what a server needs to know
// of one command. Generated code makes them from its Handlers.
type ServerCommand struct {
	Name           string
	Args           any  // (*T)(nil) of the argument type; nil: no arguments
	Result         any  // (*T)(nil) of the result type; nil: the empty object
	NoReply        bool // 'success-response': false
	AllowOOB       bool
	AllowPreconfig bool

	// Reply is the result that the server returns if Run is nil: a JSON text.
	// Generated code has it for query-qmp-schema. Without it, the server has
	// answers for query-commands (the commands that have an answer) and
	// query-version.
	Reply string

	// Run runs the command. args is a *T as in Args, or nil; result is a *T as
	// in Result, or nil. An error that is an [*Error] is sent as it is, any
	// other as a GenericError, as is that of a result that is not valid in the
	// schema. Run is nil if there is no handler: the server
	// then answers CommandNotFound, unless it has an answer by itself.
	Run func(ctx context.Context, args any) (result any, err error)
}

// endGrace is how long after the end of what a client sends the contexts of its
// handlers are done: it may have closed one direction only, and still read.
const endGrace = time.Second

// A Server speaks QMP with any number of clients at a time. Its methods may be
// called from any number of goroutines.
type Server struct {
	table     []*ServerCommand
	commands  map[string]*ServerCommand
	greeting  Greeting
	agent     bool
	builtin   map[string]builtin
	features  *Features // nil: everything in the table
	preconfig atomic.Bool
	limits    limiter
	grace     time.Duration // as endGrace
	hook      func(Direction, []byte)
	errorLog  Logger
	closing   chan struct{} // closed when the server is down

	mu        sync.Mutex
	down      bool
	listeners map[net.Listener]bool
	conns     map[*serverConn]bool
}

// NewServer returns a server for the commands of a dispatch table. If one of
// them allows it, out-of-band execution is offered. Commands of one client run
// one after the other, out-of-band commands beside them, and those of different
// clients at the same time.
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

// LeavePreconfig ends the state that [WithPreconfig] has begun. The handler of
// x-exit-preconfig calls it.
func (s *Server) LeavePreconfig() { s.preconfig.Store(false) }

// Serve serves each connection that the listener accepts, until the server is
// closed or shut down: then it returns [ErrClosed], otherwise what went wrong
// with the listener. While the system has no file or memory left for another
// connection, it says so in the error log and tries again. The listener is closed
// when Serve returns; the connections live on. An error that ends one of them is
// written to the error log.
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
		default: // until others have been closed
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			s.log("qmp: cannot accept a connection, trying again in " + pause.String() + ": " + err.Error())
			select {
			case <-time.After(pause):
			case <-s.closing:
			}
		}
	}
}

// exhausted reports whether an error of Accept may pass.
func exhausted(err error) bool {
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

// ServeConn serves one connection, such as a net.Conn or a device file, until
// its client closes it, the context is done, or the server is closed or shut
// down, and closes it. A client that closes only its side of it, as a
// [net.TCPConn] can, gets the replies to everything it has sent. Handlers get a
// context that is derived from ctx. It is done when the connection has broken,
// when the server is closed, or one second after the end of what the client
// sends. The error is nil if the client closed the connection, [ErrClosed] after
// Close and Shutdown, the context's, or the connection's.
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

// Emit sends an event to all clients that have negotiated. A zero EventTime stands
// for the present time. Of events whose rate the schema limits, one a second is
// sent at once and the last of the others at the end of that second; those are
// all generated types with a method RateKey. A client that does not read
// does not delay others; its connection is closed when 64 MiB are waiting
// for it. An event that is not valid in the schema, such as one with an enum
// value that the schema does not have, is not sent, and Emit returns an error.
// The data of an [*UnknownEvent] only has to be a JSON object.
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
	// QEMU leaves data out where an event has none.
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

// Close closes the server at once: its listeners and its connections. Commands
// that run are not answered, and the contexts of their handlers are done; Close
// does not wait for them. The error is that of closing a listener. See
// [Server.Shutdown] for a way that loses no reply.
func (s *Server) Close() error {
	conns, err := s.goDown()
	for _, c := range conns {
		c.abort(ErrClosed)
	}
	return err
}

// goDown stops everything that could begin something new, and returns the connections.
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

// Shutdown ends the server without losing a reply: it accepts no more connections,
// begins no more commands, waits until the commands that have begun, in band
// or out of band, are answered, and closes the connections. A command that a
// client has sent and that has not begun is answered with a GenericError, or not
// at all if it comes too late: then the client finds the connection closed, and
// can be sure that the command was not run. A client gets half a second to close
// its side. If the context is done first, Shutdown does what Close does and
// returns the context's error, otherwise that of closing a listener. A handler
// must not wait for Shutdown.
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
