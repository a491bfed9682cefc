package driver

import (
	"fmt"
	"io"
	"time"
)

// A Stopwatch measures the time of the stages of a run. A nil one does nothing.
type Stopwatch struct {
	start, last time.Time
	laps        []lap
}

type lap struct {
	stage string
	took  time.Duration
}

// NewStopwatch returns a running stopwatch.
func NewStopwatch() *Stopwatch {
	now := time.Now()
	return &Stopwatch{start: now, last: now}
}

// Lap ends a stage and starts the next one.
func (s *Stopwatch) Lap(stage string) {
	if s == nil {
		return
	}
	now := time.Now()
	s.laps = append(s.laps, lap{stage, now.Sub(s.last)})
	s.last = now
}

// Print prints a line for each stage. Its layout is for people.
func (s *Stopwatch) Print(w io.Writer, what string) {
	if s == nil {
		return
	}
	Note(w, "%s: timings", what)
	for _, l := range append(s.laps, lap{"total", s.last.Sub(s.start)}) {
		fmt.Fprintf(w, "  %-16s %9.1f ms\n", l.stage, float64(l.took)/float64(time.Millisecond))
	}
}
