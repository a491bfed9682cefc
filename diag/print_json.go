package diag

import (
	"bufio"
	"encoding/json"
	"go/token"
)

// A Record is a diagnostic in JSON format.
type Record struct {
	Severity string `json:"severity"` // "error" or "warning"
	Code     Code   `json:"code"`     // argument of "qapi-go explain"
	*Place          // omitted if the error has no position
	Message  string `json:"message"`

	// In names the definition with the error, as in "struct 'Foo'".
	In string `json:"in,omitempty"`

	// Notes are in order of importance. IncludedFrom lists the include directives that lead to
	// the file, innermost first.
	Notes        []RecordNote `json:"notes"`
	IncludedFrom []Place      `json:"includedFrom"`
}

// A RecordNote is a note of a [Record]. A note without a position is a hint.
type RecordNote struct {
	*Place
	Message string `json:"message"`
}

// A Place is a span of a file. Lines and columns count from 1, columns in characters (Unicode
// code points). The end is exclusive; for a point it equals the start.
type Place struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// json prints a diagnostic as a line of JSON.
func (p *Printer) json(w *bufio.Writer, d *Diagnostic) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	// The writer keeps its first error until it is flushed, and nothing in a
	// Record can fail to encode.
	_ = enc.Encode(p.record(d))
}

// record returns the diagnostic as a Record.
func (p *Printer) record(d *Diagnostic) Record {
	rec := Record{
		Severity: d.Severity.String(), Code: d.Code, Message: d.Msg, In: d.In,
		Notes: []RecordNote{}, IncludedFrom: []Place{},
	}
	if d.Pos.IsValid() {
		rec.Place = p.place(d.Pos, d.End)
	}
	for _, n := range d.Notes {
		note := RecordNote{Message: n.Msg}
		if n.Pos.IsValid() {
			note.Place = p.place(n.Pos, n.End)
		}
		rec.Notes = append(rec.Notes, note)
	}
	for _, from := range p.includes(d.Pos) {
		rec.IncludedFrom = append(rec.IncludedFrom, *p.place(from, token.NoPos))
	}
	return rec
}
