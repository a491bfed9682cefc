package console

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/qmp"
)

// A Call is one run of a command.
type Call struct {
	Target  Target
	Schema  func(context.Context, *Machine) (*Schema, error) // AskSchema, or another
	Command string
	Words   []string      // KEY=VALUE
	Args    string        // an object in JSON; "" for none
	Files   []string      // whose descriptors are passed
	Wait    []string      // for the first of these events, EVENT[:member=value]
	Timeout time.Duration // 0: none
	Raw     bool          // print results as received
	Indent  bool
}

// Run runs the command and prints its result, and the event that it waits for. It returns
// ErrAnswered if the server returned an error, after printing that to stderr, an
// *ArgumentError if the command was not sent, and another error if there was no reply.
func (c *Call) Run(ctx context.Context, stdout, stderr io.Writer) error {
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Timeout)
		defer cancel()
	}
	if err := c.Target.Check(); err != nil {
		return err
	}
	args, err := c.arguments()
	if err != nil {
		return err
	}
	waits, err := parseWaits(c.Wait)
	if err != nil {
		return err
	}
	files, err := openFiles(c.Files)
	if err != nil {
		return err
	}
	defer closeFiles(files)
	m, err := c.Target.Dial(ctx, nil)
	if err != nil {
		return err
	}
	defer m.Close()
	schema, err := c.Schema(ctx, m)
	if err != nil {
		return err
	}
	req, err := schema.prepare(c.Command, args)
	if err != nil {
		return err
	}
	if err := schema.checkEvents(waits.names()); err != nil {
		return err
	}
	req.Files = files
	return c.send(ctx, m, req, waits, stdout, stderr)
}

// Names returns the names of the command and of the events that it waits for.
func (c *Call) Names() []string {
	names := []string{c.Command}
	for _, w := range c.Wait {
		event, _, _ := strings.Cut(w, ":")
		names = append(names, event)
	}
	return names
}

// arguments returns the arguments as given, before conversion.
func (c *Call) arguments() (*object, error) {
	var base *object
	if c.Args != "" {
		var err error
		if base, err = parseObject(c.Args); err != nil {
			return nil, fmt.Errorf("--args: %w", err)
		}
	}
	if len(c.Words) == 0 {
		return base, nil
	}
	args, err := readArguments(c.Words, base)
	if err != nil {
		return nil, &ArgumentError{c.Command, []string{err.Error()}}
	}
	return args, nil
}

// send sends the command and prints its result and the event.
func (c *Call) send(ctx context.Context, m *Machine, req *qmp.Request, waits waits, stdout, stderr io.Writer) error {
	var sub *qmp.Subscription[*qmp.UnknownEvent]
	if len(waits) > 0 {
		if m.events == nil {
			return errors.New("a guest agent has no events to wait for")
		}
		sub = qmp.Subscribe[*qmp.UnknownEvent](m.events, qmp.WithNames(waits.names()...))
		defer sub.Close()
	}
	var result json.RawMessage
	if !req.NoReply {
		req.Result = &result
	}
	if err := m.Do(ctx, req); err != nil {
		if answered := new(qmp.Error); errors.As(err, &answered) {
			PrintError(stderr, req.Command, answered)
			return ErrAnswered
		}
		return err
	}
	if !req.NoReply {
		if err := c.print(stdout, result); err != nil {
			return err
		}
	}
	if sub == nil {
		return nil
	}
	ev, err := waits.first(ctx, sub)
	if err != nil {
		return fmt.Errorf("waiting for %s: %w", strings.Join(c.Wait, ", "), err)
	}
	return c.print(stdout, eventText(ev))
}

// print prints a JSON value.
func (c *Call) print(w io.Writer, text []byte) error {
	if c.Raw {
		_, err := w.Write(append(text, '\n'))
		return err
	}
	return PrintJSON(w, text, c.Indent)
}

// openFiles opens files, for writing if that is allowed.
func openFiles(names []string) (files []*os.File, err error) {
	for _, name := range names {
		f, err := os.OpenFile(name, os.O_RDWR, 0)
		if err != nil {
			f, err = os.Open(name)
		}
		if err != nil {
			closeFiles(files)
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

func closeFiles(files []*os.File) {
	for _, f := range files {
		f.Close()
	}
}

// A wait is an event to wait for.
type wait struct {
	event string
	path  []string // path of a member of its data; nil for any event of that name
	want  string
}

// waits are events; the first to arrive ends the wait.
type waits []wait

// parseWaits parses EVENT or EVENT:member=value, in which member may be a path with dots.
func parseWaits(specs []string) (waits, error) {
	var all waits
	for _, spec := range specs {
		event, rest, hasMember := strings.Cut(spec, ":")
		w := wait{event: event}
		if hasMember {
			key, want, ok := strings.Cut(rest, "=")
			if !ok || key == "" {
				return nil, fmt.Errorf("--wait: want EVENT or EVENT:member=value, not %q", spec)
			}
			w.path, w.want = splitKey(key), want
		}
		if event == "" {
			return nil, fmt.Errorf("--wait: the name of the event is missing in %q", spec)
		}
		all = append(all, w)
	}
	return all, nil
}

// names returns the names of the events.
func (all waits) names() []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.event
	}
	return names
}

// first returns the first event that matches.
func (all waits) first(ctx context.Context, sub *qmp.Subscription[*qmp.UnknownEvent]) (*qmp.UnknownEvent, error) {
	for {
		ev, err := sub.Next(ctx)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			if w.matches(ev) {
				return ev, nil
			}
		}
	}
}

// matches reports whether an event is the one to wait for.
func (w *wait) matches(ev *qmp.UnknownEvent) bool {
	if ev.Name != w.event {
		return false
	}
	if w.path == nil {
		return true
	}
	v, err := parseValue(string(ev.Data))
	if err != nil {
		return false
	}
	for _, name := range w.path {
		o, ok := v.(*object)
		if !ok || !o.has(name) {
			return false
		}
		v = o.get(name)
	}
	if s, ok := v.(string); ok {
		return s == w.want || s == unquote(word(w.want))
	}
	return string(appendValue(nil, v)) == string(appendValue(nil, guess(word(w.want))))
}

// eventText returns an event as a JSON object on one line.
func eventText(ev *qmp.UnknownEvent) []byte {
	text := `{"event":` + quote(ev.Name)
	if ev.Data != nil {
		text += `,"data":` + string(formatJSON(ev.Data, false))
		text = strings.TrimSuffix(text, "\n")
	}
	return fmt.Appendf(nil, `%s,"timestamp":{"seconds":%d,"microseconds":%d}}`, text, ev.Timestamp.Seconds, ev.Timestamp.Microseconds)
}

// PrintProblem prints why a command was not sent, a line for each problem.
func PrintProblem(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		io.WriteString(w, "qapi-go: "+diag.Visible(line)+"\n")
	}
}
