package qmp

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"time"
)

// A JobSource runs commands and has events: a [*Client], [*Session] or [*Machine].
type JobSource interface {
	Caller
	EventSource
}

// A JobState is the state of a job.
type JobState struct {
	ID     string
	Type   string // such as "mirror"
	Status string // QEMU's JobStatus, such as "running", "ready" or "concluded"

	// Current and Total are the progress, in no particular unit. Total may grow. Both are 0 at
	// the start of some jobs, and stay 0 if there is nothing to do.
	Current, Total int64

	// Error says why the job failed, or that it was cancelled. It is empty before the end of
	// the job, and if it succeeded. The text is not stable between releases.
	Error string
}

// Fraction returns the progress, from 0 to 1: Current / Total. Without a Total it is 1 when the
// job is ready or has succeeded, and 0 otherwise.
func (s JobState) Fraction() float64 {
	switch {
	case s.Total > 0:
		return min(max(float64(s.Current)/float64(s.Total), 0), 1)
	case s.Error != "":
		return 0
	}
	switch s.Status {
	case jobReady, jobStandby, jobWaiting, jobPending, jobConcluded, jobNull:
		return 1
	}
	return 0
}

// Ended reports whether the job has concluded or is gone.
func (s JobState) Ended() bool { return s.Status == jobConcluded || s.Status == jobNull }

// Values of QEMU's JobStatus.
const (
	jobUndefined = "undefined"
	jobCreated   = "created"
	jobRunning   = "running"
	jobReady     = "ready"
	jobStandby   = "standby" // paused while ready
	jobWaiting   = "waiting" // for the other jobs of its transaction
	jobPending   = "pending" // to be finalized
	jobAborting  = "aborting"
	jobConcluded = "concluded"
	jobNull      = "null"
)

// A JobError reports that a job failed or was cancelled.
type JobError struct {
	ID        string
	Desc      string // for humans; not stable between releases
	Cancelled bool   // false if the server did not say so
}

// Error returns the job's id and the description.
func (e *JobError) Error() string { return "qmp: job " + e.ID + ": " + e.Desc }

// ErrNoJob is the error of [JobProgress] and [RunJob] for a job that has not existed since the
// call.
var ErrNoJob = errors.New("qmp: there is no such job")

// ErrJobLost is the error of [JobProgress] and [RunJob] for a job that no longer exists after a
// [Session] has reconnected: how it ended is not known.
var ErrJobLost = errors.New("qmp: the job is gone since the connection was lost: how it ended is not known")

// JobProgress returns the sequence of the states of a job, from the present one to the last. See
// [RunJob] for a function that also starts, completes and cancels a job.
//
//	progress := qmp.JobProgress(ctx, c, "mirror0", time.Second)
//	if err := vm.DriveMirror(ctx, args); err != nil {
//		return err
//	}
//	for job, err := range progress {
//		if err != nil {
//			return err
//		}
//		fmt.Printf("\r%3.0f %%", 100*job.Fraction())
//		if job.Status == "ready" {
//			…
//		}
//	}
//
// The state is queried once each interval (query-jobs, or query-block-jobs before QEMU 3.0), and
// when an event reports a new status. JobProgress subscribes to events when it is called. Call it
// before the command that starts the job: QEMU can send all events of a short job before the reply
// to that command. The subscription ends with the loop, or when the sequence is garbage collected.
//
// A status of "paused" need not be due to a user: a backup pauses itself at its start.
//
// An error ends the sequence, in a pair with the last state: a [*JobError] for a job that failed
// or was cancelled, [ErrNoJob], [ErrJobLost], or the error of the context, the connection or a
// command. The job is not dismissed.
func JobProgress(ctx context.Context, s JobSource, id string, interval time.Duration) iter.Seq2[JobState, error] {
	w := newJobWatch(s, id, interval)
	// The caller may never range over the sequence, if the job could not be started. The
	// connection refers to the queue, but not to the owner, so the cleanup can run.
	owner := &struct{ *jobWatch }{w}
	runtime.AddCleanup(owner, func(q *eventQueue) { q.close() }, w.sub)
	return func(yield func(JobState, error) bool) {
		defer owner.sub.close()
		owner.follow(ctx, yield)
		runtime.KeepAlive(owner)
	}
}
