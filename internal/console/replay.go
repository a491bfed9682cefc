package console

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/qapi-go/qapi-go/diag"
)

// A Replay answers commands from a recording.
type Replay struct {
	name      string
	greeting  *object     // nil for a guest agent
	early     []value     // events before the first command
	exchanges []*exchange // in the order of the recording

	mu      sync.Mutex
	missing []string // commands that were received and are not in the recording
	said    map[string]bool
}

// An exchange is a command with its reply and events.
type exchange struct {
	connection int
	command    string
	arguments  string    // with members in order, secrets masked
	id         value     // of the client
	hasID      bool      //
	before     []*object // events between the command and its answer
	answer     *object   // nil if there was none
	after      []*object // events between the answer and the next command
}

// NewReplay reads a recording.
func NewReplay(r io.Reader, name string) (*Replay, error) {
	entries, err := readRecording(r, name)
	if err != nil {
		return nil, err
	}
	p := &Replay{name: name, said: make(map[string]bool)}
	open := make(map[int][]*exchange) // of a connection, without a reply
	last := make(map[int]*exchange)   // of a connection
	for _, e := range entries {
		v, err := parseValue(string(e.Message))
		if err != nil {
			continue // no message
		}
		o, ok := v.(*object)
		if !ok {
			continue
		}
		n := e.Connection
		switch {
		case e.From == fromClient:
			new(masker).value(o) // the command may come with other secrets
			x := &exchange{connection: n, command: commandOf(o), arguments: canonical(o.get("arguments")), id: o.get("id"), hasID: o.has("id")}
			if x.command != "" {
				p.exchanges = append(p.exchanges, x)
				open[n] = append(open[n], x)
				last[n] = x
			}
		case o.has("QMP"):
			if p.greeting == nil {
				p.greeting = o
			}
		case o.has("event"):
			switch x := last[n]; {
			case x == nil:
				p.early = append(p.early, o)
			case x.answer == nil:
				x.before = append(x.before, o)
			default:
				x.after = append(x.after, o)
			}
		case o.has("return") || o.has("error"):
			if i := answered(open[n], o); i >= 0 {
				open[n][i].answer = o
				open[n] = slices.Delete(open[n], i, i+1)
			}
		}
	}
	if len(p.exchanges) == 0 {
		return nil, fmt.Errorf("%s: no commands in this recording", name)
	}
	return p, nil
}

// commandOf returns the name of the command that a message runs, or "".
func commandOf(o *object) string { return o.text("execute") + o.text("exec-oob") }

// answered returns the index of the exchange that a message answers: the one with its id, or
// the oldest without an id; -1 for none.
func answered(open []*exchange, answer *object) int {
	return slices.IndexFunc(open, func(x *exchange) bool {
		return x.hasID == answer.has("id") && (!x.hasID || canonical(x.id) == canonical(answer.get("id")))
	})
}

// canonical returns a value as JSON with sorted members.
func canonical(v value) string { return string(appendValue(nil, sorted(v))) }

func sorted(v value) value {
	switch v := v.(type) {
	case []value:
		list := make([]value, len(v))
		for i := range v {
			list[i] = sorted(v[i])
		}
		return list
	case *object:
		o := newObject()
		for _, name := range slices.Sorted(slices.Values(v.names)) {
			o.set(name, sorted(v.values[name]))
		}
		return o
	}
	return v
}

// Run serves clients on a listener until the context is done. It returns ErrIncomplete if a
// command was not in the recording, which is printed to stderr at once and at the end.
func (p *Replay) Run(ctx context.Context, l net.Listener, stderr io.Writer) error {
	clients := 0
	err := eachConn(ctx, l, func(ctx context.Context, conn net.Conn) {
		p.mu.Lock()
		n := clients
		clients++
		p.mu.Unlock()
		err := p.serve(conn, n, stderr)
		if err != nil && ctx.Err() == nil && !errors.Is(err, net.ErrClosed) {
			fmt.Fprintf(stderr, "qapi-go: %s\n", diag.Visible(err.Error()))
		}
	})
	if err != nil {
		return err
	}
	if len(p.missing) > 0 {
		fmt.Fprintf(stderr, "qapi-go: not in %s: %s\n", diag.Visible(p.name), diag.Visible(strings.Join(p.missing, "; ")))
		return ErrIncomplete
	}
	return nil
}

// A player answers one client.
type player struct {
	replay  *Replay
	waiting map[string][]*exchange // by command and arguments, in the order in which they answer
	out     *bufio.Writer
	stderr  io.Writer
}

// serve answers a client, the n-th from 0. It begins with the replies of the n-th connection
// of the recording, or of the first if there were fewer.
func (p *Replay) serve(conn net.Conn, n int, stderr io.Writer) error {
	var order []int
	for _, x := range p.exchanges {
		if !slices.Contains(order, x.connection) {
			order = append(order, x.connection)
		}
	}
	first := order[n%len(order)]
	c := &player{replay: p, waiting: make(map[string][]*exchange), out: bufio.NewWriter(conn), stderr: stderr}
	add := func(x *exchange) {
		key := x.command + " " + x.arguments
		c.waiting[key] = append(c.waiting[key], x)
	}
	for _, x := range p.exchanges {
		if x.connection == first {
			add(x)
		}
	}
	for _, x := range p.exchanges {
		if x.connection != first {
			add(x)
		}
	}
	if p.greeting != nil {
		c.put(p.greeting)
	}
	for _, ev := range p.early {
		c.put(ev)
	}
	if err := c.out.Flush(); err != nil {
		return err
	}
	var failed error
	parts := &splitter{emit: func(piece []byte) { c.answer(piece) }}
	buf := make([]byte, 64<<10)
	for failed == nil {
		n, fds, err := receive(conn, buf)
		closePassed(fds)
		parts.Write(buf[:n])
		if failed = c.out.Flush(); failed == nil {
			failed = err
		}
	}
	if errors.Is(failed, io.EOF) {
		return nil
	}
	return failed
}

// put writes a message.
func (c *player) put(v value) {
	c.out.Write(append(appendValue(nil, v), "\r\n"...)) // Flush reports errors
}

// answer answers a piece of the input.
func (c *player) answer(piece []byte) {
	if len(piece) == 1 && piece[0] == 0xff {
		return
	}
	v, err := parseValue(string(piece))
	o, _ := v.(*object)
	command := commandOf(o)
	if err != nil || command == "" {
		c.fail(o, "GenericError", "JSON parse error, or no command")
		return
	}
	args, _ := o.get("arguments").(*object)
	if c.replay.greeting == nil && strings.HasPrefix(command, "guest-sync") {
		if command == "guest-sync-delimited" {
			c.out.WriteByte(0xff)
		}
		reply := newObject()
		reply.set("return", args.get("id"))
		c.reply(o, reply)
		return
	}
	new(masker).value(o)
	x := c.find(command, canonical(o.get("arguments")))
	if x == nil {
		c.unknown(command, o)
		return
	}
	for _, ev := range x.before {
		c.put(ev)
	}
	if x.answer != nil {
		c.reply(o, x.answer)
	}
	for _, ev := range x.after {
		c.put(ev)
	}
}

// find returns the next exchange for a command or, when all were used, the last one without
// its events. Any qmp_capabilities matches that of the recording.
func (c *player) find(command, arguments string) *exchange {
	key := command + " " + arguments
	list := c.waiting[key]
	if len(list) == 0 && command == "qmp_capabilities" {
		for _, x := range c.replay.exchanges {
			if x.command == command && x.answer.has("return") {
				return &exchange{answer: x.answer, after: x.after}
			}
		}
	}
	switch len(list) {
	case 0:
		return nil
	case 1:
		c.waiting[key] = []*exchange{{command: command, answer: list[0].answer}}
	default:
		c.waiting[key] = list[1:]
	}
	return list[0]
}

// reply sends a recorded reply with the id of the request.
func (c *player) reply(request, answer *object) {
	o := newObject()
	for _, name := range answer.names {
		switch {
		case name != "id":
			o.set(name, answer.values[name])
		case request.has("id"): // where QEMU had it: its place depends on the release
			o.set(name, request.get(name))
		}
	}
	if request.has("id") && !o.has("id") {
		o.set("id", request.get("id"))
	}
	c.put(o)
}

// fail sends an error.
func (c *player) fail(request *object, class, desc string) {
	e := newObject()
	e.set("class", class)
	e.set("desc", desc)
	o := newObject()
	o.set("error", e)
	c.reply(request, o)
}

// unknown answers a command that is not in the recording with an error, and reports it.
func (c *player) unknown(command string, request *object) {
	asked := command
	if args := request.get("arguments"); args != nil {
		asked += " " + string(appendValue(nil, args))
	}
	p := c.replay
	recorded := slices.ContainsFunc(p.exchanges, func(x *exchange) bool { return x.command == command })
	if recorded {
		c.fail(request, "GenericError", "'"+command+"' was not recorded with these arguments")
	} else {
		c.fail(request, "CommandNotFound", "'"+command+"' was not recorded")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.said[asked] {
		p.said[asked] = true
		p.missing = append(p.missing, asked)
		fmt.Fprintf(c.stderr, "qapi-go: not recorded: %s\n", diag.Visible(asked))
	}
}

// OpenReplay reads the recording in a file.
func OpenReplay(name string) (*Replay, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return NewReplay(f, name)
}
