package driver

import (
	"context"
	"go/token"
	"io"
	"path"
	"runtime"

	qapigo "github.com/qapi-go/qapi-go"
	"github.com/qapi-go/qapi-go/diag"
	"github.com/qapi-go/qapi-go/dialect"
	"github.com/qapi-go/qapi-go/internal/excerpt"
	"github.com/qapi-go/qapi-go/internal/source"
	"github.com/qapi-go/qapi-go/ir"
	"github.com/qapi-go/qapi-go/parser"
)

// A Loader loads schemas for a command and prints their diagnostics.
type Loader struct {
	Release dialect.Release // dialect of the schemas; 0 means detect it
	Format  diag.Format     // of diagnostics; zero means text
	Watch   *Stopwatch      // may be nil
	Fset    *token.FileSet  // of all schemas; nil means that each has its own
	NoDocs  bool            // leave documentation out of schemas: it is only checked

	// Also adds the command's own diagnostics on a resolved schema; may be nil.
	Also func(*ir.Schema, *diag.List)

	log diag.Log // of all schemas so far, in SARIF format
}

// A Loaded is a schema that was loaded.
type Loaded struct {
	Schema *ir.Schema // nil if there were errors
	Parsed *parser.Result
	Server *Server        // nil for schema text
	Fset   *token.FileSet // of Parsed
	Spec   string         // as the user gave it, with the root file if that was omitted
	Name   string         // base name of the root file
	Files  int            // number of files read
	Errors int            // number of errors printed
}

// Definitions returns the number of definitions.
func (l *Loaded) Definitions() int {
	n := 0
	for range l.Schema.ByModule() {
		n++
	}
	return n
}

// Open opens the schema of that name, as [source.Open] does, and prints to stderr which
// file it chose if the name is that of a folder.
func (l *Loader) Open(name string, stderr io.Writer) (*source.Source, error) {
	src, err := source.Open(name, source.WithProgress(stderr))
	if err == nil && src.Took != "" {
		Note(l.Notes(stderr), "%s", src.Took)
	}
	return src, err
}

// Load loads the schema of that name, see [Loader.Open], and prints its diagnostics to
// stderr. If the schema has errors, Loaded.Schema is nil and the error is nil, too. Load
// returns an error only if the schema could not be read.
func (l *Loader) Load(name string, stderr io.Writer) (*Loaded, error) {
	src, err := l.Open(name, stderr)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	got, err := l.LoadFrom(src, stderr)
	if got != nil {
		got.Spec = src.Name
	}
	return got, err
}

// LoadAny is Load, which also takes introspection, see [Introspected]. It has no text, so
// Parsed is nil then.
func (l *Loader) LoadAny(ctx context.Context, name string, stderr io.Writer) (*Loaded, error) {
	answer, err := Introspect(ctx, name)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		return l.Load(name, stderr)
	}
	return &Loaded{Schema: answer.Schema, Server: answer, Spec: name, Name: answer.Program}, nil
}

// LoadFrom loads the schema of a source, as Load does.
func (l *Loader) LoadFrom(src *source.Source, stderr io.Writer) (*Loaded, error) {
	var res *parser.Result
	schema, errs := qapigo.Load(src.FS, src.Root, qapigo.Options{Display: src.Display, Dialect: l.Release, Fset: l.Fset, NoDocs: l.NoDocs,
		Parsed: func(r *parser.Result) {
			res = r
			l.Watch.Lap("read and parse")
			dropParsed(r)
		}})
	if schema != nil && l.Also != nil {
		l.Also(schema, errs)
	}
	l.Watch.Lap("resolve")
	if errs.Len() > 0 {
		if err := l.Report(stderr, errs); err != nil {
			return nil, err
		}
	}
	if first := errs.First(); res.Root == nil && (first == nil || !first.Pos.IsValid()) {
		// The error has no position, since there is no text.
		Note(l.Notes(stderr), "%s: nothing could be read", src.Display(src.Root))
		return nil, ErrUnreadable
	}
	return &Loaded{Schema: schema, Parsed: res, Fset: errs.Fset, Name: path.Base(src.Root), Files: len(res.Files), Errors: errs.Errors()}, nil
}

// LoadNamed loads at least the named commands and events of a schema and what they refer
// to, without documentation. It loads the whole schema if there are no names, or if that
// part has errors.
func (l *Loader) LoadNamed(name string, names []string, stderr io.Writer) (*ir.Schema, error) {
	src, err := l.Open(name, stderr)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	if len(names) > 0 {
		if part, ok := excerpt.Of(src.FS, src.Root, names); ok {
			schema, errs := qapigo.Load(part, src.Root, qapigo.Options{Dialect: l.Release})
			if schema != nil && errs.Len() == 0 {
				return schema, nil
			}
		}
	}
	got, err := l.LoadFrom(src, stderr)
	if err == nil && got.Schema == nil {
		err = ErrUnreadable
	}
	if err != nil {
		return nil, err
	}
	return got.Schema, nil
}

// manyDecls is how many declarations and comments a large schema has: ten times as
// many as the largest of QEMU.
const manyDecls = 20_000

// dropParsed collects what parsing a large schema has left, a third of the heap, so
// that resolving it needs no more memory. Until then there is little to collect: all
// that is read lives until it is parsed.
func dropParsed(r *parser.Result) {
	n := 0
	for _, f := range r.Files {
		n += len(f.Decls)
	}
	if n > manyDecls {
		runtime.GC()
	}
}

// LoadOne loads the schema of a source that a command generates from. If it returns an
// error, it has printed the reason.
func (l *Loader) LoadOne(src *source.Source, stderr io.Writer) (*Loaded, error) {
	got, err := l.LoadFrom(src, stderr)
	if err != nil {
		return nil, err
	}
	if got.Schema == nil {
		Note(l.Notes(stderr), "%s, nothing written", Plural(got.Errors, "error"))
		return nil, ErrFindings
	}
	if got.Definitions() == 0 {
		Note(stderr, "%s defines nothing, nothing written", src.Display(src.Root))
		return nil, ErrFindings
	}
	return got, nil
}

// LoadPart loads the schema of a source that is one of several.
func (l *Loader) LoadPart(src *source.Source, stderr io.Writer) (*Loaded, error) {
	got, err := l.LoadFrom(src, stderr)
	if err == nil && got.Schema == nil {
		err = ErrFindings
	}
	return got, err
}

// Report prints diagnostics, or keeps them for [Loader.Finish].
func (l *Loader) Report(stderr io.Writer, errs *diag.List) error {
	if l.Format == diag.SARIF {
		l.log.Add(&diag.Printer{Fset: errs.Fset, Lookup: errs.Lookup}, errs)
		return nil
	}
	return errs.Print(stderr, l.Format)
}

// Finish prints the SARIF log, of which a run has one for all schemas.
func (l *Loader) Finish(stderr io.Writer) error {
	if l.Format != diag.SARIF {
		return nil
	}
	l.log.Version = Version()
	return l.log.Print(stderr)
}

// Notes returns the writer for summaries: stderr, unless diagnostics go there in a format
// for programs.
func (l *Loader) Notes(stderr io.Writer) io.Writer {
	if l.Format != diag.Text && l.Format != "" {
		return io.Discard
	}
	return stderr
}
