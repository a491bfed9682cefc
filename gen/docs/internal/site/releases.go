package site

import (
	"strconv"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
)

// A shelf is what the sites of several releases have in common.
type shelf struct {
	*releases.Set
	sites []*site
	has   []map[string]bool // the paths of the pages that each has
}

// Releases returns the files of the sites of several releases, each in a folder
// of its name, and the pages that lead to them.
func Releases(set *releases.Set, o Options) ([]gen.File, error) {
	sh := &shelf{Set: set}
	var jobs [][]job
	for i, r := range set.Releases {
		s := &site{Reference: r.Reference, options: o, shelf: sh, place: i}
		list := append(s.jobs(), job{path: "removed", write: (*writer).removedPage})
		for _, g := range r.Gone {
			list = append(list, job{path: g.Path(), write: func(w *writer) { w.tombstone(g) }})
		}
		has := make(map[string]bool)
		for _, j := range list {
			has[j.path] = true
		}
		sh.sites, sh.has, jobs = append(sh.sites, s), append(sh.has, has), append(jobs, list)
	}
	newest := sh.sites[len(sh.sites)-1]
	top := []job{{path: "index", write: (*writer).shelfIndex, base: newest.Release + "/"}}
	files := newest.write(top)
	for i, step := range set.Steps {
		files = append(files, sh.sites[i+1].write([]job{{
			path: changesPath(step), write: func(w *writer) { w.changes(step) }, base: "../" + step.New.Release + "/",
		}})...)
	}
	for i, s := range sh.sites {
		more, err := s.files(jobs[i])
		if err != nil {
			return nil, err
		}
		for _, f := range more {
			f.Path = s.Release + "/" + f.Path
			files = append(files, f)
		}
	}
	return files, nil
}

// changesPath returns the path of the page of what a release changed.
func changesPath(s *releases.Step) string { return "changes/" + s.Old.Release + "-" + s.New.Release }

// shelfRoot is the path from the page to the folder that holds the releases.
func (p *page) shelfRoot() string {
	if p.base != "" {
		return p.up
	}
	return p.root() + "../"
}

// gone are the definitions that older releases had.
func (s *site) gone() []*releases.Gone {
	if s.shelf == nil {
		return nil
	}
	return s.release().Gone
}

func (s *site) release() *releases.Release { return s.shelf.Releases[s.place] }

// nearest returns the place of the release that has a page and is nearest to
// another one.
func (sh *shelf) nearest(path string, to int) int {
	for distance := range sh.has {
		for _, i := range []int{to - distance, to + distance} {
			if 0 <= i && i < len(sh.has) && sh.has[i][path] {
				return i
			}
		}
	}
	return -1
}

// releaseSwitch writes links to this page in all releases.
func (w *writer) releaseSwitch() {
	if w.shelf == nil {
		return
	}
	w.open("details", "class", "releases")
	path, title := w.path, w.Release
	if w.base != "" {
		path, title = "index", "Releases" // it belongs to none
	}
	w.element("summary", title)
	w.open("ul")
	for i := len(w.shelf.sites) - 1; i >= 0; i-- {
		name := w.shelf.sites[i].Release
		w.open("li")
		switch at := w.shelf.nearest(path, i); {
		case at < 0:
			w.text(name)
		case at == i && i == w.place && w.base == "":
			w.element("span", name, "aria-current", "true")
		default:
			w.link(w.shelfRoot()+w.shelf.sites[at].Release+"/"+path+".html", name)
			if at > i {
				w.element("small", " not there; added in "+w.shelf.sites[at].Release)
			}
			if at < i {
				w.element("small", " not there; last in "+w.shelf.sites[at].Release)
			}
		}
		w.close("li")
	}
	w.open("li")
	w.link(w.shelfRoot()+"index.html", "All releases")
	w.close("li", "ul", "details")
}

// releaseSections writes links to the pages that only sites of several releases
// have.
func (w *writer) releaseSections() {
	if w.shelf == nil {
		return
	}
	w.open("li")
	w.link(w.to("removed"), "Removed", w.current("removed")...)
	w.close("li")
	if w.place > 0 {
		path := changesPath(w.shelf.Steps[w.place-1])
		w.open("li")
		w.link(w.shelfRoot()+path+".html", "Changes", w.current(path)...)
		w.close("li")
	}
}

// lifetime writes badges for what is known from other releases.
func (w *writer) lifetime(l model.Lifetime) {
	if l.Added != "" {
		w.badge("added", "added in "+l.Added)
	}
	if l.Deprecated != "" {
		w.badge("deprecated", "deprecated in "+l.Deprecated)
	}
	if l.Removed != "" {
		w.badge("removed", "removed in "+l.Removed)
	}
}

// history writes what became of a definition, and which members it has lost.
func (w *writer) history(d *model.Definition) {
	oldest := w.shelf.sites[0].Release
	w.open("ul", "class", "history")
	item := func(text string) { w.element("li", text) }
	if l := d.Lifetime; l.Added != "" {
		item("Added in " + l.Added + ", the first release here that has it.")
	} else {
		item("There since " + oldest + ", the oldest release here, or longer.")
	}
	if d.Lifetime.Deprecated != "" {
		item("Deprecated in " + d.Lifetime.Deprecated + ".")
	}
	if d.Lifetime.Removed != "" {
		item("Removed in " + d.Lifetime.Removed + ".")
	}
	w.close("ul")
	lost := w.release().Lost(d)
	if len(lost) == 0 {
		return
	}
	w.element("p", "It has no more:")
	w.open("dl", "class", "definitions")
	for _, m := range lost {
		w.newline()
		w.open("div")
		w.open("dt")
		w.codeLink(w.shelfRoot()+m.Last.Release+"/"+m.Owner.Path()+".html"+fragment(m.Anchor()), m.Name)
		w.lifetime(m.Lifetime)
		w.close("dt")
		w.open("dd")
		w.as(m.Last, func() {
			if f := m.Owner.Feature("deprecated"); f != nil && m.Has("deprecated") && !f.Text.Empty() {
				w.prose(f.Text)
				return
			}
			w.text(m.Text.Summary())
		})
		w.close("dd", "div")
	}
	w.close("dl")
	w.newline()
}

// as writes with the texts and links of another release.
func (w *writer) as(r *releases.Release, write func()) {
	was := w.page
	base := was.shelfRoot() + r.Release + "/"
	for _, s := range w.shelf.sites {
		if s.Reference == r.Reference {
			w.page = page{site: s, path: was.path, base: base, up: was.shelfRoot(), examples: was.examples}
		}
	}
	write()
	was.examples = w.examples
	w.page = was
}

// tombstone writes the page of a definition that the release has no more.
func (w *writer) tombstone(g *releases.Gone) {
	w.start(g.Name, "Removed in "+g.Removed+".", crumb{"Removed", "removed"})
	w.open("h1")
	w.element("code", g.Name)
	w.close("h1")
	w.open("p", "class", "badges")
	w.badge("kind", string(g.Kind))
	w.lifetime(g.Lifetime)
	w.close("p")
	w.newline()
	w.open("div", "class", "notice removed")
	w.open("p", "class", "title")
	w.element("strong", "Removed in "+g.Removed+".")
	w.text(" The last release that has it here is ")
	w.link(w.shelfRoot()+g.Last.Release+"/"+g.Path()+".html", g.Last.Release)
	w.text(".")
	w.close("p")
	w.close("div")
	w.newline()
	w.as(g.Last, func() {
		w.notice("deprecated", "Deprecated before that.", g.Deprecated)
		for _, p := range g.Blurb {
			w.prose(p)
		}
		for _, p := range g.Notes {
			w.prose(p)
		}
	})
	w.end()
}

// removedPage lists what older releases had.
func (w *writer) removedPage() {
	const about = "What older releases had, with the last of them."
	w.start("Removed", about)
	w.element("h1", "Removed")
	w.element("p", about)
	if len(w.gone()) == 0 {
		w.element("p", "There is nothing.")
		w.end()
		return
	}
	w.open("dl", "class", "definitions")
	for _, g := range w.gone() {
		w.newline()
		w.open("div")
		w.open("dt")
		w.codeLink(w.to(g.Path()), g.Name)
		w.badge("kind", string(g.Kind))
		w.badge("removed", "removed in "+g.Removed)
		w.close("dt")
		w.open("dd")
		w.as(g.Last, func() {
			if g.Deprecated != nil && len(g.Deprecated.Instead) > 0 {
				w.instead(g.Deprecated)
				w.text(" ")
			}
			w.text(g.Summary())
		})
		w.close("dd", "div")
	}
	w.close("dl")
	w.newline()
	w.end()
}

// shelfIndex writes the page that leads to all releases.
func (w *writer) shelfIndex() {
	w.start(w.Name, "Reference of "+w.Name+" in several releases")
	w.element("h1", "Reference of "+w.Name)
	w.open("p")
	w.text("The newest release is ")
	w.link(w.to("index"), w.Release)
	w.text(".")
	w.close("p")
	w.section("releases", "Releases")
	w.open("table", "class", "modules")
	w.open("thead")
	w.open("tr")
	w.element("th", "Release", "scope", "col")
	for _, head := range []string{"Commands", "Events", "Types"} {
		w.element("th", head, "scope", "col", "class", "count")
	}
	w.element("th", "What changed", "scope", "col")
	w.close("tr", "thead")
	w.open("tbody")
	for i := len(w.shelf.sites) - 1; i >= 0; i-- {
		s := w.shelf.sites[i]
		w.newline()
		w.open("tr")
		w.open("th", "scope", "row")
		w.link(w.shelfRoot()+s.Release+"/index.html", s.Release)
		w.close("th")
		for _, n := range []int{len(s.Commands), len(s.Events), len(s.Types)} {
			w.element("td", strconv.Itoa(n), "class", "count")
		}
		w.open("td")
		if i > 0 {
			step := w.shelf.Steps[i-1]
			w.link(w.shelfRoot()+changesPath(step)+".html", "since "+step.Old.Release)
		}
		w.close("td", "tr")
	}
	w.close("tbody", "table")
	w.element("p", "“Added in” names the first of these releases that has something, by what is on the wire and not by what its text says. “Removed in” names the first without it.")
	w.newline()
	w.end()
}
