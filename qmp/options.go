package qmp

import "time"

// An Option changes how a client connects and behaves.
type Option func(*options)

type options struct {
	maxMessage int
	oob        bool
	hook       func(Direction, []byte)
	retry      time.Duration // 0: dial once
	check      *featureCheck // nil: calls are not checked
}

func newOptions(opts []Option) options {
	o := options{maxMessage: DefaultMaxMessage}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithMaxMessage limits the size of one message from the server to n bytes. A
// longer one ends the connection. Without it, or with n ≤ 0, the limit is
// [DefaultMaxMessage].
func WithMaxMessage(n int) Option {
	return func(o *options) { o.maxMessage = n }
}

// WithOOB negotiates out-of-band execution if the server offers it; whether it
// did says [Client.OOB]. At most 8 commands are then in flight in band, as the
// specification asks of clients; further calls wait for their turn.
func WithOOB() Option {
	return func(o *options) { o.oob = true }
}

// A Direction says who sent a message.
type Direction uint8

const (
	Sent     Direction = iota // by this program
	Received                  // from the other side
)

// String returns "->" for Sent and "<-" for Received, as QEMU's documentation
// marks them.
func (d Direction) String() string {
	if d == Sent {
		return "->"
	}
	return "<-"
}

// WithHook calls hook for each message, in the order of each direction, those
// of the handshake included. A message that is sent is shown before it is
// written. The bytes are valid during the call only. The hook is called from
// more than one goroutine, delays what is sent and received, and must not call
// the client.
func WithHook(hook func(dir Direction, msg []byte)) Option {
	return func(o *options) { o.hook = hook }
}

// WithRetry makes [Dial] try again each interval, until the server's socket is
// there or the context is done. Without it Dial fails at once.
func WithRetry(interval time.Duration) Option {
	return func(o *options) { o.retry = interval }
}
