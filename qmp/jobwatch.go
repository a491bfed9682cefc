package qmp

import (
	"context"
	"errors"
	"time"

	"github.com/qapi-go/qapi-go/qmp/wire"
)

// A jobWatch follows a job by queries and events.
type jobWatch struct {
	source   JobSource
	sub      *eventQueue
	interval time.Duration
	blockJob bool // ask with query-block-jobs

	state     JobState
	known     bool   // a query or event has shown the job
	created   bool   // an event has shown its creation
	desc      string // why it failed
	aborted   bool
	cancelled bool

	reconnected bool // the Session has reconnected: the server may be another one
}

// newJobWatch subscribes to the events of a job. The caller closes the queue.
func newJobWatch(s JobSource, id string, interval time.Duration) *jobWatch {
	sub := s.subscribe(subscribeOptions{
		names: []string{"JOB_STATUS_CHANGE", "BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED"},
		match: func(ev *UnknownEvent) bool {
			data, err := parseJobEvent(ev)
			return err == nil && data.job() == id
		},
	})
	return &jobWatch{source: s, sub: sub, interval: max(interval, time.Millisecond), state: JobState{ID: id}}
}

// follow calls yield with each new state until the job has ended, and then with the error, if any.
func (w *jobWatch) follow(ctx context.Context, yield func(JobState, error) bool) {
	for shown := (JobState{}); ; {
		err := w.poll(ctx)
		var failed error
		if err == nil && w.state.Ended() {
			failed = w.end()
		}
		if w.state != shown && w.known && !yield(w.state, nil) {
			return
		}
		shown = w.state
		switch {
		case failed != nil:
			err = failed
		case err == nil && w.state.Ended():
			return
		case err == nil:
			err = w.wait(ctx)
		}
		if err != nil {
			if ctx.Err() != nil && failed == nil {
				err = ctx.Err()
			}
			yield(w.state, err)
			return
		}
	}
}

// jobEvent is the data of a job event.
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

// jobInfo is an element of the result of query-jobs or query-block-jobs.
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

// poll updates the state. The reply is newer than the events before it, except that nothing
// follows the event of the end of a job.
func (w *jobWatch) poll(ctx context.Context) error {
	info, err := w.query(ctx)
	if err != nil {
		return err
	}
	for {
		var ev UnknownEvent
		more, err := w.sub.tryNext(&ev)
		if !more {
			break
		}
		if err = w.note(&ev, err); err != nil {
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
	case w.reconnected && !w.state.Ended():
		return ErrJobLost
	case !w.known:
		return ErrNoJob
	case !w.state.Ended():
		w.state.Status = jobNull
	}
	return nil
}

// query returns the info of the job, or nil if it does not exist.
func (w *jobWatch) query(ctx context.Context) (*jobInfo, error) {
	var jobs []jobInfo
	if !w.blockJob {
		err := w.source.Do(ctx, &Request{Command: "query-jobs", Result: &jobs, repeat: true})
		var e *Error
		if w.blockJob = errors.As(err, &e) && e.Class == ClassCommandNotFound; err != nil && !w.blockJob {
			return nil, err
		}
	}
	if w.blockJob {
		if err := w.source.Do(ctx, &Request{Command: "query-block-jobs", Result: &jobs, repeat: true}); err != nil {
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

// wait waits for an event, or until it is time for the next query.
func (w *jobWatch) wait(ctx context.Context) error {
	pause, cancel := context.WithTimeout(ctx, w.interval)
	defer cancel()
	var ev UnknownEvent
	err := w.sub.next(pause, &ev)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return w.note(&ev, err)
}

// note applies an event, or the error in its place, to the state.
func (w *jobWatch) note(ev *UnknownEvent, err error) error {
	var lost *LostError
	if errors.As(err, &lost) {
		w.reconnected = w.reconnected || lost.Reconnected
		return nil // the next query makes up for it
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
		if data.Status == jobCreated { // earlier events concern another job with the same id
			w.created = true
			w.desc, w.aborted, w.cancelled = "", false, false
			w.state = JobState{ID: w.state.ID}
		}
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

// end completes the state of a job that has ended, and returns its error, if any.
func (w *jobWatch) end() error {
	desc := w.desc
	switch {
	case desc != "":
	case w.cancelled:
		desc = "it was cancelled"
	case w.aborted:
		desc = "it was aborted"
	default:
		// The last query may be older than the end.
		w.state.Current = w.state.Total
		return nil
	}
	w.state.Error = desc
	return &JobError{ID: w.state.ID, Desc: desc, Cancelled: w.cancelled}
}
