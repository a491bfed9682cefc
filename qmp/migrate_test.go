package qmp_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
)

// A scripted server answers commands by calling a function, and records them.
type scripted struct {
	*qmp.Server
	mu  sync.Mutex
	ran []string
}

func (s *scripted) commands() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ran)
}

// serveScript connects a client to a server with the named commands.
func serveScript(t *testing.T, names []string, answer func(command string, args any) (any, error)) (*qmp.Client, *scripted) {
	t.Helper()
	checkGoroutines(t)
	s := &scripted{}
	var commands []qmp.ServerCommand
	for _, name := range names {
		commands = append(commands, qmp.ServerCommand{
			Name: name, Args: (*map[string]any)(nil), Result: (*any)(nil),
			Run: func(_ context.Context, args any) (any, error) {
				s.mu.Lock()
				s.ran = append(s.ran, name)
				s.mu.Unlock()
				result, err := answer(name, *args.(*map[string]any))
				return &result, err
			},
		})
	}
	s.Server = qmp.NewServer(commands)
	here, there := net.Pipe()
	var wait sync.WaitGroup
	wait.Go(func() { s.ServeConn(context.Background(), there) })
	c, err := qmp.NewClient(testContext(t), here)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); wait.Wait() })
	return c, s
}

var migrationCommands = []string{"query-migrate", "query-migrate-capabilities", "migrate-set-capabilities", "migrate", "migrate_cancel", "migrate-continue"}

// A server without capabilities and events is polled; unknown statuses are ignored.
func TestMigrateWithoutEvents(t *testing.T) {
	statuses := []string{"none", "setup", "active", "something-new", "failing", "failed"}
	c, s := serveScript(t, migrationCommands, func(command string, _ any) (any, error) {
		switch command {
		case "query-migrate":
			status := statuses[0]
			statuses = statuses[1:]
			if status == "failed" {
				return map[string]any{"status": status, "error-desc": "no room"}, nil
			}
			return map[string]any{"status": status}, nil
		case "query-migrate-capabilities":
			return nil, &qmp.Error{Class: qmp.ClassCommandNotFound, Desc: "none"}
		}
		return map[string]any{}, nil
	})
	state, err := qmp.Migrate(testContext(t), c, run(c, "migrate", `{}`), qmp.WithMigrationProgress(time.Millisecond, func(qmp.MigrationState) {}))
	var failed *qmp.MigrationError
	if !errors.As(err, &failed) || failed.Desc != "no room" || state.Status != "failed" {
		t.Errorf("%+v, %v", state, err)
	}
	if slices.Contains(s.commands(), "migrate-set-capabilities") {
		t.Error(s.commands())
	}
}

// A migration's end is reported before the guest has its final run state: Migrate waits for that,
// but not longer than its context.
func TestMigrateSettles(t *testing.T) {
	tests := []struct {
		name, status string
		stopped      int  // answers that the guest is still in the last phase; -1 for all
		after        bool // the context ends at the first of them
	}{
		{"failed", "failed", 3, false},
		{"completed", "completed", 3, false},
		{"at once", "failed", 0, false},
		{"never", "failed", -1, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(testContext(t))
			defer cancel()
			asked := 0
			c, _ := serveScript(t, append(migrationCommands, "query-status"), func(command string, _ any) (any, error) {
				switch command {
				case "query-migrate":
					return map[string]any{"status": test.status}, nil
				case "query-migrate-capabilities":
					return []any{}, nil
				case "query-status":
					if asked++; test.after {
						cancel()
					}
					if test.stopped < 0 || asked <= test.stopped {
						return map[string]any{"status": "finish-migrate"}, nil
					}
					return map[string]any{"status": "running"}, nil
				}
				return map[string]any{}, nil
			})
			state, err := qmp.Migrate(ctx, c, run(c, "migrate", `{}`))
			var failed *qmp.MigrationError
			if state.Status != test.status || errors.As(err, &failed) != (test.status == "failed") || err != nil && failed == nil {
				t.Errorf("%+v, %v", state, err)
			}
			if test.stopped >= 0 && asked != test.stopped+1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

// Migrate also waits for the guest's final run state if the migration fails while the context ends.
func TestMigrateAbandonedSettles(t *testing.T) {
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	status := "active"
	asked := 0
	c, _ := serveScript(t, append(migrationCommands, "query-status"), func(command string, _ any) (any, error) {
		switch command {
		case "query-migrate":
			return map[string]any{"status": status}, nil
		case "query-migrate-capabilities":
			return []any{}, nil
		case "query-status":
			if asked++; asked == 1 {
				return map[string]any{"status": "finish-migrate"}, nil
			}
			return map[string]any{"status": "running"}, nil
		}
		return map[string]any{}, nil
	})
	state, err := qmp.Migrate(ctx, c, nil, qmp.WithMigrationProgress(time.Millisecond, func(qmp.MigrationState) {
		status = "failed"
		cancel()
	}))
	if !errors.Is(err, context.Canceled) || state.Status != "failed" {
		t.Errorf("%+v, %v", state, err)
	}
	if asked != 2 {
		t.Errorf("asked %d times for the guest's state", asked)
	}
}

// A migration in its postcopy phase is not cancelled, nor is one that another client started.
func TestMigrateIsNotCancelled(t *testing.T) {
	tests := []struct {
		name, status string
		start        bool
		opts         []qmp.MigrationOption
	}{
		{"postcopy", "postcopy-active", false, nil},
		{"left", "active", false, []qmp.MigrationOption{qmp.WithMigrationLeave()}},
		{"another's", "active", true, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(testContext(t))
			c, s := serveScript(t, migrationCommands, func(command string, _ any) (any, error) {
				switch command {
				case "query-migrate":
					return map[string]any{"status": test.status}, nil
				case "query-migrate-capabilities":
					return []any{}, nil
				}
				return map[string]any{}, nil
			})
			opts := append(test.opts, qmp.WithMigrationProgress(time.Millisecond, func(qmp.MigrationState) { cancel() }))
			var start func(context.Context) error
			if test.start {
				start = func(ctx context.Context) error { cancel(); return ctx.Err() }
			}
			state, err := qmp.Migrate(ctx, c, start, opts...)
			if !errors.Is(err, context.Canceled) || state.Status != test.status {
				t.Errorf("%+v, %v", state, err)
			}
			if slices.Contains(s.commands(), "migrate_cancel") {
				t.Error(s.commands())
			}
		})
	}
}

// A migration that completes despite being cancelled has completed.
func TestMigrateCompletesAllTheSame(t *testing.T) {
	ctx, cancel := context.WithCancel(testContext(t))
	status := "none"
	c, _ := serveScript(t, migrationCommands, func(command string, _ any) (any, error) {
		switch command {
		case "query-migrate":
			return map[string]any{"status": status}, nil
		case "query-migrate-capabilities":
			return []any{}, nil
		case "migrate":
			status = "active"
		case "migrate_cancel":
			status = "completed"
		}
		return map[string]any{}, nil
	})
	state, err := qmp.Migrate(ctx, c, run(c, "migrate", `{}`), qmp.WithMigrationProgress(time.Millisecond, func(qmp.MigrationState) { cancel() }))
	if err != nil || state.Status != "completed" {
		t.Errorf("%+v, %v", state, err)
	}
}
