package diag

import (
	"bufio"
	"fmt"
	"go/token"
	"slices"
)

// qemu prints a diagnostic as QEMU's own compiler does (scripts/qapi/error.py and source.py):
// the include chain, the definition, the position and the message.
func (p *Printer) qemu(w *bufio.Writer, d *Diagnostic) {
	up := d.Upstream
	if up == nil {
		up = &Upstream{}
	}
	msg := d.Msg
	if up.Msg != "" {
		msg = up.Msg
	}
	pos := d.Pos
	switch {
	case up.Pos.IsValid():
		pos = up.Pos
	case d.Def.IsValid():
		pos = d.Def
	}
	if pos.IsValid() {
		for _, from := range slices.Backward(p.includes(pos)) {
			name, line := p.upstream(from)
			fmt.Fprintf(w, "In file included from %s:%d:\n", Visible(name), line)
		}
		name, line := p.upstream(pos)
		name = Visible(name)
		if d.In != "" {
			fmt.Fprintf(w, "%s: In %s:\n", name, Visible(d.In))
		}
		fmt.Fprintf(w, "%s:%d:", name, line)
		if up.Column {
			fmt.Fprintf(w, "%d:", p.qemuColumn(pos))
		}
		w.WriteByte(' ')
	}
	fmt.Fprintf(w, "%s\n", Visible(msg))
	for _, line := range up.After {
		fmt.Fprintf(w, "%s\n", Visible(line))
	}
	if up.Also != nil {
		p.qemu(w, up.Also)
	}
}

// upstream returns the file name that QEMU's compiler prints, and the line.
func (p *Printer) upstream(pos token.Pos) (string, int) {
	at := p.Fset.Position(pos)
	if name := p.lookup(at.Filename).Upstream; name != "" {
		return name, at.Line
	}
	return at.Filename, at.Line
}

// qemuColumn returns the column as QEMU's compiler counts it: in characters, with tabs by the
// formula of QAPIParseError.
func (p *Printer) qemuColumn(pos token.Pos) int {
	at := p.Fset.Position(pos)
	text, from, _, ok := p.line(pos)
	if !ok {
		return at.Column
	}
	column := 1
	for _, r := range text[from : from+at.Column-1] {
		if r == '\t' {
			column = (column+7)%8 + 1
		} else {
			column++
		}
	}
	return column
}
