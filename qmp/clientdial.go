package qmp

import (
	"context"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// Dial connects to the monitor at addr and negotiates, as [NewClient] does.
// The context bounds both. The address is one of
//
//	unix:/run/vm.qmp
//	tcp:localhost:4444
//	/run/vm.qmp
//	pipe:vm                        (a named pipe, on Windows)
//
// or what QEMU's option -qmp takes, such as "unix:/run/vm.qmp,server=on,wait=off".
// Options of QEMU's side are then ignored, abstract and tight are heeded, and a
// comma in a path is written twice. A path without "unix:" is taken as it is. On Linux
// it may be longer than the system's limit for sockets. See also [WithDialer] and
// [WithRetry].
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
	doing := addr
	var c *Client
	err = o.retry(ctx, func() error {
		conn, err := connect(ctx, network, address)
		if err != nil {
			doing = "qmp: cannot connect to " + addr
			return err
		}
		doing = addr
		c, err = newClient(ctx, conn, o)
		return err
	})
	if err != nil {
		return nil, wrap(doing, err)
	}
	return c, nil
}

// ParseAddr returns the network ("unix" and "tcp", as [net.Dialer] takes them, or
// "pipe", a named pipe of Windows, which that does not know) and the address of an
// address as [Dial] takes it.
func ParseAddr(addr string) (network, address string, err error) {
	network, address, err = dial.Parse(addr, false)
	if err != nil {
		err = wrap("qmp", err)
	}
	return network, address, err
}
