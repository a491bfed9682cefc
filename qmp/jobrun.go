package qmp

import (
	"context"
	"errors"
	"time"
)

// A JobOption changes what [RunJob] does.
type JobOption interface{ applyToJob(*jobOptions) }

type jobOption func(*jobOptions)

func (opt jobOption) applyToJob(o *jobOptions) { opt(o) }

type jobOptions struct {
	progress  func(JobState)
	interval  time.Duration
	complete  bool
	finalize  bool
	dismiss   bool
	leave     bool
	afterward time.Duration // for cancelling, once the context is done
}

// WithJobProgress makes [RunJob] call progress with each state of the job, in its own goroutine,
// and ask the server once in an interval for the numbers, besides when an event tells of a new
// status. Without it the interval is a second.
func WithJobProgress(interval time.Duration, progress func(JobState)) JobOption {
	return jobOption(func(o *jobOptions) { o.interval, o.progress = interval, progress })
}

// WithJobComplete completes the job when it is ready (job-complete), as a mirror and an active
// commit need.
func WithJobComplete() JobOption { return jobOption(func(o *jobOptions) { o.complete = true }) }

// WithJobFinalize finalizes the job when it is pending (job-finalize), as one needs that was
// started with auto-finalize off.
func WithJobFinalize() JobOption { return jobOption(func(o *jobOptions) { o.finalize = true }) }

// WithJobDismiss dismisses the job when it has concluded (job-dismiss), as one needs that was
// started with auto-dismiss off, and jobs that are not block jobs, such as those of
// blockdev-create and snapshot-save.
func WithJobDismiss() JobOption { return jobOption(func(o *jobOptions) { o.dismiss = true }) }

// WithJobLeave leaves the job to itself when the context is done. Without it [RunJob] cancels it.
func WithJobLeave() JobOption { return jobOption(func(o *jobOptions) { o.leave = true }) }

// RunJob starts a job and waits for its end:
//
//	job, err := qmp.RunJob(ctx, c, "mirror0", func(ctx context.Context) error {
//		return vm.BlockdevMirror(ctx, args) // with JobID "mirror0"
//	}, qmp.WithJobComplete(), qmp.WithJobProgress(time.Second, func(job qmp.JobState) {
//		fmt.Printf("\r%3.0f %%", 100*job.Fraction())
//	}))
//
// start runs the command; if it is nil, the job exists already. Events are collected from before
// the start, so that jobs are seen that end before the reply to their command.
//
// RunJob returns the last state. The error is that of start or of another command, a [*JobError]
// if the job failed or was cancelled, [ErrNoJob], or the error of the connection. If the context
// is done first, the job is cancelled (unless [WithJobLeave] is given), RunJob waits up to 10
// seconds for its end, and the error wraps that of the context; the state says how it ended.
// Only a job that start has begun, or that existed, is cancelled: if another one has its id,
// start fails and nothing else happens.
func RunJob(ctx context.Context, s JobSource, id string, start func(ctx context.Context) error, opts ...JobOption) (JobState, error) {
	o := jobOptions{interval: time.Second, afterward: 10 * time.Second}
	for _, opt := range opts {
		opt.applyToJob(&o)
	}
	r := jobRun{jobWatch: newJobWatch(s, id, o.interval), jobOptions: o}
	defer r.sub.close()
	if start != nil {
		if err := start(ctx); err != nil {
			if ctx.Err() != nil {
				return r.abandon(ctx, err, false)
			}
			return r.state, err
		}
	}
	err := r.run(ctx)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return r.abandon(ctx, err, true)
	}
	return r.state, r.dismissed(ctx, err)
}

// A jobRun is a job that RunJob takes care of.
type jobRun struct {
	*jobWatch
	jobOptions
}

// run follows the job to its end.
func (r *jobRun) run(ctx context.Context) (err error) {
	done := "" // the status that was acted upon
	r.follow(ctx, func(job JobState, failed error) bool {
		err = failed
		if err != nil {
			return false
		}
		if r.progress != nil {
			r.progress(job)
		}
		if job.Status == done {
			return true
		}
		switch {
		case job.Status == jobReady && r.complete:
			err = r.command(ctx, "complete", nil)
		case job.Status == jobPending && r.finalize:
			err = r.command(ctx, "finalize", nil)
		}
		done = job.Status
		return err == nil
	})
	return err
}

// command runs job-VERB for the job, or block-job-VERB where that is not known. That the job is
// in another state by then, or has ended, is no error: the next state shows. So a Session may run
// it twice.
func (r *jobRun) command(ctx context.Context, verb string, more map[string]any) error {
	err := ErrNoJob
	if !r.blockJob {
		err = r.source.Do(ctx, &Request{Command: "job-" + verb, Args: map[string]any{"id": r.state.ID}, repeat: true})
	}
	var e *Error
	if r.blockJob || errors.As(err, &e) && e.Class == ClassCommandNotFound {
		args := map[string]any{"device": r.state.ID}
		if verb == "finalize" || verb == "dismiss" {
			args = map[string]any{"id": r.state.ID}
		}
		for name, value := range more {
			args[name] = value
		}
		err = r.source.Do(ctx, &Request{Command: "block-job-" + verb, Args: args, repeat: true})
	}
	if err == nil || !errors.As(err, &e) {
		return err
	}
	if verb == "dismiss" {
		if info, failed := r.query(ctx); failed == nil && info == nil {
			return nil // the server has done it
		}
		return err
	}
	before := r.state.Status
	if failed := r.poll(ctx); failed != nil && failed != ErrNoJob {
		return failed
	}
	if r.state.Status != before || r.state.Ended() {
		return nil
	}
	return err
}

// abandon ends a run whose context is done. The job is cancelled if it is known to be ours.
func (r *jobRun) abandon(ctx context.Context, cause error, ours bool) (JobState, error) {
	if r.leave {
		return r.state, cause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.afterward)
	defer cancel()
	err := r.poll(ctx)
	if err == nil && !r.state.Ended() && (ours || r.created) {
		if err = r.command(ctx, "cancel", map[string]any{"force": true}); err == nil {
			r.follow(ctx, func(_ JobState, failed error) bool {
				err = failed
				return failed == nil
			})
		}
	}
	if r.state.Ended() {
		err = r.dismissed(ctx, err)
	}
	var failed *JobError
	if err == nil || err == ErrNoJob || errors.As(err, &failed) {
		return r.state, wrap("qmp: job "+r.state.ID, cause)
	}
	return r.state, errors.Join(cause, err)
}

// dismissed dismisses the job if it has ended and was to be, even if the context is done, and
// returns err or a new error.
func (r *jobRun) dismissed(ctx context.Context, err error) error {
	if !r.dismiss || r.state.Status != jobConcluded {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.afterward)
	defer cancel()
	if failed := r.command(ctx, "dismiss", nil); failed != nil && err == nil {
		return failed
	}
	return err
}
