// Package qga speaks the dialect of QMP that QEMU's guest agent speaks: a client
// for the host's side, and a server for agents written in Go. It needs the
// standard library only.
//
//	c, err := qga.Dial(ctx, "unix:/run/vm.qga")
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	guest := qgapi.NewClient(c) // generated from QEMU's qga/qapi-schema.json
//	info, err := guest.GuestInfo(ctx)
//
// An agent has no greeting and no events, and runs one command at a time. Its
// channel, usually a virtio-serial port, says neither whether an agent is there
// nor when it was started again, and what was in it stays in it. So a client
// synchronises: it sends a byte 0xFF, which resets the agent's parser, and
// guest-sync-delimited with a random number, and drops everything up to the
// byte 0xFF that precedes the reply with that number. (QEMU's qga/qapi-schema.json
// describes this at guest-sync-delimited.) Agents of QEMU 0.15 to 1.0 are
// synchronised with guest-sync, and those before 4.0, which have no ids for
// commands, once more before each command.
package qga

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp"
)

// DefaultMaxMessage is the limit on the size of one reply, in bytes, unless an
// option sets another. The agent's largest, of guest-file-read, have 64 MiB.
const DefaultMaxMessage = 128 << 20

// sentinel is the byte that resets the agent's parser, and that precedes the
// reply to guest-sync-delimited. It is not part of any message.
const sentinel = 0xFF

// ErrNotSupported is the error of a request that an agent cannot run, since it
// has [qmp.Request.OOB] or [qmp.Request.Files].
var ErrNotSupported = errors.New("qga: the guest agent has neither out-of-band execution nor file passing")

// An Option changes how a client behaves.
type Option interface{ apply(*options) }

type option func(*options)

func (opt option) apply(o *options) { opt(o) }

type options struct {
	maxMessage int
	ids        bool
	retry      time.Duration
	grace      time.Duration
	hook       func(qmp.Direction, []byte)
	dial       dial.Func // nil: connect as dial.Connect does
}

func newOptions(opts []Option) options {
	o := options{maxMessage: DefaultMaxMessage, retry: time.Second, grace: 5 * time.Second}
	for _, opt := range opts {
		opt.apply(&o)
	}
	return o
}

// WithMaxMessage limits the size of one reply to n bytes. A longer one ends the
// connection. The default is [DefaultMaxMessage].
func WithMaxMessage(n int) Option {
	return option(func(o *options) { o.maxMessage = n })
}

// WithIDs gives each command an id, even if the agent's answer to the first
// synchronisation had none. Without it, the client detects whether the agent
// echoes ids, as those of QEMU 4.0 and later do; older ones refuse every command
// that has one.
func WithIDs() Option {
	return option(func(o *options) { o.ids = true })
}

// WithRetry sets how long [Dial] waits before it tries again to connect, and how
// long an agent may take to answer a synchronisation before another one is sent.
// The default is a second.
func WithRetry(interval time.Duration) Option {
	return option(func(o *options) { o.retry = interval })
}

// WithGrace sets how long a call waits for an error of a command that is not
// answered on success, such as guest-shutdown, before silence counts as success.
// The default is 5 seconds; an agent that lives on says sooner.
func WithGrace(d time.Duration) Option {
	return option(func(o *options) { o.grace = d })
}

// WithHook calls hook for each message. A message that is sent is shown before it
// is written. The bytes are valid during the call only. The hook is called from
// more than one goroutine, delays what is sent and received, and must not call the
// client.
func WithHook(hook func(dir qmp.Direction, msg []byte)) Option {
	return option(func(o *options) { o.hook = hook })
}

// WithDialer sets the function that [Dial] connects with, as [qmp.WithDialer] does: for an agent
// behind vsock, TLS or a tunnel.
func WithDialer(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return option(func(o *options) { o.dial = dial })
}
