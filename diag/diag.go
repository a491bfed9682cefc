// Package diag provides the diagnostics of the compiler, lists of them, and printers.
//
// A diagnostic has a stable [Code], a source span, a message, and notes on other positions.
// Stages add diagnostics to a [List] and continue; no stage prints, or stops at the first
// error.
//
// Every stage imports this package, which imports only the standard library. It knows nothing
// about QAPI except the explanations of codes, which are embedded files.
package diag

import (
	"fmt"
	"go/token"
	"slices"
)

// A Code identifies a kind of error, such as "unknown-type". Diagnostics share a code if the
// same explanation and the same fix apply to them. A code is never reused.
type Code string

// MaxErrors is the maximum number of errors in a [List]. It bounds the memory and output that a
// file full of errors takes.
const MaxErrors = 10_000

// codeTooManyErrors is the code of the error that replaces those beyond MaxErrors.
const codeTooManyErrors Code = "too-many-errors"

// A Severity is the severity of a diagnostic.
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

// A Stage is the step of QEMU's own compiler that finds an error. That compiler stops at its
// first error, so it would print the first diagnostic of the earliest stage; see [List.First].
type Stage uint8

// The stages, in the order in which QEMU's compiler runs them. Each processes the whole schema
// before the next starts.
const (
	StageParse  Stage = iota // scripts/qapi/parser.py: syntax, directives, doc syntax
	StageExpr                // scripts/qapi/expr.py: shape of each definition
	StageSchema              // scripts/qapi/schema.py: name resolution
)

// A Diagnostic is an error or warning.
type Diagnostic struct {
	Severity Severity
	Code     Code
	Stage    Stage

	// Pos and End delimit the smallest part of the source that is wrong. End is exclusive and
	// may be NoPos for a point. Pos is NoPos if the error has no position, such as a missing
	// root file.
	Pos, End token.Pos

	// In names the definition with the error, as in "struct 'Foo'", and Def is the start of
	// that definition. Both are zero outside definitions.
	In  string
	Def token.Pos

	// Msg describes the error, in lower case and without a final period.
	Msg string

	// Notes refer to other positions or give hints.
	Notes []Note

	// Follows is set if the error is a consequence of another one in the list. Only the QEMU
	// format prints it, and only if QEMU's compiler would find it first.
	Follows bool

	// Upstream describes how the output of QEMU's compiler differs. If nil, that compiler
	// prints Msg at the line of Def or, if Def is not set, of Pos.
	Upstream *Upstream
}

// Upstream describes what QEMU's own compiler prints for a diagnostic where that differs from
// the diagnostic. Only the QEMU format uses it.
type Upstream struct {
	Msg    string    // replaces Diagnostic.Msg if not empty
	Pos    token.Pos // replaces the printed line, if valid
	Column bool      // print a column, as QEMU does for syntax errors
	After  []string  // further lines, printed verbatim

	Also *Diagnostic // printed after that, with its own position
}

// A Note adds information to a diagnostic. A note without Pos is a hint.
type Note struct {
	Pos, End token.Pos
	Msg      string
}

// Note adds a note that points at [pos, end) and returns d.
func (d *Diagnostic) Note(pos, end token.Pos, format string, args ...any) *Diagnostic {
	d.Notes = append(d.Notes, Note{pos, end, fmt.Sprintf(format, args...)})
	return d
}

// Hint adds a note without a position, such as a spelling suggestion, and returns d. An empty
// message adds nothing.
func (d *Diagnostic) Hint(msg string) *Diagnostic {
	if msg != "" {
		d.Notes = append(d.Notes, Note{Msg: msg})
	}
	return d
}

// Within sets the definition that contains the error and returns d.
func (d *Diagnostic) Within(in string, def token.Pos) *Diagnostic {
	d.In, d.Def = in, def
	return d
}

// A List collects diagnostics in order of discovery. Errors beyond [MaxErrors] are replaced by
// a single error that says so. The zero List is empty and ready to use. A List is not safe for
// concurrent use.
type List struct {
	// Fset and Lookup are passed to the [Printer] by Print. Other methods do not use them.
	Fset   *token.FileSet
	Lookup func(name string) File

	all    []*Diagnostic
	errors int
}

// Errorf adds an error over [pos, end), unless the list is full, and returns it so that the
// caller can add notes.
func (l *List) Errorf(stage Stage, pos, end token.Pos, code Code, format string, args ...any) *Diagnostic {
	d := &Diagnostic{
		Severity: Error, Code: code, Stage: stage,
		Pos: pos, End: end, Msg: fmt.Sprintf(format, args...),
	}
	l.Add(d)
	return d
}

// Add adds a diagnostic. It drops errors if the list is full.
func (l *List) Add(d *Diagnostic) {
	if d.Severity == Error {
		l.errors++
		if l.errors == MaxErrors+1 {
			l.all = append(l.all, &Diagnostic{
				Code: codeTooManyErrors, Stage: StageSchema,
				Msg: fmt.Sprintf("more than %d errors; the rest are not reported", MaxErrors),
			})
		}
		if l.errors > MaxErrors {
			return
		}
	}
	l.all = append(l.all, d)
}

// Drop removes the diagnostics that match. It does nothing if errors beyond [MaxErrors] were
// dropped, since these might include others.
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

// HasErrors reports whether the list contains an error.
func (l *List) HasErrors() bool { return l.errors > 0 }

// Errors returns the number of errors added, including those beyond [MaxErrors].
func (l *List) Errors() int { return l.errors }

// Len returns the number of diagnostics.
func (l *List) Len() int { return len(l.all) }

// All returns the diagnostics in order of discovery. The list owns the slice; the caller must
// not change it.
func (l *List) All() []*Diagnostic { return l.all }

// First returns the error at which QEMU's compiler would stop: the first one of the earliest
// stage. It returns nil if there are no errors.
func (l *List) First() *Diagnostic {
	var first *Diagnostic
	for _, d := range l.all {
		if d.Severity == Error && (first == nil || d.Stage < first.Stage) {
			first = d
		}
	}
	return first
}

// Sorted returns the diagnostics in source order: files in the order in which they were read,
// then by offset. Diagnostics without a position come first. It omits duplicates, which have
// the same code, message and position, and errors that follow from another one.
func (l *List) Sorted() []*Diagnostic {
	s := slices.DeleteFunc(slices.Clone(l.all), func(d *Diagnostic) bool { return d.Follows })
	slices.SortStableFunc(s, func(a, b *Diagnostic) int { return int(a.Pos) - int(b.Pos) })
	return slices.CompactFunc(s, func(a, b *Diagnostic) bool {
		return a.Pos == b.Pos && a.Code == b.Code && a.Msg == b.Msg
	})
}
