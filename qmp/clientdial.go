package qmp

import (
	"context"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// Dial connects to the monitor at addr and negotiates, as [NewClient] does. The context bounds
// both. The address has one of the forms
//
//	unix:/run/vm.qmp
//	tcp:localhost:4444
//	/run/vm.qmp
//	pipe:vm                        (a named pipe, on Windows)
//
// or that of QEMU's option -qmp, such as "unix:/run/vm.qmp,server=on,wait=off". Of its options,
// abstract and tight have an effect, the others concern QEMU's side only; a comma in a path is
// written twice. A path without "unix:" is used as it is. On Linux it may exceed the system's
// limit for socket paths. See also [WithDialer] and [WithRetry].
func Dial(ctx context.Context, addr string, opts ...Option) (*Client, error) {
	o := newClientOptions(opts)
	network, address, err := dial.Parse(addr, o.dial != nil)
	if err != nil {
		return nil, wrap("qmp", err)
	}
	connect := o.dial
	if connect == nil {
		connect = dial.Connect
	}
	var c *Client
	connected := false
	err = o.retry(ctx, func() error {
		conn, err := connect(ctx, network, address)
		if connected = err == nil; connected {
			c, err = newClient(ctx, conn, o)
		}
		return err
	})
	switch {
	case err == nil:
		return c, nil
	case !connected:
		addr = "qmp: cannot connect to " + addr
	}
	return nil, wrap(addr, err)
}

// ParseAddr splits an address in a form that [Dial] accepts into a network and an address as
// [net.Dialer] takes them. The network is "unix", "tcp", or "pipe" for a named pipe of Windows,
// which net.Dialer does not know.
func ParseAddr(addr string) (network, address string, err error) {
	network, address, err = dial.Parse(addr, false)
	if err != nil {
		err = wrap("qmp", err)
	}
	return network, address, err
}
