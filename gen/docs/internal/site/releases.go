package site

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/qapi-go/qapi-go/gen"
	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
)

// A Series writes the sites of several releases, each in a folder with its name, and the pages
// that link to them. It holds the model of one release at a time; content that later releases show
// is kept as HTML.
type Series struct {
	*releases.Survey
	options Options
	title   string // of the newest release so far
	name    string // of its schema
	manual  string // as site.manual

	gone      map[string]*formerDefinition // definitions of older releases, by path
	lost      map[string][]lostMember      // members that definitions of older releases had, by path
	addresses map[string]string            // addresses in the previous release of what this one changed
}

// A formerDefinition is a definition that newer releases no longer have.
type formerDefinition struct {
	name, slug, path, since, summary string
	kind                             model.Kind
	lifetime                         model.Lifetime
	removed                          string // the first release without it
	last                             string // the last release that has it
	text                             []byte // for its page
	row                              []byte // for the list of removed definitions
}

// A lostMember is a member that a definition had in an older release.
type lostMember struct {
	name string
	row  []byte // for the page of the definition
}

// NewSeries returns a series of the releases of a complete survey.
func NewSeries(s *releases.Survey, o Options) *Series {
	return &Series{Survey: s, options: o, gone: make(map[string]*formerDefinition)}
}

// Release returns the files of release i, with the page of what it changed, from its
// reference, which the survey has annotated. Releases must come in order.
func (se *Series) Release(i int, ref *model.Reference) ([]gen.File, error) {
	se.title, se.name = ref.Title, ref.Name
	se.manual = (&site{Reference: ref}).manual()
	s := &site{Reference: ref, options: se.options, series: se, place: i, lost: se.lost}
	for path, t := range se.gone {
		if !se.Has(path, i) {
			s.gone = append(s.gone, t)
		}
	}
	slices.SortFunc(s.gone, func(a, b *formerDefinition) int { return strings.Compare(a.path, b.path) })
	jobs := append(s.jobs(), job{path: "removed", write: (*writer).removedPage})
	for _, t := range s.gone {
		jobs = append(jobs, job{path: t.path, write: func(w *writer) { w.formerPage(t) }})
	}
	files, err := s.files(jobs)
	if err != nil {
		return nil, err
	}
	for k := range files {
		files[k].Path = ref.Release + "/" + files[k].Path
	}
	if i > 0 {
		files = append(files, s.write([]job{{
			path: se.changesPath(i), write: func(w *writer) { w.changes(se.Releases[i].Step) }, base: "../" + ref.Release + "/",
		}})...)
	}
	s.remember()
	return files, nil
}

// Index returns the page that links to all releases, and the one that redirects links to QEMU's
// manual to the newest.
func (se *Series) Index() []gen.File {
	last := len(se.Releases) - 1
	s := &site{Reference: &model.Reference{Title: se.title, Name: se.name, Release: se.Releases[last].Name}, options: se.options, series: se, place: last}
	return s.write([]job{
		{path: "index", write: (*writer).seriesIndex, base: s.Release + "/"},
		{path: se.manual, write: (*writer).manualPage, base: s.Release + "/"},
	})
}

// changesPath returns the path of the page with the changes of release i.
func (se *Series) changesPath(i int) string {
	return "changes/" + se.Releases[i-1].Name + "-" + se.Releases[i].Name
}

// remember keeps the content of this release that later ones show.
func (s *site) remember() {
	se, next := s.series, s.place+1
	se.addresses, se.lost = nil, nil
	if next == len(se.Releases) {
		return
	}
	lost := make(map[string][]lostMember)
	for _, d := range s.Definitions {
		path := d.Path()
		if removed := se.RemovedBy(path, s.place); removed != "" {
			se.gone[path] = s.former(d, removed)
			continue
		}
		list := s.lostOf(d)
		for _, m := range d.Members {
			if m.Lifetime.Removed == se.Releases[next].Name {
				list = append(list, lostMember{strings.Clone(m.Name), s.elsewhere(path, "../../", func(w *writer) { w.lostRow(m) })})
			}
		}
		if len(list) > 0 {
			lost[path] = list
		}
	}
	se.lost = lost
	se.addresses = make(map[string]string)
	for _, c := range se.Releases[next].Step.Changes {
		if d, m := find(s.Reference, c.Path); d != nil {
			p := page{site: s, base: s.Release + "/"}
			se.addresses[c.Path] = p.address(d, m)
		}
	}
}

// elsewhere returns the HTML of write for a page of another release. path is the path of that page
// in its release, up the path from it to the folder of all releases.
func (s *site) elsewhere(path, up string, write func(*writer)) []byte {
	w := &writer{page: page{site: s, path: path, base: up + s.Release + "/", up: up}}
	write(w)
	return bytes.Clone(w.buf)
}

// former returns a definition that the next release no longer has.
func (s *site) former(d *model.Definition, removed string) *formerDefinition {
	return &formerDefinition{
		name: strings.Clone(d.Name), slug: strings.Clone(d.Slug), path: d.Path(), since: strings.Clone(d.Since), summary: strings.Clone(d.Summary()),
		kind: d.Kind, lifetime: d.Lifetime, removed: removed, last: s.Release,
		text: s.elsewhere(d.Path(), "../../", func(w *writer) {
			w.notice("deprecated", "Deprecated before that.", d.Deprecated)
			for _, p := range d.Blurb {
				w.prose(p)
			}
			for _, p := range d.Notes {
				w.prose(p)
			}
		}),
		row: s.elsewhere("removed", "../", func(w *writer) {
			if d.Deprecated != nil && len(d.Deprecated.Instead) > 0 {
				w.instead(d.Deprecated)
				w.text(" ")
			}
			w.text(d.Summary())
		}),
	}
}

// lostOf returns the members that a definition had in older releases and no longer has. A member
// is not lost if only its type was renamed or split.
func (s *site) lostOf(d *model.Definition) []lostMember {
	return slices.DeleteFunc(slices.Clone(s.lost[d.Path()]), func(m lostMember) bool { return d.Member(m.name) != nil })
}

// releasesRoot returns the path from the page to the folder of all releases.
func (p *page) releasesRoot() string {
	if p.base != "" {
		return p.up
	}
	return p.root() + "../"
}

// nearest returns the index of the release nearest to release i that has a page.
func (s *site) nearest(path string, i int) int {
	if !strings.Contains(path, "/") {
		return i // all releases have it
	}
	return s.series.Nearest(path, i)
}

// releaseSwitch writes links to this page in all releases.
func (w *writer) releaseSwitch() {
	if w.series == nil {
		return
	}
	w.open("details", "class", "releases")
	path, title := w.path, w.Release
	if path == w.series.manual {
		path = "index" // older releases may have another protocol
	}
	if w.base != "" {
		path, title = "index", "Releases" // the page belongs to no release
	}
	w.element("summary", title)
	w.open("ul")
	for i := len(w.series.Releases) - 1; i >= 0; i-- {
		name := w.series.Releases[i].Name
		w.open("li")
		switch at := w.nearest(path, i); {
		case at < 0:
			w.text(name)
		case at == i && i == w.place && w.base == "":
			w.element("span", name, "aria-current", "true")
		default:
			near := w.series.Releases[at].Name
			w.link(w.releasesRoot()+near+"/"+path+".html", name)
			if at > i {
				w.element("small", " not there; added in "+near)
			}
			if at < i {
				w.element("small", " not there; last in "+near)
			}
		}
		w.close("li")
	}
	w.open("li")
	w.link(w.releasesRoot()+"index.html", "All releases")
	w.close("li", "ul", "details")
}

// releaseSections writes links to the pages that only sites of several releases have.
func (w *writer) releaseSections() {
	if w.series == nil {
		return
	}
	w.open("li")
	w.link(w.to("removed"), "Removed", w.current("removed")...)
	w.close("li")
	if w.place > 0 {
		path := w.series.changesPath(w.place)
		w.open("li")
		w.link(w.releasesRoot()+path+".html", "Changes", w.current(path)...)
		w.close("li")
	}
}

// lifetime writes badges for a lifetime.
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

// history writes the history of a definition, with the members that it no longer has.
func (w *writer) history(d *model.Definition) {
	oldest := w.series.Releases[0].Name
	w.open("ul", "class", "history")
	item := func(text string) { w.element("li", text) }
	if l := d.Lifetime; l.Added != "" {
		item("Added in " + l.Added + ", the first release here that has it.")
	} else {
		item("Added in " + oldest + ", the oldest release here, or before.")
	}
	if d.Lifetime.Deprecated != "" {
		item("Deprecated in " + d.Lifetime.Deprecated + ".")
	}
	if d.Lifetime.Removed != "" {
		item("Removed in " + d.Lifetime.Removed + ".")
	}
	w.close("ul")
	lost := w.lostOf(d)
	if len(lost) == 0 {
		return
	}
	w.element("p", "Removed:")
	w.open("dl", "class", "definitions")
	for _, m := range lost {
		w.buf = append(w.buf, m.row...)
	}
	w.close("dl")
	w.newline()
}

// lostRow writes a member of this release for the pages of later ones.
func (w *writer) lostRow(m *model.Member) {
	w.newline()
	w.open("div")
	w.open("dt")
	w.codeLink(w.to(m.Owner.Path())+fragment(m.Anchor()), m.Name)
	w.lifetime(m.Lifetime)
	w.close("dt")
	w.open("dd")
	if f := m.Owner.Feature("deprecated"); f != nil && m.Has("deprecated") && !f.Text.Empty() {
		w.prose(f.Text)
	} else {
		w.text(m.Text.Summary())
	}
	w.close("dd", "div")
}

// formerPage writes the page of a definition that the release no longer has.
func (w *writer) formerPage(t *formerDefinition) {
	w.start(t.name, "Removed in "+t.removed+".", crumb{"Removed", "removed"})
	w.open("h1")
	w.element("code", t.name)
	w.close("h1")
	w.open("p", "class", "badges")
	w.badge("kind", string(t.kind))
	w.lifetime(t.lifetime)
	w.close("p")
	w.newline()
	w.open("div", "class", "notice removed")
	w.open("p", "class", "title")
	w.element("strong", "Removed in "+t.removed+".")
	w.text(" The last release here that has it is ")
	w.link(w.releasesRoot()+t.last+"/"+t.path+".html", t.last)
	w.text(".")
	w.close("p")
	w.close("div")
	w.newline()
	w.buf = append(w.buf, t.text...)
	w.end()
}

// removedPage writes the list of definitions that older releases had.
func (w *writer) removedPage() {
	const about = "Definitions of older releases that this one no longer has."
	w.start("Removed", about)
	w.element("h1", "Removed")
	w.element("p", about)
	if len(w.gone) == 0 {
		w.element("p", "None.")
		w.end()
		return
	}
	w.open("dl", "class", "definitions")
	for _, t := range w.gone {
		w.newline()
		w.open("div")
		w.open("dt")
		w.codeLink(w.to(t.path), t.name)
		w.badge("kind", string(t.kind))
		w.badge("removed", "removed in "+t.removed)
		w.close("dt")
		w.open("dd")
		w.buf = append(w.buf, t.row...)
		w.close("dd", "div")
	}
	w.close("dl")
	w.newline()
	w.end()
}

// seriesIndex writes the page that links to all releases.
func (w *writer) seriesIndex() {
	w.start(w.Title, w.Title+" of several releases")
	w.element("h1", w.Title)
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
	for i := len(w.series.Releases) - 1; i >= 0; i-- {
		r := w.series.Releases[i]
		w.newline()
		w.open("tr")
		w.open("th", "scope", "row")
		w.link(w.releasesRoot()+r.Name+"/index.html", r.Name)
		w.close("th")
		for _, n := range []int{r.Commands, r.Events, r.Types} {
			w.element("td", strconv.Itoa(n), "class", "count")
		}
		w.open("td")
		if i > 0 {
			w.link(w.releasesRoot()+w.series.changesPath(i)+".html", "since "+w.series.Releases[i-1].Name)
		}
		w.close("td", "tr")
	}
	w.close("tbody", "table")
	w.element("p", "“Added in” is the first of these releases that has something on the wire, whatever its documentation says. “Removed in” is the first without it.")
	w.newline()
	w.end()
}
