package qmp

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"time"
)

// A JobSource runs commands and has events: a [*Client] or a [*Session].
type JobSource interface {
	Caller
	EventSource
}

// A JobState is the state of a job.
type JobState struct {
	ID     string
	Type   string // such as "mirror"
	Status string // QEMU's JobStatus, such as "running", "ready" or "concluded"

	// Current and Total have no unit, and Total may grow. Both are 0 at the start of some
	// jobs, and all the time where there is nothing to do.
	Current, Total int64

	// Error says why the job failed, or that it was cancelled. It is empty before the end of
	// the job, and if it succeeded. Its text is not stable.
	Error string
}

// Fraction returns the part of the job that is done, from 0 to 1: Current of Total. A job
// without a Total is done when it is ready or has succeeded. A job that failed or was cancelled
// keeps the fraction that it had reached.
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

// Ended reports whether the job does nothing any more.
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
	Desc      string // for people; its text is not stable
	Cancelled bool   // as far as the server said so
}

// Error returns the description and the job's id.
func (e *JobError) Error() string { return "qmp: job " + e.ID + ": " + e.Desc }

// ErrNoJob is the error of [JobProgress] and [RunJob] for a job that does not exist and has not
// existed since the call.
var ErrNoJob = errors.New("qmp: there is no such job")

// ErrJobLost is the error of [JobProgress] and [RunJob] over a [Session] for a job that is not
// there any more after the connection was lost: how it ended is not known.
var ErrJobLost = errors.New("qmp: the job is gone since the connection was lost: how it ended is not known")

// JobProgress returns the states of a job, from the present one to the last, each time that
// something has changed. [RunJob] starts a job and does more for it.
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
// The server is asked once in an interval (query-jobs, or query-block-jobs before QEMU 3.0), and
// at once when an event tells of a new status. Events are collected from the call of JobProgress
// on. If that comes before the command that starts the job, no job is missed: QEMU may send all
// events of a job that ends at once before the reply to that command. Collecting ends with the
// loop, or when the sequence is no longer used.
//
// A status of "paused" need not be the doing of a user: a backup pauses itself as it starts.
//
// An error is the last pair of the sequence, with the last state: a [*JobError] for a job that
// failed or was cancelled, [ErrNoJob], or the error of the context, the connection or a command.
// The job is not dismissed.
func JobProgress(ctx context.Context, s JobSource, id string, interval time.Duration) iter.Seq2[JobState, error] {
	w := newJobWatch(s, id, interval)
	// The caller may never range over the sequence, if the job could not be started. The queue
	// is known to the connection; the owner is not.
	owner := &struct{ *jobWatch }{w}
	runtime.AddCleanup(owner, func(q *eventQueue) { q.close() }, w.sub)
	return func(yield func(JobState, error) bool) {
		defer owner.sub.close()
		owner.follow(ctx, yield)
		runtime.KeepAlive(owner)
	}
}
