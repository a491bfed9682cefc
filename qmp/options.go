package qmp

import (
	"context"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// An Option changes how a client connects and behaves.
type Option interface {
	SessionOption
	applyToClient(*clientOptions)
}

// A ServerOption changes how a server behaves.
type ServerOption interface{ applyToServer(*serverOptions) }

// A CommonOption is an option of clients and of servers.
type CommonOption interface {
	Option
	ServerOption
}

type clientOptions struct {
	maxMessage int
	greeting   time.Duration
	silence    time.Duration // after which a command without a reply counts as run
	oob        bool
	hook       func(Direction, []byte)
	retry      func(ctx context.Context, attempt func() error) error
	dial       func(ctx context.Context, network, address string) (net.Conn, error)
	newCheck   func() callCheck // nil: calls are not checked
}

// A callCheck decides before a call is sent whether it may be. ask runs a command without a
// check. Clients know it by its type only, so that programs without [WithFeatureCheck] do not
// have its code linked.
type callCheck func(ctx context.Context, g *Greeting, ask Caller, req *Request) error

func newClientOptions(opts []Option) clientOptions {
	o := clientOptions{maxMessage: DefaultMaxMessage, greeting: defaultGreetingTimeout, silence: noReplyTime, retry: once}
	for _, opt := range opts {
		opt.applyToClient(&o)
	}
	if o.maxMessage <= 0 {
		o.maxMessage = DefaultMaxMessage
	}
	return o
}

// once is how often Dial tries without [WithRetry].
func once(_ context.Context, attempt func() error) error { return attempt() }

type clientOption func(*clientOptions)

func (opt clientOption) applyToClient(o *clientOptions) { opt(o) }

// WithMaxMessage limits the size of one message from the server to n bytes. A
// longer one ends the connection. Without it, or with n ≤ 0, the limit is
// [DefaultMaxMessage].
func WithMaxMessage(n int) Option {
	return clientOption(func(o *clientOptions) { o.maxMessage = n })
}

// WithGreetingTimeout limits how long the handshake may take if the context has no deadline. The
// default is 10 seconds; d ≤ 0 is no limit. A monitor that serves another client does not
// greet before that has left.
func WithGreetingTimeout(d time.Duration) Option {
	return clientOption(func(o *clientOptions) { o.greeting = d })
}

// WithOOB negotiates out-of-band execution if the server offers it; [Client.OOB] reports
// whether it did. At most 8 commands are then in flight in band, as the specification asks of
// clients; further calls wait for their turn.
func WithOOB() Option {
	return clientOption(func(o *clientOptions) { o.oob = true })
}

// WithRetry makes [Dial] try again each interval while the server's socket is not there or
// nobody listens on it, or while whoever does closes the connection before its greeting, as a
// QEMU does that is being restarted, until the context is done. Other errors end it at once,
// such as a missing permission or an unknown host. Those of a dialer of the program's own
// ([WithDialer]) are tried again if they have a method Temporary that returns true, or wrap an
// error of the system that passes. Without WithRetry Dial fails at once.
func WithRetry(interval time.Duration) Option {
	return clientOption(func(o *clientOptions) {
		o.retry = func(ctx context.Context, attempt func() error) error {
			return dial.Retry(ctx, interval, attempt)
		}
	})
}

// WithDialer sets the function that [Dial] connects with: the DialContext of a [net.Dialer], of
// a [crypto/tls.Dialer], or one of the program's own, for a tunnel or a kind of socket that
// package net does not know. It is called with the network and the address that [ParseAddr]
// returns. An address of a form that ParseAddr does not know, SCHEME:REST, is passed as the
// network SCHEME and the address REST, such as "vsock" and "3:5555" for "vsock:3:5555".
func WithDialer(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return clientOption(func(o *clientOptions) { o.dial = dial })
}

// A Direction is that of a message.
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

type hookOption func(dir Direction, msg []byte)

func (hook hookOption) applyToClient(o *clientOptions) { o.hook = hook }
func (hook hookOption) applyToServer(o *serverOptions) { o.hook = hook }

// WithHook calls hook for each message, those of the handshake included, in order for each
// direction. A message that is sent is shown before it is written. The bytes are valid during
// the call only. The hook is called from more than one goroutine, delays what is sent and
// received, and must not call the client or server.
func WithHook(hook func(dir Direction, msg []byte)) CommonOption { return hookOption(hook) }
