package qga

import (
	"context"
	"fmt"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// Dial connects to the agent's channel and synchronizes with the agent, as [NewClient] does. The
// address has a form that [qmp.Dial] accepts, such as "unix:/run/vm.qga".
//
// Dial tries again until the context is done while the socket does not exist, nobody listens on
// it, or the connection is closed. It fails at once for other errors, such as a missing permission
// or an unknown host. See [WithRetry].
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
