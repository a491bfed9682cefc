package qmp_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/qapi-go/qapi-go/qmp"
	"github.com/qapi-go/qapi-go/qmp/qmptest"
)

// Before QEMU 3.0 there is only query-block-jobs, and no event for each status.
func TestJobProgressBefore30(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("drive-mirror"), "{}")
		p.Fail(p.Expect("query-jobs"), qmp.ClassCommandNotFound, "The command query-jobs has not been found")
		p.Return(p.Expect("query-block-jobs"), `[{"device": "other", "len": 1, "offset": 1, "type": "mirror"}, {"device": "disk0", "len": 100, "offset": 25, "type": "mirror"}]`)
		p.Return(p.Expect("query-block-jobs"), `[{"device": "disk0", "len": 100, "offset": 100, "ready": true, "type": "mirror"}]`)
		last := p.Expect("query-block-jobs") // the previous state was reported
		p.Event("BLOCK_JOB_COMPLETED", `{"device": "other", "len": 1, "offset": 1, "speed": 0, "type": "mirror"}`)
		p.Event("BLOCK_JOB_COMPLETED", `{"device": "disk0", "len": 200, "offset": 150, "speed": 0, "type": "mirror", "error": "No space left on device"}`)
		p.Return(last, `[]`)
		p.WaitClose()
	})
	ctx := testContext(t)
	progress := qmp.JobProgress(ctx, c, "disk0", time.Millisecond)
	if err := c.Call(ctx, "drive-mirror", nil, nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	states, err := watch(progress, nil)
	for _, job := range states {
		got = append(got, fmt.Sprint(job.Type, " ", job.Status, " ", job.Fraction()))
	}
	if want := []string{"mirror running 0.25", "mirror ready 1", "mirror concluded 0.75"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	var e *qmp.JobError
	if !errors.As(err, &e) || e.Desc != "No space left on device" || e.Error() != "qmp: job disk0: No space left on device" {
		t.Errorf("error %v", err)
	}
}

func TestJobProgressEnds(t *testing.T) {
	const info = `[{"id": "j", "type": "backup", "status": "running", "current-progress": 0, "total-progress": 0}]`
	tests := []struct {
		name   string
		script func(p *qmptest.Peer)
		err    string // empty if none is expected
	}{
		{"aborted and gone", func(p *qmptest.Peer) {
			for _, status := range []string{"undefined", "aborting", "concluded", "null"} {
				p.Event("JOB_STATUS_CHANGE", `{"id": "j", "status": "`+status+`"}`)
			}
			p.Return(p.Expect("query-jobs"), `[]`)
		}, "job j: it was aborted"},
		{"concluded", func(p *qmptest.Peer) {
			p.Return(p.Expect("query-jobs"), strings.Replace(info, "running", "concluded", 1))
		}, ""},
		{"concluded with an error", func(p *qmptest.Peer) {
			p.Return(p.Expect("query-jobs"), strings.Replace(info, `"running"`, `"concluded", "error": "bad"`, 1))
		}, "job j: bad"},
		{"gone without a word", func(p *qmptest.Peer) {
			p.Return(p.Expect("query-jobs"), info)
			p.Return(p.Expect("query-jobs"), `[]`)
		}, ""},
		{"query refused", func(p *qmptest.Peer) {
			p.Fail(p.Expect("query-jobs"), "GenericError", "not now")
		}, "not now"},
		{"connection lost", func(p *qmptest.Peer) {
			p.Return(p.Expect("query-jobs"), info)
			p.Expect("query-jobs")
			p.Close()
		}, "closed by the server"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, func(p *qmptest.Peer) {
				p.Negotiate()
				p.Return(p.Expect("start"), "{}")
				test.script(p)
				p.WaitClose()
			})
			ctx := testContext(t)
			progress := qmp.JobProgress(ctx, c, "j", 5*time.Millisecond)
			if err := c.Call(ctx, "start", nil, nil); err != nil {
				t.Fatal(err)
			}
			_, err := watch(progress, nil)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error %v, want %q", err, test.err)
			}
		})
	}
}

func TestJobProgressContext(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("query-jobs"), `[{"id": "j", "type": "backup", "status": "running", "current-progress": 1, "total-progress": 2}]`)
		p.WaitClose()
	})
	ctx, cancel := context.WithCancel(testContext(t))
	states, err := watch(qmp.JobProgress(ctx, c, "j", time.Hour), func(qmp.JobState) { cancel() })
	if len(states) != 1 || states[0].Fraction() != 0.5 || err != context.Canceled {
		t.Errorf("%+v, %v", states, err)
	}
}

func TestJobFraction(t *testing.T) {
	for _, test := range []struct {
		job  qmp.JobState
		want float64
	}{
		{qmp.JobState{Status: "created"}, 0},
		{qmp.JobState{Status: "running"}, 0},
		{qmp.JobState{Status: "running", Current: 1, Total: 4}, 0.25},
		{qmp.JobState{Status: "running", Current: 5, Total: 4}, 1},
		{qmp.JobState{Status: "running", Current: -5, Total: 4}, 0},
		{qmp.JobState{Status: "ready"}, 1},
		{qmp.JobState{Status: "standby"}, 1},
		{qmp.JobState{Status: "pending"}, 1},
		{qmp.JobState{Status: "ready", Current: 3, Total: 4}, 0.75},
		{qmp.JobState{Status: "aborting"}, 0},
		{qmp.JobState{Status: "concluded"}, 1},
		{qmp.JobState{Status: "null"}, 1},
		{qmp.JobState{Status: "concluded", Error: "no space"}, 0},
		{qmp.JobState{Status: "concluded", Current: 1, Total: 4, Error: "no space"}, 0.25},
	} {
		if got := test.job.Fraction(); got != test.want {
			t.Errorf("%+v: %v, want %v", test.job, got, test.want)
		}
	}
}

// A failure is reported with the last state of the job.
func TestJobFailureState(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		p.Return(p.Expect("query-jobs"), `[{"id": "j", "type": "backup", "status": "concluded", "current-progress": 1, "total-progress": 4, "error": "bad"}]`)
		p.WaitClose()
	})
	for job, err := range qmp.JobProgress(testContext(t), c, "j", time.Hour) {
		if job.Fraction() != 0.25 || job.Error != "bad" || job.Type != "backup" {
			t.Errorf("%+v, %v", job, err)
		}
	}
}

// TestJobProgressFailedStarts checks that the sequence of a job that failed to start leaves nothing
// behind, even if it is never iterated.
func TestJobProgressFailedStarts(t *testing.T) {
	const starts = 5000
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for {
			req, ok := p.Next()
			if !ok {
				return
			}
			p.Fail(req, qmp.ClassGenericError, "no")
		}
	})
	ctx := testContext(t)
	start := func(ctx context.Context) error { return c.Call(ctx, "start", nil, nil) }
	before := measureHeap()
	for range starts {
		progress := qmp.JobProgress(ctx, c, "j", time.Second)
		if err := start(ctx); err == nil {
			for range progress {
				t.Error("the job runs")
			}
		}
	}
	for qmp.Subscribers(c) > 0 {
		if ctx.Err() != nil {
			t.Fatalf("%d subscriptions are left", qmp.Subscribers(c))
		}
		runtime.GC()
	}
	// A sequence that ends by itself does not need the garbage collector.
	for range starts {
		if _, err := qmp.RunJob(ctx, c, "j", start); err == nil {
			t.Fatal("the job runs")
		}
		if _, err := qmp.RunAndWait[*StopEvent](ctx, c, start, nil); err == nil {
			t.Fatal("the command succeeds")
		}
		if n := qmp.Subscribers(c); n > 0 {
			t.Fatalf("%d subscriptions are left", n)
		}
	}
	if after := measureHeap(); after > before+256<<10 {
		t.Errorf("%d bytes are left of %d failed starts", after-before, starts)
	}
}

// measureHeap returns the number of heap bytes in use.
func measureHeap() uint64 {
	runtime.GC()
	runtime.GC() // what cleanups released
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// An event of an earlier job with the same id is ignored.
func TestJobProgressAfterAnother(t *testing.T) {
	c := connect(t, func(p *qmptest.Peer) {
		p.Negotiate()
		for _, status := range []string{"aborting", "concluded", "null", "created", "running"} {
			p.Event("JOB_STATUS_CHANGE", `{"id": "j", "status": "`+status+`"}`)
		}
		p.Return(p.Expect("start"), "{}")
		p.Return(p.Expect("query-jobs"), `[{"id": "j", "type": "backup", "status": "running", "current-progress": 0, "total-progress": 4}]`)
		again := p.Expect("query-jobs")
		p.Event("JOB_STATUS_CHANGE", `{"id": "j", "status": "concluded"}`)
		p.Event("JOB_STATUS_CHANGE", `{"id": "j", "status": "null"}`)
		p.Return(again, `[]`)
		p.WaitClose()
	})
	ctx := testContext(t)
	progress := qmp.JobProgress(ctx, c, "j", time.Millisecond)
	if err := c.Call(ctx, "start", nil, nil); err != nil {
		t.Fatal(err)
	}
	states, err := watch(progress, nil)
	if err != nil || len(states) != 2 || states[1].Fraction() != 1 {
		t.Errorf("%+v, %v", states, err)
	}
}
