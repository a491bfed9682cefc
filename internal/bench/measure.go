package main

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// A bencher measures.
type bencher struct {
	rounds int
	span   time.Duration
}

// A cost is the cost of one call.
type cost struct{ cpu, wall, allocs float64 }

// measure calls f for about that time.
func (b *bencher) measure(f func() error) (cost, error) {
	if err := f(); err != nil {
		return cost{}, err
	}
	n := 1
	for {
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		cpu, wall := processorTime(), time.Now()
		for range n {
			if err := f(); err != nil {
				return cost{}, err
			}
		}
		used, took := processorTime()-cpu, time.Since(wall)
		if took >= b.span/2 {
			runtime.ReadMemStats(&after)
			per := float64(n)
			return cost{float64(used) / per, float64(took) / per, math.Floor(float64(after.Mallocs-before.Mallocs) / per)}, nil
		}
		n = max(2*n, int(float64(n)*float64(b.span)/float64(took+1)))
	}
}

// processorTime returns the processor time of the process, in all threads.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A contender is a codec. Its setup returns the function to measure, or nil if the codec does not
// support the message.
type contender struct {
	name  string
	setup func(m *message) (func() error, error)
}

// compare prints a table: for each message the processor time of the first
// contender, and how many times as fast the others are.
func (b *bencher) compare(what string, messages []*message, contenders []contender) error {
	fmt.Printf("%s: times as fast as %s (processor time; median of %d rounds)\n\n", what, contenders[0].name, b.rounds)
	fmt.Printf("%-38s %8s %10s", "message", "bytes", "ns")
	for _, c := range contenders[1:] {
		fmt.Printf(" %8s", c.name)
	}
	fmt.Printf("   allocations\n")
	cpu := make([][]float64, len(contenders)) // by contender, of the messages it is for
	wall := make([][]float64, len(contenders))
	for _, m := range messages {
		costs, err := b.rounded(m, contenders)
		if err != nil {
			return fmt.Errorf("%s %s: %w", what, m.name, err)
		}
		first := costs[0]
		fmt.Printf("%-38s %8d %10.0f", m.name, len(m.text), median(first, func(c cost) float64 { return c.cpu }))
		for k := 1; k < len(contenders); k++ {
			if costs[k] == nil {
				fmt.Printf(" %8s", "–")
				continue
			}
			r := ratio(first, costs[k], func(c cost) float64 { return c.cpu })
			cpu[k] = append(cpu[k], r)
			wall[k] = append(wall[k], ratio(first, costs[k], func(c cost) float64 { return c.wall }))
			fmt.Printf(" %8.2f", r)
		}
		fmt.Printf("   ")
		for k, c := range costs {
			if c != nil {
				fmt.Printf("%s %.0f  ", contenders[k].name, median(c, func(c cost) float64 { return c.allocs }))
			}
		}
		fmt.Println()
	}
	for _, row := range []struct {
		name   string
		ratios [][]float64
	}{{"geometric mean, processor time", cpu}, {"geometric mean, wall time", wall}} {
		fmt.Printf("%-58s", row.name)
		for k := 1; k < len(contenders); k++ {
			fmt.Printf(" %8.2f", geomean(row.ratios[k]))
		}
		fmt.Println()
	}
	fmt.Println()
	return nil
}

// rounded measures the contenders on a message in turn, and again.
func (b *bencher) rounded(m *message, contenders []contender) ([][]cost, error) {
	costs := make([][]cost, len(contenders))
	calls := make([]func() error, len(contenders))
	for k, c := range contenders {
		var err error
		if calls[k], err = c.setup(m); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	for range b.rounds {
		for k, call := range calls {
			if call == nil {
				continue
			}
			c, err := b.measure(call)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", contenders[k].name, err)
			}
			costs[k] = append(costs[k], c)
		}
	}
	return costs, nil
}

func ratio(first, other []cost, of func(cost) float64) float64 {
	ratios := make([]float64, len(first))
	for k := range first {
		ratios[k] = of(first[k]) / of(other[k])
	}
	return middle(ratios)
}

func median(costs []cost, of func(cost) float64) float64 {
	values := make([]float64, len(costs))
	for k := range costs {
		values[k] = of(costs[k])
	}
	return middle(values)
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

func geomean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}
