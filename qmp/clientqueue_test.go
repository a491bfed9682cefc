package qmp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// A piped client writes to a pipe without a buffer: a write blocks until the test has read all of
// it, and a read returns bytes of one write only.
type piped struct {
	*qmp.Client
	t    *testing.T
	peer net.Conn
}

// inPipe runs a test in a bubble, with a client whose connection wrap has changed, unless nil.
func inPipe(t *testing.T, wrap func(net.Conn) io.ReadWriteCloser, test func(p *piped), opts ...qmp.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { inBubble(t, wrap, test, opts...) })
}

// inBubble is inPipe for a test that is in a bubble.
func inBubble(t *testing.T, wrap func(net.Conn) io.ReadWriteCloser, test func(p *piped), opts ...qmp.Option) {
	t.Helper()
	here, there := net.Pipe()
	go func() {
		io.WriteString(there, qmptest.DefaultGreeting)
		there.Read(make([]byte, 1024))
		io.WriteString(there, `{"return": {}, "id": 0}`)
	}()
	var conn io.ReadWriteCloser = here
	if wrap != nil {
		conn = wrap(here)
	}
	c, err := qmp.NewClient(t.Context(), conn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	defer there.Close()
	test(&piped{c, t, there})
}

// An outcome is that of a call.
type outcome struct {
	sent bool
	err  error
}

// call starts a call and waits until it is blocked.
func (p *piped) call(ctx context.Context, req qmp.Request) <-chan outcome {
	ended := make(chan outcome, 1)
	go func() {
		sent, err := p.MaySend(ctx, req)
		ended <- outcome{sent, err}
	}()
	synctest.Wait()
	return ended
}

// start starts a call of a command.
func (p *piped) start(name string) <-chan outcome {
	return p.call(p.t.Context(), qmp.Request{Command: name})
}

// read returns the names of the commands in one write.
func (p *piped) read() string {
	p.t.Helper()
	buf := make([]byte, 1<<20)
	n, err := p.peer.Read(buf)
	if err != nil {
		p.t.Fatal(err)
	}
	synctest.Wait()
	return names(p.t, buf[:n])
}

// names returns the names of commands, each of which is a line, and "…" for a part of one.
func names(t *testing.T, text []byte) string {
	var list []string
	for line := range bytes.Lines(text) {
		_, after, ok := strings.Cut(string(line), `"execute":"`)
		name, _, _ := strings.Cut(after, `"`)
		if !ok || !bytes.HasSuffix(line, []byte("}\n")) {
			name = "…"
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

// reply answers calls by their ids.
func (p *piped) reply(ids ...int) {
	p.t.Helper()
	for _, id := range ids {
		if _, err := fmt.Fprintf(p.peer, `{"return": {}, "id": %d}`, id); err != nil {
			p.t.Fatal(err)
		}
	}
	synctest.Wait()
}

// expect checks what the peer reads in one write.
func (p *piped) expect(want string) {
	p.t.Helper()
	if got := p.read(); got != want {
		p.t.Errorf("one write has %q, want %q", got, want)
	}
}

// ends checks that a call has ended.
func (p *piped) ends(call <-chan outcome, sent bool, want error) {
	p.t.Helper()
	select {
	case got := <-call:
		if got.sent != sent || !errors.Is(got.err, want) {
			p.t.Errorf("sent %v, %v; want %v, %v", got.sent, got.err, sent, want)
		}
	default:
		p.t.Error("the call has not ended")
	}
}

// TestBatch checks that commands that wait for a write are written together, in order, and that the
// hook sees each by itself.
func TestBatch(t *testing.T) {
	var sent []string
	hook := qmp.WithHook(func(dir qmp.Direction, msg []byte) {
		if dir == qmp.Sent {
			sent = append(sent, names(t, msg))
		}
	})
	inPipe(t, nil, func(p *piped) {
		a, b, c, d := p.start("a"), p.start("b"), p.start("c"), p.start("d")
		p.expect("a")
		p.expect("b c d")
		p.reply(3, 1, 4, 2)
		for _, call := range []<-chan outcome{a, b, c, d} {
			p.ends(call, true, nil)
		}
		if got := strings.Join(sent, " "); got != "qmp_capabilities a b c d" {
			t.Errorf("the hook has seen %s", got)
		}
	}, hook)
}

// TestBatchOfReplies checks that the callers of replies that arrive together return, though a part
// of another message follows or the connection ends after them.
func TestBatchOfReplies(t *testing.T) {
	for _, test := range []struct {
		name string
		rest string
		want error // of the third call; nil for a *ProtocolError
	}{
		{"part of a reply", `{"return": {"x": "\n`, io.ErrUnexpectedEOF},
		{"part of an event", "{\n" + `"event":`, io.ErrUnexpectedEOF},
		{"the end", "", io.EOF},
		{"no message", "x", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			inPipe(t, nil, func(p *piped) {
				a, b, c := p.start("a"), p.start("b"), p.start("c")
				p.expect("a")
				p.expect("b c")
				io.WriteString(p.peer, `{"return": {}, "id": 2}`+"\n"+`{"return": {}, "id": 1}`+"\n"+test.rest)
				synctest.Wait()
				p.ends(a, true, nil)
				p.ends(b, true, nil)
				p.peer.Close()
				got := <-c
				var bad *qmp.ProtocolError
				if test.want == nil && !errors.As(got.err, &bad) || test.want != nil && !errors.Is(got.err, test.want) {
					t.Errorf("the third call: %v", got.err)
				}
			})
		})
	}
}

// TestBatchBounded checks that a write has no more than a limit, or a single command.
func TestBatchBounded(t *testing.T) {
	inPipe(t, nil, func(p *piped) {
		sized := func(name string, size int) {
			p.call(p.t.Context(), qmp.Request{Command: name, Args: map[string]string{"x": strings.Repeat("x", size)}})
		}
		sized("a", 0)
		sized("b", qmp.MaxBatch/3)
		sized("c", qmp.MaxBatch/3)
		sized("d", qmp.MaxBatch/3)
		sized("e", 2*qmp.MaxBatch)
		sized("f", 0)
		for _, want := range []string{"a", "b c", "d", "e", "f"} {
			p.expect(want)
		}
	})
}

// TestBatchUninterruptible checks that commands are written one by one where a write cannot be
// interrupted, and that no caller waits for the commands of others.
func TestBatchUninterruptible(t *testing.T) {
	for _, bounded := range []bool{false, true} {
		inPipe(t, func(conn net.Conn) io.ReadWriteCloser { return bareWire{conn} }, func(p *piped) {
			ctx := context.Background()
			if bounded {
				ctx = p.t.Context()
			}
			a, b := p.call(ctx, qmp.Request{Command: "a"}), p.call(ctx, qmp.Request{Command: "b"})
			p.call(ctx, qmp.Request{Command: "c"})
			p.expect("a")
			p.reply(1)
			p.ends(a, true, nil) // though nobody reads b
			p.expect("b")
			p.reply(2)
			p.ends(b, true, nil)
			p.expect("c")
		})
	}
}

// TestBatchReply checks that a caller that writes the commands of others returns when it has its
// own reply, and that they are written all the same.
func TestBatchReply(t *testing.T) {
	for _, part := range []int{0, 10} { // that the server reads
		inPipe(t, nil, func(p *piped) {
			a, b, c := p.start("a"), p.start("b"), p.start("c")
			p.expect("a")
			start := make([]byte, part)
			io.ReadFull(p.peer, start)
			p.reply(1)
			p.ends(a, true, nil)
			rest := make([]byte, 1024)
			n, err := p.peer.Read(rest)
			if got := names(t, append(start, rest[:n]...)); got != "b c" || err != nil {
				t.Errorf("read %s, %v", got, err)
			}
			p.reply(2, 3)
			p.ends(b, true, nil)
			p.ends(c, true, nil)
		})
	}
}

// TestBatchCancel checks calls that are cancelled before their commands were written.
func TestBatchCancel(t *testing.T) {
	tests := []struct {
		name string
		gone string // the cancelled calls of a, b, c and d
		read int    // bytes that the server reads before
		want string // what it reads after
		sent string // of the cancelled ones
	}{
		{"the first in the queue", "b", 0, "a|c d", ""},
		{"in the middle", "c", 0, "a|b d", ""},
		{"the last", "d", 0, "a|b c", ""},
		{"all in the queue", "bcd", 0, "a", ""},
		{"the one that writes", "a", 0, "b c d", ""},
		{"the one that writes, begun", "a", 10, "…|b c d", "a"},
		{"all, the one that writes last", "bcda", 0, "", ""},
		{"all, the one that writes first", "abcd", 0, "b c d", "bcd"}, // they are being written then
		{"all, begun", "abcd", 10, "…", "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inPipe(t, nil, func(p *piped) {
				calls := make(map[rune]<-chan outcome)
				cancels := make(map[rune]context.CancelFunc)
				for _, name := range "abcd" {
					ctx, cancel := context.WithCancel(p.t.Context())
					defer cancel()
					calls[name], cancels[name] = p.call(ctx, qmp.Request{Command: string(name)}), cancel
				}
				io.ReadFull(p.peer, make([]byte, test.read))
				for _, name := range test.gone {
					cancels[name]()
					synctest.Wait()
					if got := <-calls[name]; !errors.Is(got.err, context.Canceled) {
						t.Errorf("%c: %v", name, got.err)
					}
				}
				left := 4 - len(test.gone) + len(test.sent)
				if got := p.Pending(); got != left {
					t.Errorf("%d calls are pending, want %d", got, left)
				}
				for _, want := range strings.FieldsFunc(test.want, func(r rune) bool { return r == '|' }) {
					p.expect(want)
				}
				last := p.start("last")
				p.expect("last")
				for i, name := range "abcd" {
					if !strings.ContainsRune(test.gone, name) {
						p.reply(i + 1)
						p.ends(calls[name], true, nil)
					}
				}
				fmt.Fprintf(p.peer, `{"error": {"class": "GenericError", "desc": "X"}, "id": 5}`)
				synctest.Wait()
				var e *qmp.Error
				if got := <-last; !errors.As(got.err, &e) {
					t.Errorf("the last call: %v", got.err)
				}
				if got := p.Pending(); got != 0 {
					t.Errorf("%d calls are pending at the end", got)
				}
			})
		})
	}
}

// TestBatchCancelWhileWritten checks calls that are cancelled while somebody else writes them.
func TestBatchCancelWhileWritten(t *testing.T) {
	inPipe(t, nil, func(p *piped) {
		ctx, cancel := context.WithCancel(p.t.Context())
		defer cancel()
		a := p.start("a")
		b := p.call(ctx, qmp.Request{Command: "b"})
		c := p.start("c")
		p.expect("a") // b and c are now being written
		cancel()
		synctest.Wait()
		p.ends(b, true, context.Canceled)
		p.expect("b c")
		p.reply(2, 3, 1) // the first is dropped
		p.ends(a, true, nil)
		p.ends(c, true, nil)
	})
}

var errBroken = errors.New("broken")

// A breaking connection fails the third write, after some bytes; the first one is that of the
// handshake.
type breaking struct {
	net.Conn
	after  func(data []byte) int
	writes int
}

func (c *breaking) Write(p []byte) (int, error) {
	if c.writes++; c.writes == 3 {
		return c.after(p), errBroken
	}
	if c.writes > 3 {
		panic("a write after one that has failed")
	}
	return c.Conn.Write(p)
}

// TestBatchFails checks that each caller learns that the connection has failed, and whether its
// command may have been sent.
func TestBatchFails(t *testing.T) {
	tests := []struct {
		name  string
		after func(data []byte) int
		sent  string
	}{
		{"at the start", func([]byte) int { return 0 }, "a"},
		{"in the first", func([]byte) int { return 1 }, "ab"},
		{"between two", func(data []byte) int { return 1 + bytes.IndexByte(data, '\n') }, "ab"},
		{"in the second", func(data []byte) int { return 2 + bytes.IndexByte(data, '\n') }, "abc"},
		{"in the last", func(data []byte) int { return len(data) - 1 }, "abcd"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inPipe(t, func(conn net.Conn) io.ReadWriteCloser { return &breaking{Conn: conn, after: test.after} }, func(p *piped) {
				calls := make(map[rune]<-chan outcome)
				for _, name := range "abcd" {
					calls[name] = p.start(string(name))
				}
				p.expect("a")
				calls['e'] = p.start("e") // is never written
				p.reply(1, 5)             // the second is not a reply to anything that was sent
				p.ends(calls['a'], true, nil)
				time.Sleep(time.Minute) // of the bubble's clock
				for _, name := range "bcde" {
					p.ends(calls[name], strings.ContainsRune(test.sent, name), errBroken)
				}
			})
		})
	}
}

// TestBatchEnds checks that calls in the queue end with the connection.
func TestBatchEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(p *piped) error
		want error
	}{
		{"Close", func(p *piped) error { return p.Close() }, qmp.ErrClosed},
		{"by the server", func(p *piped) error { return p.peer.Close() }, io.EOF},
	} {
		for _, written := range []int{0, 1} {
			t.Run(fmt.Sprint(test.name, " ", written), func(t *testing.T) {
				inPipe(t, nil, func(p *piped) {
					a, b, c := p.start("a"), p.start("b"), p.start("c")
					if written > 0 {
						p.expect("a") // b and c are being written
					}
					if err := test.end(p); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Minute)
					for i, call := range []<-chan outcome{a, b, c} {
						got := <-call
						var ended *qmp.DisconnectError
						if !errors.As(got.err, &ended) || i == 0 && written > 0 && !got.sent || i == 2 && written == 0 && got.sent {
							t.Errorf("call %d: sent %v, %v", i, got.sent, got.err)
						}
					}
					if err := p.Err(); !errors.Is(err, test.want) && !errors.Is(err, io.ErrClosedPipe) {
						t.Error(err)
					}
				})
			})
		}
	}
}

// TestBatchNoReply checks that a call without a reply does not return before it was sent.
func TestBatchNoReply(t *testing.T) {
	quit := qmp.Request{Command: "quit", NoReply: true}
	t.Run("sent", func(t *testing.T) {
		inPipe(t, nil, func(p *piped) {
			p.start("a")
			call := p.call(p.t.Context(), quit)
			time.Sleep(time.Minute)
			if len(call) > 0 {
				t.Fatal("it has returned before it was sent")
			}
			p.expect("a")
			time.Sleep(time.Minute)
			if len(call) > 0 {
				t.Fatal("it has returned while it was being sent")
			}
			p.expect("quit")
			time.Sleep(time.Minute)
			p.ends(call, true, nil)
		})
	})
	t.Run("not sent before the end", func(t *testing.T) {
		inPipe(t, nil, func(p *piped) {
			p.start("a")
			call := p.call(p.t.Context(), quit)
			p.peer.Close()
			time.Sleep(time.Minute)
			var ended *qmp.DisconnectError
			if got := <-call; got.sent || !errors.As(got.err, &ended) {
				t.Errorf("sent %v, %v", got.sent, got.err)
			}
		})
	})
	for _, taken := range []bool{false, true} {
		t.Run(fmt.Sprintf("cancelled, taken %t", taken), func(t *testing.T) {
			inPipe(t, nil, func(p *piped) {
				p.start("a")
				ctx, cancel := context.WithTimeout(p.t.Context(), time.Minute)
				defer cancel()
				call := p.call(ctx, quit)
				if taken { // by the writer, who has not written any byte of it
					p.expect("a")
				}
				time.Sleep(time.Hour)
				p.ends(call, true, context.DeadlineExceeded)
				if taken {
					p.expect("quit")
				} else {
					p.expect("a")
				}
				p.start("b")
				p.expect("b")
			})
		})
	}
}

// TestBatchEarlyReply checks that a reply to a command that is still in the queue is dropped, and
// that an error without an id concerns only what was sent.
func TestBatchEarlyReply(t *testing.T) {
	inPipe(t, nil, func(p *piped) {
		a, b, c := p.start("a"), p.start("b"), p.start("c")
		p.reply(2, 3)
		if len(b)+len(c) > 0 {
			t.Error("a call has returned before it was sent")
		}
		io.WriteString(p.peer, bareFailure)
		synctest.Wait()
		if len(b)+len(c) > 0 {
			t.Error("a call has failed before it was sent")
		}
		if got := <-a; got.err == nil {
			t.Error("the oldest call has not failed")
		}
	})
}

// TestBatchHook checks that a call whose reply was read does not wait for the hook of the next
// message.
func TestBatchHook(t *testing.T) {
	var returned chan struct{}
	hook := func(dir qmp.Direction, msg []byte) {
		if dir == qmp.Received && bytes.Contains(msg, []byte(`"id": 2`)) {
			<-returned
		}
	}
	synctest.Test(t, func(t *testing.T) {
		returned = make(chan struct{}, 1)
		inBubble(t, nil, func(p *piped) {
			a, b := p.start("a"), p.start("b")
			p.expect("a")
			p.expect("b")
			io.WriteString(p.peer, `{"return": {}, "id": 1}{"return": {}, "id": 2}`)
			synctest.Wait()
			p.ends(a, true, nil)
			returned <- struct{}{}
			synctest.Wait()
			p.ends(b, true, nil)
		}, qmp.WithHook(hook))
	})
}
