package diag

import (
	"bufio"
	"fmt"
	"strings"
)

// Escapes in the messages and property values of GitHub Actions workflow commands (escapeData
// and escapeProperty of github.com/actions/toolkit, packages/core/src/command.ts).
var (
	escapeData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	escapeProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

// github prints a diagnostic as a workflow command. It omits columns from spans of several
// lines, for which GitHub refuses them.
func (p *Printer) github(w *bufio.Writer, d *Diagnostic) {
	rec := p.record(d)
	fmt.Fprintf(w, "::%s ", rec.Severity)
	if at := rec.Place; at != nil {
		fmt.Fprintf(w, "file=%s,line=%d,endLine=%d,", Visible(escapeProperty.Replace(at.File)), at.Line, at.EndLine)
		if at.Line == at.EndLine {
			fmt.Fprintf(w, "col=%d,endColumn=%d,", at.Column, at.EndColumn)
		}
	}
	var msg strings.Builder
	if rec.In != "" {
		fmt.Fprintf(&msg, "in %s: ", rec.In)
	}
	fmt.Fprintf(&msg, "%s [%s]", rec.Message, rec.Code)
	for _, n := range rec.Notes {
		msg.WriteByte('\n')
		if n.Place != nil {
			fmt.Fprintf(&msg, "%s:%d:%d: ", n.File, n.Line, n.Column)
		}
		msg.WriteString("note: " + n.Message)
	}
	for _, from := range rec.IncludedFrom {
		fmt.Fprintf(&msg, "\n%s:%d:%d: note: included from here", from.File, from.Line, from.Column)
	}
	fmt.Fprintf(w, "title=%s::%s\n", escapeProperty.Replace(string(rec.Code)), Visible(escapeData.Replace(msg.String())))
}
