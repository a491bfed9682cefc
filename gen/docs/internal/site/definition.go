package site

import (
	"strconv"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/ir"
)

// Limits of nested members. They keep the page of a command or event below 3,000 elements; the
// page of a type has fewer levels.
var (
	messageLimits = model.Limits{Depth: 8, Rows: 300}
	typeLimits    = model.Limits{Depth: 5, Rows: 150}
)

// definition writes the page of a definition.
func (w *writer) definition(d *model.Definition) {
	w.here = d
	limits := messageLimits
	if d.IsType() {
		limits = typeLimits
	}
	body := w.Expand(d, limits)
	w.shown = body.Shown
	w.start(d.Name, d.Summary(), w.way(d)...)
	w.open("h1")
	w.element("code", d.Name)
	w.close("h1")
	w.badges(d)
	w.notice("deprecated", "Deprecated.", d.Deprecated)
	w.notice("unstable", "Unstable.", d.Unstable)

	var parts []part
	add := func(id, title string, write func()) { parts = append(parts, part{id, title, write}) }
	switch d.Kind {
	case model.Command:
		add("arguments", "Arguments", func() { w.arguments(d, body) })
		add("returns", "Returns", func() { w.returns(d, body) })
	case model.Event:
		add("data", "Data", func() { w.body(body.Data, "This event carries no data.") })
	case model.Enum:
		add("values", "Values", func() { w.body(body.Data, "There are no values.") })
	case model.Alternate:
		add("branches", "Branches", func() { w.body(body.Data, "There are no branches.") })
	default:
		add("members", "Members", func() { w.body(body.Data, "There are no members.") })
	}
	if len(d.Errors) > 0 {
		add("errors", "Errors", func() {
			for _, p := range d.Errors {
				w.prose(p)
			}
		})
	}
	if len(d.Features) > 0 {
		add("features", "Features", func() { w.features(d) })
	}
	if len(d.Notes) > 0 {
		add("notes", "Notes", func() {
			for _, p := range d.Notes {
				w.prose(p)
			}
		})
	}
	if len(d.Examples) > 0 {
		add("examples", "Examples", func() {
			for _, ex := range d.Examples {
				w.example(ex, model.Prose{In: d})
			}
		})
	}
	if len(d.Mentions)+len(d.MentionedBy) > 0 {
		add("related", "Related commands and events", func() { w.related(d) })
	}
	if d.IsType() {
		add("used-by", "Used by", func() { w.usedBy(d) })
	}
	if w.series != nil {
		add("history", "History", func() { w.history(d) })
	}
	add("source", "Source", func() { w.source(d) })

	w.contents(parts)
	for _, p := range d.Blurb {
		w.prose(p)
	}
	for _, p := range parts {
		w.section(p.id, p.title)
		p.write()
	}
	w.end()
}

// A part is a section of a page.
type part struct {
	id, title string
	write     func()
}

// way returns the breadcrumbs of a definition.
func (w *writer) way(d *model.Definition) []crumb {
	list := crumb{"Types", "types"}
	switch d.Kind {
	case model.Command:
		list = crumb{"Commands", "commands"}
	case model.Event:
		list = crumb{"Events", "events"}
	}
	return []crumb{list, {d.Module.Title, d.Module.Path()}}
}

// contents writes links to the sections of a page.
func (w *writer) contents(parts []part) {
	w.open("nav", "class", "toc", "aria-label", "On this page")
	w.open("ul")
	for _, p := range parts {
		w.open("li")
		w.link("#"+p.id, p.title)
		w.close("li")
	}
	w.close("ul", "nav")
	w.newline()
}

// badges writes the badges of a definition.
func (w *writer) badges(d *model.Definition) {
	w.open("p", "class", "badges")
	w.badge("kind", string(d.Kind))
	if d.Since != "" {
		w.badge("since", "since "+d.Since)
	}
	w.lifetime(d.Lifetime)
	if d.Deprecated != nil && d.Lifetime.Deprecated == "" {
		w.badge("deprecated", "deprecated")
	}
	if d.Unstable != nil {
		w.badge("unstable", "unstable")
	}
	if d.If != nil {
		w.badge("if", "only if "+ir.CondString(d.If))
	}
	for _, f := range d.Features {
		if f.Own && f != d.Deprecated && f != d.Unstable {
			w.badge("feature", f.Name)
		}
	}
	if c := d.Command(); c != nil {
		if c.AllowOOB {
			w.badge("oob", "allowed out of band")
		}
		if c.AllowPreconfig {
			w.badge("preconfig", "allowed in preconfig state")
		}
	}
	if d.RateLimited {
		w.badge("rate", "rate-limited")
	}
	if !d.Reachable() {
		w.badge("unreachable", "not reachable over QMP")
	}
	w.close("p")
	w.newline()
}

// notice writes why a definition is deprecated or unstable.
func (w *writer) notice(class, lead string, f *model.Feature) {
	if f == nil {
		return
	}
	w.open("div", "class", "notice "+class)
	w.open("p", "class", "title")
	w.element("strong", lead)
	if class == "deprecated" {
		w.instead(f)
	}
	w.close("p")
	w.prose(f.Text)
	w.close("div")
	w.newline()
}

// instead writes links to the replacements that the text of a feature names.
func (w *writer) instead(f *model.Feature) {
	for i, t := range f.Instead {
		if i == 0 {
			w.text(" See ")
		} else {
			w.text(", ")
		}
		w.target(t)
	}
	if len(f.Instead) > 0 {
		w.text(".")
	}
}

// target writes a link to a definition or member.
func (w *writer) target(t model.Target) {
	switch {
	case t.Member == nil:
		w.codeLink(w.toDefinition(t.Definition), t.Definition.Name)
	case t.Member.Owner == nil:
		w.element("code", t.Member.Name)
	default:
		w.codeLink(w.toMember(t.Member), t.Member.Name)
	}
}

func (w *writer) arguments(d *model.Definition, body model.Body) {
	c := d.Command()
	w.body(body.Data, "This command takes no arguments.")
	if !c.Gen {
		w.element("p", "The server accepts more arguments than the schema describes.")
	}
	w.newline()
}

func (w *writer) returns(d *model.Definition, body model.Body) {
	w.prose(d.ReturnsText)
	switch {
	case !d.Command().SuccessResponse:
		w.element("p", "There is no reply on success.")
	case body.Returns == nil:
		w.element("p", "An empty object.")
	default:
		w.open("p", "class", "type")
		w.valueType(body.Returns)
		w.close("p")
		w.consists(body.Returns)
	}
	w.newline()
}

// body writes the content of a value at the top of a page.
func (w *writer) body(v *model.Value, none string) {
	if v == nil || isBare(v) {
		w.element("p", none)
		return
	}
	if v.Def != nil && v.Def != w.here {
		w.open("p", "class", "type")
		w.text("As ")
		w.valueType(v)
		w.text(":")
		w.close("p")
	}
	w.consists(v)
}

func (w *writer) features(d *model.Definition) {
	w.open("dl", "class", "features")
	for _, f := range d.Features {
		w.open("div", "id", f.Anchor())
		w.open("dt")
		w.codeLink(fragment(f.Anchor()), f.Name, "class", "self")
		if f.If != nil {
			w.badge("if", "only if "+ir.CondString(f.If))
		}
		if len(f.On) > 0 {
			w.text(" of ")
			if f.Own {
				w.text("the " + string(d.Kind) + ", and of ")
			}
			for i, m := range f.On {
				if i > 0 {
					w.text(", ")
				}
				w.target(model.Target{Definition: d, Member: m})
			}
		}
		w.close("dt")
		w.open("dd")
		w.prose(f.Text)
		w.close("dd", "div")
		w.newline()
	}
	w.close("dl")
	w.newline()
}

func (w *writer) related(d *model.Definition) {
	if len(d.Mentions) > 0 {
		w.element("p", "Mentioned here:")
		w.names(d.Mentions)
	}
	if len(d.MentionedBy) > 0 {
		w.element("p", "Mentioned by:")
		w.names(d.MentionedBy)
	}
}

// usedBy writes the definitions that refer to a type, and the commands and events that it is part
// of.
func (w *writer) usedBy(d *model.Definition) {
	if len(d.UsedBy) == 0 {
		w.element("p", "Nothing in the schema uses this type.")
	}
	if len(d.UsedBy) > 0 {
		w.fold("Directly", len(d.UsedBy), func() {
			w.open("ul", "class", "uses")
			for _, u := range d.UsedBy {
				w.open("li")
				w.use(u)
				w.close("li")
			}
			w.close("ul")
		})
	}
	for _, l := range []struct {
		title string
		list  []*model.Definition
	}{
		{"Part of the arguments of", d.TakenBy},
		{"Part of what is returned by", d.ReturnedBy},
		{"Part of the data of", d.CarriedBy},
	} {
		if len(l.list) > 0 {
			w.fold(l.title, len(l.list), func() { w.names(l.list) })
		}
	}
	if !d.Reachable() {
		w.element("p", "No command or event uses it: it is internal to the server.")
	}
}

// maxOpen is the number of rows up to which a list is not folded.
const maxOpen = 12

// fold writes a list, folded if it is long.
func (w *writer) fold(title string, n int, write func()) {
	if n <= maxOpen {
		w.element("p", title+":")
		write()
		w.newline()
		return
	}
	w.open("details", "class", "fold")
	w.element("summary", title+": "+strconv.Itoa(n))
	write()
	w.close("details")
	w.newline()
}

func (w *writer) use(u model.Use) {
	w.codeLink(w.toDefinition(u.By), u.By.Name)
	switch {
	case u.As == model.AsBase:
		w.text(" (base)")
	case u.As == model.AsResult:
		w.text(" (result)")
	case u.Name == "" && u.As == model.AsArgument:
		w.text(" (all arguments)")
	case u.Name == "":
		w.text(" (all data)")
	default:
		w.text(" (" + string(u.As) + " ")
		w.element("code", u.Name)
		w.text(")")
	}
}

func (w *writer) source(d *model.Definition) {
	w.open("p", "class", "source")
	w.text("Defined in ")
	w.link(w.to(d.Module.Path()), d.Module.Title)
	w.text(", ")
	file := d.File
	if d.Line > 0 {
		file += ":" + strconv.Itoa(d.Line)
	}
	w.element("code", file)
	w.text(".")
	w.close("p")
}
