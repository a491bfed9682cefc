package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// A row is one line of the table, or a few that are measured together.
type row struct {
	name    string // for -rows
	what    string
	measure func(*lab) ([]figure, error)
}

// rows are the rows of the table, in its order. Each is in the file of its subject.
var rows = slices.Concat(checkRows, startRows, archiveRows, generateRows, docsRows, codecRows, clientRows)

// A figure is one number of a row, by round.
type figure struct {
	what      string
	yardstick string
	values    []float64
	unit      string  // after the number: "×", " MB"
	must, aim float64 // 0: none
	atLeast   bool    // must and aim are minimums, not maximums
	missing   string  // a yardstick that was not found, and how to provide it
	note      string
}

// errMissing is wrapped by the error of a row that cannot be measured here.
var errMissing = errors.New("missing here")

// missing returns the error for a requirement of a row that is not met.
func missing(what string) error { return fmt.Errorf("%w: %s", errMissing, what) }

// measure measures rows and prints the table.
func (l *lab) measure(only string, budget time.Duration) error {
	chosen, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	begin := time.Now()
	fmt.Printf("%s\n\n", l.describe())
	fmt.Println("| what | yardstick | measured: median (smallest–largest) | must | aim | |")
	fmt.Println("|---|---|---|---|---|---|")
	var absent []string
	for _, r := range rows {
		if !chosen.MatchString(r.name) {
			continue
		}
		if time.Since(begin) > budget {
			fmt.Printf("| %s | | not measured: out of time | | | |\n", r.what)
			continue
		}
		figures, err := r.measure(l)
		if errors.Is(err, errMissing) {
			fmt.Printf("| %s | | – | | | %v |\n", r.what, err)
			absent = append(absent, fmt.Sprintf("%s: %v", r.name, err))
			continue
		}
		if err != nil {
			return fmt.Errorf("row %s: %w", r.name, err)
		}
		for _, f := range figures {
			fmt.Println(f)
			if f.missing != "" {
				absent = append(absent, r.name+": "+f.missing)
			}
		}
		fmt.Fprintf(os.Stderr, "%s: %v\n", r.name, time.Since(begin).Round(time.Second))
	}
	if len(absent) > 0 {
		fmt.Printf("\nYardsticks that are missing here:\n\n- %s\n", strings.Join(absent, "\n- "))
	}
	return nil
}

// String returns a line of the table.
func (f figure) String() string {
	verdict := ""
	measured := "–"
	if len(f.values) > 0 {
		m := middle(slices.Clone(f.values))
		measured = fmt.Sprintf("%s%s (%s–%s)", number(m), f.unit, number(slices.Min(f.values)), number(slices.Max(f.values)))
		switch {
		case f.must == 0 && f.aim == 0:
		case f.good(m, f.aim):
			verdict = "aim"
		case f.good(m, f.must):
			verdict = "ok"
		default:
			verdict = "**misses**"
		}
	}
	if f.missing != "" {
		verdict = strings.TrimSpace(verdict + " no yardstick")
	}
	if f.note != "" {
		verdict += "; " + f.note
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", f.what, f.yardstick, measured, f.bound(f.must), f.bound(f.aim), strings.TrimPrefix(verdict, "; "))
}

func (f figure) good(value, bound float64) bool {
	if bound == 0 {
		return false
	}
	if f.atLeast {
		return value >= bound
	}
	return value <= bound
}

func (f figure) bound(v float64) string {
	if v == 0 {
		return ""
	}
	if f.atLeast {
		return "≥ " + number(v) + f.unit
	}
	return "≤ " + number(v) + f.unit
}

// number formats a number with three significant digits.
func number(v float64) string {
	switch {
	case v >= 100 || v <= -100 || v == float64(int(v)):
		return fmt.Sprintf("%.0f", v)
	case v >= 10 || v <= -10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// ratios divides round by round.
func ratios(a, b []float64) []float64 {
	var list []float64
	for i := range min(len(a), len(b)) {
		list = append(list, a[i]/b[i])
	}
	return list
}

// inverse turns ratios of time into those of speed.
func inverse(values []float64) []float64 {
	var list []float64
	for _, v := range values {
		list = append(list, 1/v)
	}
	return list
}
