package qmp

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// A Session is a connection to a monitor that reconnects: when the connection ends, the session
// dials and negotiates again. It is a [Caller] and an [EventSource], so that generated clients and
// all functions of this package work over it. Its methods may be called from any number of
// goroutines.
//
// Subscriptions last as long as the session. After a reconnection they return a [*LostError] with
// Reconnected set: events may be missing, and the server may be another process, so the program
// should query its state again.
//
// See [Session.Do] for calls without a connection. The session ends with [Session.Close], and when
// its process has ended: see [WithProcess].
type Session struct {
	opts    sessionOptions
	connect func(ctx context.Context) (io.ReadWriteCloser, error)
	events  hub
	ctx     context.Context // cancelled to end the session, with the cause
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed when the session and its goroutines have ended

	mu      sync.Mutex
	client  *Client // nil while there is no connection
	state   SessionState
	changed chan struct{} // closed at the next change of state
}

// DialSession connects to the monitor at addr, as [Dial] does, and returns when the first
// connection is ready. The context has no effect after that. DialSession fails if the first
// attempt fails, unless [WithRetry] is given; for later attempts see [WithBackoff].
func DialSession(ctx context.Context, addr string, opts ...SessionOption) (*Session, error) {
	o := newSessionOptions(opts)
	network, address, err := dial.Parse(addr, o.client.dial != nil)
	if err != nil {
		return nil, wrap("qmp", err)
	}
	connect := o.client.dial
	if connect == nil {
		connect = dial.Connect
	}
	s := newSession(o, func(ctx context.Context) (io.ReadWriteCloser, error) {
		return connect(ctx, network, address)
	})
	err = o.client.retry(ctx, func() error {
		if o.process != nil && processEnded(o.process) {
			return ErrProcessEnded
		}
		return s.attempt(ctx)
	})
	if err != nil {
		s.cancel(err)
		return nil, wrap(addr, err)
	}
	go s.run()
	return s, nil
}

func newSession(o sessionOptions, connect func(ctx context.Context) (io.ReadWriteCloser, error)) *Session {
	s := &Session{opts: o, connect: connect, done: make(chan struct{}), changed: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	return s
}

// ErrProcessEnded is the cause in the [DisconnectError] of a session whose process has ended: see
// [WithProcess].
var ErrProcessEnded = errors.New("qmp: the process has ended")

// A Status is the state of the connection of a session.
type Status uint8

const (
	// Connected means that there is a connection.
	Connected Status = iota
	// Reconnecting means that there is no connection, and the session dials or waits before it
	// dials.
	Reconnecting
	// Ended means that the session has ended.
	Ended
)

// String returns "connected", "reconnecting" or "ended".
func (s Status) String() string {
	switch s {
	case Connected:
		return "connected"
	case Reconnecting:
		return "reconnecting"
	}
	return "ended"
}

// A SessionState is the state of a session.
type SessionState struct {
	Status      Status
	Connections int   // made so far, the present one included
	Attempts    int   // to connect that failed since the last connection
	Err         error // of the last connection or attempt, or of the session; nil when Connected
}

// State returns the state of the session, and a channel that is closed when it changes:
//
//	for {
//		state, changed := s.State()
//		…
//		select {
//		case <-changed:
//		case <-ctx.Done():
//			return
//		}
//	}
func (s *Session) State() (state SessionState, changed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, s.changed
}

// Client returns the client of the present connection, or nil if there is none. It is for methods
// of a single connection, such as [Client.Greeting] and [Client.OpenMonitor], and belongs to the
// session: do not close it.
func (s *Session) Client() *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

// Done returns a channel that is closed when the session has ended.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns nil until the session has ended, and then a [*DisconnectError].
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Status != Ended {
		return nil
	}
	return s.state.Err
}

// Close ends the session. Pending calls and waiting subscriptions return an error that wraps
// [ErrClosed]. When Close returns, all goroutines of the session have ended. The error is always
// nil.
func (s *Session) Close() error {
	s.cancel(ErrClosed)
	<-s.done
	return nil
}

func (s *Session) subscribe(opts subscribeOptions) *eventQueue { return s.events.subscribe(opts) }

// attempt tries to connect once.
func (s *Session) attempt(ctx context.Context) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c, err := newClient(ctx, conn, &s.opts.client)
	if err != nil {
		return err
	}
	// The queue stays empty: match passes events on in the goroutine that reads, so that those
	// before a reply are in the queues of their subscriptions when the call returns.
	c.subscribe(subscribeOptions{match: func(ev *UnknownEvent) bool {
		s.events.pass(ev)
		return false
	}})
	c.events.await() // the session always waits for events and for the end of the connection
	if s.opts.connected != nil {
		if err := s.opts.connected(ctx, c); err != nil {
			c.Close()
			return err
		}
	}
	// Events before the subscription are lost. The program is told here to query the state again.
	if s.state.Connections > 0 {
		s.events.interrupt()
	}
	s.setState(c, func(state *SessionState) {
		*state = SessionState{Status: Connected, Connections: state.Connections + 1}
	})
	return nil
}

// setState changes the state and notifies those who wait for a change.
func (s *Session) setState(c *Client, change func(*SessionState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = c
	change(&s.state)
	close(s.changed)
	s.changed = make(chan struct{})
}

// run keeps the session connected until it is cancelled.
func (s *Session) run() {
	defer close(s.done)
	for s.ctx.Err() == nil {
		c := s.client
		select {
		case <-c.Done():
		case <-s.ctx.Done():
		}
		lost := c.Err()
		c.Close()
		if s.ctx.Err() == nil {
			s.reconnect(lost)
		}
	}
	if c := s.client; c != nil {
		c.Close()
	}
	err := &DisconnectError{Err: context.Cause(s.ctx)}
	s.events.close(err)
	s.setState(nil, func(state *SessionState) { state.Status, state.Err = Ended, err })
}

// reconnect tries to connect until it succeeds or the session is cancelled.
func (s *Session) reconnect(lost error) {
	if s.opts.lost != nil {
		s.opts.lost(lost)
	}
	if s.checkProcess() {
		return
	}
	s.setState(nil, func(state *SessionState) { state.Status, state.Err = Reconnecting, lost })
	for pause := s.opts.minPause; ; pause = min(2*pause, s.opts.maxPause) {
		// Spread the attempts, since the restart of a host ends many connections at once.
		timer := time.NewTimer(pause/2 + rand.N(pause/2+1))
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
		if s.checkProcess() {
			return
		}
		err := s.attempt(s.ctx)
		if err == nil {
			return
		}
		s.setState(nil, func(state *SessionState) { state.Attempts, state.Err = state.Attempts+1, err })
	}
}

// checkProcess cancels the session if its process has ended. It reports whether the session is
// cancelled.
func (s *Session) checkProcess() bool {
	if s.opts.process != nil && processEnded(s.opts.process) {
		s.cancel(ErrProcessEnded)
	}
	return s.ctx.Err() != nil
}
