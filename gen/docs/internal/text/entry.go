package text

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// An entryWriter writes the entry of a command or event.
type entryWriter struct {
	*writer
	ref  *model.Reference
	d    *model.Definition
	body model.Body
}

func (w entryWriter) entry() {
	w.heading()
	w.paragraphs(w.d.Blurb)
	w.status()
	w.data()
	if w.d.Kind == model.Command {
		w.returns()
	}
	for _, p := range w.d.Errors {
		w.gap()
		w.text(p).item("Errors:", step, p.Blocks, nil)
	}
	w.features()
	for _, v := range w.body.Rest {
		w.gap()
		w.wrap("", step, append([]string{"Type", v.Def.Name + ":"}, w.tag(v, false, nil)...))
		w.value("", v)
	}
	w.paragraphs(w.d.Notes)
	for _, ex := range w.d.Examples {
		w.gap()
		title := ex.Title
		w.text(model.Prose{In: w.d}).example("", title, ex.Blocks, ex.Made)
	}
}

// text returns a writer for p.
func (w entryWriter) text(p model.Prose) textWriter { return textWriter{w.writer, w.ref, p} }

func (w entryWriter) heading() {
	w.gap()
	w.line("")
	w.line(w.d.Name)
	w.line(strings.Repeat("-", len(w.d.Name)))
}

func (w entryWriter) paragraphs(list []model.Prose) {
	for _, p := range list {
		w.gap()
		w.text(p).blocks("", p.Blocks)
	}
}

// status writes when the command or event was added, its condition, and whether it is deprecated
// or unstable.
func (w entryWriter) status() {
	w.warning("Deprecated:", w.d.Deprecated, "this "+string(w.d.Kind)+" will be removed.")
	w.warning("Unstable:", w.d.Unstable, "this "+string(w.d.Kind)+" may change or be removed at any time.")
	w.gap()
	if w.d.Since != "" {
		w.wrap("Since: ", step, fields(w.d.Since))
	}
	if words := w.d.Lifetime.Words(); words != nil {
		w.wrap("Releases: ", step, fields(strings.Join(words, ", ")))
	}
	if w.d.If != nil {
		w.wrap("Only if: ", step, fields(ir.CondString(w.d.If)))
	}
	if c := w.d.Command(); c != nil && c.AllowOOB {
		w.line("Allowed out of band (exec-oob).")
	}
	if c := w.d.Command(); c != nil && c.AllowPreconfig {
		w.line("Allowed in preconfig state, before the machine is created.")
	}
}

// warning writes the documentation of a feature, or otherwise if there is none.
func (w entryWriter) warning(lead string, f *model.Feature, otherwise string) {
	switch {
	case f == nil:
	case f.Text.Empty():
		w.gap()
		w.wrap(lead+" ", step, fields(otherwise))
	default:
		w.gap()
		w.text(f.Text).item(lead, step, f.Text.Blocks, nil)
	}
}

// data writes the arguments of a command or the data of an event.
func (w entryWriter) data() {
	lead := "Data:"
	if w.d.Kind == model.Command {
		lead = "Arguments:"
	}
	w.gap()
	if v := w.body.Data; v == nil || isEmpty(v) {
		w.line(lead + " None.")
	} else {
		w.line(lead)
		w.gap()
		w.value("", v)
	}
	if c := w.d.Command(); c != nil && !c.Gen && c.Arg != nil {
		w.wrap("- ", step, fields("Others: the server takes more arguments than the schema describes (json-value)"))
	}
}

func (w entryWriter) returns() {
	w.gap()
	doc := w.d.ReturnsText
	switch t, v := w.text(doc), w.body.Returns; {
	case !w.d.Command().SuccessResponse:
		t.item("Returns:", step, doc.Blocks, fields("Nothing: there is no reply on success."))
	case v == nil:
		t.item("Returns:", step, doc.Blocks, []string{"(json-object, empty)"})
	default:
		t.item("Returns:", step, doc.Blocks, w.tag(v, false, nil))
		if hasBody(v) {
			w.gap()
			w.value("", v)
		}
	}
}

func (w entryWriter) features() {
	list := slices.DeleteFunc(slices.Clone(w.d.Features), func(f *model.Feature) bool { return f == w.d.Deprecated || f == w.d.Unstable })
	if len(list) == 0 {
		return
	}
	w.gap()
	w.line("Features:")
	w.gap()
	for _, f := range list {
		w.feature("- ", step, f)
	}
}

// feature writes a feature with its description and condition.
func (w entryWriter) feature(lead, indent string, f *model.Feature) {
	lead += `"` + f.Name + `"`
	var tail []string
	if c := condition(f.If); c != nil {
		tail = unbroken("(" + c[0] + ")")
	}
	if !f.Text.Empty() || len(tail) > 0 {
		lead += ":"
	}
	w.text(f.Text).item(lead, indent, f.Text.Blocks, tail)
}
