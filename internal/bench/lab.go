package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// A lab holds the inputs and programs of the rows.
type lab struct {
	root    string // of the project
	corpus  string // QEMU's schemas and captured messages
	tmp     string
	program string // the current qapi-go
	against string // an older qapi-go, empty if there is none
	rounds  int
	span    time.Duration
	python  *pythonCheck // nil before the first search
	moved   int          // by aside
}

// newLab builds the program. QAPI_CORPUS names the folder that holds corpus/ and
// traffic/.
func newLab(rounds int, span time.Duration) (*lab, error) {
	l := &lab{rounds: rounds, span: span, corpus: os.Getenv("QAPI_CORPUS")}
	var err error
	if l.root, err = filepath.Abs("../.."); err != nil {
		return nil, err
	}
	if l.corpus == "" {
		l.corpus = filepath.Join(l.root, "shared")
	}
	if _, err := os.Stat(l.schema("10.2.0")); err != nil {
		return nil, fmt.Errorf("QAPI_CORPUS must name the folder with QEMU's schemas: %w", err)
	}
	if l.tmp, err = os.MkdirTemp("", "qapi-bench"); err != nil {
		return nil, err
	}
	l.program = filepath.Join(l.tmp, "qapi-go")
	return l, l.build("./cmd/qapi-go", l.program)
}

func (l *lab) close() { os.RemoveAll(l.tmp) }

// aside returns a function that moves a file or folder away, if it exists, before it is made
// again. Nothing is removed before the end: ext4 without a journal does not use the inodes of files
// that were removed in the last minutes, and looks at all of them for each file that it makes.
func (l *lab) aside(name string) func() error {
	return func() error {
		if _, err := os.Lstat(name); err != nil {
			return nil
		}
		l.moved++
		return os.Rename(name, l.path(fmt.Sprintf("moved-%d", l.moved)))
	}
}

// schema returns the root file of a release's main schema.
func (l *lab) schema(release string) string {
	return filepath.Join(l.corpus, "corpus", release, "qapi", "qapi-schema.json")
}

// path returns the path of a temporary file or folder.
func (l *lab) path(elem ...string) string { return filepath.Join(append([]string{l.tmp}, elem...)...) }

// build builds a package of the project.
func (l *lab) build(pkg, out string) error {
	cmd := exec.Command("go", "build", "-o", out, pkg)
	cmd.Dir = l.root
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, text)
	}
	return nil
}

// buildMain builds a program of one file and returns its path.
func (l *lab) buildMain(name, source string) (string, error) {
	dir := l.path(name + ".src")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(source), 0o666); err != nil {
		return "", err
	}
	out := l.path(name)
	return out, l.build(file, out)
}

// A usage holds the resources that a process and its children used.
type usage struct {
	cpu      float64 // seconds, user and system
	faults   float64 // pages without reading from disk
	resident float64 // MiB, at most; of the largest process
}

// run runs a command and discards its output. An exit status of 1 is not an error.
func (l *lab) run(args ...string) (usage, error) {
	var stderr bytes.Buffer
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stderr = &stderr
	cmd.Env = append(os.Environ(), "PYTHONPYCACHEPREFIX="+l.path("pycache"))
	err := cmd.Run()
	if err != nil && (cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 1 || cmd.ProcessState.ExitCode() < 0) {
		return usage{}, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage{
		cpu:      float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9,
		faults:   float64(u.Minflt),
		resident: float64(u.Maxrss) / 1024,
	}, nil
}

// A step is one command of a round, with its preparation.
type step struct {
	before func() error // not measured; nil for nothing
	args   []string
}

func command(args ...string) step { return step{args: args} }

// turns runs commands in turns, after one uncounted round, and returns the usage of each in each
// round.
func (l *lab) turns(rounds int, steps ...step) ([][]usage, error) {
	taken := make([][]usage, len(steps))
	for round := -1; round < rounds; round++ {
		for i, s := range steps {
			if s.before != nil {
				if err := s.before(); err != nil {
					return nil, err
				}
			}
			u, err := l.run(s.args...)
			if err != nil {
				return nil, err
			}
			if round >= 0 {
				taken[i] = append(taken[i], u)
			}
		}
	}
	return taken, nil
}

func cpu(list []usage) []float64 { return pick(list, func(u usage) float64 { return u.cpu }) }

func pick(list []usage, by func(usage) float64) []float64 {
	var values []float64
	for _, u := range list {
		values = append(values, by(u))
	}
	return values
}

// describe describes the machine and the run.
func (l *lab) describe() string {
	model := "unknown processor"
	if data, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "model name") {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	load := ""
	if data, err := os.ReadFile("/proc/loadavg"); err == nil {
		load, _, _ = strings.Cut(string(data), " ")
	}
	commit, _ := exec.Command("git", "-C", l.root, "describe", "--always", "--dirty").Output()
	return fmt.Sprintf("%s; commit %s; %s, %s, %d processors, load %s; %d rounds",
		time.Now().UTC().Format("2006-01-02"), strings.TrimSpace(string(commit)), model, runtime.Version(), runtime.NumCPU(), load, l.rounds)
}
