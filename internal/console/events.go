package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/qmp"
)

// Events is one run of printing the events of a server.
type Events struct {
	Target    Target
	Schema    func(context.Context, *Machine) (*Schema, error)
	Patterns  []string      // of names, as path.Match takes them; none: all events
	Count     int           // how many; 0: until the end
	Timeout   time.Duration // 0: none
	Reconnect bool          // reconnect when the connection ends

	left int // events of Count
}

// redialTime is the pause between two attempts to connect.
const redialTime = 500 * time.Millisecond

// eventQueue is the number of events that are kept while printing blocks.
const eventQueue = 1 << 16

// Run prints events, one JSON object a line, until the context or the timeout ends, the count
// is reached, or the server closes the connection. It returns ErrIncomplete if there were
// fewer than the count, after printing their number to stderr.
func (e *Events) Run(ctx context.Context, stdout, stderr io.Writer) error {
	if err := e.Target.Check(); err != nil {
		return err
	}
	if e.Target.Agent {
		return errors.New("a guest agent has no events")
	}
	if e.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.Timeout)
		defer cancel()
	}
	e.left = e.Count
	m, err := e.Target.Dial(ctx, nil)
	if err != nil {
		return err
	}
	if err := e.watch(ctx, m, true, stdout, stderr); err != nil {
		return err
	}
	for e.Reconnect && !e.enough() && ctx.Err() == nil {
		fmt.Fprintln(stderr, "qapi-go: reconnecting; events may be missing")
		if m = e.redial(ctx); m == nil {
			break
		}
		if err := e.watch(ctx, m, false, stdout, stderr); err != nil {
			return err
		}
	}
	if e.Count > 0 && !e.enough() {
		fmt.Fprintf(stderr, "qapi-go: %d of %d events arrived\n", e.Count-e.left, e.Count)
		return ErrIncomplete
	}
	return nil
}

// enough reports whether the count is reached.
func (e *Events) enough() bool { return e.Count > 0 && e.left == 0 }

// redial connects until the server answers. It returns nil when the context is done.
func (e *Events) redial(ctx context.Context) *Machine {
	for {
		pause := time.NewTimer(redialTime)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return nil
		}
		if m, err := e.Target.Dial(ctx, nil); err == nil {
			return m
		}
	}
}

// watch prints the events of one connection, and closes it. The end of the connection or of
// the context is not an error.
func (e *Events) watch(ctx context.Context, m *Machine, check bool, stdout, stderr io.Writer) error {
	defer m.Close()
	sub := qmp.Subscribe[*qmp.UnknownEvent](m.events, qmp.WithQueue(eventQueue))
	defer sub.Close()
	if check && len(e.Patterns) > 0 {
		schema, err := e.Schema(ctx, m)
		if err != nil {
			return err
		}
		if err := schema.checkEvents(e.Patterns); err != nil {
			return err
		}
	}
	for !e.enough() {
		ev, err := sub.Next(ctx)
		if lost := new(qmp.LostError); errors.As(err, &lost) {
			fmt.Fprintf(stderr, "qapi-go: %d events were lost\n", lost.Count)
			continue
		}
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			fmt.Fprintf(stderr, "qapi-go: the connection has ended: %s\n", diag.Visible(err.Error()))
			if ended := new(qmp.DisconnectError); !errors.As(err, &ended) || !errors.Is(err, io.EOF) && !e.Reconnect {
				return err
			}
			return nil
		}
		if !slices.ContainsFunc(e.patterns(), func(p string) bool { return matches(p, ev.Name) }) {
			continue
		}
		if _, err := stdout.Write(append(eventText(ev), '\n')); err != nil {
			return err
		}
		e.left--
	}
	return nil
}

// patterns returns the patterns of events to print.
func (e *Events) patterns() []string {
	if len(e.Patterns) == 0 {
		return []string{"*"}
	}
	return e.Patterns
}
