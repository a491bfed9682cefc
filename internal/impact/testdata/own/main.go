// Package main uses every kind of thing that a generated package has. A comment
// "want" names the changes, by rule and path, that hit its line.
package main

import (
	"context"
	"fmt"
	"reflect"

	"example.org/manager/qapi"

	"github.com/qapi-go/qapi-go/qmp"
)

// manager embeds a client, and runs commands through an interface.
type manager struct {
	*qapi.Client
	raw *qmp.Client
}

type stopper interface {
	OldWay(ctx context.Context) error // an interface is no use
}

func (m *manager) commands(ctx context.Context) error {
	if err := m.OldWay(ctx); err != nil { // want COMMAND_REMOVED old-way
		return err
	}
	var s stopper = m
	if err := s.OldWay(ctx); err != nil { // want COMMAND_REMOVED old-way
		return err
	}
	later := m.OldWay // want COMMAND_REMOVED old-way
	if err := later(ctx); err != nil {
		return err
	}
	n, err := m.Count(ctx) // want INT_RANGE_CHANGED count.return
	if err != nil {
		return err
	}
	fmt.Println(n)
	if err := m.Copy(ctx, qapi.CopyArgs{Source: "a"}); err != nil { // want ARG_ADDED_MANDATORY copy.target
		return err
	}
	force := true
	if err := m.Detach(ctx, qapi.DetachArgs{ID: "a", Force: &force}); err != nil { // want ARG_REMOVED detach.force
		return err
	}
	if err := m.Detach(ctx, qapi.DetachArgs{ID: "a"}); err != nil {
		return err
	}
	return m.Steady(ctx, qapi.SteadyArgs{}) // want DEPRECATED steady
}

func (m *manager) members(ctx context.Context) error {
	st, err := m.Status(ctx)
	if err != nil {
		return err
	}
	fmt.Println(st.Note, st.ID)
	fmt.Println(st.Speed)   // want MEMBER_REMOVED Status.speed
	fmt.Println(st.Percent) // want MANDATORY_TO_OPTIONAL Status.percent
	fmt.Println(st.Label)   // want MEMBER_REMOVED Base.label
	fmt.Println(struct{ percent int64 }{
		percent: st.Percent, // want MANDATORY_TO_OPTIONAL Status.percent
	})
	percents := map[string]int64{
		"percent": st.Percent, // want MANDATORY_TO_OPTIONAL Status.percent
	}
	fmt.Println(percents)
	st.Speed = 1 // want MEMBER_REMOVED Status.speed
	return helper(&st)
}

type wrapped struct{ qapi.Status }

func helper(st *qapi.Status) error {
	w := wrapped{*st}
	w.Speed++ // want MEMBER_REMOVED Status.speed
	for _, s := range []qapi.Status{*st} {
		fmt.Println(s.Speed) // want MEMBER_REMOVED Status.speed
	}
	return nil
}

func (m *manager) tune(ctx context.Context) error {
	rate := int64(1)
	with := qapi.Tune{Rate: &rate} // want OPTIONAL_TO_MANDATORY Tune.rate // want ARG_ADDED_MANDATORY Tune.unit
	depth := int64(2)
	other := &qapi.Tune{ // want OPTIONAL_TO_MANDATORY Tune.rate // want ARG_ADDED_MANDATORY Tune.unit
		Depth: &depth,
	}
	if err := m.Tune(ctx, qapi.TuneArgs{ID: "a", With: other}); err != nil {
		return err
	}
	return m.Tune(ctx, qapi.TuneArgs{ID: "a", With: &with})
}

func (m *manager) values(ctx context.Context) error {
	mode := qapi.ModeOdd // want ENUM_VALUE_REMOVED Mode.odd
	mode = qapi.ModeFast
	st, err := m.Status(ctx)
	if err != nil {
		return err
	}
	switch st.Phase { // want ENUM_VALUE_ADDED Phase.failed
	case qapi.PhaseIdle:
	case qapi.PhaseBusy, qapi.PhaseDone:
	}
	switch st.Phase {
	case qapi.PhaseIdle:
	default:
	}
	if st.Phase == qapi.PhaseIdle || st.Phase == qapi.PhaseBusy { // some of them
		fmt.Println(mode)
	}
	return nil
}

func allOf(p qapi.Phase) string {
	if p == qapi.PhaseIdle { // want ENUM_VALUE_ADDED Phase.failed
		return "idle"
	} else if p == qapi.PhaseBusy {
		return "busy"
	} else if p == qapi.PhaseDone {
		return "done"
	}
	return ""
}

func (m *manager) branches(ctx context.Context) error {
	size := int64(1)
	if err := m.Attach(ctx, qapi.Device{
		Kind:   qapi.KindDisk,
		Size:   &size, // want INT_RANGE_CHANGED Device.size
		Branch: &qapi.Disk{Path: "p"},
	}); err != nil {
		return err
	}
	list, err := m.Devices(ctx)
	if err != nil {
		return err
	}
	for _, d := range list {
		switch b := d.Branch.(type) { // want BRANCH_ADDED Device.cloud
		case *qapi.Disk:
			fmt.Println(b.Path)
		case *qapi.Tape:
			fmt.Println(b.Reel)
		}
		switch d.Branch.(type) {
		case *qapi.Disk:
		default:
		}
		switch d.Kind { // want BRANCH_ADDED Device.cloud
		case qapi.KindDisk:
		}
	}
	return nil
}

func (m *manager) rest(ctx context.Context) error {
	if err := m.Pair(ctx, qapi.PairArgs{P: qapi.Pair{1, 2}}); err != nil { // want ARG_ADDED_OPTIONAL Pair.c
		return err
	}
	name := "a"
	return m.Open(ctx, qapi.OpenArgs{Ref: qapi.Ref{Name: &name}})
}

func (m *manager) events(e qmp.Event) {
	switch e := e.(type) {
	case *qapi.DoneEvent:
		fmt.Println(e.ID)
	case *qapi.GoneEvent: // want EVENT_REMOVED GONE
		fmt.Println(e.ID)
	}
}

type rawDetach struct {
	ID    string `json:"id"`
	Force bool   `json:"force"`
}

// run passes the name of a command on: where it is called is what counts.
func (m *manager) run(ctx context.Context, name string, args any) error {
	return m.raw.Call(ctx, name, args, nil)
}

func (m *manager) byName(ctx context.Context, unknown string) error {
	const old = "old-way"
	if err := m.raw.Call(ctx, old, nil, nil); err != nil { // want COMMAND_REMOVED old-way
		return err
	}
	if err := m.run(ctx, "old-way", nil); err != nil { // want COMMAND_REMOVED old-way
		return err
	}
	if err := m.run(ctx, "detach", map[string]any{
		"id":    "a",
		"force": true, // want ARG_REMOVED detach.force
	}); err != nil {
		return err
	}
	if err := m.raw.Call(ctx, "detach", rawDetach{ID: "a"}, nil); err != nil { // want ARG_REMOVED detach.force
		return err
	}
	if err := m.raw.Do(ctx, &qmp.Request{Command: "urgent", OOB: true, Args: map[string]any{"id": "a"}}); err != nil { // want ALLOW_OOB_DROPPED urgent
		return err
	}
	if err := m.raw.Call(ctx, "tune-raw", map[string]any{"id": "a"}, nil); err != nil { // want ARG_ADDED_MANDATORY tune-raw.unit
		return err
	}
	if err := m.raw.Call(ctx, "speed-raw", map[string]any{"rate": 1}, nil); err != nil {
		return err
	}
	if err := m.raw.Call(ctx, "rate-raw", map[string]any{"depth": 1}, nil); err != nil { // want OPTIONAL_TO_MANDATORY rate-raw.rate
		return err
	}
	if err := m.raw.Call(ctx, unknown, nil, nil); err != nil { // unseen: the name of the command is not constant
		return err
	}
	fmt.Println(reflect.TypeOf(qapi.Status{})) // unseen: reflection on struct 'Status'
	return m.Urgent(ctx, qapi.UrgentArgs{ID: "a"})
}

// serve handles commands.
func serve() qapi.Handlers {
	return qapi.Handlers{
		OldWay: func(context.Context) error { return nil }, // want COMMAND_REMOVED old-way
		Detach: func(_ context.Context, args qapi.DetachArgs) error { return nil },
	}
}

func main() { _ = serve }
