package qmp

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
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

	// Run runs the command. args is a *T as in Args, or nil; result is a *T as
	// in Result, or nil. An error that is an [*Error] is sent as it is, any
	// other as a GenericError. Run is nil if there is no handler: the server
	// then answers CommandNotFound.
	Run func(ctx context.Context, args any) (result any, err error)
}

// A ServerOption changes how a server behaves.
type ServerOption func(*Server)

// WithVersion sets the version that the server's greeting tells. Without it all
// numbers are 0.
func WithVersion(v Version) ServerOption {
	return func(s *Server) { s.greeting.Version = v }
}

// A Server speaks QMP with any number of clients at a time. Its methods may be
// called from any number of goroutines.
type Server struct {
	commands map[string]*ServerCommand
	greeting Greeting

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
		s.commands[cmd.Name] = &cmd
		if cmd.AllowOOB && cmd.Run != nil {
			s.greeting.Capabilities = []string{capabilityOOB}
		}
	}
	for _, opt := range opts {
		opt(s)
	}
	return s
}

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
	for {
		conn, err := l.Accept()
		if err != nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.down {
				return ErrClosed
			}
			return err
		}
		go s.ServeConn(context.Background(), conn)
	}
}

// ServeConn serves one connection until its client closes it, the context is
// done, or the server is shut down, and closes it. Handlers get a context that
// is derived from ctx and done when the connection has ended. The error is nil
// if the client closed the connection, [ErrClosed] after a shutdown, the
// context's, or the connection's.
func (s *Server) ServeConn(ctx context.Context, conn net.Conn) error {
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
// zero it happens now. A client that does not read what it is sent does not
// delay others; its connection is closed when 64 MiB are waiting for it.
func (s *Server) Emit(ev Event) error {
	text, err := appendEvent(nil, ev)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for ss := range s.sessions {
		ss.out.event(text)
	}
	return nil
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
	if buf, err = appendArgs(buf, `, "data": `, data); err != nil {
		return nil, err
	}
	if string(buf[mark:]) == `, "data": {}` {
		buf = buf[:mark]
	}
	return ascii(append(buf, "}\r\n"...)), nil
}

// Shutdown ends the server: it accepts no connection and reads no command any
// more, waits until the commands that were read have been run and answered, and
// closes the connections. If the context is done first, it closes them at once
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
