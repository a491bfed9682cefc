package qmp

import (
	"context"
	"errors"
	"time"
)

// A MigrationOption is an option of [Migrate] and [MigrateIncoming].
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

// WithMigrationProgress calls progress with each new state of the migration, in the goroutine of
// the caller. The state is queried once each interval, and when an event reports a new status. The
// default interval is a second.
func WithMigrationProgress(interval time.Duration, progress func(MigrationState)) MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.interval, o.progress = interval, progress })
}

// WithPreSwitchover pauses an outgoing migration and calls switchover when the guest has been
// stopped, before the rest of its state is sent and its disks are released (capability
// pause-before-switchover, QEMU 2.12 and later). It is for work that must be done while neither
// side writes to the disks, such as completing a mirror. If switchover returns an error, the
// migration is cancelled, the guest goes on running at the source, and [Migrate] returns that
// error.
func WithPreSwitchover(switchover func(ctx context.Context) error) MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.switchover = switchover })
}

// WithMigrationLeave lets the migration go on when the context is done. The default is to cancel
// it.
func WithMigrationLeave() MigrationOption {
	return migrationOption(func(o *migrationOptions) { o.leave = true })
}

// A MigrationState is the state of a migration.
type MigrationState struct {
	Status string // QEMU's MigrationStatus, such as "active" or "completed"

	// Memory in bytes: sent, left to send, and in all. Remaining grows when the guest writes to
	// memory that has been sent. All are 0 if they are not known, as at the destination in
	// older releases.
	Transferred, Remaining, Total int64

	Passes           int64         // over the memory (dirty-sync-count)
	TotalTime        time.Duration // since the start
	ExpectedDowntime time.Duration // while it is active
	Downtime         time.Duration // when it has completed

	// Error says why the migration failed. It is empty if that is not known. The text is not
	// stable between releases.
	Error string
}

// Fraction returns the progress, from 0 to 1: the part of the memory that is not Remaining. It
// falls while the guest writes faster than the migration sends.
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

// running reports whether a migration is under way.
func (s MigrationState) running() bool {
	return s.Status != "" && s.Status != migrationNone && !s.Ended()
}

// postcopy reports whether the guest already runs at the destination, so that neither side has its
// whole state.
func (s MigrationState) postcopy() bool {
	switch s.Status {
	case "postcopy-device", "postcopy-active", "postcopy-paused", "postcopy-recover-setup", "postcopy-recover":
		return true
	}
	return false
}

// The values of QEMU's MigrationStatus that Migrate handles. There are others.
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
	Desc      string // for humans; not stable between releases; empty if it is not known
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

// ErrNoMigration is the error of [Migrate] if start is nil and there is no migration, or if the
// [Session] has reconnected to a server without one.
var ErrNoMigration = errors.New("qmp: there is no migration")

// errPostcopy is why a migration in its postcopy phase is not cancelled.
var errPostcopy = errors.New("qmp: the migration is in its postcopy phase and cannot be cancelled without losing the guest")

// Migrate starts an outgoing migration and waits for its end:
//
//	state, err := qmp.Migrate(ctx, c, func(ctx context.Context) error {
//		return vm.Migrate(ctx, qapi.MigrateArgs{URI: &uri})
//	}, qmp.WithMigrationProgress(time.Second, func(m qmp.MigrationState) {
//		fmt.Printf("\r%3.0f %%", 100*m.Fraction())
//	}))
//
// start runs the command migrate, whose success does not mean that the destination listens. If
// start is nil, Migrate follows the present migration.
//
// Migrate returns the last state. The error is that of start or of another command, a
// [*MigrationError] if the migration failed or was cancelled, [ErrNoMigration], or that of the
// connection. If it is nil, all of the guest's state has been sent. Whether it has arrived is
// reported by [MigrateIncoming], and at the source only if the capability return-path was set on
// both sides before: without it, QEMU 11.1 was seen to complete a migration to a QEMU that had
// died.
//
// QEMU reports the end of a migration a moment before the guest resumes or is in the run state
// postmigrate. Migrate therefore polls query-status until the run state is no longer
// finish-migrate, for at most 10 seconds and as long as the context allows.
//
// If the context is done first, Migrate cancels the migration (unless [WithMigrationLeave] is
// given) and waits up to 10 seconds for its end. The error wraps that of the context, or is nil if
// the migration has completed by then. Migrate does not cancel a migration in its postcopy phase,
// since the guest would be lost, nor one that start has not begun unless start is nil.
//
// Migrate sets the capabilities that it needs before the start (events, and
// pause-before-switchover for [WithPreSwitchover]), and resets them at the end.
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
			if ctx.Err() != nil && !before.running() { // else start has failed because of it
				m.before = &before
				return m.abandon(ctx, err)
			}
			return m.state, err
		}
		m.state = MigrationState{} // the known state is that of an earlier migration
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

// MigrateIncoming waits for the end of an incoming migration, for a QEMU that was started with
// -incoming:
//
//	state, err := qmp.MigrateIncoming(ctx, c, func(ctx context.Context) error {
//		return vm.MigrateIncoming(ctx, qapi.MigrateIncomingArgs{URI: &uri})
//	})
//
// start runs the command migrate-incoming, for a QEMU that was started with "-incoming defer". If
// start is nil, QEMU listens already. The options and results are those of [Migrate], except that
// nothing is cancelled: when the context is done MigrateIncoming returns, and QEMU goes on
// waiting.
//
// QEMU exits when an incoming migration fails, unless exit-on-error is off (QEMU 9.1 and later).
// The error is then a [*DisconnectError], and also a [*MigrationError] if QEMU has reported the
// failure first. QEMU prints the reason to its standard error.
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
