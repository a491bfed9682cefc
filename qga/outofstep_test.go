package qga_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// A generation is the behavior of agents of some releases.
type generation struct {
	name        string
	noIDs       bool // rejects commands with an id: before QEMU 4.0
	noDelimited bool // before QEMU 1.1
	dropsRest   bool // drops the rest of a line after the byte 0xFF: before QEMU 1.1
}

var generations = []generation{
	{name: "4.0"},
	{name: "3.1", noIDs: true},
	{name: "1.0", noIDs: true, noDelimited: true},
	{name: "1.0 that drops what is behind the byte", noIDs: true, noDelimited: true, dropsRest: true},
	{name: "4.0 without guest-sync-delimited", noDelimited: true},
}

// serve answers synchronizations as the generation does, and all other commands by answer, which is
// passed a function that wraps a result in a reply.
func (g generation) serve(a *agent, answer func(command string, reply func(result string) string) string) {
	// The client may close before it has read everything.
	send := func(format string, args ...any) { fmt.Fprintf(a.conn, format, args...) }
	for {
		line, err := a.in.ReadString('\n')
		if err != nil {
			return
		}
		if reset := strings.HasPrefix(line, "\xff"); reset && g.dropsRest {
			send("{\"error\": {\"class\": \"JSONParsing\", \"desc\": \"Invalid JSON syntax\"}}\n")
			continue
		} else if reset {
			send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error, stray '\\uFFFD'\"}}\n")
		}
		var request struct {
			Execute   string
			Arguments struct{ ID json.Number }
			ID        json.Number
		}
		if err := json.Unmarshal([]byte(strings.TrimPrefix(line, "\xff")), &request); err != nil {
			a.t.Errorf("the client sent %q: %v", line, err)
			return
		}
		id := ""
		if request.ID != "" {
			id = `, "id": ` + request.ID.String()
		}
		switch {
		case g.noIDs && id != "":
			send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"QMP input object member 'id' is unexpected\"}}\n")
		case request.Execute == "guest-sync-delimited" && g.noDelimited:
			send("{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command guest-sync-delimited has not been found\"}%s}\n", id)
		case request.Execute == "guest-sync-delimited":
			send("\xff{\"return\": %s%s}\n", request.Arguments.ID, id)
		case request.Execute == "guest-sync":
			send("{\"return\": %s%s}\n", request.Arguments.ID, id)
		default:
			send("%s", answer(request.Execute, func(result string) string {
				return fmt.Sprintf("{\"return\": %s%s}\n", result, id)
			}))
		}
	}
}

// Whatever an agent sends, each call gets its own reply or an error, and so does the next one.
func TestOutOfStep(t *testing.T) {
	const stray = "{\"return\": {\"name\": \"stray\"}}\n"
	tests := []struct {
		name  string
		first func(reply string) string // sent instead of a reply
		last  string                    // sent after a reply, before the next command
		fails string
	}{
		{name: "nothing unusual"},
		{name: "a reply too many", last: stray},
		{name: "two replies too many", last: stray + stray},
		{name: "an error too many", last: "{\"error\": {\"class\": \"GenericError\", \"desc\": \"stray\"}}\n"},
		{name: "half a reply too many", last: "{\"return\": {\"name\""},
		{name: "half a line too many", last: "{\"return\": {\"name\"\n"},
		{name: "noise", last: "login: "},
		{name: "noise before the reply", first: func(reply string) string { return "kernel: hello\n" + reply }},
		{name: "an object before the reply", first: func(reply string) string { return "{\"a\": 1}\n" + reply }},
		{name: "no reply", first: func(string) string { return "login:\n" }, fails: "login:"},
		{name: "a list", first: func(string) string { return "[]\n" }, fails: "not an object"},
		{name: "neither return nor error", first: func(string) string { return "{}\n" }, fails: "neither"},
		{name: "bad JSON", first: func(string) string { return "{\"return\": }\n" }, fails: "cannot be read"},
		{name: "bad UTF-8", first: func(string) string { return "{\"return\": \"\xe4\"}\n" }, fails: "cannot be read"},
		{name: "a bracket too few", first: func(reply string) string { return strings.Replace(reply, "}", "", 1) }, fails: "incomplete"},
		{name: "a quote too few", first: func(reply string) string { return strings.Replace(reply, `"`, "", 1) }, fails: "reply"},
		{name: "a line break in a string", first: func(string) string { return "{\"return\": \"a\nb\"}\n" }, fails: "reply"},
		{name: "on several lines", first: func(reply string) string { return strings.ReplaceAll(reply, ", ", ",\n") }},
		{name: "another type", first: func(reply string) string { return strings.Replace(reply, `{"name": "one"}`, `["one"]`, 1) }, fails: "expected object"},
		{name: "an error of null", first: func(string) string { return "{\"error\": null}\n" }, fails: "reply"},
	}
	for _, g := range generations {
		for _, test := range tests {
			t.Run(g.name+"/"+test.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newClient(t, script(t, func(a *agent) {
						g.serve(a, func(command string, reply func(string) string) string {
							answer := reply(`{"name": "` + command + `"}`)
							if command == "one" && test.first != nil {
								answer = test.first(answer)
							}
							return answer + test.last
						})
					}), qga.WithRetry(20*time.Millisecond))
					ctx := testContext(t)
					for range 2 {
						for _, command := range []string{"one", "two", "three"} {
							var got struct{ Name string }
							err := c.Call(ctx, command, nil, &got)
							switch {
							case command == "one" && test.fails != "":
								if err == nil || !strings.Contains(err.Error(), test.fails) || ctx.Err() != nil {
									t.Errorf("%s: %+v, %v; want an error with %q", command, got, err, test.fails)
								}
							case err != nil || got.Name != command:
								t.Errorf("%s: %+v, %v", command, got, err)
							}
						}
					}
					if c.Err() != nil {
						t.Errorf("the connection has ended: %v", c.Err())
					}
				})
			})
		}
	}
}

// Old input that begins a message, and arrives only after the first synchronization was sent, hides
// no later reply, also if the agent never sends the byte 0xFF.
func TestOldInputBeginsMessage(t *testing.T) {
	for _, g := range generations {
		for _, old := range []string{"{", "{{{{\"", "login: {\n", `{"return": {"a": "b`, "{\"return\": [\n"} {
			t.Run(g.name+"/"+old, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					c := newClient(t, script(t, func(a *agent) {
						if _, err := a.in.Peek(1); err != nil {
							return
						}
						io.WriteString(a.conn, old)
						g.serve(a, func(command string, reply func(string) string) string { return reply(`"` + command + `"`) })
					}), qga.WithRetry(10*time.Millisecond))
					for _, command := range []string{"one", "two"} {
						var got string
						if err := c.Call(testContext(t), command, nil, &got); err != nil || got != command {
							t.Errorf("%s: %q, %v", command, got, err)
						}
					}
				})
			})
		}
	}
}

// Abandoning a call while the agent is busy only delays the next one, with agents of all
// generations.
func TestGivenUp(t *testing.T) {
	for _, g := range generations {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				busy, free := make(chan bool), make(chan bool)
				c := newClient(t, script(t, func(a *agent) {
					g.serve(a, func(command string, reply func(string) string) string {
						if command == "slow" {
							close(busy)
							<-free
						}
						return reply(`"` + command + `"`)
					})
				}), qga.WithRetry(10*time.Millisecond))
				ctx, cancel := context.WithCancel(testContext(t))
				go func() { <-busy; cancel() }()
				if err := c.Call(ctx, "slow", nil, nil); !errors.Is(err, context.Canceled) {
					t.Errorf("slow: %v", err)
				}
				close(free)
				var got string
				if err := c.Call(testContext(t), "next", nil, &got); err != nil || got != "next" {
					t.Errorf("next: %q, %v", got, err)
				}
			})
		})
	}
}

// Input from before a command was written is not taken for its reply, even if the reader delivers
// it later. Agents before QEMU 4.0 have no ids to distinguish them.
func TestReplyBeforeCommand(t *testing.T) {
	written := make(chan bool)
	c := newClient(t, script(t, func(a *agent) {
		generation{noIDs: true}.serve(a, func(command string, reply func(string) string) string {
			if command == "one" {
				// After the answer to the synchronization before the next command.
				a.conn = behind{a.conn, "{\"return\": \"older\"}\n"}
			}
			return reply(`"` + command + `"`)
		})
	}), qga.WithHook(func(dir qmp.Direction, msg []byte) {
		switch text := string(msg); {
		case dir == qmp.Sent && strings.Contains(text, `"two"`):
			close(written) // about to be written
		case dir == qmp.Received && strings.Contains(text, "older"):
			<-written
		}
	}))
	for _, command := range []string{"one", "two"} {
		var got string
		if err := c.Call(testContext(t), command, nil, &got); err != nil || got != command {
			t.Errorf("%s: %q, %v", command, got, err)
		}
	}
}

// behind appends a text to each answer to a synchronization.
type behind struct {
	net.Conn
	text string
}

func (b behind) Write(p []byte) (int, error) {
	if p[0] != 0xFF {
		return b.Conn.Write(p)
	}
	n, err := b.Conn.Write(append(bytes.Clone(p), b.text...))
	return min(n, len(p)), err
}

// After an unexpected reply the client synchronizes, also with agents that have ids.
func TestSyncAfterStray(t *testing.T) {
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("one")
		a.send("{\"return\": {}, \"id\": %s}\n{\"return\": {}}\n", a.id)
		a.sync()
		a.expect("two")
		a.reply(`"return": {}`)
	}))
	for _, command := range []string{"one", "two"} {
		if err := c.Call(testContext(t), command, nil, nil); err != nil {
			t.Errorf("%s: %v", command, err)
		}
	}
}

// An answer to guest-sync-delimited without the byte 0xFF before it is not accepted.
func TestSyncNeedsSentinel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, script(t, func(a *agent) {
			id := a.expect("guest-sync-delimited")
			a.reply(fmt.Sprintf(`"return": %d`, id))
			a.synced(a.expect("guest-sync-delimited"))
			a.expect("guest-ping")
			a.reply(`"return": {}`)
		}), qga.WithRetry(20*time.Millisecond))
		if err := NewClient(c).GuestPing(testContext(t)); err != nil {
			t.Error(err)
		}
	})
}

// A late answer to the first of several synchronizations implies that no reply will arrive.
func TestLateSync(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, script(t, func(a *agent) {
			a.sync()
			a.expect("x")
			a.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}\n")
			first := a.expect("guest-sync-delimited")
			a.expect("guest-sync-delimited")
			a.synced(first)
			io.Copy(io.Discard, a.in)
		}), qga.WithRetry(50*time.Millisecond))
		var e *qmp.Error
		if err := c.Call(testContext(t), "x", nil, nil); !errors.As(err, &e) || e.Desc != "JSON parse error" {
			t.Errorf("%v, want the error", err)
		}
	})
}

// An error without an id is the reply if nothing else arrives, but not if the reply follows.
func TestErrorWithoutID(t *testing.T) {
	const bare = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"JSON parse error\"}}\n"
	for _, follows := range []bool{false, true} {
		t.Run(fmt.Sprint("the reply follows: ", follows), func(t *testing.T) {
			c := newClient(t, script(t, func(a *agent) {
				generations[0].serve(a, func(_ string, reply func(string) string) string {
					if follows {
						return bare + reply("5")
					}
					return bare
				})
			}))
			var got int
			err := c.Call(testContext(t), "x", nil, &got)
			var e *qmp.Error
			if follows && (err != nil || got != 5) ||
				!follows && (!errors.As(err, &e) || e.Desc != "JSON parse error" || err.Error() != "qga: x: JSON parse error") {
				t.Errorf("%d, %v", got, err)
			}
		})
	}
}

// If synchronizing fails, the error contains what was received last.
func TestSaidLast(t *testing.T) {
	tests := []struct{ name, says, want string }{
		{"a login prompt", "guest login: ", "guest login:"},
		{"an error", "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not today\"}}\n", "not today"},
		{"a monitor", "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n", "QMP monitor"},
		{"neither command", "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"The command has not been found\"}}\n", "neither guest-sync-delimited nor guest-sync"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(testContext(t))
				defer cancel()
				conn := script(t, func(a *agent) {
					for n := 1; ; n++ {
						if _, err := a.in.ReadString('\n'); err != nil {
							return
						}
						if _, err := a.conn.Write([]byte(test.says)); err != nil {
							return
						}
						if n == 10 { // the client has processed the previous one
							cancel()
						}
					}
				})
				_, err := qga.NewClient(ctx, conn, qga.WithRetry(10*time.Millisecond))
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%v, want %q", err, test.want)
				}
				var p *qmp.ProtocolError
				if !errors.As(err, &p) && !errors.Is(err, context.Canceled) {
					t.Errorf("%v is neither a ProtocolError nor context.Canceled", err)
				}
			})
		})
	}
}

// A connection whose Close does not interrupt Read does not block Close of the client.
func TestCloseOfStuckConnection(t *testing.T) {
	conn := &stuck{Conn: script(t, func(a *agent) { generations[0].serve(a, nil) }), read: make(chan bool)}
	c, err := qga.NewClient(testContext(t), conn)
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan error)
	go func() { closed <- c.Close() }()
	select {
	case err := <-closed:
		if err != nil || !errors.Is(c.Err(), qmp.ErrClosed) {
			t.Errorf("%v, %v", err, c.Err())
		}
	case <-testContext(t).Done():
		t.Error("Close hangs")
	}
	close(conn.read)
}

// FuzzAgent checks that whatever an agent of any generation answers to one command, which may be
// abandoned, the next call gets its own reply or an error, and does not hang. It runs in a bubble,
// where the time of a slow machine does not count: otherwise the client would repeat its attempts
// with an agent that is slower than its timeout, and the fuzzer would report a hang.
func FuzzAgent(f *testing.F) {
	for _, seed := range []string{
		"{\"return\": 1}\n", "{\"error\": {\"class\": \"CommandNotFound\", \"desc\": \"guest-sync\"}}\n", "{\"return\": {\"a\"", "\xff{", "login: ",
		"{\"QMP\": {}}\n", "{\"id\": 1}\n{\"return\": \"two\"}", "\"", "{\"return\": 5}\xff",
	} {
		for i := range generations {
			f.Add([]byte(seed), uint8(i))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		synctest.Test(t, func(t *testing.T) {
			g := generations[int(which)%len(generations)]
			c := newClient(t, script(t, func(a *agent) {
				g.serve(a, func(command string, reply func(string) string) string {
					if command == "one" {
						return string(data)
					}
					return reply(`"the reply to ` + command + `"`)
				})
			}), qga.WithRetry(10*time.Millisecond))
			// The client waits after input that is neither a reply nor another complete line.
			ctx, cancel := context.WithTimeout(testContext(t), 100*time.Millisecond)
			defer cancel()
			_ = c.Call(ctx, "one", nil, nil)
			var got string
			err := c.Call(testContext(t), "two", nil, &got)
			if err == nil && got != "the reply to two" || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("two: %q, %v", got, err)
			}
		})
	})
}
