package qga

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// dial connects once.
func dial(ctx context.Context, network, address string, o options) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return newClient(ctx, conn, o)
}

// Dial connects to the agent's channel at addr, which is "unix:PATH",
// "tcp:HOST:PORT", a path, or what QEMU's option -chardev takes of those as in
// [qmp.Dial], and waits for the agent as [NewClient] does. While
// there is no socket, or whoever has it closes the connection, it tries again,
// until the context is done.
func Dial(ctx context.Context, addr string, opts ...Option) (*Client, error) {
	network, address, err := qmp.ParseAddr(addr)
	if err != nil {
		return nil, err
	}
	o := newOptions(opts)
	for {
		c, err := dial(ctx, network, address, o)
		var p *qmp.ProtocolError
		if err == nil || errors.As(err, &p) {
			return c, err
		}
		pause := time.NewTimer(o.retry)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			if errors.Is(err, ctx.Err()) {
				return nil, fmt.Errorf("%s: %w", addr, err)
			}
			return nil, fmt.Errorf("qga: cannot reach the agent at %s: %w (last attempt: %w)", addr, ctx.Err(), err)
		}
	}
}
