package main

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/internal/testkit/corpus"
	"github.com/qapi-go/qapi-go/parser"
)

var checkRows = []row{
	{"check", "`check` of 10.2's main schema", checkRow},
	{"load", "memory of `check`", loadRow},
	{"growth", "growth of `check`, 100 × the schema", growthRow},
}

func checkRow(l *lab) ([]figure, error) {
	f := figure{what: "`check` of 10.2's main schema", yardstick: "CPU of QEMU's own check", unit: "×", must: 0.15, aim: 0.10}
	ours := figure{what: "– the same", yardstick: "", unit: " ms"}
	schema := l.schema("10.2.0")
	steps := []step{command(l.program, "check", schema)}
	p := l.findPython()
	if p == nil {
		f.missing = needPython
	} else {
		schema, f.note = l.schemaFor(p, "10.2.0")
		steps = []step{command(l.program, "check", schema), command(p.command(schema)...)}
	}
	if l.against != "" {
		steps = append(steps, command(l.against, "check", schema))
	}
	took, err := l.turns(2*l.rounds, steps...)
	if err != nil {
		return nil, err
	}
	for _, v := range cpu(took[0]) {
		ours.values = append(ours.values, 1000*v)
	}
	figures := []figure{f, ours}
	if p != nil {
		figures[0].values = ratios(cpu(took[0]), cpu(took[1]))
	}
	if l.against != "" {
		figures = append(figures, figure{what: "– the same", yardstick: "CPU of " + l.against, unit: "×",
			values: ratios(cpu(took[0]), cpu(took[len(took)-1]))})
	}
	return figures, nil
}

func loadRow(l *lab) ([]figure, error) {
	allocated := figure{what: "– allocated by `parser.Load`", unit: " MB", must: 8, aim: 4}
	for range 3 {
		var before, after runtime.MemStats
		var errs diag.List
		runtime.GC()
		runtime.ReadMemStats(&before)
		parser.Load(token.NewFileSet(), parser.Source{
			FS: os.DirFS(filepath.Join(l.corpus, "corpus", "10.2.0")), Root: "qapi/qapi-schema.json",
		}, &errs)
		runtime.ReadMemStats(&after)
		allocated.values = append(allocated.values, float64(after.TotalAlloc-before.TotalAlloc)/1e6)
	}
	took, err := l.turns(l.rounds, command(l.program, "check", l.schema("10.2.0")))
	if err != nil {
		return nil, err
	}
	return []figure{
		allocated,
		{what: "– page faults", values: pick(took[0], func(u usage) float64 { return u.faults }), must: 2500, aim: 1500},
		{what: "– resident", values: pick(took[0], func(u usage) float64 { return u.resident }), unit: " MiB", must: 24},
	}, nil
}

// growthCopies is how many times the large schema is the size of the small one.
const growthCopies = 100

func growthRow(l *lab) ([]figure, error) {
	// Python checks the same only if it knows the release.
	release := "10.0.0"
	small, large := l.path("x1"), l.path("x100")
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for dir, n := range map[string]int{small: 1, large: growthCopies} {
		if _, err := l.run(self, "-copies", fmt.Sprint(n), l.corpus, release, dir); err != nil {
			return nil, err
		}
	}
	one := command(l.program, "check", filepath.Join(small, corpus.CopiesRoot))
	many := command(l.program, "check", filepath.Join(large, corpus.CopiesRoot))
	took, err := l.turns(2, one, one, one, many)
	if err != nil {
		return nil, err
	}
	time := figure{what: "growth of `check`, 100 × the schema", yardstick: "its time for one", unit: "×", must: 100,
		values: ratios(cpu(took[3]), cpu(took[0]))}
	memory := figure{what: "– resident", yardstick: "that of QEMU's check", unit: "×", must: 0.5}
	ours := pick(took[3], func(u usage) float64 { return u.resident })
	p := l.findPython()
	if p == nil {
		memory.missing = needPython
	} else if u, err := l.run(p.command(filepath.Join(large, corpus.CopiesRoot))...); err != nil {
		return nil, err
	} else if u.resident < 100 {
		memory.missing = "QEMU's check, which refuses this schema: its sources should be of QEMU 10.0"
	} else {
		memory.values = ratios(ours, []float64{u.resident, u.resident})
	}
	return []figure{time, memory, {what: "– resident", values: ours, unit: " MiB"}}, nil
}

// writeCopies writes a schema n times to a folder. It runs in a process of its own, which the flag
// -copies starts: Linux counts the memory of a process that starts another one in the maximum of
// both, so this one must stay smaller than what it measures.
func writeCopies(n int, args []string) error {
	if len(args) != 3 {
		return errors.New("-copies: want the corpus, a release and a folder")
	}
	fsys, err := copies(args[0], args[1], n)
	if err != nil {
		return err
	}
	return os.CopyFS(args[2], fsys)
}

// copies calls corpus.Copies outside of a test.
func copies(dir, release string, n int) (fsys fs.FS, err error) {
	var t notTest
	defer func() {
		if r := recover(); r != nil {
			if r != any(&t) {
				panic(r)
			}
			err = t.err
		}
	}()
	return corpus.Copies(&t, dir, release, n), nil
}

// A notTest is what corpus.Copies needs of a test.
type notTest struct {
	testing.TB
	err error
}

func (t *notTest) Helper() {}

// Fatal does not return.
func (t *notTest) Fatal(args ...any) {
	t.err, _ = args[0].(error)
	panic(t)
}
