package qmp

import (
	"context"
	"os"
	"time"
)

// A SessionOption is an option of [DialSession], [StartMachine] and [AttachMachine]. Each [Option]
// is one, and holds for all connections of the session.
type SessionOption interface{ applyToSession(*sessionOptions) }

type sessionOptions struct {
	client             clientOptions
	minPause, maxPause time.Duration
	failFast           bool
	repeat             func(command string) bool // nil: none
	connected          func(ctx context.Context, c *Client) error
	process            *os.Process   // nil if not known
	lost               func(error)   // called when a connection has ended; may cancel the session
	exitTime           time.Duration // of a process whose connection has ended
}

func newSessionOptions(opts []SessionOption) sessionOptions {
	o := sessionOptions{client: *newClientOptions(nil), minPause: 10 * time.Millisecond, maxPause: 5 * time.Second, exitTime: closeTime}
	for _, opt := range opts {
		opt.applyToSession(&o)
	}
	if o.client.maxMessage <= 0 {
		o.client.maxMessage = DefaultMaxMessage
	}
	o.minPause = max(o.minPause, time.Millisecond)
	o.maxPause = max(o.maxPause, o.minPause)
	return o
}

func (opt clientOption) applyToSession(o *sessionOptions) { opt(&o.client) }
func (hook hookOption) applyToSession(o *sessionOptions)  { hook.applyToClient(&o.client) }

type sessionOption func(*sessionOptions)

func (opt sessionOption) applyToSession(o *sessionOptions) { opt(o) }

// WithBackoff sets how long a session waits before it dials again: shortest before the first
// attempt after the loss of a connection, then twice as long each time, and at most longest. Each
// pause is shortened at random by up to a half. The default is 10 ms to 5 s.
func WithBackoff(shortest, longest time.Duration) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.minPause, o.maxPause = shortest, longest })
}

// WithFailFast makes calls fail at once with a [*DisconnectError] while there is no connection.
// The default is to wait for the next connection.
func WithFailFast() SessionOption {
	return sessionOption(func(o *sessionOptions) { o.failFast = true })
}

// WithRepeat lets a session repeat a command that was under way when the connection was lost, if
// repeat returns true for its name: only the program knows which commands may run twice. The
// default is to repeat none.
//
//	qmp.WithRepeat(func(command string) bool { return strings.HasPrefix(command, "query-") })
func WithRepeat(repeat func(command string) bool) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.repeat = repeat })
}

// WithConnected makes a session call connected with the client of each new connection, before
// other calls can use it: to query the state again, or to set up what the server does not keep.
// Subscriptions are in place by then. The client belongs to the session. connected must not call
// methods of the session, which would wait for it. If it fails, the connection is closed, and
// counts as a failed attempt.
func WithConnected(connected func(ctx context.Context, c *Client) error) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.connected = connected })
}

// WithProcess ends the session, with the cause [ErrProcessEnded], when its connection is lost and
// the process p has ended. The process is checked with signal 0: a child of this program counts as
// running until its Wait has returned. It has no effect on systems other than Unix.
func WithProcess(p *os.Process) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.process = p })
}
