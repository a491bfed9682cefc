package text

import (
	"strings"

	"github.com/qapi-go/qapi-go/ir"
)

// An entryWriter writes one entry.
type entryWriter struct {
	*writer
	schema *ir.Schema
	*entry
}

func (w *writer) entry(s *ir.Schema, e *entry) {
	ew := entryWriter{w, s, e}
	ew.heading()
	ew.paragraphs(e.blurb)
	ew.standing()
	ew.data()
	if e.hasReturns {
		ew.returned()
	}
	for _, p := range e.errors {
		w.gap()
		ew.text(p.doc).item("Errors:", step, p.blocks, nil)
	}
	ew.features()
	for _, v := range e.appendix {
		w.gap()
		w.wrap("", step, append([]string{"Type", v.site.name + ":"}, v.tag()...))
		ew.body("", v)
	}
	ew.paragraphs(e.notes)
	for _, ex := range e.examples {
		w.gap()
		ew.text(ex.doc).example("", ex.Example)
	}
}

// text returns the writer of text from a comment.
func (w entryWriter) text(doc *ir.Doc) textWriter { return textWriter{w.writer, w.schema, doc} }

func (w entryWriter) heading() {
	w.gap()
	w.line("")
	w.line(w.name)
	w.line(strings.Repeat("-", len(w.name)))
}

func (w entryWriter) paragraphs(list []passage) {
	for _, p := range list {
		w.gap()
		w.text(p.doc).blocks("", p.blocks)
	}
}

// standing writes what the entry is on the whole: since when it is there, under
// which condition, whether to rely on it.
func (w entryWriter) standing() {
	w.warning("Deprecated:", w.deprecated, "this "+w.what+" will be removed.")
	w.warning("Unstable:", w.unstable, "this "+w.what+" may change or go at any time.")
	w.gap()
	if w.since != "" {
		w.wrap("Since: ", step, strings.Fields(w.since))
	}
	if w.cond != nil {
		w.wrap("Only if: ", step, strings.Fields(ir.CondString(w.cond)))
	}
	for _, f := range w.flags {
		w.wrap("", step, strings.Fields(f))
	}
}

// warning writes what the schema says, or else the default text.
func (w entryWriter) warning(lead string, x warning, otherwise string) {
	if !x.applies {
		return
	}
	w.gap()
	said := false
	for _, p := range x.texts {
		if len(p.blocks) > 0 {
			w.text(p.doc).item(lead, step, p.blocks, nil)
			said = true
		}
	}
	if !said {
		w.wrap(lead+" ", step, strings.Fields(otherwise))
	}
}

// data writes the arguments of a command or the data of an event.
func (w entryWriter) data() {
	lead := "Arguments:"
	if w.what == "event" {
		lead = "Data:"
	}
	w.gap()
	if w.entry.data == nil {
		w.line(lead + " None.")
	} else {
		w.line(lead)
		w.gap()
		w.body("", w.entry.data)
	}
	if w.openEnded {
		w.wrap("- ", step, strings.Fields("Others: the server takes more arguments than the schema tells (json-value)"))
	}
}

func (w entryWriter) returned() {
	w.gap()
	switch t := w.text(w.returnsDoc.doc); {
	case w.noReply:
		t.item("Returns:", step, w.returnsDoc.blocks, strings.Fields("Nothing: there is no reply on success."))
	case w.entry.returns == nil:
		t.item("Returns:", step, w.returnsDoc.blocks, (&value{wire: "json-object", empty: true}).tag())
	default:
		t.item("Returns:", step, w.returnsDoc.blocks, w.entry.returns.tag())
		if w.entry.returns.hasBody() {
			w.gap()
			w.body("", w.entry.returns)
		}
	}
}

func (w entryWriter) features() {
	if len(w.entry.features) == 0 {
		return
	}
	w.gap()
	w.line("Features:")
	w.gap()
	for _, f := range w.entry.features {
		w.feature("- ", step, f)
	}
}

// feature writes a feature with its description and condition.
func (w entryWriter) feature(lead, indent string, f feature) {
	lead += `"` + f.name + `"`
	var tail []string
	if c := condition(f.cond); c != nil {
		tail = unbroken("(" + c[0] + ")")
	}
	if len(f.text.blocks) > 0 || len(tail) > 0 {
		lead += ":"
	}
	w.text(f.text.doc).item(lead, indent, f.text.blocks, tail)
}
