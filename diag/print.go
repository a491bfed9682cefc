package diag

import (
	"bufio"
	"go/token"
	"io"
)

// A Format is an output format for diagnostics.
type Format string

// The formats.
const (
	// Text is for humans: file:line:col, the source line with the span marked, notes.
	Text Format = "text"

	// JSON prints a [Record] a line.
	JSON Format = "json"

	// GitHub prints workflow commands, which GitHub Actions shows as annotations.
	GitHub Format = "github"

	// SARIF prints a log of SARIF 2.1.0 (OASIS), which code scanning services and editors read.
	SARIF Format = "sarif"

	// QEMU prints the first error in the layout of QEMU's own compiler.
	QEMU Format = "qemu"
)

// Formats returns the names of all formats.
func Formats() []string {
	return []string{string(Text), string(JSON), string(GitHub), string(SARIF), string(QEMU)}
}

// A File describes a source file to a [Printer].
type File struct {
	Text         string    // the whole text, "" if unknown
	IncludedFrom token.Pos // the include directive that reads it, NoPos for the root file
	Upstream     string    // the name printed by QEMU's compiler, "" if it is the same
}

// A Printer prints the diagnostics of a list. It is not safe for concurrent use.
type Printer struct {
	Fset   *token.FileSet
	Lookup func(name string) File // returns a file by its name in Fset; may be nil
	Format Format                 // zero means Text

	counts map[token.Pos][]int // see characters
}

// Print prints the list to w in the given format; see [Printer.Print].
func (l *List) Print(w io.Writer, format Format) error {
	p := Printer{Fset: l.Fset, Lookup: l.Lookup, Format: format}
	return p.Print(w, l)
}

// Print writes the diagnostics of l to w in source order. In QEMU format it writes only the
// error that [List.First] returns. In SARIF format it writes a whole log; use a [Log] for
// several lists.
func (p *Printer) Print(w io.Writer, l *List) error {
	if p.Format == SARIF {
		var log Log
		log.Add(p, l)
		return log.Print(w)
	}
	out := bufio.NewWriter(w)
	if p.Format == QEMU {
		if d := l.First(); d != nil {
			p.qemu(out, d)
		}
		return out.Flush()
	}
	for _, d := range l.Sorted() {
		switch p.Format {
		case JSON:
			p.json(out, d)
		case GitHub:
			p.github(out, d)
		default:
			p.text(out, d)
		}
	}
	return out.Flush()
}
