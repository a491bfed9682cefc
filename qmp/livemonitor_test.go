package qmp_test

import (
	"context"
	"errors"
	"slices"
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
			before := chardevs(ctx, t, c)
			opened := func() []string { return chardevs(ctx, t, c, before...) }
			if release != "11.1" {
				if _, err := c.OpenMonitor(ctx); !errors.Is(err, qmp.ErrNoMonitorObjects) {
					t.Errorf("error %v", err)
				}
				if got := opened(); len(got) != 0 {
					t.Errorf("character devices that are left: %q", got)
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
				if got := opened(); len(got) != 1 {
					t.Errorf("character devices of opened monitors: %q", got)
				}
				own.Close()
				for len(opened()) != 0 { // or the context ends
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
			for _, label := range opened() {
				if err := c.Call(ctx, "object-del", map[string]any{"id": label}, nil); err != nil {
					t.Error(err)
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

// chardevs returns the labels of the character devices but those of without.
func chardevs(ctx context.Context, t *testing.T, c *qmp.Client, without ...string) (labels []string) {
	t.Helper()
	var devices []struct {
		Label string `json:"label"`
	}
	if err := c.Call(ctx, "query-chardev", nil, &devices); err != nil {
		t.Fatal(err)
	}
	for _, d := range devices {
		if !slices.Contains(without, d.Label) {
			labels = append(labels, d.Label)
		}
	}
	return labels
}
