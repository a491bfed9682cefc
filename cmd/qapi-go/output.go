package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/outdir"
)

// A writing is the flags that say what is done with generated files.
type writing struct {
	check   bool // only compare
	diff    bool // only compare, and say how they differ
	clean   bool // keep no file of earlier runs
	timings bool

	command string // what the user has to run to bring files up to date
}

func (w *writing) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&w.check, "check", false, "write nothing; say what is not up to date")
	f.BoolVar(&w.diff, "diff", false, "write nothing; print what would change as a unified diff")
	f.BoolVar(&w.clean, "clean", false, "also remove files of earlier runs that are no longer generated, but were edited by hand")
	f.BoolVar(&w.timings, "timings", false, "say on stderr how long each stage took")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		var given []string
		for _, name := range []string{"check", "diff", "clean"} {
			if on, err := f.GetBool(name); err == nil && on {
				given = append(given, "--"+name)
			}
		}
		if len(given) > 1 {
			return usagef(cmd, "%s and %s exclude each other", given[0], given[1])
		}
		return nil
	}
}

// dry tells whether nothing is to be written.
func (w *writing) dry() bool { return w.check || w.diff }

// lastStage is what --timings calls the end of a run.
func (w *writing) lastStage() string {
	if w.dry() {
		return "compare"
	}
	return "write"
}

// An output is a folder of generated files.
type output struct {
	dir string
	writing
}

// put writes the files, or compares them with what is there. Findings go to
// stdout, a summary to stderr.
func (o output) put(stdout, stderr io.Writer, files []gen.File, meta outdir.Meta) error {
	if o.dry() {
		return o.compare(stdout, stderr, files, meta.Generator)
	}
	write := outdir.Write
	if o.clean {
		write = outdir.WriteClean
	}
	result, err := write(o.dir, files, meta)
	if err != nil {
		return err
	}
	o.summary(stderr, result)
	return nil
}

// compare says which files are not up to date, or how they differ.
func (o output) compare(stdout, stderr io.Writer, files []gen.File, generator string) error {
	report, err := outdir.Check(o.dir, files, generator)
	if err != nil {
		return err
	}
	counts := make(map[outdir.State]int)
	for _, f := range report.Findings {
		counts[f.State]++
		text := fmt.Sprintf("%s: %s\n", filepath.Join(o.dir, filepath.FromSlash(f.Path)), f.State)
		if o.diff {
			text = o.unified(f)
		}
		if _, err := io.WriteString(stdout, text); err != nil {
			return err
		}
	}
	compared := fmt.Sprintf("qapi-go: %s: compared %s", o.dir, plural(report.Compared, "file"))
	if report.Clean() {
		fmt.Fprintf(stderr, "%s, all up to date\n", compared)
		return nil
	}
	var how []string
	for _, s := range []outdir.State{outdir.Changed, outdir.Missing, outdir.Orphaned, outdir.Edited, outdir.Interrupted} {
		if n := counts[s]; n > 0 {
			how = append(how, fmt.Sprintf("%d %s", n, s))
		}
	}
	fmt.Fprintf(stderr, "%s, %d not up to date (%s); run: %s\n", compared, len(report.Findings), strings.Join(how, ", "), o.command)
	return errFindings
}

// unified returns a finding as a unified diff from what is there to what would
// be written.
func (o output) unified(f outdir.Finding) string {
	name := f.Path
	if filepath.IsLocal(o.dir) { // then the diff applies to the current folder
		name = filepath.ToSlash(filepath.Join(o.dir, name))
	}
	from, to := "a/"+name, "b/"+name
	if f.Old == nil {
		from = "/dev/null"
	}
	if f.New == nil {
		to = "/dev/null"
	}
	return udiff.Unified(from, to, string(f.Old), string(f.New))
}

// summary says what was written.
func (o output) summary(stderr io.Writer, result outdir.Result) {
	var notes []string
	if n := len(result.Removed); n > 0 {
		notes = append(notes, fmt.Sprintf("%d removed", n))
	}
	for _, name := range result.Kept {
		notes = append(notes, name+" is no longer generated, but was edited and is kept (--clean removes it)")
	}
	fmt.Fprintf(stderr, "qapi-go: %s: %s\n", o.dir, strings.Join(append([]string{
		plural(len(result.Written), "file") + " written", fmt.Sprintf("%d unchanged", result.Unchanged)}, notes...), ", "))
}

// runAgain returns the command line, without the flags that keep it from
// writing.
func runAgain(cmd *cobra.Command) string {
	words := []string{cmd.CommandPath()}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if slices.Contains([]string{"check", "diff", "timings", "error-format"}, f.Name) {
			return
		}
		values := []string{f.Value.String()}
		if several, ok := f.Value.(pflag.SliceValue); ok {
			values = several.GetSlice()
		}
		if f.Value.Type() == "stringToString" {
			values[0] = strings.Trim(values[0], "[]")
		}
		for _, v := range values {
			words = append(words, "--"+f.Name+" "+quote(v))
		}
	})
	return strings.Join(words, " ")
}

// quote quotes a word for a shell, if that is needed.
func quote(word string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./:=@,+%", r)
	}
	if word != "" && strings.IndexFunc(word, func(r rune) bool { return !safe(r) }) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
