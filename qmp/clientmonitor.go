package qmp

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"

	"github.com/qapi-go/qapi-go/internal/dial"
)

// ErrNoMonitorObjects is the error of [Client.OpenMonitor] if the server cannot add monitors at
// run time, as QEMU can since 11.1.
var ErrNoMonitorObjects = errors.New("the server cannot add a monitor at run time (QEMU can since 11.1): " +
	"start it with one -qmp option for each client")

// OpenMonitor adds a monitor to the QEMU that c is connected to, and returns a client of that
// monitor. A monitor serves one client at a time; with one of its own, a second client can run
// commands while a long one of the first is under way. QEMU removes the monitor when the
// connection ends.
//
// The connection is a socket pair, one end of which is passed to QEMU (getfd, chardev-add, and
// object-add of monitor-qmp). That needs a unix socket and QEMU 11.1 or later; for an older one
// the error is [ErrNoMonitorObjects]. If the monitor is deleted while its client is connected
// (object-del), QEMU does not notify the client: see [Client.Probe].
func (c *Client) OpenMonitor(ctx context.Context, opts ...Option) (*Client, error) {
	m, err := c.openMonitor(ctx, newClientOptions(opts))
	if err != nil {
		return nil, wrap("qmp: opening a monitor", err)
	}
	return m, nil
}

func (c *Client) openMonitor(ctx context.Context, o *clientOptions) (*Client, error) {
	var types []struct {
		Name string `json:"name"`
	}
	const object = "monitor-qmp"
	if err := c.Call(ctx, "qom-list-types", map[string]any{"implements": object}, &types); err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return nil, ErrNoMonitorObjects
	}
	here, there, err := dial.Pair()
	if err != nil {
		return nil, err
	}
	id := "qapi-go-" + strconv.FormatUint(rand.Uint64(), 36)
	err = c.addMonitor(ctx, object, id, there)
	there.Close()
	if err != nil {
		here.Close()
		return nil, err
	}
	return newClient(ctx, here, o) // closes the connection if it fails, which removes the monitor
}

// addMonitor passes one end of a connection to the server as a new monitor. If it fails, it
// removes what it has added.
func (c *Client) addMonitor(ctx context.Context, object, id string, there *os.File) error {
	undo := func(command, member string) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTime)
		defer cancel()
		_ = c.Call(ctx, command, map[string]any{member: id}, nil) // the first error counts
	}
	err := c.Do(ctx, &Request{Command: "getfd", Args: map[string]any{"fdname": id}, Files: []*os.File{there}})
	if err != nil {
		return err
	}
	err = c.Call(ctx, "chardev-add", map[string]any{"id": id, "backend": map[string]any{
		"type": "socket", "data": map[string]any{
			"addr":   map[string]any{"type": "fd", "data": map[string]any{"str": id}},
			"server": false,
		},
	}}, nil)
	if err != nil {
		undo("closefd", "fdname")
		return err
	}
	err = c.Call(ctx, "object-add", map[string]any{
		"qom-type": object, "id": id, "chardev": id, "close-action": "delete",
	}, nil)
	if err != nil {
		undo("object-del", "id") // in case only its reply was lost
		undo("chardev-remove", "id")
	}
	return err
}

// Probe checks whether the server still answers, and returns an error if it has not when the
// context is done. A connection can be dead without having ended: QEMU 11.1 does not notify a
// client whose monitor is deleted, nor does a stopped process or an unreachable host. But an error
// proves nothing, since commands of one client run one after the other, and a long one may be
// under way. Probe leaves the connection open.
func (c *Client) Probe(ctx context.Context) error {
	err := c.send(ctx, &Request{Command: "query-version"})
	var e *Error
	if errors.As(err, &e) {
		return nil // an answer, too
	}
	return err
}
