package qmp

import (
	"context"
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

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

	// Reply is what the server answers by itself if Run is nil: a JSON text.
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

// serverOptions are what the options of [NewServer] set.
type serverOptions struct {
	version   Version
	preconfig bool
	agent     bool
	hook      func(Direction, []byte)
}

type serverOption func(*serverOptions)

func (opt serverOption) applyToServer(o *serverOptions) { opt(o) }

// WithVersion sets the version that the server's greeting tells. Without it all
// numbers are 0.
func WithVersion(v Version) ServerOption {
	return serverOption(func(o *serverOptions) { o.version = v })
}

// WithPreconfig starts the server in the state of a QEMU with --preconfig:
// commands that are not allowed in it are refused until [Server.LeavePreconfig].
func WithPreconfig() ServerOption {
	return serverOption(func(o *serverOptions) { o.preconfig = true })
}

// AsGuestAgent has the server speak as the guest agent does: there is no
// greeting, no negotiation, no event, and nothing out of band, lines end with a
// line feed alone, and the reply to guest-sync-delimited follows a byte 0xFF.
// The server has answers for guest-sync-delimited, guest-sync, guest-ping and
// guest-info by itself. Package qga uses it.
func AsGuestAgent() ServerOption {
	return serverOption(func(o *serverOptions) { o.agent = true })
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
	hook      func(Direction, []byte) // nil: none
	builtin   map[string]builtin
	preconfig atomic.Bool
	limits    limiter
	grace     time.Duration // as endGrace

	mu        sync.Mutex
	down      bool
	listeners map[net.Listener]bool
	sessions  map[*session]bool
}

// NewServer returns a server for the commands of a dispatch table. If one of
// them allows it, out-of-band execution is offered. Commands of one client run
// one after the other, out-of-band commands beside them, and those of different
// clients at the same time.
func NewServer(commands []ServerCommand, opts ...ServerOption) *Server {
	s := &Server{
		commands:  make(map[string]*ServerCommand, len(commands)),
		listeners: make(map[net.Listener]bool),
		sessions:  make(map[*session]bool),
	}
	for i := range commands {
		cmd := commands[i]
		s.table = append(s.table, &cmd)
		s.commands[cmd.Name] = &cmd
		if cmd.AllowOOB && cmd.Run != nil {
			s.greeting.Capabilities = []string{capabilityOOB}
		}
	}
	s.grace = endGrace
	s.limits = limiter{send: s.broadcast, interval: rateInterval}
	var o serverOptions
	for _, opt := range opts {
		opt.applyToServer(&o)
	}
	s.greeting.Version, s.agent, s.hook = o.version, o.agent, o.hook
	s.preconfig.Store(o.preconfig)
	s.builtin = s.builtins()
	maps.DeleteFunc(s.builtin, func(name string, b builtin) bool { return !s.fits(name, b) })
	return s
}

// LeavePreconfig ends the state that [WithPreconfig] has begun. It is what the
// handler of x-exit-preconfig calls.
func (s *Server) LeavePreconfig() { s.preconfig.Store(false) }

// Serve serves each connection that the listener accepts, until the server is
// shut down: then it returns [ErrClosed], otherwise the listener's error. The
// listener is closed when Serve returns; the connections live on.
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
			go s.ServeConn(context.Background(), conn)
		case s.isDown():
			return ErrClosed
		case !exhausted(err):
			return err
		default: // until others have been closed
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			time.Sleep(pause)
		}
	}
}

// exhausted says of an error of Accept that it may go better later.
func exhausted(err error) bool {
	return errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED)
}

func (s *Server) isDown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down
}

// ServeConn serves one connection, such as a net.Conn or a device file, until
// its client closes it, the context is done, or the server is shut down, and
// closes it. Handlers get a context that is derived from ctx and is done when
// the connection has broken, or one second after the client has closed it:
// until then the commands it has sent are run and answered. The error is nil if
// the client closed the connection, [ErrClosed] after a shutdown, the
// context's, or the connection's.
func (s *Server) ServeConn(ctx context.Context, conn io.ReadWriteCloser) error {
	ss := newSession(s, conn)
	s.mu.Lock()
	if s.down {
		s.mu.Unlock()
		conn.Close()
		return ErrClosed
	}
	s.sessions[ss] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.sessions, ss)
		s.mu.Unlock()
		close(ss.done)
	}()
	return ss.serve(ctx)
}

// Emit sends an event to all clients that have negotiated. If its EventTime is
// zero it happens now. Of events whose rate the schema limits, one a second is
// sent at once and the last of the others at the end of that second; those are
// all generated types with a method RateKey. A client that does not read what it
// is sent does not delay others; its connection is closed when 64 MiB are waiting
// for it. An event that is not valid in the schema, such as one with an enum
// value that the schema does not have, is not sent, and Emit returns an error.
// The data of an [*UnknownEvent] only has to be a JSON object.
func (s *Server) Emit(ev Event) error {
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
	for ss := range s.sessions {
		ss.out.event(event)
	}
}

func appendEvent(buf []byte, ev Event) ([]byte, error) {
	name, at := ev.EventName(), ev.EventTime()
	if at == (Timestamp{}) {
		now := time.Now()
		at = Timestamp{Seconds: now.Unix(), Microseconds: int64(now.Nanosecond() / 1000)}
	}
	buf = append(buf, `{"timestamp": `...)
	buf, err := wire.Append(buf, &at, wire.Tolerant)
	if err != nil {
		return nil, err
	}
	buf = append(buf, `, "event": `...)
	if buf, err = wire.Append(buf, &name, wire.Tolerant); err != nil {
		return nil, err
	}
	var data any = ev
	if u, ok := ev.(*UnknownEvent); ok {
		data = u.Data
	}
	// QEMU leaves data out where an event has none.
	mark := len(buf)
	if buf, err = appendArgs(buf, `, "data": `, data, wire.Strict); err != nil {
		return nil, wrap("qmp: cannot encode the event "+name, err)
	}
	if string(buf[mark:]) == `, "data": {}` {
		buf = buf[:mark]
	}
	return ascii(append(buf, "}\r\n"...)), nil
}

// Shutdown ends the server: it accepts no connection and reads no command any
// more, waits until the commands that are running or queued have been run and
// answered, and closes the connections. A command that is being read meanwhile
// is dropped unless it could still be queued. If the context is done first, it closes them at once
// and returns its error. A handler must not wait for Shutdown.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.down = true
	for l := range s.listeners {
		l.Close()
	}
	var sessions []*session
	for ss := range s.sessions {
		sessions = append(sessions, ss)
	}
	s.mu.Unlock()
	s.limits.stop()
	for _, ss := range sessions {
		ss.stop(ErrClosed)
	}
	for _, ss := range sessions {
		select {
		case <-ss.done:
		case <-ctx.Done():
			for _, ss := range sessions {
				ss.abort(ErrClosed)
			}
			return ctx.Err()
		}
	}
	return nil
}

// failure returns the error reply for an error of a handler. What is not UTF-8
// in it is replaced.
func failure(err error) *Error {
	reply := &Error{Class: ClassGenericError, Desc: err.Error()}
	var e *Error
	if errors.As(err, &e) {
		reply.Desc = e.Desc
		if e.Class != "" {
			reply.Class = strings.ToValidUTF8(e.Class, "\uFFFD")
		}
	}
	reply.Desc = strings.ToValidUTF8(reply.Desc, "\uFFFD")
	return reply
}
