// Package diag holds the diagnostics of the compiler, lists of them, and their printers.
//
// A diagnostic has a stable [Code], a span of source, a message and notes on other places.
// Stages add diagnostics to a [List] and continue; nothing in the compiler prints, or stops
// at the first error.
//
// Every stage imports the package, which imports only the standard library and knows
// nothing about QAPI except for the explanations of codes, which are embedded files.
package diag

import (
	"fmt"
	"go/token"
	"slices"
)

// A Code names a kind of error, such as "unknown-type". Two diagnostics have the same code
// if the same explanation and the same fix apply to both. A code is never reused.
type Code string

// MaxErrors is the maximum number of errors in a [List], so that a file full of errors
// fills neither memory nor terminal.
const MaxErrors = 10_000

// codeTooManyErrors is the code of the error that replaces those beyond MaxErrors.
const codeTooManyErrors Code = "too-many-errors"

// Severity is how severe a diagnostic is.
type Severity uint8

// The severities, worst first.
const (
	Error   Severity = iota // the schema is invalid
	Warning                 // the schema is valid
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// A Stage is the step of QEMU's own compiler that would find the error. That
// compiler stops at its first error, so the first diagnostic of the earliest
// stage is the one it would print ([List.First]).
type Stage uint8

// The stages in the order QEMU's compiler runs them, each over the whole schema
// before the next.
const (
	StageParse  Stage = iota // scripts/qapi/parser.py: syntax, directives, doc syntax
	StageExpr                // scripts/qapi/expr.py: the shape of each definition
	StageSchema              // scripts/qapi/schema.py: what the names mean
)

// A Diagnostic is one error, found once.
type Diagnostic struct {
	Severity Severity
	Code     Code
	Stage    Stage

	// Pos and End delimit the smallest piece of source that is wrong. End is exclusive and
	// may be NoPos for a point. Pos is NoPos if the error has no position, such as a
	// missing root file.
	Pos, End token.Pos

	// In names the definition the error is in, as in "struct 'Foo'", and Def
	// is where that definition starts. Both are zero outside definitions.
	In  string
	Def token.Pos

	// Msg describes the error, in lower case and without a final period.
	Msg string

	// Notes refer to other places, or give a hint.
	Notes []Note

	// Follows is set if this follows from another error, for which there is
	// another diagnostic. Then only QEMU format may print it, since QEMU's own
	// compiler may find it first.
	Follows bool

	// Upstream is set where QEMU's own compiler prints more or something else; nil means
	// its text is Msg and its line that of Def, or without Def that of Pos.
	Upstream *Upstream
}

// Upstream is what QEMU's own compiler prints for a diagnostic, as far as it
// differs from the diagnostic's own text. It is used by the "qemu" format.
type Upstream struct {
	Msg    string    // replaces Diagnostic.Msg if not empty
	Pos    token.Pos // replaces the line that is printed, if valid
	Column bool      // print a column, as QEMU does for syntax errors
	After  []string  // further lines, printed as they are

	Also *Diagnostic // printed after all that, with its own position
}

// A Note adds to a diagnostic. Without Pos it is a hint.
type Note struct {
	Pos, End token.Pos
	Msg      string
}

// Note adds a note that points at [pos, end) and returns d.
func (d *Diagnostic) Note(pos, end token.Pos, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{pos, end, fmt.Sprintf(format, args...)})
	return d
}

// Hint adds a note without a place, such as a spelling suggestion, and returns
// d. An empty message adds nothing.
func (d *Diagnostic) Hint(msg string) *Diagnostic {
	if msg != "" {
		d.Notes = append(d.Notes, Note{Msg: msg})
	}
	return d
}

// Within says which definition the error is in and returns d.
func (d *Diagnostic) Within(in string, def token.Pos) *Diagnostic {
	d.In, d.Def = in, def
	return d
}

// A List collects diagnostics in the order in which they are found. Errors beyond
// [MaxErrors] are dropped, and replaced by one that says so. The zero List is empty and
// ready for use. A List is not safe for concurrent use.
type List struct {
	// Fset and Lookup are those of the [Printer] that Print uses. Nothing else
	// needs them.
	Fset   *token.FileSet
	Lookup func(name string) File

	all    []*Diagnostic
	errors int
}

// Errorf adds an error over [pos, end), if there is room, and returns it, so that
// notes can be added.
func (l *List) Errorf(stage Stage, pos, end token.Pos, code Code, format string, args ...any) *Diagnostic {
	d := &Diagnostic{
		Severity: Error, Code: code, Stage: stage,
		Pos: pos, End: end, Msg: fmt.Sprintf(format, args...),
	}
	l.Add(d)
	return d
}

// Add adds a diagnostic, if there is room.
func (l *List) Add(d *Diagnostic) {
	if d.Severity == Error {
		l.errors++
		if l.errors == MaxErrors+1 {
			l.all = append(l.all, &Diagnostic{
				Code: codeTooManyErrors, Stage: StageSchema,
				Msg: fmt.Sprintf("more than %d errors: the rest is not reported", MaxErrors),
			})
		}
		if l.errors > MaxErrors {
			return
		}
	}
	l.all = append(l.all, d)
}

// Drop removes the diagnostics that match. It does nothing if errors above
// [MaxErrors] are missing, since there may be others among them.
func (l *List) Drop(match func(*Diagnostic) bool) {
	if l.errors > MaxErrors {
		return
	}
	l.all = slices.DeleteFunc(l.all, func(d *Diagnostic) bool {
		drop := match(d)
		if drop && d.Severity == Error {
			l.errors--
		}
		return drop
	})
}

// HasErrors reports whether the list has an error.
func (l *List) HasErrors() bool { return l.errors > 0 }

// Errors returns the number of errors that were added.
func (l *List) Errors() int { return l.errors }

// Len returns the number of diagnostics.
func (l *List) Len() int { return len(l.all) }

// All returns the diagnostics in the order of discovery. The slice is the
// list's own: do not change it.
func (l *List) All() []*Diagnostic { return l.all }

// First returns the error that QEMU's compiler would stop at: the one found
// first in the earliest stage. It returns nil if there is none.
func (l *List) First() *Diagnostic {
	var first *Diagnostic
	for _, d := range l.all {
		if d.Severity == Error && (first == nil || d.Stage < first.Stage) {
			first = d
		}
	}
	return first
}

// Sorted returns the diagnostics in the order of the source: files in the order in which
// they were read, then by offset. Diagnostics without a position come first. Of several
// with the same code at the same place only the first is kept, and none that only follows
// from another error.
func (l *List) Sorted() []*Diagnostic {
	s := slices.DeleteFunc(slices.Clone(l.all), func(d *Diagnostic) bool { return d.Follows })
	slices.SortStableFunc(s, func(a, b *Diagnostic) int { return int(a.Pos) - int(b.Pos) })
	return slices.CompactFunc(s, func(a, b *Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Msg == b.Msg
	})
}
