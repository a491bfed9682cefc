package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// testBinary builds the tests of a package of the project, once, and returns the path of the binary
// and the folder to run it in.
func (l *lab) testBinary(pkg string) (binary, dir string, err error) {
	binary = l.path(strings.ReplaceAll(pkg, "/", "_") + ".test")
	dir = filepath.Join(l.root, pkg)
	if _, err := os.Stat(binary); err == nil {
		return binary, dir, nil
	}
	cmd := exec.Command("go", "test", "-c", "-o", binary, ".")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", "", fmt.Errorf("%w\n%s", err, out)
	}
	return binary, dir, nil
}

// goTest runs a test of a package of the project and returns what it logs.
func (l *lab) goTest(pkg, test string) (string, error) {
	binary, dir, err := l.testBinary(pkg)
	if err != nil {
		return "", err
	}
	cmd := exec.Command(binary, "-test.run="+test, "-test.v")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", test, err, out)
	}
	return string(out), nil
}

// goBench runs benchmarks of a package of the project, once a round, and returns
// each of their metrics by round, as "BenchmarkName/sub unit".
func (l *lab) goBench(pkg, bench, time string, rounds int) (map[string][]float64, error) {
	binary, dir, err := l.testBinary(pkg)
	if err != nil {
		return nil, err
	}
	metrics := make(map[string][]float64)
	for range rounds {
		cmd := exec.Command(binary, "-test.run=^$", "-test.bench="+bench, "-test.benchtime="+time, "-test.cpu=2")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "QAPI_CORPUS="+l.corpus)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", bench, err, out)
		}
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
				continue
			}
			name := strings.TrimSuffix(fields[0], "-2")
			for i := 2; i+1 < len(fields); i += 2 {
				if v, err := strconv.ParseFloat(fields[i], 64); err == nil {
					metrics[name+" "+fields[i+1]] = append(metrics[name+" "+fields[i+1]], v)
				}
			}
		}
	}
	return metrics, nil
}
