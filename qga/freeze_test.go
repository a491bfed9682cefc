package qga_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/qapi-go/qapi-go/qga"
	"github.com/qapi-go/qapi-go/qmp"
)

// The guest is thawed whatever happens in between.
func TestFreezeAlwaysThaws(t *testing.T) {
	refused := &qmp.Error{Class: qmp.ClassGenericError, Desc: "refused"}
	failed := errors.New("the snapshot failed")
	tests := []struct {
		name   string
		freeze error // the agent's error
		f      func(cancel func()) error
		want   error
	}{
		{name: "success", f: func(func()) error { return nil }},
		{name: "failure", f: func(func()) error { return failed }, want: failed},
		{name: "panic", f: func(func()) error { panic("no") }},
		{name: "cancelled", f: func(cancel func()) error { cancel(); return context.Canceled }, want: context.Canceled},
		{name: "not frozen", freeze: refused, want: refused},
		{name: "freezing took too long", freeze: context.DeadlineExceeded, want: context.DeadlineExceeded},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(testContext(t))
			defer cancel()
			var commands []string
			agent := qmp.CallerFunc(func(ctx context.Context, req *qmp.Request) error {
				commands = append(commands, req.Command)
				if req.Command == "guest-fsfreeze-freeze" {
					return test.freeze
				}
				return ctx.Err()
			})
			func() {
				defer func() { recover() }()
				err := qga.Freeze(ctx, agent, func(context.Context) error { return test.f(cancel) })
				if !errors.Is(err, test.want) || test.want == nil && err != nil {
					t.Errorf("%v, want %v", err, test.want)
				}
			}()
			if !slices.Equal(commands, []string{"guest-fsfreeze-freeze", "guest-fsfreeze-thaw"}) {
				t.Errorf("commands %q", commands)
			}
		})
	}
}

// If the connection is lost, the error reports that the guest may still be frozen.
func TestFreezeLosesAgent(t *testing.T) {
	lost := &qmp.DisconnectError{Err: errors.New("gone")}
	agent := qmp.CallerFunc(func(_ context.Context, req *qmp.Request) error {
		if req.Command == "guest-fsfreeze-thaw" {
			return lost
		}
		return nil
	})
	if err := qga.Freeze(testContext(t), agent, func(context.Context) error { return nil }); !errors.Is(err, lost) {
		t.Error(err)
	}
}
