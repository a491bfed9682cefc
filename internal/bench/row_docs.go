package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

var docsRows = []row{
	{"docs", "`docs` with nothing to do", docsRow},
	{"site", "HTML site of 10.2", siteRow},
	{"releases", "`docs` of 40 releases", releasesRow},
}

func docsRow(l *lab) ([]figure, error) {
	out := l.path("site")
	docs := []string{l.program, "docs", "--schema", l.schema("10.2.0"), "--out", out, "--format", "html"}
	took, err := l.turns(l.rounds,
		step{l.aside(out), docs},
		command(docs...),
	)
	if err != nil {
		return nil, err
	}
	return []figure{{what: "`docs` with nothing to do", yardstick: "the full run", unit: "×", must: 0.25, aim: 0.15,
		values: ratios(cpu(took[1]), cpu(took[0]))}}, nil
}

// siteRow compares with Sphinx, which makes QEMU's own manual: here its QMP reference alone, with
// the configuration of the whole.
func siteRow(l *lab) ([]figure, error) {
	out := l.path("site")
	f := figure{what: "HTML site of 10.2", yardstick: "Sphinx, CPU", unit: "×", must: 0.03}
	ours := figure{what: "– the same", unit: " s"}
	steps := []step{{l.aside(out),
		[]string{l.program, "docs", "--schema", l.schema("10.2.0"), "--out", out, "--format", "html"}}}
	docs := filepath.Join(os.Getenv("QAPI_QEMU_SOURCE"), "docs")
	_, err := exec.LookPath("sphinx-build")
	reference, refErr := os.ReadFile(filepath.Join(docs, "interop", "qemu-qmp-ref.rst"))
	rounds := l.rounds
	if err != nil || refErr != nil {
		f.missing = "Sphinx: have sphinx-build in PATH and the folder docs of QEMU's sources in QAPI_QEMU_SOURCE"
	} else {
		rounds = min(2, rounds)
		in := l.path("reference")
		if err := os.MkdirAll(in, 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(in, "index.rst"), reference, 0o644); err != nil {
			return nil, err
		}
		steps = append(steps, step{l.aside(l.path("sphinx")),
			[]string{"sphinx-build", "-q", "-b", "html", "-c", docs, in, l.path("sphinx")}})
	}
	took, err := l.turns(rounds, steps...)
	if err != nil {
		return nil, err
	}
	ours.values = cpu(took[0])
	if f.missing == "" {
		f.values = ratios(cpu(took[0]), cpu(took[1]))
	}
	return []figure{f, ours}, nil
}

// releasesRow documents forty releases: those of the corpus, repeated under other names.
func releasesRow(l *lab) ([]figure, error) {
	found, err := filepath.Glob(filepath.Join(l.corpus, "corpus", "*", "qapi", "qapi-schema.json"))
	if err != nil || len(found) == 0 {
		return nil, fmt.Errorf("no releases in %s: %w", l.corpus, err)
	}
	in, out := l.path("releases"), l.path("releases-site")
	for i := range 40 {
		from := filepath.Dir(filepath.Dir(found[i*len(found)/40]))
		to := filepath.Join(in, fmt.Sprintf("%d.%d.0", 1+i/10, i%10))
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			return nil, err
		}
		os.Remove(filepath.Join(to, "VERSION")) // it is another release here
	}
	took, err := l.turns(min(2, l.rounds), step{func() error { return os.RemoveAll(out) },
		[]string{l.program, "docs", "--schema", in, "--out", out, "--format", "html"}})
	if err != nil {
		return nil, err
	}
	writer, err := l.buildMain("writer", writerSource)
	if err != nil {
		return nil, err
	}
	wrote, err := l.turns(min(2, l.rounds), step{func() error { return os.RemoveAll(l.path("written")) }, []string{writer, out, l.path("written")}})
	if err != nil {
		return nil, err
	}
	files := 0
	filepath.WalkDir(out, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files++
		}
		return err
	})
	return []figure{
		{what: "`docs` of 40 releases", yardstick: "resident", unit: " MiB", must: 150, note: fmt.Sprintf("%d files", files),
			values: pick(took[0], func(u usage) float64 { return u.resident })},
		{what: "– the same", yardstick: "CPU over writing the same files", unit: "×", must: 1.3, values: ratios(cpu(took[0]), cpu(wrote[0]))},
	}, nil
}

// writerSource is a program that copies a tree, with one call for each file.
var writerSource = strings.TrimSpace(`
package main

import "os"

func main() {
	if err := os.CopyFS(os.Args[2], os.DirFS(os.Args[1])); err != nil {
		panic(err)
	}
}
`) + "\n"
