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

// A Session is a connection to a monitor that comes back: when it ends, the session dials again,
// negotiates again, and goes on. It is a [Caller] and an [EventSource], so that generated clients,
// [Subscribe], [RunAndWait] and [RunJob] work over it. All its methods may be called from any
// number of goroutines.
//
// Subscriptions live as long as the session. Where the connection was interrupted they return a
// [*LostError] with Reconnected set, once there is a new one: events may be missing there, and the
// server may be another process, so that the program should look at the state again.
//
// The rules for calls are those of [Session.Do]. The session ends for good with [Session.Close],
// and when the process behind it is known to have ended ([WithProcess]).
type Session struct {
	opts    sessionOptions
	connect func(ctx context.Context) (io.ReadWriteCloser, error)
	events  hub
	ctx     context.Context // done when the session is to end, with the cause
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed when it has ended and no goroutine is left

	mu      sync.Mutex
	client  *Client // nil while there is no connection
	state   SessionState
	changed chan struct{} // closed with the next change of state
}

// DialSession connects to the monitor at addr, as [Dial] does, and returns when the first
// connection is ready. The context bounds that only. The first attempt that fails is the error,
// unless [WithRetry] is given, which has no effect after that: see [WithBackoff].
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

// ErrProcessEnded is the cause of the end of a session whose process has ended: see [WithProcess].
var ErrProcessEnded = errors.New("qmp: the process has ended")

// A Status is the activity of a session.
type Status uint8

const (
	// Connected means that calls go through.
	Connected Status = iota
	// Reconnecting means that there is no connection, and that the session dials or pauses
	// before it does.
	Reconnecting
	// Ended means that the session has ended for good.
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

// A SessionState is the activity of a session, and its reason.
type SessionState struct {
	Status      Status
	Connections int   // how many there have been, the present one included
	Attempts    int   // failed ones to connect since the last connection
	Err         error // nil when Connected; why the last connection ended, the last attempt failed, or the session ended
}

// State returns what the session is doing, and a channel that is closed when that changes:
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

// Client returns the client of the present connection, or nil if there is none: for what depends
// on one connection, such as [Client.Greeting] and [Client.OpenMonitor]. It belongs to the session.
func (s *Session) Client() *Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.client
}

// Done returns a channel that is closed when the session has ended for good.
func (s *Session) Done() <-chan struct{} { return s.done }

// Err returns nil until the session has ended for good, and then a [*DisconnectError].
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Status != Ended {
		return nil
	}
	return s.state.Err
}

// Close ends the session for good. Calls and subscriptions that are waiting return an error that
// wraps [ErrClosed]. When Close returns, the session has no goroutine left.
func (s *Session) Close() error {
	s.cancel(ErrClosed)
	<-s.done
	return nil
}

func (s *Session) subscribe(opts subscribeOptions) *eventQueue { return s.events.subscribe(opts) }

// attempt connects once. If it succeeds the session is connected.
func (s *Session) attempt(ctx context.Context) error {
	conn, err := s.connect(ctx)
	if err != nil {
		return err
	}
	c, err := newClient(ctx, conn, s.opts.client)
	if err != nil {
		return err
	}
	// The queue stays empty: match passes the events on, in the goroutine that reads, so that
	// those before a reply are in the subscribers' queues when the call returns.
	c.subscribe(subscribeOptions{match: func(ev *UnknownEvent) bool {
		s.events.pass(ev)
		return false
	}})
	c.events.await() // the session waits for events, and for the end of the connection, all the time
	if s.opts.connected != nil {
		if err := s.opts.connected(ctx, c); err != nil {
			c.Close()
			return err
		}
	}
	// What came before the subscription is lost. After this, programs look at the state again.
	if s.state.Connections > 0 {
		s.events.interrupt()
	}
	s.setState(c, func(state *SessionState) {
		*state = SessionState{Status: Connected, Connections: state.Connections + 1}
	})
	return nil
}

// setState changes the state and tells those who wait for that.
func (s *Session) setState(c *Client, change func(*SessionState)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client = c
	change(&s.state)
	close(s.changed)
	s.changed = make(chan struct{})
}

// run keeps the session connected until it is to end.
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

// reconnect tries to connect until that succeeds or the session is to end.
func (s *Session) reconnect(lost error) {
	if s.opts.lost != nil {
		s.opts.lost(lost)
	}
	if s.checkProcess() {
		return
	}
	s.setState(nil, func(state *SessionState) { state.Status, state.Err = Reconnecting, lost })
	for pause := s.opts.minPause; ; pause = min(2*pause, s.opts.maxPause) {
		// Not all at once, where one host's restart has ended many connections.
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

// checkProcess ends the session if its process has ended, and reports that.
func (s *Session) checkProcess() bool {
	if s.opts.process != nil && processEnded(s.opts.process) {
		s.cancel(ErrProcessEnded)
	}
	return s.ctx.Err() != nil
}
