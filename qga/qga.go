// Package qga is a client of QEMU's guest agent, for programs on the host, and a server for agents
// written in Go. It depends on the standard library only.
//
//	c, err := qga.Dial(ctx, "unix:/run/vm.qga")
//	if err != nil {
//		return err
//	}
//	defer c.Close()
//	guest := qgapi.NewClient(c) // generated from QEMU's qga/qapi-schema.json
//	info, err := guest.GuestInfo(ctx)
//
// [Command] runs programs in the guest as package os/exec does, [NewFS] gives access to files of
// the guest as an [io/fs.FS] that can also write, and [Freeze] freezes the file systems for a
// snapshot.
//
// # Protocol
//
// The agent speaks a variant of QMP without greeting and events, and runs one command at a time.
// Its channel, usually a virtio-serial port, does not show whether an agent is there or was
// restarted, and keeps old input. So a client synchronizes: it sends a byte 0xFF, which resets the
// agent's parser, and guest-sync-delimited with a random number, and drops all input before the
// reply with that number, which follows another byte 0xFF. (See guest-sync-delimited in QEMU's
// qga/qapi-schema.json.) Agents of QEMU 0.15 to 1.0 are synchronized with guest-sync. Those before
// 4.0, which have no ids, are synchronized again before each command.
package qga

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/internal/dial"
	"github.com/qapi-go/qapi-go/qmp"
)

// DefaultMaxMessage is the default limit on the size of a reply, in bytes. The agent's largest
// replies, those of guest-file-read, have 64 MiB.
const DefaultMaxMessage = 128 << 20

// sentinel is the byte that resets the agent's parser, and that precedes the reply to
// guest-sync-delimited. It occurs in no message.
const sentinel = 0xFF

// ErrNotSupported is the error of a request with [qmp.Request.OOB] or [qmp.Request.Files], which
// agents do not support.
var ErrNotSupported = errors.New("qga: the guest agent has neither out-of-band execution nor file passing")

// An Option is an option of [Dial] and [NewClient].
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

// WithMaxMessage limits the size of a reply to n bytes. A longer one ends the connection. The
// default is [DefaultMaxMessage].
func WithMaxMessage(n int) Option {
	return option(func(o *options) { o.maxMessage = n })
}

// WithIDs gives each command an id. The default is to detect whether the agent supports that:
// agents of QEMU 4.0 and later echo ids, older ones refuse every command with an id.
func WithIDs() Option {
	return option(func(o *options) { o.ids = true })
}

// WithRetry sets the interval at which [Dial] tries to connect, and at which a synchronization is
// repeated until the agent answers. The default is a second.
func WithRetry(interval time.Duration) Option {
	return option(func(o *options) { o.retry = interval })
}

// WithGrace sets how long a command without a reply on success, such as guest-shutdown, waits for
// an error before it has succeeded. The default is 5 seconds. The wait is shorter if the agent
// goes on running, or closes the connection.
func WithGrace(d time.Duration) Option {
	return option(func(o *options) { o.grace = d })
}

// WithHook calls hook with each message, for logging. A message is passed before it is written.
// msg is valid during the call only. The hook is called from several goroutines, delays the
// message, and must not call methods of the client.
func WithHook(hook func(dir qmp.Direction, msg []byte)) Option {
	return option(func(o *options) { o.hook = hook })
}

// WithDialer sets the function with which [Dial] connects, as [qmp.WithDialer] does: for vsock,
// TLS or a tunnel.
func WithDialer(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return option(func(o *options) { o.dial = dial })
}
