package diag

import (
	"bufio"
	"go/token"
	"io"
)

// A Format is a way to print diagnostics.
type Format string

// The formats.
const (
	// Text is for humans: file:line:col, the source line with a marked span, notes.
	Text Format = "text"

	// JSON is one object a line, as [Record] says.
	JSON Format = "json"

	// GitHub is workflow commands, which GitHub Actions shows as annotations.
	GitHub Format = "github"

	// SARIF is a log of SARIF 2.1.0 (OASIS), which code scanning services and
	// editors read.
	SARIF Format = "sarif"

	// QEMU is the layout of QEMU's own compiler, which stops at its first error.
	QEMU Format = "qemu"
)

// Formats returns the names of all formats.
func Formats() []string {
	return []string{string(Text), string(JSON), string(GitHub), string(SARIF), string(QEMU)}
}

// A File is what a [Printer] needs to know about a source file.
type File struct {
	Text         string    // the whole text, "" if unknown
	IncludedFrom token.Pos // the include directive that reads it, NoPos of a root file
	Upstream     string    // the name that QEMU's compiler prints, "" if it is the same
}

// A Printer prints the diagnostics of a list. It is not safe for concurrent use.
type Printer struct {
	Fset   *token.FileSet
	Lookup func(name string) File // by the name in Fset; nil means nothing is known
	Format Format                 // zero means Text

	counts map[token.Pos][]int // of long lines, by the position of their start
}

// Print prints the list to w, as [Printer.Print] does.
func (l *List) Print(w io.Writer, format Format) error {
	p := Printer{Fset: l.Fset, Lookup: l.Lookup, Format: format}
	return p.Print(w, l)
}

// Print writes the diagnostics of l to w: all of them in the order of the source,
// or in QEMU format the one that [List.First] returns. In SARIF format it writes
// a whole log; a [Log] is for several lists.
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
