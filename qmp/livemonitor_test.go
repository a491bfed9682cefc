package qmp_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/internal/testkit/live"
	"github.com/qapi-go/qapi-go/qmp"
)

// TestLiveOpenMonitor opens a second monitor, checks that closing it leaves nothing behind, and
// deletes one while its client is connected. Releases without monitor objects report that, and
// nothing is left either.
func TestLiveOpenMonitor(t *testing.T) {
	for _, release := range live.Releases {
		t.Run(release, func(t *testing.T) {
			c := launchProgram(t, live.Release(t, release, "qemu-system-x86_64"), []string{"-M", "none"})
			ctx := testContext(t)
			if release != "11.1" {
				if _, err := c.OpenMonitor(ctx); !errors.Is(err, qmp.ErrNoMonitorObjects) {
					t.Errorf("error %v", err)
				}
				if got := chardevs(t, c); len(got) != 1 {
					t.Errorf("character devices %q", got)
				}
				return
			}
			for range 3 {
				own, err := c.OpenMonitor(ctx, qmp.WithOOB())
				if err != nil {
					t.Fatal(err)
				}
				sub := qmp.Subscribe[*StopEvent](own)
				for _, vm := range []Client{NewClient(own), NewClient(c)} {
					if _, err := vm.QueryStatus(ctx); err != nil {
						t.Error(err)
					}
				}
				if err := NewClient(c).Cont(ctx); err != nil {
					t.Error(err)
				}
				if err := NewClient(c).Stop(ctx); err != nil {
					t.Error(err)
				}
				if _, err := sub.Next(ctx); err != nil {
					t.Errorf("event: %v", err)
				}
				if got := chardevs(t, c); len(got) != 2 {
					t.Errorf("character devices %q", got)
				}
				own.Close()
				for len(chardevs(t, c)) != 1 { // or the call's context ends
				}
			}
			own, err := c.OpenMonitor(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer own.Close()
			if err := own.Probe(ctx); err != nil {
				t.Error(err)
			}
			for _, label := range chardevs(t, c) {
				if label != "compat_monitor0" {
					if err := c.Call(ctx, "object-del", map[string]any{"id": label}, nil); err != nil {
						t.Error(err)
					}
				}
			}
			short, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
			defer cancel()
			if err := own.Probe(short); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("probe of a deleted monitor: %v", err)
			}
		})
	}
}

// chardevs returns the labels of the character devices.
func chardevs(t *testing.T, c *qmp.Client) (labels []string) {
	t.Helper()
	var devices []struct {
		Label string `json:"label"`
	}
	if err := c.Call(testContext(t), "query-chardev", nil, &devices); err != nil {
		t.Fatal(err)
	}
	for _, d := range devices {
		labels = append(labels, d.Label)
	}
	return labels
}
