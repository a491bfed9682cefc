package qmp

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
)

// ErrNoMonitorObjects is the error of [Client.OpenMonitor] if the server cannot open monitors
// while it runs, as QEMU can from 11.1 on.
var ErrNoMonitorObjects = errors.New("the server has no monitor objects (QEMU has them since 11.1): " +
	"start it with another -qmp option for a second client")

// OpenMonitor opens another monitor on the machine that c is connected to, for a client of its
// own, and connects to it: a monitor serves one client at a time, and so another client can
// use a busy machine beside its manager. QEMU removes the monitor when the connection ends.
//
// It is a socket pair, an end of which is passed to QEMU (getfd, chardev-add and object-add of
// monitor-qmp), and so needs a connection over a unix socket, and QEMU 11.1 or later: before,
// the error is [ErrNoMonitorObjects]. If somebody deletes the monitor under its client
// (object-del), QEMU says nothing: see [Client.Probe].
func (c *Client) OpenMonitor(ctx context.Context, opts ...Option) (*Client, error) {
	m, err := c.openMonitor(ctx, newClientOptions(opts))
	if err != nil {
		return nil, wrap("qmp: another monitor", err)
	}
	return m, nil
}

func (c *Client) openMonitor(ctx context.Context, o clientOptions) (*Client, error) {
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
	here, there, err := socketPair()
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
	return newClient(ctx, here, o) // which closes it if it fails, and so removes the monitor
}

// addMonitor gives the server one end of a connection to serve. If it fails, nothing is left.
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
		undo("object-del", "id") // if only its reply did not come
		undo("chardev-remove", "id")
	}
	return err
}

// Probe checks that the server still answers, and returns an error if it does not before the
// context is done. A connection can be dead without having ended: QEMU 11.1 tells a client nothing
// whose monitor is deleted, and a stopped process or a lost network host says nothing either.
// No answer is no proof, since commands of one client run one after the other and a long one
// may be under way. The connection is left as it is.
func (c *Client) Probe(ctx context.Context) error {
	err := c.send(ctx, &Request{Command: "query-version"})
	var e *Error
	if errors.As(err, &e) {
		return nil // that is one, too
	}
	return err
}
