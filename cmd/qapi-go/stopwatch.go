package main

import (
	"fmt"
	"io"
	"time"
)

// A stopwatch takes the time of the stages of a run. A nil one does nothing.
type stopwatch struct {
	start, last time.Time
	laps        []lap
}

type lap struct {
	stage string
	took  time.Duration
}

func newStopwatch() *stopwatch {
	now := time.Now()
	return &stopwatch{start: now, last: now}
}

// lap says that a stage has ended, and the next one begins.
func (s *stopwatch) lap(stage string) {
	if s == nil {
		return
	}
	now := time.Now()
	s.laps = append(s.laps, lap{stage, now.Sub(s.last)})
	s.last = now
}

// print prints a line for each stage. Its layout is for people.
func (s *stopwatch) print(w io.Writer, what string) {
	if s == nil {
		return
	}
	fmt.Fprintf(w, "qapi-go: %s: timings\n", what)
	for _, l := range append(s.laps, lap{"total", s.last.Sub(s.start)}) {
		fmt.Fprintf(w, "  %-16s %9.1f ms\n", l.stage, float64(l.took)/float64(time.Millisecond))
	}
}
