package qmp

import (
	"context"
	"errors"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A migration is the state of a call of Migrate or MigrateIncoming.
type migration struct {
	migrationOptions
	source JobSource
	sub    *eventQueue

	state   MigrationState
	told    string                // the status in the last event
	refused error                 // of switchover
	before  *MigrationState       // the state before start; nil unless it is unknown whether start had an effect
	changed []migrationCapability // the capabilities that were changed, with their old state

	outgoing    bool
	reconnected bool // the Session has reconnected: the server may be another one
}

type migrationCapability struct {
	Capability string `json:"capability"`
	State      bool   `json:"state"`
}

type migrationCapabilities struct {
	Capabilities []migrationCapability `json:"capabilities"`
}

// unannounced limits the interval between queries where there are no events.
const unannounced = 100 * time.Millisecond

// newMigration subscribes to events. The caller closes the queue.
func newMigration(s JobSource, opts []MigrationOption) *migration {
	o := migrationOptions{interval: time.Second, afterward: 10 * time.Second}
	for _, opt := range opts {
		opt.applyToMigration(&o)
	}
	o.interval = max(o.interval, time.Millisecond)
	return &migration{migrationOptions: o, source: s, sub: s.subscribe(subscribeOptions{names: []string{"MIGRATION"}})}
}

// prepare queries the state, which may be that of an earlier migration, and sets capabilities. If
// there are no events, because a migration is running or the release is old, it shortens the
// interval between queries.
func (m *migration) prepare(ctx context.Context, running bool, names []string) error {
	if err := m.poll(ctx); err != nil {
		return err
	}
	var have []migrationCapability
	err := m.source.Do(ctx, &Request{Command: "query-migrate-capabilities", Result: &have, repeat: true})
	var refused *Error
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	var set []migrationCapability
	on := false
	for _, name := range names {
		for _, c := range have {
			if c.Capability == name && !c.State {
				set = append(set, migrationCapability{name, true})
				m.changed = append(m.changed, c)
			}
			on = on || c == migrationCapability{"events", true}
		}
	}
	if len(set) > 0 {
		err = m.source.Do(ctx, &Request{Command: "migrate-set-capabilities", Args: migrationCapabilities{set}, repeat: true})
	}
	if err == nil && (on || len(set) > 0) {
		return nil
	}
	m.changed = nil
	m.interval = min(m.interval, unannounced)
	if m.switchover != nil && !running || err != nil && !errors.As(err, &refused) {
		return err
	}
	return nil
}

// restore resets the capabilities that prepare has set. It ignores errors, which are expected
// while a migration is running and when the server is gone.
func (m *migration) restore(ctx context.Context) {
	if len(m.changed) == 0 || m.state.running() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.afterward)
	defer cancel()
	m.source.Do(ctx, &Request{Command: "migrate-set-capabilities", Args: migrationCapabilities{m.changed}, repeat: true})
}

// follow waits for the end of the migration.
func (m *migration) follow(ctx context.Context) error {
	paused := false
	for shown := (MigrationState{}); ; {
		if err := m.poll(ctx); err != nil {
			return m.drained(err)
		}
		if m.progress != nil && m.state != shown {
			shown = m.state
			m.progress(m.state)
		}
		if m.state.Ended() {
			m.settle(ctx)
			return m.end()
		}
		if m.outgoing && m.reconnected && !m.state.running() {
			return ErrNoMigration
		}
		if m.state.Status != migrationPreSwitchover {
			paused = false
		} else if m.switchover != nil && !paused {
			paused = true
			if m.refused = m.switchover(ctx); m.refused != nil {
				return m.refused
			}
			if err := m.proceed(ctx); err != nil {
				return m.drained(err)
			}
			continue
		}
		if err := m.wait(ctx); err != nil {
			return err
		}
	}
}

// settle waits until the guest has left the run state finish-migrate: the server reports the end
// of a migration a moment before that. Errors do not change the result of the migration.
func (m *migration) settle(ctx context.Context) {
	if !m.outgoing {
		return // an incoming migration ends when the guest runs
	}
	settle(ctx, func(ctx context.Context) bool { return runState(ctx, m.source) != "finish-migrate" })
}

// proceed ends the pause before the switchover. It is no error if the pause has ended otherwise:
// the next query shows that.
func (m *migration) proceed(ctx context.Context) error {
	err := m.source.Do(ctx, &Request{Command: "migrate-continue", Args: map[string]any{"state": migrationPreSwitchover}, repeat: true})
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	if failed := m.poll(ctx); failed != nil {
		return failed
	}
	if m.state.Status != migrationPreSwitchover {
		return nil
	}
	return err
}

// migrationInfo is the result of query-migrate.
type migrationInfo struct {
	Status string `json:"status,omitzero"`
	RAM    struct {
		Transferred int64 `json:"transferred"`
		Remaining   int64 `json:"remaining"`
		Total       int64 `json:"total"`
		Passes      int64 `json:"dirty-sync-count,omitzero"`
	} `json:"ram,omitzero"`
	TotalTime        int64  `json:"total-time,omitzero"` // all times in milliseconds
	ExpectedDowntime int64  `json:"expected-downtime,omitzero"`
	Downtime         int64  `json:"downtime,omitzero"`
	Error            string `json:"error-desc,omitzero"`
}

// poll updates the state.
func (m *migration) poll(ctx context.Context) error {
	var info migrationInfo
	if err := m.source.Do(ctx, &Request{Command: "query-migrate", Result: &info, repeat: true}); err != nil {
		return err
	}
	m.state = MigrationState{
		Status:      info.Status,
		Transferred: info.RAM.Transferred, Remaining: info.RAM.Remaining, Total: info.RAM.Total,
		Passes:           info.RAM.Passes,
		TotalTime:        time.Duration(info.TotalTime) * time.Millisecond,
		ExpectedDowntime: time.Duration(info.ExpectedDowntime) * time.Millisecond,
		Downtime:         time.Duration(info.Downtime) * time.Millisecond,
		Error:            info.Error,
	}
	return nil
}

// wait waits for an event, or until it is time for the next query.
func (m *migration) wait(ctx context.Context) error {
	pause, cancel := context.WithTimeout(ctx, m.interval)
	defer cancel()
	var ev UnknownEvent
	err := m.sub.next(pause, &ev)
	var lost *LostError
	switch {
	case ctx.Err() != nil && err != nil:
		return ctx.Err()
	case errors.As(err, &lost):
		m.reconnected = m.reconnected || lost.Reconnected
		return nil // the next query makes up for it
	case errors.Is(err, context.DeadlineExceeded):
		return nil
	case err != nil:
		return err
	}
	return m.note(&ev)
}

// note records the status in an event.
func (m *migration) note(ev *UnknownEvent) error {
	var data struct {
		Status string `json:"status"`
	}
	if err := wire.Decode(ev.Data, &data, wire.Tolerant); err != nil {
		return err
	}
	m.told = data.Status
	return nil
}

// drained returns err. If the connection has ended, it first reads the events that are left.
func (m *migration) drained(err error) error {
	var gone *DisconnectError
	if !errors.As(err, &gone) {
		return err
	}
	for {
		var ev UnknownEvent
		if more, failed := m.sub.tryNext(&ev); !more || failed != nil || m.note(&ev) != nil {
			return err
		}
	}
}

// end returns the error of a migration that has ended.
func (m *migration) end() error {
	if m.state.Status == migrationCompleted {
		return nil
	}
	return &MigrationError{Cancelled: m.state.Status == migrationCancelled, Desc: m.state.Error}
}

// abandon ends a call because of cause: it cancels the migration if there is one.
func (m *migration) abandon(ctx context.Context, cause error) (MigrationState, error) {
	if m.leave && ctx.Err() != nil {
		return m.state, wrap("qmp: migration", cause)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), m.afterward)
	defer cancel()
	m.switchover = nil
	err := m.poll(ctx)
	switch {
	case err != nil:
	case m.before != nil && m.state == *m.before: // start had no effect
		return m.state, cause
	case m.state.postcopy():
		err = errPostcopy
	case m.state.running():
		if err = m.source.Do(ctx, &Request{Command: "migrate_cancel", repeat: true}); err == nil {
			err = m.follow(ctx)
		}
	case m.state.Ended():
		m.settle(ctx)
	}
	var failed *MigrationError
	switch {
	case m.state.Status == migrationCompleted:
		return m.state, nil
	case err == nil, errors.As(err, &failed):
		return m.state, wrap("qmp: migration", cause)
	}
	return m.state, errors.Join(cause, err)
}
