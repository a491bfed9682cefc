package qmp

import (
	"context"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// An Option is an option of [Dial] and [NewClient]. It is also a [SessionOption].
type Option interface {
	SessionOption
	applyToClient(*clientOptions)
}

// A ServerOption is an option of [NewServer].
type ServerOption interface{ applyToServer(*serverOptions) }

// A CommonOption is an option of clients, sessions and servers.
type CommonOption interface {
	Option
	ServerOption
}

type clientOptions struct {
	maxMessage int
	greeting   time.Duration
	silence    time.Duration // after which a command without a reply has succeeded
	oob        bool
	hook       func(Direction, []byte)
	retry      func(ctx context.Context, attempt func() error) error
	dial       func(ctx context.Context, network, address string) (net.Conn, error)
	newCheck   func() callCheck // nil: calls are not checked
}

// A callCheck returns an error for a call that must not be sent. ask runs commands without a
// check. Clients refer to this type only, so that programs without [WithFeatureCheck] do not link
// the check.
type callCheck func(ctx context.Context, g *Greeting, ask Caller, req *Request) error

func newClientOptions(opts []Option) *clientOptions {
	o := &clientOptions{maxMessage: DefaultMaxMessage, greeting: defaultGreetingTimeout, silence: noReplyTime, retry: once}
	for _, opt := range opts {
		opt.applyToClient(o)
	}
	if o.maxMessage <= 0 {
		o.maxMessage = DefaultMaxMessage
	}
	return o
}

// once is the retry of [Dial] without [WithRetry].
func once(_ context.Context, attempt func() error) error { return attempt() }

type clientOption func(*clientOptions)

func (opt clientOption) applyToClient(o *clientOptions) { opt(o) }

// WithMaxMessage limits the size of a message from the server to n bytes. A longer one ends the
// connection. The default, also for n ≤ 0, is [DefaultMaxMessage].
func WithMaxMessage(n int) Option {
	return clientOption(func(o *clientOptions) { o.maxMessage = n })
}

// WithGreetingTimeout limits the time for the greeting and the negotiation if the context has no
// deadline. The default is 10 seconds; d ≤ 0 means no limit. A monitor serves one client at a
// time, and does not greet a second one before the first has disconnected.
func WithGreetingTimeout(d time.Duration) Option {
	return clientOption(func(o *clientOptions) { o.greeting = d })
}

// WithOOB negotiates out-of-band execution if the server offers it; [Client.OOB] reports whether
// it did. At most 8 in-band commands are then in flight, as the specification demands; further
// calls wait.
func WithOOB() Option {
	return clientOption(func(o *clientOptions) { o.oob = true })
}

// WithRetry makes [Dial] try again each interval, until the context is done, while the server's
// socket does not exist, nobody listens on it, or the connection is closed before the greeting, as
// happens while QEMU restarts. Dial still fails at once for other errors, such as a missing
// permission or an unknown host. An error of a dialer of the program's own ([WithDialer]) is
// retried if it has a method Temporary that returns true, or wraps such an error of the system.
// Without WithRetry, Dial does not try again.
//
// QEMU 7.2 sometimes mixes up the bytes of a client that connects while QEMU starts, so that calls
// fail or are not answered (docs/qemu-behaviour.md). A program that starts QEMU itself avoids that
// with [StartMachine].
func WithRetry(interval time.Duration) Option {
	return clientOption(func(o *clientOptions) {
		o.retry = func(ctx context.Context, attempt func() error) error {
			return dial.Retry(ctx, interval, attempt)
		}
	})
}

// WithDialer sets the function with which [Dial] connects: the DialContext of a [net.Dialer] or
// [crypto/tls.Dialer], or one of the program's own, for a tunnel or a kind of socket that package
// net does not support. It is called with the network and the address that [ParseAddr] returns. An
// address SCHEME:REST that ParseAddr does not know is passed as network SCHEME and address REST:
// "vsock" and "3:5555" for "vsock:3:5555".
func WithDialer(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return clientOption(func(o *clientOptions) { o.dial = dial })
}

// A Direction is the direction of a message.
type Direction uint8

const (
	Sent     Direction = iota // by this program
	Received                  // from the other side
)

// String returns "->" for Sent and "<-" for Received, as in QEMU's documentation.
func (d Direction) String() string {
	if d == Sent {
		return "->"
	}
	return "<-"
}

type hookOption func(dir Direction, msg []byte)

func (hook hookOption) applyToClient(o *clientOptions) { o.hook = hook }
func (hook hookOption) applyToServer(o *serverOptions) { o.hook = hook }

// WithHook calls hook with each message, including those of the handshake, for logging. The calls
// for one direction are in order; a message is passed before it is written. msg is valid during
// the call only. The hook is called from several goroutines, delays the message, and must not call
// methods of the client or server.
func WithHook(hook func(dir Direction, msg []byte)) CommonOption { return hookOption(hook) }
