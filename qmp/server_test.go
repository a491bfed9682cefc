package qmp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// Handlers is written like generated code.
type Handlers struct {
	QueryStatus   func(ctx context.Context) (StatusInfo, error)
	DeviceDel     func(ctx context.Context, args DeviceDelArgs) error
	GuestShutdown func(ctx context.Context) error
	MigratePause  func(ctx context.Context) error
	Cont          func(ctx context.Context) error
}

func (h *Handlers) Commands() []qmp.ServerCommand {
	commands := []qmp.ServerCommand{
		{Name: "query-status", Result: (*StatusInfo)(nil)},
		{Name: "device_del", Args: (*DeviceDelArgs)(nil)},
		{Name: "guest-shutdown", NoReply: true},
		{Name: "migrate-pause", AllowOOB: true},
		{Name: "cont"},
	}
	if f := h.QueryStatus; f != nil {
		commands[0].Run = func(ctx context.Context, _ any) (any, error) {
			ret, err := f(ctx)
			return &ret, err
		}
	}
	if f := h.DeviceDel; f != nil {
		commands[1].Run = func(ctx context.Context, args any) (any, error) {
			return nil, f(ctx, *args.(*DeviceDelArgs))
		}
	}
	if f := h.GuestShutdown; f != nil {
		commands[2].Run = func(ctx context.Context, _ any) (any, error) { return nil, f(ctx) }
	}
	if f := h.MigratePause; f != nil {
		commands[3].Run = func(ctx context.Context, _ any) (any, error) { return nil, f(ctx) }
	}
	if f := h.Cont; f != nil {
		commands[4].Run = func(ctx context.Context, _ any) (any, error) { return nil, f(ctx) }
	}
	return commands
}

var handlers = Handlers{
	QueryStatus: func(context.Context) (StatusInfo, error) {
		return StatusInfo{Running: true, Status: RunStateRunning}, nil
	},
	DeviceDel: func(_ context.Context, args DeviceDelArgs) error {
		switch args.ID {
		case "good":
			return nil
		case "bad":
			return fmt.Errorf("about %s: %w", args.ID, &qmp.Error{Class: qmp.ClassDeviceNotFound, Desc: "Device 'bad' not found"})
		}
		return errors.New("no dévice " + args.ID)
	},
	GuestShutdown: func(context.Context) error { return nil },
	MigratePause:  func(context.Context) error { return nil },
}

// A lineClient exchanges raw lines with a server.
type lineClient struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
}

// serveRaw returns a raw connection to a server.
func serveRaw(t *testing.T, s *qmp.Server) *lineClient {
	t.Helper()
	checkGoroutines(t)
	client, server := net.Pipe()
	var wait sync.WaitGroup
	wait.Go(func() { s.ServeConn(context.Background(), server) })
	t.Cleanup(func() { client.Close(); wait.Wait() })
	return &lineClient{t, client, bufio.NewReader(client)}
}

// line returns the next line without CRLF.
func (c *lineClient) line() string {
	c.t.Helper()
	line, err := c.in.ReadString('\n')
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// send sends text while reading n lines.
func (c *lineClient) send(text string, n int) []string {
	c.t.Helper()
	go io.WriteString(c.conn, text)
	var lines []string
	for range n {
		lines = append(lines, c.line())
	}
	return lines
}

const okay = `{"return": {}}`

func errorLine(class, desc, id string) string {
	if id != "" {
		id = `"id": ` + id + `, `
	}
	return fmt.Sprintf(`{%s"error": {"class": "%s", "desc": "%s"}}`, id, class, desc)
}

func TestServerReplies(t *testing.T) {
	const status = `{"status": "running", "running": true}`
	generic := func(desc, id string) string { return errorLine("GenericError", desc, id) }
	syntax := func(desc string) string { return generic("JSON parse error, "+desc, "") }
	tests := []struct {
		name string
		send string
		want []string
	}{
		{"plain", `{"execute":"query-status"}`, []string{`{"return": ` + status + `}`}},
		{"id is a string", `{"execute":"query-status","id":"a\"b\u00e9"}`, []string{`{"return": ` + status + `, "id": "a\"b\u00E9"}`}},
		{"id is an object", `{"id": {"a": [1, 2.50, null, 1e3]}, "execute": "query-status"}`, []string{`{"return": ` + status + `, "id": {"a": [1, 2.5, null, 1000]}}`}},
		{"id is null", `{"execute":"query-status","id":null}`, []string{`{"return": ` + status + `, "id": null}`}},
		{"no result", `{"execute":"device_del","arguments":{"id":"good"}}`, []string{okay}},
		{"single quotes", `{'execute':'device_del','arguments':{'id':'good'},'id':'a\'"'}`, []string{`{"return": {}, "id": "a'\""}`}},
		{"without separator", `{"execute":"device_del","arguments":{"id":"good"}}{"execute":"query-status"}`, []string{okay, `{"return": ` + status + `}`}},
		{"pretty", "{\n\t\"execute\" :\r\n \"query-status\"\n}\n", []string{`{"return": ` + status + `}`}},
		{"error with a class", `{"execute":"device_del","arguments":{"id":"bad"},"id":1}`, []string{errorLine("DeviceNotFound", "Device 'bad' not found", "1")}},
		{"error without one", `{"execute":"device_del","arguments":{"id":"é😀"}}`, []string{generic(`no d\u00E9vice \u00E9\uD83D\uDE00`, "")}},
		{"unknown command", `{"execute":"x-none","id":2}`, []string{errorLine("CommandNotFound", "The command x-none has not been found", "2")}},
		{"command without handler", `{"execute":"cont"}`, []string{errorLine("CommandNotFound", "The command cont has not been found", "")}},
		{"negotiating again", `{"execute":"qmp_capabilities"}`, []string{errorLine("CommandNotFound", "Capabilities negotiation is already complete, command ignored", "")}},
		{"no reply", `{"execute":"guest-shutdown","id":1}{"execute":"query-status"}`, []string{`{"return": ` + status + `}`}},

		{"missing argument", `{"execute":"device_del"}`, []string{generic("Parameter 'id' is missing", "")}},
		{"unexpected argument", `{"execute":"device_del","arguments":{"id":"good","x":1}}`, []string{generic("Parameter 'x' is unexpected", "")}},
		{"unexpected arguments", `{"execute":"query-status","arguments":{"x":1}}`, []string{generic("Parameter 'x' is unexpected", "")}},
		{"empty arguments", `{"execute":"query-status","arguments":{}}`, []string{`{"return": ` + status + `}`}},
		{"argument of another type", `{"execute":"device_del","arguments":{"id":1}}`, []string{generic("Invalid parameter type for 'id', expected: string", "")}},
		{"null for an argument", `{"execute":"device_del","arguments":{"id":null}}`, []string{generic("Invalid parameter type for 'id', expected: string", "")}},
		{"arguments no object", `{"execute":"query-status","arguments":[],"id":3}`, []string{generic("QMP input member 'arguments' must be an object", "3")}},
		{"command no string", `{"execute":1,"id":5}`, []string{generic("QMP input member 'execute' must be a string", "5")}},
		{"no command", `{"id":6}`, []string{generic("QMP input lacks member 'execute'", "6")}},
		{"unexpected member", `{"execute":"query-status","foo":1,"id":4}`, []string{generic("QMP input member 'foo' is unexpected", "4")}},
		{"out of band, not negotiated", `{"exec-oob":"migrate-pause"}`, []string{generic("QMP input member 'exec-oob' is unexpected", "")}},
		{"not an object", `[1] 2 "x"`, slices.Repeat([]string{generic("QMP input must be a JSON object", "")}, 3)},

		{"no colon", `{"execute" "query-status"}`, []string{syntax("missing : in object pair")}},
		{"no comma", `{"a":1 "b":2}[1 2]`, []string{syntax("expected separator in dict"), syntax("expected separator in list")}},
		{"duplicate", `{"execute":"query-status","execute":"cont"}`, []string{syntax("duplicate key")}},
		{"duplicate within", `{"execute":"query-status","id":[{"a":1,"\u0061":1}]}`, []string{syntax("duplicate key")}},
		{"key no string", `{1:2}`, []string{syntax("key is not a string in object")}},
		{"keyword", `nul {"a":True}`, []string{syntax("invalid keyword 'nul'"), syntax("stray 'T'"), syntax("expecting value")}},
		{"lone brace", `}`, []string{syntax("expecting value")}},
		{"mismatch", `{]`, []string{syntax("expecting value")}},
		{"control character", "{\"a\":\x01}", []string{syntax(`stray '\u0001'`), syntax("expecting value")}},
		{"garbage is one error", `@@@ GET / {"execute":"query-status"}`, []string{syntax("stray '@'"), `{"return": ` + status + `}`}},
		{"reset by 0xFF", "{\"execute\":\"query\xff{\"execute\":\"query-status\"}", []string{syntax(`stray '\"query\uFFFD'`), `{"return": ` + status + `}`}},
		{"numbers", `-01 1.x 1.5e+7 {"execute":"query-status","id":-0.5E-1}`, []string{syntax("stray '-01'"), `{"return": ` + status + `, "id": -0.050000000000000003}`}},
		{"bad escape", `{"execute":"\x"}`, []string{syntax("invalid escape sequence in string")}},
		{"too deep", strings.Repeat("[", 1025) + "\n{\"execute\":\"query-status\"}", []string{generic("JSON nesting depth limit exceeded", ""), `{"return": ` + status + `}`}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := qmp.NewServer(handlers.Commands(), qmp.WithVersion(qmp.Version{Major: 9, Minor: 1, Micro: 2, Package: "ü"}))
			c := serveRaw(t, s)
			want := `{"QMP": {"version": {"qemu": {"micro": 2, "minor": 1, "major": 9}, "package": "\u00FC"}, "capabilities": ["oob"]}}`
			if got := c.line(); got != want {
				t.Errorf("greeting %s, want %s", got, want)
			}
			if got := c.send(`{"execute":"qmp_capabilities"}`, 1); got[0] != okay {
				t.Fatalf("qmp_capabilities: %s", got)
			}
			// The reply to another command proves that there are no further ones.
			got := c.send(test.send+"\n"+`{"execute":"device_del","arguments":{"id":"good"},"id":"end"}`, len(test.want)+1)
			if want := append(test.want, `{"return": {}, "id": "end"}`); !slices.Equal(got, want) {
				t.Errorf("sent %q\ngot  %s\nwant %s", test.send, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
			}
		})
	}
}

func TestServerNegotiation(t *testing.T) {
	commands := handlers.Commands()
	noOOB := slices.DeleteFunc(slices.Clone(commands), func(c qmp.ServerCommand) bool { return c.AllowOOB })
	const expecting = "Expecting capabilities negotiation with 'qmp_capabilities'"
	tests := []struct {
		name     string
		commands []qmp.ServerCommand
		send     string
		want     []string
	}{
		{"too early", commands, `{"execute":"query-status","id":1}`, []string{errorLine("CommandNotFound", expecting, "1")}},
		{"unknown and too early", commands, `{"execute":"x"}`, []string{errorLine("CommandNotFound", expecting, "")}},
		{"malformed", commands, `{"execute"}`, []string{errorLine("GenericError", "JSON parse error, missing : in object pair", "")}},
		{"unknown capability", commands, `{"execute":"qmp_capabilities","arguments":{"enable":["x"]}}`, []string{errorLine("GenericError", "Parameter 'null' does not accept value 'x'", "")}},
		{"unknown argument", commands, `{"execute":"qmp_capabilities","arguments":{"x":1}}`, []string{errorLine("GenericError", "Parameter 'x' is unexpected", "")}},
		{"not offered", noOOB, `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}`, []string{errorLine("GenericError", "Capability oob not available", "")}},
		{"twice", commands, `{"execute":"qmp_capabilities","arguments":{"enable":["oob","oob"]}}{"exec-oob":"query-status","id":1}`,
			[]string{okay, errorLine("GenericError", "The command query-status does not support OOB", "1")}},
		{"clash", commands, `{"execute":"qmp_capabilities","arguments":{"enable":["oob"]}}{"exec-oob":"query-status","execute":"x"}`,
			[]string{okay, errorLine("GenericError", "QMP input member 'execute' clashes with 'exec-oob'", "")}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := serveRaw(t, qmp.NewServer(test.commands))
			c.line()
			var got []string
			for part := range strings.SplitSeq(test.send, "}{") {
				if part[0] != '{' {
					part = "{" + part
				}
				if strings.Count(part, "{") > strings.Count(part, "}") {
					part += "}"
				}
				got = append(got, c.send(part, 1)...)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(test.want, "\n     "))
			}
		})
	}
}

// listen serves on a unix socket until the test ends.
func listen(t *testing.T, s *qmp.Server) (addr string) {
	t.Helper()
	checkGoroutines(t)
	path := filepath.Join(t.TempDir(), "qmp")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Shutdown(testContext(t)); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-served; err != qmp.ErrClosed {
			t.Errorf("Serve: %v, want ErrClosed", err)
		}
	})
	return path
}

func dial(t *testing.T, addr string, opts ...qmp.Option) *qmp.Client {
	t.Helper()
	c, err := qmp.Dial(testContext(t), addr, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestServerAndClients(t *testing.T) {
	s := qmp.NewServer(handlers.Commands(), qmp.WithVersion(qmp.Version{Major: 3}))
	addr := listen(t, s)
	ctx := testContext(t)
	var wg sync.WaitGroup
	for range 4 {
		c := dial(t, addr, qmp.WithOOB())
		if c.Greeting().Version.Major != 3 || !c.OOB() {
			t.Errorf("greeting %+v, OOB %v", c.Greeting(), c.OOB())
		}
		events := SubscribeAll(c)
		for range 20 {
			wg.Go(func() {
				status, err := NewClient(c).QueryStatus(ctx)
				if err != nil || status.Status != RunStateRunning {
					t.Errorf("%+v, %v", status, err)
				}
				var e *qmp.Error
				if err := NewClient(c).DeviceDel(ctx, DeviceDelArgs{"bad"}); !errors.As(err, &e) || e.Class != qmp.ClassDeviceNotFound {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if err := c.Do(ctx, &qmp.Request{Command: "migrate-pause", OOB: true}); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			var got []string
			for ev, err := range events.All(ctx) {
				if err != nil {
					t.Error(err)
				}
				data, _ := json.Marshal(ev)
				got = append(got, fmt.Sprintf("%s %s %v", ev.EventName(), data, ev.EventTime() == qmp.Timestamp{Seconds: 5}))
				if len(got) == 3 {
					break
				}
			}
			want := []string{
				`STOP {} false`,
				`SHUTDOWN {"guest":true,"reason":"é"} true`,
				`X {"Name":"X","Data":{"a":[1]},"Timestamp":{"seconds":5,"microseconds":0}} true`,
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	at := qmp.Timestamp{Seconds: 5}
	for _, ev := range []qmp.Event{
		&StopEvent{},
		&ShutdownEvent{Guest: true, Reason: "é", Timestamp: at},
		&qmp.UnknownEvent{Name: "X", Data: json.RawMessage(`{"a":[1]}`), Timestamp: at},
	} {
		if err := s.Emit(ev); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}

// Events are sent to clients that have negotiated, and have data only if there are any.
func TestEmit(t *testing.T) {
	s := qmp.NewServer(handlers.Commands())
	c := serveRaw(t, s)
	c.line()
	at := qmp.Timestamp{Seconds: 1, Microseconds: 2}
	if err := s.Emit(&StopEvent{Timestamp: at}); err != nil {
		t.Error(err)
	}
	if got := c.send(`{"execute":"qmp_capabilities"}`, 1); got[0] != okay {
		t.Fatalf("got %s", got)
	}
	for _, test := range []struct {
		event qmp.Event
		want  string
	}{
		{&StopEvent{Timestamp: at}, `"event": "STOP"}`},
		{&ShutdownEvent{Timestamp: at}, `"event": "SHUTDOWN", "data": {"guest": false, "reason": ""}}`},
		{&qmp.UnknownEvent{Name: "N", Timestamp: at}, `"event": "N"}`},
		{&qmp.UnknownEvent{Name: "N", Timestamp: at, Data: json.RawMessage(`{}`)}, `"event": "N"}`},
	} {
		if err := s.Emit(test.event); err != nil {
			t.Error(err)
		}
		if got, want := c.line(), `{"timestamp": {"seconds": 1, "microseconds": 2}, `+test.want; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if err := s.Emit(&qmp.UnknownEvent{Name: "N", Data: json.RawMessage(`[`)}); err == nil {
		t.Error("malformed data was sent")
	}
}

// A command out of band overtakes a command in band.
func TestServerOOB(t *testing.T) {
	started, release := make(chan bool), make(chan bool)
	h := handlers
	h.Cont = func(context.Context) error { started <- true; <-release; return nil }
	s := qmp.NewServer(h.Commands())
	c := dial(t, listen(t, s), qmp.WithOOB())
	ctx := testContext(t)
	slow := make(chan error)
	go func() { slow <- NewClient(c).Cont(ctx) }()
	<-started
	if err := c.Do(ctx, &qmp.Request{Command: "migrate-pause", OOB: true}); err != nil {
		t.Error(err)
	}
	close(release)
	if err := <-slow; err != nil {
		t.Error(err)
	}
}

// Shutdown answers the commands that have been read, then closes. If its context ends first, it
// closes at once and cancels the handlers' contexts.
func TestServerShutdown(t *testing.T) {
	for _, patient := range []bool{true, false} {
		t.Run(fmt.Sprint("patient ", patient), func(t *testing.T) {
			started, release := make(chan bool), make(chan bool)
			h := handlers
			h.Cont = func(ctx context.Context) error {
				started <- true
				select {
				case <-release:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			s := qmp.NewServer(h.Commands())
			c := dial(t, listen(t, s))
			ctx := testContext(t)
			result := make(chan error)
			go func() { result <- NewClient(c).Cont(ctx) }()
			<-started
			if patient {
				down := make(chan error)
				go func() { down <- s.Shutdown(ctx) }()
				close(release)
				if err := <-result; err != nil {
					t.Errorf("running command: %v", err)
				}
				if err := <-down; err != nil {
					t.Errorf("Shutdown: %v", err)
				}
			} else {
				short, cancel := context.WithCancel(ctx)
				cancel()
				if err := s.Shutdown(short); err != context.Canceled {
					t.Errorf("Shutdown: %v", err)
				}
				if err := <-result; !errors.Is(err, io.EOF) {
					t.Errorf("running command: %v", err)
				}
			}
			<-c.Done()
			if err := s.ServeConn(ctx, halfPipe(t)); err != qmp.ErrClosed {
				t.Errorf("ServeConn after Shutdown: %v", err)
			}
		})
	}
}

func halfPipe(t *testing.T) net.Conn {
	a, b := net.Pipe()
	t.Cleanup(func() { a.Close() })
	return b
}

// ServeConn returns when its context is done, or when its client disconnects.
func TestServeConn(t *testing.T) {
	checkGoroutines(t)
	s := qmp.NewServer(handlers.Commands())
	for _, test := range []struct {
		name string
		end  func(client net.Conn, cancel func())
		want error
	}{
		{"context", func(_ net.Conn, cancel func()) { cancel() }, context.Canceled},
		{"client", func(client net.Conn, _ func()) { client.Close() }, nil},
	} {
		client, server := net.Pipe()
		ctx, cancel := context.WithCancel(context.Background())
		result := make(chan error)
		go func() { result <- s.ServeConn(ctx, server) }()
		if _, err := bufio.NewReader(client).ReadString('\n'); err != nil {
			t.Error(err)
		}
		test.end(client, cancel)
		if err := <-result; err != test.want {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
		cancel()
		client.Close()
	}
}

// A client that does not read delays nobody else.
func TestStalledClient(t *testing.T) {
	s := qmp.NewServer(handlers.Commands())
	stalled := serveRaw(t, s)
	stalled.line()
	if got := stalled.send(`{"execute":"qmp_capabilities"}`, 1); got[0] != okay {
		t.Fatal(got)
	}
	c := dial(t, listen(t, s))
	ctx := testContext(t)
	events := qmp.Subscribe[*StopEvent](c)
	for range 100 {
		if err := s.Emit(&StopEvent{}); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for _, err := range events.All(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 100 {
			break
		}
	}
	stalled.conn.Close()
}
