package diag

import (
	"bufio"
	"fmt"
	"go/token"
	"io"
	"strings"
	"unicode/utf8"
)

// A Format is a way to print diagnostics.
type Format string

// The formats.
const (
	// Text is for people: file:line:col, the source line with a mark under the
	// wrong piece, notes.
	Text Format = "text"

	// QEMU is the layout of QEMU's own compiler, which stops at its first error.
	QEMU Format = "qemu"
)

// Formats returns the names of all formats.
func Formats() []string { return []string{string(Text), string(QEMU)} }

// A File is what a [Printer] wants to know of a source file.
type File struct {
	Text         string    // the whole text, "" if it is not known
	IncludedFrom token.Pos // the include directive that reads it, NoPos of a root file
	Upstream     string    // the name that QEMU's compiler prints, "" if it is the same
}

// A Printer prints the diagnostics of a list.
type Printer struct {
	Fset   *token.FileSet
	Lookup func(name string) File // by the name in Fset; nil means nothing is known
	Format Format                 // zero means Text
}

// Print writes the diagnostics of l to w: all of them in the order of the source
// in Text format, the one that [List.First] returns in QEMU format.
func (p *Printer) Print(w io.Writer, l *List) error {
	out := bufio.NewWriter(w)
	if p.Format == QEMU {
		if d := l.First(); d != nil {
			p.qemu(out, d)
		}
		return out.Flush()
	}
	for _, d := range l.Sorted() {
		p.text(out, d)
	}
	return out.Flush()
}

// text prints one diagnostic for people.
func (p *Printer) text(w *bufio.Writer, d *Diagnostic) {
	if d.Pos.IsValid() {
		fmt.Fprintf(w, "%s: ", p.position(d.Pos))
	}
	fmt.Fprintf(w, "%s: ", d.Severity)
	if d.In != "" {
		fmt.Fprintf(w, "in %s: ", d.In)
	}
	fmt.Fprintf(w, "%s [%s]\n", d.Msg, d.Code)
	p.snippet(w, d.Pos, d.End)
	for _, n := range d.Notes {
		p.note(w, n.Pos, n.End, n.Msg)
	}
	for from := p.includedFrom(d.Pos); from.IsValid(); from = p.includedFrom(from) {
		p.note(w, from, token.NoPos, "included from here")
	}
}

// note prints a note, with its line if it has a place.
func (p *Printer) note(w *bufio.Writer, pos, end token.Pos, msg string) {
	if !pos.IsValid() {
		fmt.Fprintf(w, "  note: %s\n", msg)
		return
	}
	fmt.Fprintf(w, "  %s: note: %s\n", p.position(pos), msg)
	if end.IsValid() {
		p.snippet(w, pos, end)
	}
}

// position returns file:line:col. The column counts characters, from 1.
func (p *Printer) position(pos token.Pos) string {
	at := p.Fset.Position(pos)
	if line, ok := p.line(pos); ok {
		at.Column = utf8.RuneCountInString(line[:min(at.Column-1, len(line))]) + 1
	}
	return at.String()
}

// maxSnippet is the number of columns from which on a source line is cut.
const maxSnippet = 160

// snippet prints the line of pos with a mark under [pos, end), as far as that
// is on the line.
func (p *Printer) snippet(w *bufio.Writer, pos, end token.Pos) {
	line, ok := p.line(pos)
	if !ok {
		return
	}
	start := min(p.Fset.Position(pos).Column-1, len(line))
	length := min(max(0, int(end-pos)), len(line)-start)
	// A very long line is shown from a little before the mark.
	if len(line) > maxSnippet {
		cut := runeStart(line, max(0, start-maxSnippet/2))
		line, start = line[cut:], start-cut
		line = line[:runeStart(line, min(len(line), maxSnippet))]
		length = min(length, len(line)-start)
	}
	number := fmt.Sprint(p.Fset.Position(pos).Line)
	fmt.Fprintf(w, " %s | %s\n", number, visible(line))
	mark := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, line[:start])
	carets := max(1, utf8.RuneCountInString(line[start:start+length]))
	fmt.Fprintf(w, " %*s | %s%s\n", len(number), "", mark, strings.Repeat("^", carets))
}

// runeStart returns the start of the character that holds byte i of s.
func runeStart(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// visible replaces control characters, which could do things to a terminal.
func visible(line string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || 0x80 <= r && r < 0xa0 {
			return utf8.RuneError
		}
		return r
	}, line)
}

// maxLine is the length in bytes from which on a line is not looked into: its
// columns count bytes and it is not shown. Nobody wrote it.
const maxLine = 1 << 16

// line returns the line of source that holds pos.
func (p *Printer) line(pos token.Pos) (string, bool) {
	if !pos.IsValid() {
		return "", false
	}
	f := p.Fset.File(pos)
	if f == nil {
		return "", false
	}
	text := p.lookup(f.Name()).Text
	if len(text) != f.Size() || text == "" {
		return "", false
	}
	line, end := f.Line(pos), len(text)
	start := f.Offset(f.LineStart(line))
	if line < f.LineCount() {
		end = f.Offset(f.LineStart(line + 1))
	}
	return strings.TrimSuffix(text[start:end], "\n"), end-start <= maxLine
}

func (p *Printer) lookup(name string) File {
	if p.Lookup == nil {
		return File{}
	}
	return p.Lookup(name)
}

// includedFrom returns where the file that holds pos is included.
func (p *Printer) includedFrom(pos token.Pos) token.Pos {
	if f := p.Fset.File(pos); f != nil {
		return p.lookup(f.Name()).IncludedFrom
	}
	return token.NoPos
}
