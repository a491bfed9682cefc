package qmp

import (
	"context"
	"errors"
	"time"
)

// A JobOption is an option of [RunJob] and of the snapshot functions.
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

// WithJobProgress calls progress with each new state of the job, in the goroutine of the caller.
// The state is queried once each interval, and when an event reports a new status. The default
// interval is a second.
func WithJobProgress(interval time.Duration, progress func(JobState)) JobOption {
	return jobOption(func(o *jobOptions) { o.interval, o.progress = interval, progress })
}

// WithJobComplete completes the job when it is ready (job-complete). A mirror and an active commit
// need that.
func WithJobComplete() JobOption { return jobOption(func(o *jobOptions) { o.complete = true }) }

// WithJobFinalize finalizes the job when it is pending (job-finalize). A job started with
// auto-finalize off needs that.
func WithJobFinalize() JobOption { return jobOption(func(o *jobOptions) { o.finalize = true }) }

// WithJobDismiss dismisses the job when it has concluded (job-dismiss). A job started with
// auto-dismiss off needs that, and so do jobs that are not block jobs, such as those of
// blockdev-create and snapshot-save.
func WithJobDismiss() JobOption { return jobOption(func(o *jobOptions) { o.dismiss = true }) }

// WithJobLeave lets the job go on when the context is done. The default is to cancel it.
func WithJobLeave() JobOption { return jobOption(func(o *jobOptions) { o.leave = true }) }

// RunJob starts a job and waits for its end:
//
//	job, err := qmp.RunJob(ctx, c, "mirror0", func(ctx context.Context) error {
//		return vm.BlockdevMirror(ctx, args) // with JobID "mirror0"
//	}, qmp.WithJobComplete(), qmp.WithJobProgress(time.Second, func(job qmp.JobState) {
//		fmt.Printf("\r%3.0f %%", 100*job.Fraction())
//	}))
//
// start runs the command that creates the job; if it is nil, the job exists already. RunJob
// subscribes to events before it calls start, so that it also sees a job that ends before the
// reply.
//
// RunJob returns the last state. The error is that of start or of another command, a [*JobError]
// if the job failed or was cancelled, [ErrNoJob], or that of the connection. If the context is
// done first, RunJob cancels the job (unless [WithJobLeave] is given) and waits up to 10 seconds
// for its end; the error wraps that of the context, and the state says how the job ended. If start
// fails because another job has the id, that job is left alone.
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

// A jobRun is the state of a call of RunJob.
type jobRun struct {
	*jobWatch
	jobOptions
}

// run follows the job to its end.
func (r *jobRun) run(ctx context.Context) (err error) {
	done := "" // the last status that was handled
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

// command runs job-VERB for the job, or block-job-VERB if the server does not have that. It is no
// error if the job is in another state by then or has ended, so a Session may repeat the command.
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
			return nil // the job has been dismissed
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

// abandon ends a run whose context is done. It cancels the job if ours, or if an event has shown
// that the job was created since.
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

// dismissed dismisses a concluded job if that was asked for, even if the context is done. It
// returns err, or else its own error.
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
