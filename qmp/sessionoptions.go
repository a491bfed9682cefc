package qmp

import (
	"context"
	"os"
	"time"
)

// A SessionOption changes how a [Session] behaves. Each [Option] is one: it holds for all
// connections of the session.
type SessionOption interface{ applyToSession(*sessionOptions) }

type sessionOptions struct {
	client             clientOptions
	minPause, maxPause time.Duration
	failFast           bool
	repeat             func(command string) bool // nil: none
	connected          func(ctx context.Context, c *Client) error
	process            *os.Process // nil if not known
	lost               func(error) // called when a connection has ended; may end the session
}

func newSessionOptions(opts []SessionOption) sessionOptions {
	o := sessionOptions{client: newClientOptions(nil), minPause: 10 * time.Millisecond, maxPause: 5 * time.Second}
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

// WithBackoff sets how long a session pauses before it dials again: shortest before the first
// attempt after the loss of a connection, then twice as long each time, longest at most. Up to
// half of each pause is left out at random. The default is 10 ms to 5 s.
func WithBackoff(shortest, longest time.Duration) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.minPause, o.maxPause = shortest, longest })
}

// WithFailFast makes calls fail at once with a [*DisconnectError] while there is no connection.
// Without it they wait for the next one.
func WithFailFast() SessionOption {
	return sessionOption(func(o *sessionOptions) { o.failFast = true })
}

// WithRepeat lets a session run a command again that was under way when the connection was lost,
// if repeat returns true for its name: only the program can know which ones may run twice.
// Without it no command is repeated.
//
//	qmp.WithRepeat(func(command string) bool { return strings.HasPrefix(command, "query-") })
func WithRepeat(repeat func(command string) bool) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.repeat = repeat })
}

// WithConnected makes a session call connected with each new connection, before calls go through
// it: to look at the state again, or to set up what the server does not keep. Events are collected
// by then. The client is the session's, and the session's own calls would wait forever. An error
// closes the connection and counts as a failed attempt.
func WithConnected(connected func(ctx context.Context, c *Client) error) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.connected = connected })
}

// WithProcess ends the session for good when its connection is lost and the process p has ended,
// with the cause [ErrProcessEnded]. Processes are checked as by [os.Process.Signal] with signal
// 0: one that this program started counts as running until it has been waited for.
func WithProcess(p *os.Process) SessionOption {
	return sessionOption(func(o *sessionOptions) { o.process = p })
}
