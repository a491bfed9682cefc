package qmp_test

import (
	"context"
	"errors"
	"testing"

	"github.com/qapi-go/qapi-go/qmp"
)

// A dump's end is reported before the guest runs again and another dump can start. Dump waits for
// both, but not longer than its context.
func TestDumpSettles(t *testing.T) {
	const blocker = "Live migration disabled: dump-guest-memory in progress"
	tests := []struct {
		name           string
		status         string
		saving         int // answers that the guest is being saved; -1 for all
		blocked        int // answers that migrations are blocked
		cancelled      bool
		states, blocks int // queries that Dump sends
	}{
		{"at once", "completed", 0, 0, false, 1, 1},
		{"completed", "completed", 2, 3, false, 6, 4},
		{"failed", "failed", 0, 1, false, 2, 2},
		{"the context ends", "completed", -1, 0, true, 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(testContext(t))
			defer cancel()
			states, blocks := 0, 0
			c, _ := serveScript(t, []string{"query-dump", "query-status", "query-migrate"}, func(command string, _ any) (any, error) {
				switch command {
				case "query-dump":
					return map[string]any{"status": test.status, "completed": 1, "total": 1}, nil
				case "query-status":
					if test.cancelled {
						cancel()
					}
					if states++; test.saving < 0 || states <= test.saving {
						return map[string]any{"status": "save-vm"}, nil
					}
					return map[string]any{"status": "running"}, nil
				}
				if blocks++; blocks <= test.blocked {
					return map[string]any{"blocked-reasons": []string{"something else", blocker}}, nil
				}
				return map[string]any{"blocked-reasons": []string{"something else"}}, nil
			})
			state, err := qmp.Dump(ctx, c, nil)
			var failed *qmp.DumpError
			if state.Status != test.status || errors.As(err, &failed) != (test.status == "failed") || err != nil && failed == nil {
				t.Errorf("%+v, %v", state, err)
			}
			if !test.cancelled && (states != test.states || blocks != test.blocks) {
				t.Errorf("asked %d times for the state of the guest, %d times whether migrations are blocked", states, blocks)
			}
		})
	}
}
