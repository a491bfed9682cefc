package qmp

import (
	"context"
	"errors"
	"time"
)

// A MigrationOption changes what [Migrate] and [MigrateIncoming] do.
type MigrationOption interface{ applyToMigration(*migrationOptions) }

type migrationOption func(*migrationOptions)

func (opt migrationOption) applyToMigration(o *migrationOptions) { opt(o) }

type migrationOptions struct {
	progress   func(MigrationState)
	interval   time.Duration
	switchover func(context.Context) error
	leave      bool
	afterward  time.Duration // for cancelling, once the context is done
}

// WithMigrationProgress has progress called with each state of the migration that differs from
// the one before, in the goroutine of the caller. The server is asked once in an interval for the
// numbers, besides when an event tells of a new status. Without it the interval is a second.
func WithMigrationProgress(interval time.Duration, progress func(MigrationState)) MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.interval, o.progress = interval, progress })
}

// WithPreSwitchover has an outgoing migration pause when the guest has been stopped, before the
// last of its state is sent and its disks are given up (capability pause-before-switchover, QEMU
// 2.12 and later). switchover is called then, for what must be done while neither side writes to
// the disks, such as completing a mirror. The migration goes on when it returns nil; if it returns
// an error the migration is cancelled, the guest goes on running here, and [Migrate] returns that
// error.
func WithPreSwitchover(switchover func(ctx context.Context) error) MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.switchover = switchover })
}

// WithMigrationLeave leaves the migration to itself when the context is done. Without it
// [Migrate] cancels it.
func WithMigrationLeave() MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.leave = true })
}

// A MigrationState is the state of a migration.
type MigrationState struct {
	Status string // QEMU's MigrationStatus, such as "active" or "completed"

	// Bytes of memory: sent so far, left to be sent, and the size of all. Remaining grows when
	// the guest writes to memory that has been sent. All are 0 where the server does not tell,
	// as at the receiving side of older releases.
	Transferred, Remaining, Total int64

	Passes           int64         // over the memory (dirty-sync-count)
	TotalTime        time.Duration // since the start
	ExpectedDowntime time.Duration // while it is active
	Downtime         time.Duration // when it has completed

	// Error says why the migration failed. It is empty where the server does not report it. Its
	// text is not stable.
	Error string
}

// Fraction returns the part of the memory that is not left to be sent, from 0 to 1. It falls when
// the guest is faster than the migration.
func (s MigrationState) Fraction() float64 {
	switch {
	case s.Status == migrationCompleted:
		return 1
	case s.Total <= 0:
		return 0
	case s.Status == migrationSetup:
		return 0 // Remaining is not known yet
	}
	return min(max(float64(s.Total-s.Remaining)/float64(s.Total), 0), 1)
}

// Ended reports whether the migration has completed, failed or been cancelled.
func (s MigrationState) Ended() bool {
	switch s.Status {
	case migrationCompleted, migrationFailed, migrationCancelled:
		return true
	}
	return false
}

// running reports whether there is a migration that has not ended.
func (s MigrationState) running() bool {
	return s.Status != "" && s.Status != migrationNone && !s.Ended()
}

// postcopy reports whether the guest runs at the other side already, so that no side has all of
// its state.
func (s MigrationState) postcopy() bool {
	switch s.Status {
	case "postcopy-device", "postcopy-active", "postcopy-paused", "postcopy-recover-setup", "postcopy-recover":
		return true
	}
	return false
}

// Values of QEMU's MigrationStatus that mean something to [Migrate]. There are others.
const (
	migrationNone          = "none"
	migrationSetup         = "setup"
	migrationPreSwitchover = "pre-switchover"
	migrationCompleted     = "completed"
	migrationFailed        = "failed"
	migrationCancelled     = "cancelled"
)

// A MigrationError reports that a migration failed or was cancelled.
type MigrationError struct {
	Cancelled bool
	Desc      string // for people; empty if the server does not tell; its text is not stable
}

// Error returns the description.
func (e *MigrationError) Error() string {
	what := "qmp: the migration failed"
	if e.Cancelled {
		what = "qmp: the migration was cancelled"
	}
	if e.Desc == "" {
		return what
	}
	return what + ": " + e.Desc
}

// ErrNoMigration is the error of [Migrate] if there is no migration: without a function to start
// one, or because the connection of a [Session] was lost and the next server has none.
var ErrNoMigration = errors.New("qmp: there is no migration")

// errPostcopy is why a migration is not cancelled.
var errPostcopy = errors.New("qmp: the migration is in its postcopy phase and cannot be cancelled without losing the guest")

// Migrate starts an outgoing migration and waits for its end:
//
//	state, err := qmp.Migrate(ctx, c, func(ctx context.Context) error {
//		return vm.Migrate(ctx, qapi.MigrateArgs{URI: &uri})
//	}, qmp.WithMigrationProgress(time.Second, func(m qmp.MigrationState) {
//		fmt.Printf("\r%3.0f %%", 100*m.Fraction())
//	}))
//
// start runs the command migrate, whose success does not mean that anybody listens at the other
// side. If start is nil, the migration is running already.
//
// Migrate returns the last state. The error is that of start or of another command, a
// [*MigrationError] if the migration failed or was cancelled, [ErrNoMigration], or the error of
// the connection. When it is nil, all of the guest's state has been sent. Whether it has arrived is
// for [MigrateIncoming] to tell; the capability return-path, set at both sides before, has this
// side know, too. Without it, QEMU 11.1 has been seen to complete to a QEMU that had died.
//
// By then the guest's run state has settled, too: it runs again, or is in the state postmigrate.
// QEMU reports the end a moment earlier, so Migrate asks (query-status) until the state is no
// longer finish-migrate, for at most 10 seconds, and no longer than the context allows.
//
// If the context is done first, the migration is cancelled (unless [WithMigrationLeave] is given),
// Migrate waits up to 10 seconds for its end, and the error wraps that of the context; but if the
// migration has completed by then, the error is nil. One in its postcopy phase is not cancelled,
// since the guest would be lost. Only a migration that start has begun, or that existed where start
// is nil, is cancelled.
//
// The capabilities that Migrate needs (events, and pause-before-switchover with
// [WithPreSwitchover]) are set before the start, and set back at the end.
func Migrate(ctx context.Context, s JobSource, start func(ctx context.Context) error, opts ...MigrationOption) (MigrationState, error) {
	m := newMigration(s, opts)
	m.outgoing = true
	defer m.sub.close()
	capabilities := []string{"events"}
	if m.switchover != nil {
		capabilities = append(capabilities, "pause-before-switchover")
	}
	if err := m.prepare(ctx, start == nil, capabilities); err != nil {
		return m.state, err
	}
	defer m.restore(ctx)
	if start == nil && (m.state.Status == "" || m.state.Status == migrationNone) {
		return m.state, ErrNoMigration
	}
	if start != nil {
		before := m.state
		if err := start(ctx); err != nil {
			if ctx.Err() != nil && !before.running() { // or else start must have failed
				m.before = &before
				return m.abandon(ctx, err)
			}
			return m.state, err
		}
		m.state = MigrationState{} // what is known is older
	}
	err := m.follow(ctx)
	if ctx.Err() != nil && !m.state.Ended() {
		return m.abandon(ctx, ctx.Err())
	}
	if m.refused != nil {
		return m.abandon(ctx, m.refused)
	}
	return m.state, err
}

// MigrateIncoming waits for an incoming migration, at a QEMU that was started with -incoming:
//
//	state, err := qmp.MigrateIncoming(ctx, c, func(ctx context.Context) error {
//		return vm.MigrateIncoming(ctx, qapi.MigrateIncomingArgs{URI: &uri})
//	})
//
// start runs the command migrate-incoming, for a QEMU that was started with "-incoming defer". If
// start is nil, QEMU listens already. The options and the results are those of [Migrate], except
// that there is nothing to cancel: when the context is done MigrateIncoming returns, and QEMU goes
// on waiting until it is ended.
//
// QEMU exits when an incoming migration fails, unless it was told not to (exit-on-error, QEMU 9.1
// and later). Then the error is both a [*MigrationError] and a [*DisconnectError], if QEMU could
// still tell, or the latter alone. The reason is in what QEMU printed to its standard error.
func MigrateIncoming(ctx context.Context, s JobSource, start func(ctx context.Context) error, opts ...MigrationOption) (MigrationState, error) {
	m := newMigration(s, opts)
	m.switchover = nil
	defer m.sub.close()
	if err := m.prepare(ctx, start == nil, []string{"events"}); err != nil {
		return m.state, err
	}
	defer m.restore(ctx)
	if start != nil {
		if err := start(ctx); err != nil {
			return m.state, err
		}
	}
	err := m.follow(ctx)
	var gone *DisconnectError
	if errors.As(err, &gone) && m.told == migrationFailed {
		m.state.Status = migrationFailed
		err = errors.Join(&MigrationError{Desc: m.state.Error}, err)
	}
	return m.state, err
}
