package qga

import (
	"context"
	"fmt"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// Dial connects to the agent's channel at addr, which is "unix:PATH",
// "tcp:HOST:PORT", a path, or what QEMU's option -chardev takes of those as in
// [qmp.Dial], and waits for the agent as [NewClient] does.
//
// While there is no socket, nobody listens on it, or whoever does closes the
// connection, it tries again, until the context is done. Other errors end it at
// once, such as a missing permission or an unknown host.
func Dial(ctx context.Context, addr string, opts ...Option) (*Client, error) {
	o := newOptions(opts)
	network, address, err := dial.Parse(addr, o.dial != nil)
	if err != nil {
		return nil, fmt.Errorf("qga: %w", err)
	}
	connect := o.dial
	if connect == nil {
		connect = dial.Connect
	}
	var c *Client
	err = dial.Retry(ctx, max(o.retry, 1), func() error {
		conn, err := connect(ctx, network, address)
		if err != nil {
			return err
		}
		c, err = newClient(ctx, conn, o)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("qga: cannot reach the agent at %s: %w", addr, err)
	}
	return c, nil
}
