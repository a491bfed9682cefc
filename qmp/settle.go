package qmp

import (
	"context"
	"time"
)

// settle waits until settled returns true. It is for what a server does just after it has reported
// the end of an operation, without an event. It polls with growing intervals, for at most 10
// seconds.
func settle(ctx context.Context, settled func(context.Context) bool) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for pause := time.Millisecond; !settled(ctx); pause = min(2*pause, unannounced) {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// runState returns the run state of the guest, or "" if it is not known.
func runState(ctx context.Context, s JobSource) string {
	var now struct {
		Status string `json:"status"`
	}
	s.Do(ctx, &Request{Command: "query-status", Result: &now, repeat: true})
	return now.Status
}
