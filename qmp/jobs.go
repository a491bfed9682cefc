package qmp

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A JobSource runs commands and tells events: a [*Client].
type JobSource interface {
	Caller
	EventSource
}

// A JobState is how far a job is.
type JobState struct {
	ID     string
	Type   string // such as "mirror"
	Status string // QEMU's JobStatus, such as "running", "ready" or "concluded"

	// Current and Total have no unit, and Total may grow. Both are 0 at the
	// start of some jobs.
	Current, Total int64
}

// Fraction returns the part of the job that is done, from 0 to 1.
func (s JobState) Fraction() float64 {
	switch {
	case s.Ended():
		return 1
	case s.Total <= 0 || s.Current <= 0:
		return 0
	}
	return min(float64(s.Current)/float64(s.Total), 1)
}

// Ended reports whether the job does nothing any more.
func (s JobState) Ended() bool { return s.Status == jobConcluded || s.Status == jobNull }

// Values of QEMU's JobStatus.
const (
	jobUndefined = "undefined"
	jobRunning   = "running"
	jobReady     = "ready"
	jobAborting  = "aborting"
	jobConcluded = "concluded"
	jobNull      = "null"
)

// A JobError says that a job failed or was cancelled.
type JobError struct {
	ID        string
	Desc      string // for people; its text is not stable
	Cancelled bool   // as far as the server said so
}

// Error returns the description and the job's id.
func (e *JobError) Error() string { return "qmp: job " + e.ID + ": " + e.Desc }

// ErrNoJob is the error of [JobProgress] for a job that is not there and has not
// been there since the call.
var ErrNoJob = errors.New("qmp: there is no such job")

// JobProgress returns the states of a job, from the present one to the last,
// each time that something has changed:
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
// The server is asked once in an interval (query-jobs, or query-block-jobs before
// QEMU 3.0), and at once when an event tells of a new status. Events are
// collected from the call of JobProgress on: if that comes before the command
// that starts the job, not even a job that ends at once is missed. Collecting
// ends with the loop, or when the context is done.
//
// An error is the last thing that the sequence returns: a [*JobError] after the
// last state of a job that failed or was cancelled, [ErrNoJob], or the error of
// the context, the connection or a command. The job is not dismissed.
func JobProgress(ctx context.Context, s JobSource, id string, interval time.Duration) iter.Seq2[JobState, error] {
	sub := s.subscribe(subscribeOptions{
		names: []string{"JOB_STATUS_CHANGE", "BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED"},
		match: func(ev *UnknownEvent) bool {
			data, err := parseJobEvent(ev)
			return err == nil && data.job() == id
		},
	})
	release := context.AfterFunc(ctx, sub.close)
	return func(yield func(JobState, error) bool) {
		defer sub.close()
		defer release()
		w := jobWatch{source: s, sub: sub, interval: max(interval, time.Millisecond)}
		w.state.ID = id
		for shown := (JobState{}); ; {
			err := w.poll(ctx)
			if w.state != shown && w.known && !yield(w.state, nil) {
				return
			}
			shown = w.state
			if err == nil && w.state.Ended() {
				err = w.failure()
				if err == nil {
					return
				}
			}
			if err == nil {
				err = w.wait(ctx)
			}
			if err != nil {
				if ctx.Err() != nil {
					err = ctx.Err()
				}
				yield(w.state, err)
				return
			}
		}
	}
}

// A jobWatch follows one job.
type jobWatch struct {
	source   JobSource
	sub      *eventQueue
	interval time.Duration
	blockJob bool // ask with query-block-jobs

	state     JobState
	known     bool   // the server has told of the job
	desc      string // why it failed
	aborted   bool
	cancelled bool
}

// jobEvent is the data of an event about a job.
type jobEvent struct {
	ID     string `json:"id"`     // JOB_STATUS_CHANGE
	Device string `json:"device"` // BLOCK_JOB_…: the job's id
	Status string `json:"status"`
	Type   string `json:"type"`
	Len    int64  `json:"len"`
	Offset int64  `json:"offset"`
	Error  string `json:"error,omitzero"`
}

func (e *jobEvent) job() string {
	if e.ID != "" {
		return e.ID
	}
	return e.Device
}

func parseJobEvent(ev *UnknownEvent) (data jobEvent, err error) {
	err = wire.Decode(ev.Data, &data, wire.Tolerant)
	return data, err
}

// jobInfo is an element of what query-jobs returns, or query-block-jobs.
type jobInfo struct {
	ID      string `json:"id"`
	Type    string `json:"type"`
	Status  string `json:"status"`
	Current int64  `json:"current-progress"`
	Total   int64  `json:"total-progress"`
	Error   string `json:"error,omitzero"`

	Device string `json:"device"`
	Offset int64  `json:"offset"`
	Len    int64  `json:"len"`
	Ready  bool   `json:"ready"`
}

// poll brings the state up to date. What the server said before its answer is
// older than that, but for the end of a job, which nothing follows.
func (w *jobWatch) poll(ctx context.Context) error {
	info, err := w.query(ctx)
	if err != nil {
		return err
	}
	for {
		var ev UnknownEvent
		more, err := w.sub.take(&ev)
		if !more {
			break
		}
		if err = w.take(&ev, err); err != nil {
			return err
		}
	}
	switch {
	case info != nil:
		w.known = true
		if !w.state.Ended() {
			w.state.Status = info.Status
		}
		w.state.Type, w.state.Current, w.state.Total = info.Type, info.Current, info.Total
		if info.Error != "" {
			w.desc = info.Error
		}
	case !w.known:
		return ErrNoJob
	case !w.state.Ended():
		w.state.Status = jobNull
	}
	return nil
}

// query returns what the server says of the job, nil if nothing.
func (w *jobWatch) query(ctx context.Context) (*jobInfo, error) {
	var jobs []jobInfo
	if !w.blockJob {
		err := w.source.Do(ctx, &Request{Command: "query-jobs", Result: &jobs})
		var e *Error
		if w.blockJob = errors.As(err, &e) && e.Class == ClassCommandNotFound; err != nil && !w.blockJob {
			return nil, err
		}
	}
	if w.blockJob {
		if err := w.source.Do(ctx, &Request{Command: "query-block-jobs", Result: &jobs}); err != nil {
			return nil, err
		}
	}
	for i := range jobs {
		info := &jobs[i]
		if !w.blockJob && info.ID == w.state.ID {
			return info, nil
		}
		if w.blockJob && info.Device == w.state.ID {
			info.ID, info.Current, info.Total = info.Device, info.Offset, info.Len
			switch {
			case info.Status != "":
			case info.Ready:
				info.Status = jobReady
			default:
				info.Status = jobRunning
			}
			return info, nil
		}
	}
	return nil, nil
}

// wait waits for an event, or until it is time to ask again.
func (w *jobWatch) wait(ctx context.Context) error {
	pause, cancel := context.WithTimeout(ctx, w.interval)
	defer cancel()
	var ev UnknownEvent
	err := w.sub.next(pause, &ev)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return w.take(&ev, err)
}

// take takes an event, or the error in its place.
func (w *jobWatch) take(ev *UnknownEvent, err error) error {
	var lost *LostError
	if errors.As(err, &lost) {
		return nil // the next answer makes up for it
	}
	if err != nil {
		return err
	}
	data, err := parseJobEvent(ev)
	if err != nil {
		return err
	}
	w.known = true
	switch ev.Name {
	case "BLOCK_JOB_CANCELLED":
		w.cancelled = true
	case "BLOCK_JOB_COMPLETED":
	default:
		if data.Status != jobUndefined {
			w.state.Status = data.Status
		}
		w.aborted = w.aborted || data.Status == jobAborting
		return nil
	}
	w.state.Status = jobConcluded
	w.state.Type, w.state.Current, w.state.Total = data.Type, data.Offset, data.Len
	w.desc = data.Error
	return nil
}

// failure returns the error of a job that has ended.
func (w *jobWatch) failure() error {
	desc := w.desc
	switch {
	case desc != "":
	case w.cancelled:
		desc = "it was cancelled"
	case w.aborted:
		desc = "it was aborted"
	default:
		return nil
	}
	return &JobError{ID: w.state.ID, Desc: desc, Cancelled: w.cancelled}
}
