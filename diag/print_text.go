package diag

import (
	"bufio"
	"fmt"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"
)

// text prints one diagnostic for humans.
func (p *Printer) text(w *bufio.Writer, d *Diagnostic) {
	if d.Pos.IsValid() {
		fmt.Fprintf(w, "%s: ", Visible(p.position(d.Pos).String()))
	}
	fmt.Fprintf(w, "%s: ", d.Severity)
	if d.In != "" {
		fmt.Fprintf(w, "in %s: ", Visible(d.In))
	}
	fmt.Fprintf(w, "%s [%s]\n", Visible(d.Msg), d.Code)
	p.snippet(w, d.Pos, d.End)
	for _, n := range d.Notes {
		p.note(w, n.Pos, n.End, n.Msg)
	}
	for _, from := range p.includes(d.Pos) {
		p.note(w, from, token.NoPos, "included from here")
	}
}

// note prints a note, with its line if it has a span.
func (p *Printer) note(w *bufio.Writer, pos, end token.Pos, msg string) {
	if !pos.IsValid() {
		fmt.Fprintf(w, "  note: %s\n", Visible(msg))
		return
	}
	fmt.Fprintf(w, "  %s: note: %s\n", Visible(p.position(pos).String()), Visible(msg))
	if end.IsValid() {
		p.snippet(w, pos, end)
	}
}

// A line longer than maxSnippet bytes is cut. It then starts at most snippetLead bytes before
// the mark.
const (
	maxSnippet  = 160
	snippetLead = 60
)

// snippet prints the line of pos with a mark under the part of [pos, end) that is on it.
func (p *Printer) snippet(w *bufio.Writer, pos, end token.Pos) {
	text, from, to, ok := p.line(pos)
	if !ok {
		return
	}
	at := p.Fset.Position(pos)
	start := min(from+at.Column-1, to)
	stop := min(start+max(0, int(end-pos)), to)
	var before, after string
	if to-from > maxSnippet {
		if cut := runeStart(text, start-snippetLead); cut > from {
			from, before = cut, "…"
		}
		if cut := runeStart(text, from+maxSnippet); cut < to {
			to, after = cut, "…"
			stop = min(stop, to)
		}
	}
	number := fmt.Sprint(at.Line)
	line := Visible(text[start:stop])
	fmt.Fprintf(w, " %s | %s%s%s%s%s\n", number, before, Visible(text[from:start]), line, Visible(text[stop:to]), after)
	mark := under(line, "^")
	if strings.TrimSpace(mark) == "" {
		mark = "^"
	}
	fmt.Fprintf(w, " %*s | %s%s%s\n", len(number), "", under(before, " "), under(Visible(text[from:start]), " "), mark)
}

// under returns the text to print under visible text: marks of the same width. Tabs are
// preserved for alignment.
func under(text, mark string) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\t' {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Repeat(mark, width(r)))
		}
	}
	return b.String()
}

// runeStart returns the start of the character that contains byte i of s, or i if there is
// none.
func runeStart(s string, i int) int {
	for start := i; start > 0 && start < len(s) && start > i-utf8.UTFMax; start-- {
		if utf8.RuneStart(s[start]) {
			return start
		}
	}
	return i
}

// Visible replaces characters that could control a terminal or hide text: control characters by
// their pictures, and invisible or direction-changing ones by U+FFFD. It preserves tabs.
// Untrusted text, such as a file name, must pass through it before being printed.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ':
			return '\u2400' + r
		case r == 0x7f:
			return '\u2421'
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co):
			return utf8.RuneError
		}
		return r
	}, text)
}

// wide contains the characters that take two columns of a terminal (East Asian Wide and
// Fullwidth of UAX #11, in whole blocks).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, // Hangul Jamo
		{Lo: 0x2e80, Hi: 0x303e, Stride: 1}, // CJK radicals and punctuation
		{Lo: 0x3041, Hi: 0xa4cf, Stride: 1}, // kana, CJK, Yi
		{Lo: 0xa960, Hi: 0xa97f, Stride: 1}, // Hangul Jamo
		{Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, // Hangul
		{Lo: 0xf900, Hi: 0xfaff, Stride: 1}, // CJK
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1}, // CJK forms
		{Lo: 0xff00, Hi: 0xff60, Stride: 1}, // full-width forms
		{Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, // pictographs
		{Lo: 0x1f900, Hi: 0x1f9ff, Stride: 1},
		{Lo: 0x20000, Hi: 0x3fffd, Stride: 1}, // CJK
	},
}

// width returns the number of terminal columns of a character.
func width(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}
