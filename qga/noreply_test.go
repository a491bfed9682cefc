package qga_test

import (
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// A command without a reply on success succeeds if the next command is answered, if nothing arrives
// for some time, or if the connection ends. An error is reported.
func TestNoReply(t *testing.T) {
	const refused = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"refused\"}}\n"
	const long = 30 * time.Second // never waited for
	tests := []struct {
		name   string
		grace  time.Duration
		script func(a *agent)
		want   string
	}{
		{"lives on", long, func(a *agent) { a.synced(a.expect("guest-sync-delimited")) }, ""},
		{"closes", long, func(a *agent) {}, ""},
		{"silent", 50 * time.Millisecond, func(a *agent) { io.Copy(io.Discard, a.in) }, ""},
		{"an earlier command is refused", long, func(a *agent) {
			id := a.expect("guest-sync-delimited")
			a.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"another one\"}, \"id\": 1}\n")
			a.synced(id)
		}, ""},
		{"refuses", long, func(a *agent) {
			id := a.expect("guest-sync-delimited")
			a.send(refused)
			a.synced(id)
		}, "refused"},
		{"refuses, and the synchronisation, too", long, func(a *agent) {
			id := a.expect("guest-sync-delimited")
			a.send(refused)
			a.send("{\"error\": {\"class\": \"GenericError\", \"desc\": \"another one\"}}\n")
			a.synced(id)
		}, "refused"},
		{"refuses and closes", long, func(a *agent) {
			a.expect("guest-sync-delimited")
			a.send(refused)
		}, "refused"},
		{"refuses and is silent", time.Second, func(a *agent) {
			a.expect("guest-sync-delimited")
			a.send(refused)
			io.Copy(io.Discard, a.in)
		}, "refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, script(t, func(a *agent) {
					a.sync()
					a.expect("guest-shutdown")
					test.script(a)
				}), qga.WithGrace(test.grace))
				err := NewClient(c).GuestShutdown(testContext(t), GuestShutdownArgs{})
				var e *qmp.Error
				if test.want == "" && err != nil || test.want != "" && (!errors.As(err, &e) || e.Desc != test.want) {
					t.Errorf("%v, want %q", err, test.want)
				}
			})
		})
	}
}

// If neither a command without a reply nor the synchronization after it is answered, the next call
// synchronizes first.
func TestNoReplySilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, script(t, func(a *agent) {
			a.sync()
			a.expect("guest-shutdown")
			a.expect("guest-sync-delimited") // never answered
			a.synced(a.expect("guest-sync-delimited"))
			a.expect("guest-ping")
			a.reply(`"return": {}`)
			a.expect("") // no more commands
		}), qga.WithGrace(time.Millisecond))
		if err := NewClient(c).GuestShutdown(testContext(t), GuestShutdownArgs{}); err != nil {
			t.Fatal(err)
		}
		if err := NewClient(c).GuestPing(testContext(t)); err != nil {
			t.Error(err)
		}
		c.Close()
	})
}

// A command without a reply fails with its context: whether it has run is then unknown.
func TestNoReplyCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(testContext(t))
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-shutdown")
		a.expect("guest-sync-delimited")
		cancel()
		a.expect("") // no more commands
	}), qga.WithGrace(patience))
	if err := NewClient(c).GuestShutdown(ctx, GuestShutdownArgs{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	c.Close()
}

// Close ends a call without a reply at once; whether the command has run is then unknown.
func TestCloseNoReply(t *testing.T) {
	waiting := make(chan bool)
	c := newClient(t, script(t, func(a *agent) {
		a.sync()
		a.expect("guest-shutdown")
		a.expect("guest-sync-delimited")
		close(waiting)
		io.Copy(io.Discard, a.in)
	}), qga.WithGrace(time.Hour))
	result := make(chan error)
	go func() { result <- NewClient(c).GuestShutdown(testContext(t), GuestShutdownArgs{}) }()
	<-waiting
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if err := <-result; !errors.Is(err, qmp.ErrClosed) {
		t.Errorf("%v, want ErrClosed", err)
	}
}
