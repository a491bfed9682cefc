package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
)

// An output is a folder of generated files.
type output struct {
	dir   string
	check bool // only compare
}

// put writes the files, or compares them with what is there. Findings go to
// stdout, a summary to stderr.
func (o output) put(stdout, stderr io.Writer, files []gen.File, meta gen.Meta) error {
	if o.check {
		report, err := gen.Check(o.dir, files, meta.Generator)
		if err != nil {
			return err
		}
		for _, f := range report.Findings {
			if _, err := fmt.Fprintf(stdout, "%s: %s\n", f.Path, f.State); err != nil {
				return err
			}
		}
		if !report.Clean() {
			fmt.Fprintf(stderr, "qapi-go: %s: compared %s, %d not up to date; run the same command without --check\n",
				o.dir, plural(report.Compared, "file"), len(report.Findings))
			return errFindings
		}
		fmt.Fprintf(stderr, "qapi-go: %s: compared %s, all up to date\n", o.dir, plural(report.Compared, "file"))
		return nil
	}
	result, err := gen.Write(o.dir, files, meta)
	if err != nil {
		return err
	}
	o.summary(stderr, result)
	return nil
}

// summary says what was written.
func (o output) summary(stderr io.Writer, result gen.Result) {
	var notes []string
	if n := len(result.Removed); n > 0 {
		notes = append(notes, fmt.Sprintf("%d removed", n))
	}
	for _, name := range result.Kept {
		notes = append(notes, name+" is no longer generated, but was edited and is kept")
	}
	fmt.Fprintf(stderr, "qapi-go: %s: %s\n", o.dir, strings.Join(append([]string{
		plural(len(result.Written), "file") + " written", fmt.Sprintf("%d unchanged", result.Unchanged)}, notes...), ", "))
}
