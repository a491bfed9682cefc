package main

import (
	"cmp"
	"errors"
	"fmt"
	"go/token"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// A loader reads schemas for a command and reports what is wrong with them.
type loader struct {
	errorFormat string
	dialect     string
	release     dialect.Release // what dialect means; 0 for auto
	log         diag.Log        // what was reported so far, if the format is SARIF
	watch       *stopwatch      // nil without --timings

	// also reports what the command itself finds in a schema that is resolved.
	also func(*ir.Schema, *diag.List)
}

// addFlags adds the flags that all commands that read a schema have.
func (l *loader) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.errorFormat, "error-format", "text", "how schema errors are printed on stderr: "+oneOf(diag.Formats()))
	cmd.Flags().StringVar(&l.dialect, "dialect", autoDialect, "`release` of QEMU whose rules schemas follow, such as 2.12, or "+autoDialect+": find out")
}

// autoDialect is the value of --dialect with which the dialect is found out.
const autoDialect = "auto"

// oneOf returns "a, b or c".
func oneOf(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// errUnreadable says that a root file could not be read; why has been printed.
var errUnreadable = errors.New("nothing could be read")

// check says whether the flags are right.
func (l *loader) check(cmd *cobra.Command) error {
	if !slices.Contains(diag.Formats(), l.errorFormat) {
		return usagef(cmd, "--error-format takes %s, not %q", oneOf(diag.Formats()), l.errorFormat)
	}
	if err := l.pin(l.dialect); err != nil {
		return usagef(cmd, "--dialect takes a release or %s: %v", autoDialect, err)
	}
	return nil
}

// pin sets the release whose rules the schemas follow that are loaded next. An
// empty one is that of the flag.
func (l *loader) pin(release string) (err error) {
	l.release = 0
	if release = cmp.Or(release, l.dialect); release != autoDialect {
		l.release, err = dialect.Parse(release)
	}
	return err
}

// A loaded is a schema that was read, and what was said of it.
type loaded struct {
	Schema *ir.Schema // nil if there were errors
	Parsed *parser.Result
	Fset   *token.FileSet // of Parsed
	Name   string         // base name of the root file
	Files  int            // number of files read
	Errors int            // number of errors printed
}

// definitions counts what the schema defines.
func (l *loaded) definitions() int {
	n := 0
	for _, m := range l.Schema.Modules {
		for _, item := range m.Items {
			if _, ok := item.(ir.Def); ok {
				n++
			}
		}
	}
	return n
}

// load reads the schema of that name and prints what is wrong with it to stderr. The error says that the schema could
// not be read at all; one that could, but has errors, has a nil Schema.
func (l *loader) load(name string, stderr io.Writer) (*loaded, error) {
	src, err := source.Open(name, source.WithProgress(stderr))
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return l.loadFrom(src, stderr)
}

// openSource opens the schema that the flag --schema or a configuration names, or
// the example if there is none. An empty name is none: it may be a variable that is not set.
func openSource(cmd *cobra.Command, name string) (*source.Source, error) {
	if name == "" && !cmd.Flags().Changed("schema") {
		return source.Embedded(qapigo.Example, qapigo.ExampleRoot), nil
	}
	return source.Open(name, source.WithProgress(cmd.ErrOrStderr()))
}

// loadFrom loads the schema of a source, as load does.
func (l *loader) loadFrom(src *source.Source, stderr io.Writer) (*loaded, error) {
	var res *parser.Result
	schema, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display, Dialect: l.release,
		Parsed: func(r *parser.Result) { res = r; l.watch.lap("read and parse") }})
	if schema != nil && l.also != nil {
		l.also(schema, errs)
	}
	l.watch.lap("resolve")
	if errs.Len() > 0 {
		if err := l.report(stderr, errs); err != nil {
			return nil, err
		}
	}
	if first := errs.First(); res.Root == nil && (first == nil || !first.Pos.IsValid()) {
		// What is wrong has no place: there is no text at all.
		fmt.Fprintf(l.notes(stderr), "qapi-go: %s: nothing could be read\n", src.Display(src.Root))
		return nil, errUnreadable
	}
	return &loaded{Schema: schema, Parsed: res, Fset: errs.Fset, Name: path.Base(src.Root), Files: len(res.Files), Errors: errs.Errors()}, nil
}

// report prints what is wrong with a schema, or keeps it for finish.
func (l *loader) report(stderr io.Writer, errs *diag.List) error {
	if diag.Format(l.errorFormat) == diag.SARIF {
		l.log.Add(&diag.Printer{Fset: errs.Fset, Lookup: errs.Lookup}, errs)
		return nil
	}
	return errs.Print(stderr, diag.Format(l.errorFormat))
}

// finish prints what waits until all schemas have been read, which is a SARIF
// log: there is one for a run.
func (l *loader) finish(stderr io.Writer) error {
	if diag.Format(l.errorFormat) != diag.SARIF {
		return nil
	}
	l.log.Version = version()
	return l.log.Print(stderr)
}

// notes returns where summaries for people go: to stderr, unless that is for a
// program to read.
func (l *loader) notes(stderr io.Writer) io.Writer {
	if diag.Format(l.errorFormat) != diag.Text {
		return io.Discard
	}
	return stderr
}

// loadOne loads the schema of a source, for a command to generate from. It has
// printed why if it returns an error. The caller calls finish after the last one.
func (l *loader) loadOne(src *source.Source, stderr io.Writer) (*loaded, error) {
	got, err := l.loadFrom(src, stderr)
	if err != nil {
		return nil, err
	}
	if got.Schema == nil {
		fmt.Fprintf(l.notes(stderr), "qapi-go: %s, nothing written\n", plural(got.Errors, "error"))
		return nil, errFindings
	}
	if got.definitions() == 0 {
		fmt.Fprintf(stderr, "qapi-go: %s defines nothing, nothing written\n", src.Display(src.Root))
		return nil, errFindings
	}
	return got, nil
}

// loadPart loads the schema of a source that is one of several.
func (l *loader) loadPart(src *source.Source, stderr io.Writer) (*loaded, error) {
	got, err := l.loadFrom(src, stderr)
	if err == nil && got.Schema == nil {
		err = errFindings
	}
	return got, err
}

// plural returns "1 error", "2 errors".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
