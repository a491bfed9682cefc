package driver

import (
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/internal/outdir"
)

// An Output is a folder of generated files, and what to do with them.
type Output struct {
	Dir string

	Check bool // write nothing; print which files are not up to date
	Diff  bool // write nothing; print the differences
	Clean bool // also remove files of earlier runs that were edited by hand

	// Command is the command that brings the files up to date.
	Command string
}

// Dry reports whether the output is only compared.
func (o *Output) Dry() bool { return o.Check || o.Diff }

// UpToDate reports whether the folder is up to date with meta, so that nothing has to be
// generated; if so, it prints the summary. read returns an input by its path, as
// [Inputs.Read] does.
func (o *Output) UpToDate(stderr io.Writer, meta outdir.Meta, read func(path string) ([]byte, error)) bool {
	if o.Clean {
		return false
	}
	n, ok := outdir.UpToDate(o.Dir, meta, read)
	switch {
	case !ok:
	case o.Dry():
		o.clean(stderr, n)
	default:
		o.summary(stderr, outdir.Result{Unchanged: n})
	}
	return ok
}

// Put writes the files, or compares them with those in the folder. Findings go to stdout, a
// summary to stderr.
func (o *Output) Put(stdout, stderr io.Writer, files []gen.File, meta outdir.Meta) error {
	if o.Dry() {
		return o.compare(stdout, stderr, files, meta.Generator)
	}
	write := outdir.Write
	if o.Clean {
		write = outdir.WriteClean
	}
	result, err := write(o.Dir, files, meta)
	if err != nil {
		return err
	}
	o.summary(stderr, result)
	return nil
}

// PutStream is like [Output.Put], for files that are generated one by one.
func (o *Output) PutStream(stdout, stderr io.Writer, files iter.Seq2[gen.File, error], meta outdir.Meta) error {
	if !o.Dry() {
		result, err := outdir.WriteStream(o.Dir, files, meta, o.Clean)
		if err == nil {
			o.summary(stderr, result)
		}
		return err
	}
	var all []gen.File
	for f, err := range files {
		if err != nil {
			return err
		}
		all = append(all, f)
	}
	return o.compare(stdout, stderr, all, meta.Generator)
}

// compare prints which files are not up to date, or how they differ.
func (o *Output) compare(stdout, stderr io.Writer, files []gen.File, generator string) error {
	report, err := outdir.Check(o.Dir, files, generator)
	if err != nil {
		return err
	}
	if report.Clean() {
		o.clean(stderr, report.Compared)
		return nil
	}
	counts := make(map[outdir.State]int)
	for _, f := range report.Findings {
		counts[f.State]++
		text := fmt.Sprintf("%s: %s\n", file(o.Dir, f.Path), f.State)
		if o.Diff {
			text = o.unified(f)
		}
		if _, err := io.WriteString(stdout, text); err != nil {
			return err
		}
	}
	var how []string
	for _, s := range []outdir.State{outdir.Changed, outdir.Missing, outdir.Orphaned, outdir.Edited, outdir.Interrupted} {
		if n := counts[s]; n > 0 {
			how = append(how, fmt.Sprintf("%d %s", n, s))
		}
	}
	Note(stderr, "%s: compared %s, %d not up to date (%s); run: %s",
		o.Dir, Plural(report.Compared, "file"), len(report.Findings), strings.Join(how, ", "), o.Command)
	return ErrFindings
}

// clean prints the summary of a comparison that found nothing.
func (o *Output) clean(stderr io.Writer, files int) {
	Note(stderr, "%s: compared %s, all up to date", o.Dir, Plural(files, "file"))
}

// unified returns a finding as a unified diff from the existing file to the generated one.
func (o *Output) unified(f outdir.Finding) string {
	name := f.Path
	if filepath.IsLocal(o.Dir) { // then the diff applies to the current folder
		name = filepath.ToSlash(filepath.Join(o.Dir, name))
	}
	from, to := "a/"+name, "b/"+name
	if f.Old == nil {
		from = "/dev/null"
	}
	if f.New == nil {
		to = "/dev/null"
	}
	return udiff.Unified(diag.Visible(from), diag.Visible(to), string(f.Old), string(f.New))
}

// summary prints what was written.
func (o *Output) summary(stderr io.Writer, result outdir.Result) {
	parts := []string{Plural(len(result.Written), "file") + " written", fmt.Sprintf("%d unchanged", result.Unchanged)}
	if n := len(result.Removed); n > 0 {
		parts = append(parts, fmt.Sprintf("%d removed", n))
	}
	for _, name := range result.Kept {
		parts = append(parts, name+" is no longer generated, but was edited and is kept (--clean removes it)")
	}
	Note(stderr, "%s: %s", o.Dir, strings.Join(parts, ", "))
}
