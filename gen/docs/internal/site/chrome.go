package site

import (
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
)

// A page is the page being written.
type page struct {
	*site
	path string            // without the extension
	here *model.Definition // whose page it is, or nil

	// Paths from the page to the folder of index.html and to the folder of all releases.
	// They are set for pages outside of the folder of a release, and for content of one
	// release that is shown by others. Otherwise they follow from path.
	base, up string

	scripts  []string                 // in addition to those of all pages, in order
	examples int                      // number of examples with an id so far
	shown    map[*model.Member]string // the ids of members on this page
}

// root returns the path from the page to the folder of index.html.
func (p *page) root() string {
	if p.base != "" {
		return p.base
	}
	return strings.Repeat("../", strings.Count(p.path, "/"))
}

// to returns the address of another page.
func (p *page) to(path string) string { return p.root() + path + ".html" }

// toDefinition returns the address of a definition's page.
func (p *page) toDefinition(d *model.Definition) string { return p.to(d.Path()) }

// toMember returns the address of a member: on this page if it is shown here, else on the page
// of its owner.
func (p *page) toMember(m *model.Member) string {
	if id := p.shown[m]; id != "" {
		return fragment(id)
	}
	if m.Owner == p.here {
		return fragment(m.Anchor())
	}
	return p.toDefinition(m.Owner) + fragment(m.Anchor())
}

// A crumb is a link of the breadcrumbs.
type crumb struct{ text, path string }

// sections are the pages that every page links to.
var sections = []crumb{
	{"Commands", "commands"}, {"Events", "events"}, {"Types", "types"},
	{"Errors", "errors"}, {"Deprecated", "deprecated"},
}

// start writes a page up to its h1. way has the breadcrumbs, without the page itself.
func (w *writer) start(title, description string, way ...crumb) {
	full := w.FullTitle()
	if title != w.Title && title != full {
		full = title + " – " + full
	}
	w.buf = append(w.buf, "<!DOCTYPE html>\n"...)
	// An empty root is written, too: it is a valid path.
	w.buf = append(w.buf, `<html lang="en" data-root="`...)
	w.text(w.root())
	w.buf = append(w.buf, `" data-page="`...)
	w.text(w.path)
	if w.series != nil {
		w.buf = append(w.buf, `" data-release="`...)
		w.text(w.Release)
	}
	w.buf = append(w.buf, "\">\n"...)
	w.open("head")
	w.open("meta", "charset", "utf-8")
	w.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
	w.open("meta", "name", "color-scheme", "content", "light dark")
	w.element("title", full)
	if description != "" {
		w.open("meta", "name", "description", "content", description)
	}
	w.newline()
	w.open("link", "rel", "stylesheet", "href", w.root()+"site.css")
	w.open("link", "rel", "icon", "href", w.root()+"icon.svg")
	w.script("site.js", "")
	w.script("search.js", "defer")
	for _, name := range w.scripts {
		w.script(name, "defer")
	}
	w.close("head")
	w.newline()
	w.open("body")
	w.link("#main", "Skip to content", "class", "skip")
	w.newline()
	w.open("header", "class", "bar")
	w.open("a", "href", w.to("index"), "class", "brand")
	w.text(w.Title)
	if w.series == nil && w.FullTitle() != w.Title { // of several releases, the switch shows which it is
		w.text(" ")
		w.element("small", model.ShortRelease(w.Release))
	}
	w.close("a")
	w.releaseSwitch()
	w.element("div", "", "class", "search")
	w.element("div", "", "class", "tools")
	w.close("header")
	w.newline()
	w.open("div", "class", "frame")
	w.open("nav", "class", "site", "aria-label", "Sections")
	w.open("ul")
	for _, s := range sections {
		w.open("li")
		w.link(w.to(s.path), s.text, w.current(s.path)...)
		w.close("li")
	}
	w.releaseSections()
	w.close("ul", "nav")
	w.newline()
	w.open("main", "id", "main")
	if w.path != "index" {
		w.crumbs(title, way)
	}
}

func (w *writer) script(src, how string) {
	w.open("script", how, "", "src", w.root()+src)
	w.close("script")
}

// current returns the attribute of a link to this page.
func (w *writer) current(path string) []string {
	if path == w.path {
		return []string{"aria-current", "page"}
	}
	return nil
}

func (w *writer) crumbs(title string, way []crumb) {
	w.open("nav", "class", "crumbs", "aria-label", "Breadcrumb")
	w.open("ol")
	for _, c := range append([]crumb{{w.Title, "index"}}, way...) {
		w.open("li")
		w.link(w.to(c.path), c.text)
		w.close("li")
	}
	w.element("li", title, "aria-current", "page")
	w.close("ol", "nav")
	w.newline()
}

// end writes the end of a page, after its text.
func (w *writer) end() {
	w.close("main", "div")
	w.newline()
	w.open("footer")
	w.open("p")
	w.text(w.FullTitle() + ". Generated from " + w.Name + " by qapi-go.")
	w.close("p", "footer", "body", "html")
	w.newline()
}

// section writes the heading of a section, which links to itself.
func (w *writer) section(id, title string) {
	w.newline()
	w.open("h2", "id", id)
	w.link("#"+id, title)
	w.close("h2")
	w.newline()
}

// badge writes a badge.
func (w *writer) badge(class, text string) {
	w.text(" ")
	w.element("span", text, "class", "badge "+class)
}

// names writes a list of names of definitions.
func (w *writer) names(list []*model.Definition) {
	w.open("ul", "class", "names")
	for _, d := range list {
		w.open("li")
		w.codeLink(w.toDefinition(d), d.Name)
		w.close("li")
	}
	w.close("ul")
	w.newline()
}

// summaries writes a list of definitions with their summaries.
func (w *writer) summaries(list []*model.Definition, kinds bool) {
	w.open("dl", "class", "definitions")
	for _, d := range list {
		w.newline()
		w.open("div")
		w.open("dt")
		w.codeLink(w.toDefinition(d), d.Name)
		if kinds {
			w.badge("kind", string(d.Kind))
		}
		w.standing(d)
		w.close("dt")
		w.open("dd")
		w.text(d.Summary())
		w.close("dd", "div")
	}
	w.close("dl")
	w.newline()
}

// standing writes the badges for the stability of a definition.
func (w *writer) standing(d *model.Definition) {
	if d.Deprecated != nil {
		w.badge("deprecated", "deprecated")
	}
	if d.Unstable != nil {
		w.badge("unstable", "unstable")
	}
}
