package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// index writes the start page.
func (w *writer) index() {
	w.start(w.FullTitle(), w.FullTitle())
	w.element("h1", w.FullTitle())
	w.open("p")
	w.text(fmt.Sprintf("%s, %s and %s, in %s.", plural(len(w.Commands), "command"), plural(len(w.Events), "event"),
		plural(len(w.Types), "type"), plural(len(w.definingModules()), "module")))
	w.close("p")
	w.newline()
	w.open("ul", "class", "lists")
	for _, s := range []crumb{
		{"Commands: requests of clients", "commands"},
		{"Events: messages that a server sends on its own", "events"},
		{"Types: the types of arguments, results and event data", "types"},
		{"Errors: error classes, and the commands that document their errors", "errors"},
		{"Deprecated and unstable: what clients should not rely on", "deprecated"},
	} {
		w.open("li")
		head, rest, _ := strings.Cut(s.text, ":")
		w.link(w.to(s.path), head)
		w.text(":" + rest)
		w.close("li")
	}
	for _, m := range w.shownModules() {
		if len(m.Definitions()) == 0 {
			w.open("li")
			w.link(w.to(m.Path()), m.Title)
			w.close("li")
		}
	}
	if w.options.Text {
		w.open("li")
		w.text("As plain text: ")
		w.link(w.root()+"qmp-commands.txt", "commands")
		w.text(", ")
		w.link(w.root()+"qmp-events.txt", "events")
		w.close("li")
	}
	w.close("ul")
	w.section("modules", "Modules")
	w.open("table", "class", "modules")
	w.open("thead")
	w.open("tr")
	w.element("th", "Module", "scope", "col")
	for _, head := range []string{"Commands", "Events", "Types"} {
		w.element("th", head, "scope", "col", "class", "count")
	}
	w.close("tr", "thead")
	w.open("tbody")
	for _, m := range w.definingModules() {
		w.newline()
		w.open("tr")
		w.open("th", "scope", "row")
		w.link(w.to(m.Path()), m.Title)
		if title := strings.ToLower(strings.ReplaceAll(m.Title, " ", "-")); title != m.Slug {
			w.text(" ")
			w.element("code", m.Name)
		}
		w.close("th")
		var n [3]int
		for _, d := range m.Definitions() {
			switch d.Kind {
			case model.Command:
				n[0]++
			case model.Event:
				n[1]++
			default:
				n[2]++
			}
		}
		for _, n := range n {
			w.element("td", fmt.Sprint(n), "class", "count")
		}
		w.close("tr")
	}
	w.close("tbody", "table")
	w.newline()
	w.end()
}

// shownModules returns the modules that have a page.
func (s *site) shownModules() []*model.Module {
	var out []*model.Module
	for _, m := range s.Modules {
		if len(m.Items) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// definingModules returns the modules with definitions. The others have only text.
func (s *site) definingModules() []*model.Module {
	return slices.DeleteFunc(s.shownModules(), func(m *model.Module) bool { return len(m.Definitions()) == 0 })
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (w *writer) commands() {
	w.list("Commands", "Requests of clients.", w.Commands)
}

func (w *writer) events() {
	w.list("Events", "Messages that a server sends on its own.", w.Events)
}

// list writes definitions with their summaries by name, and then by module.
func (w *writer) list(title, about string, list []*model.Definition) {
	w.start(title, about)
	w.element("h1", title)
	w.element("p", about)
	if len(list) == 0 {
		w.element("p", "There are none.")
		w.end()
		return
	}
	w.contents([]part{{id: "by-name", title: "By name"}, {id: "by-module", title: "By module"}})
	w.section("by-name", "By name")
	w.summaries(list, false)
	w.section("by-module", "By module")
	for _, m := range w.shownModules() {
		var in []*model.Definition
		for _, d := range list {
			if d.Module == m {
				in = append(in, d)
			}
		}
		if len(in) > 0 {
			w.open("h3")
			w.link(w.to(m.Path()), m.Title)
			w.close("h3")
			w.names(in)
		}
	}
	w.end()
}

// types writes the list of all types by name.
func (w *writer) types() {
	w.start("Types", "The types of arguments, results and event data.")
	w.element("h1", "Types")
	w.element("p", "The types of arguments, results and event data.")
	if len(w.Types) == 0 {
		w.element("p", "There are none.")
	}
	letter := ""
	for _, d := range w.Types {
		if l := strings.ToUpper(d.Name[:1]); l != letter {
			if letter != "" {
				w.close("ul")
			}
			letter = l
			w.newline()
			w.element("h2", l)
			w.open("ul", "class", "names")
		}
		w.open("li")
		w.link(w.toDefinition(d), d.Name)
		w.text(" " + string(d.Kind))
		w.close("li")
	}
	if letter != "" {
		w.close("ul")
	}
	w.newline()
	w.end()
}

// module writes the text and definitions of a module in order.
func (w *writer) module(m *model.Module) {
	w.start(m.Title, "", crumb{"Modules", "index"})
	w.element("h1", m.Title)
	w.open("p", "class", "source")
	w.text("Module ")
	w.element("code", m.Name)
	w.text(".")
	w.close("p")
	titled := false
	var run []*model.Definition
	flush := func() {
		if len(run) > 0 {
			w.summaries(run, true)
			run = nil
		}
	}
	for _, item := range m.Items {
		if item.Definition != nil {
			run = append(run, item.Definition)
			continue
		}
		flush()
		p := *item.Prose
		if !titled {
			p.Blocks, titled = withoutTitle(p.Blocks)
		}
		w.prose(p)
	}
	flush()
	w.end()
}
