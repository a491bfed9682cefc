package qga_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qapi-go/qapi-go/qga"
)

// Whatever was in the channel before synchronization is dropped.
func TestSyncDropsWhatWasThere(t *testing.T) {
	for _, before := range []string{
		"", "garbage\n", `{"return": {}}` + "\n", `{"return": {"half`, "\xff", "\xff{\"return\": 1}\n",
		strings.Repeat("[", 5000), `"`, "{\"return\": 1}\n\xff\xff",
	} {
		c := newClient(t, script(t, func(a *agent) {
			id := a.expect("guest-sync-delimited")
			a.send("%s", before)
			a.synced(id)
			a.expect("guest-ping")
			a.reply(`"return": {}`)
		}))
		if err := NewClient(c).GuestPing(testContext(t)); err != nil {
			t.Errorf("after %q: %v", before, err)
		}
	}
}

// An agent that is not running yet is asked until it answers, and its late answers are ignored.
func TestSyncRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, script(t, func(a *agent) {
			var ids []int64
			for range 3 {
				ids = append(ids, a.expect("guest-sync-delimited"))
			}
			for _, id := range ids {
				a.synced(id)
			}
			for {
				switch command, id := a.next(); command {
				case "guest-sync-delimited": // another one may have been in flight
					a.synced(id)
				case "guest-ping":
					a.reply(`"return": {}`)
					return
				default:
					t.Errorf("unexpected %q", command)
					return
				}
			}
		}), qga.WithRetry(20*time.Millisecond))
		if err := NewClient(c).GuestPing(testContext(t)); err != nil {
			t.Error(err)
		}
	})
}

// Synchronization succeeds with an agent that takes longer for each answer than the interval
// between two attempts.
func TestSyncSlowAgent(t *testing.T) {
	for _, g := range generations {
		t.Run(g.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := net.Pipe()
				lines := make(chan string, 1000) // commands not processed yet
				go func() {
					defer close(lines)
					in := bufio.NewReader(server)
					for line, err := in.ReadString('\n'); err == nil; line, err = in.ReadString('\n') {
						lines <- line
					}
				}()
				slow, agentEnd := net.Pipe()
				go func() {
					defer slow.Close()
					go io.Copy(server, slow)
					for line := range lines {
						time.Sleep(3 * time.Second) // in the bubble
						if _, err := io.WriteString(slow, line); err != nil {
							return
						}
					}
				}()
				go g.serve(&agent{t: t, conn: agentEnd, in: bufio.NewReader(agentEnd)}, func(_ string, reply func(string) string) string { return reply("7") })
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				c, err := qga.NewClient(ctx, client)
				if err != nil {
					t.Fatal(err)
				}
				var got int
				if err := c.Call(ctx, "x", nil, &got); err != nil || got != 7 {
					t.Errorf("%d, %v", got, err)
				}
				c.Close()
				agentEnd.Close()
			})
		})
	}
}

func TestSyncEndsWithContext(t *testing.T) {
	conn := script(t, func(a *agent) { io.Copy(io.Discard, a.conn) })
	ctx, cancel := context.WithTimeout(testContext(t), 50*time.Millisecond)
	defer cancel()
	if _, err := qga.NewClient(ctx, conn, qga.WithRetry(10*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want a deadline", err)
	}
	// Nor does a channel that nobody reads block it.
	short, cancel := context.WithTimeout(testContext(t), 50*time.Millisecond)
	defer cancel()
	stuck := script(t, func(*agent) { <-short.Done() })
	if _, err := qga.NewClient(short, stuck); err == nil {
		t.Error("a channel that nobody reads is synchronised")
	}
}

// The reply to an abandoned call is skipped by synchronizing.
func TestStaleReply(t *testing.T) {
	given := make(chan bool)
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-file-open")
		cancel()
		<-given
		a.reply(`"return": 1000`)
		a.sync()
		a.expect("guest-sync")
		a.reply(`"return": 7`)
		a.expect("guest-sync") // already synchronized
		a.reply(`"return": 8`)
	}))
	if _, err := NewClient(c).GuestFileOpen(ctx, GuestFileOpenArgs{Path: "x"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want context.Canceled", err)
	}
	close(given)
	for _, want := range []int64{7, 8} {
		if got, err := NewClient(c).GuestSync(testContext(t), GuestSyncArgs{ID: want}); got != want || err != nil {
			t.Errorf("%d, %v, want %d", got, err, want)
		}
	}
}
