package site

import (
	"fmt"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/gen/docs/internal/releases"
	"github.com/qapi-go/qapi-go/internal/compat"
)

// severities are the sections of the page of changes.
var severities = []struct {
	severity  compat.Severity
	id, title string
}{
	{compat.Breaking, "breaking", "Breaking"},
	{compat.Warning, "warning", "Can break some clients"},
	{compat.Note, "note", "Announced before"},
	{compat.Info, "info", "New"},
}

// changes writes the page of what the release changed for clients.
func (w *writer) changes(step *releases.Step) {
	title := "Changes from " + w.series.Releases[w.place-1].Name + " to " + w.Release
	w.start(title, title)
	w.element("h1", title)
	w.element("p", "Changes on the wire, as clients see them: "+step.Summary+".")
	var parts []part
	for _, s := range severities {
		if list := changesOf(step, s.severity); len(list) > 0 {
			parts = append(parts, part{s.id, s.title, func() { w.changesByRule(list) }})
		}
	}
	if len(parts) == 0 {
		w.element("p", "Nothing changed.")
		w.end()
		return
	}
	w.contents(parts)
	for _, p := range parts {
		w.section(p.id, p.title)
		p.write()
	}
	w.end()
}

func changesOf(step *releases.Step, s compat.Severity) []releases.Change {
	var list []releases.Change
	for _, c := range step.Changes {
		if c.Severity == s {
			list = append(list, c)
		}
	}
	return list
}

// changesByRule writes changes of one severity, grouped by rule.
func (w *writer) changesByRule(list []releases.Change) {
	for _, rule := range compat.Rules() {
		open := false
		for _, c := range list {
			if c.Rule != string(rule.Name) {
				continue
			}
			if !open {
				w.element("h3", ruleTitle(string(rule.Name)))
				w.open("ul", "class", "changes")
				open = true
			}
			w.change(c)
		}
		if open {
			w.close("ul")
			w.newline()
		}
	}
}

// ruleTitle returns the title of a rule.
func ruleTitle(rule string) string {
	if e, ok := compat.Explain(rule); ok {
		return capital(e.Title)
	}
	return rule
}

func (w *writer) change(c releases.Change) {
	w.newline()
	w.open("li")
	w.changed(c.Path)
	w.text(": " + c.Message)
	if c.Reason != "" {
		w.text(" (" + c.Reason + ")")
	}
	for i, name := range c.Reached {
		if i == 0 {
			w.text(" – ")
		} else {
			w.text(", ")
		}
		if d := w.Lookup(name); d != nil {
			w.codeLink(w.toDefinition(d), name)
		} else {
			w.element("code", name)
		}
	}
	if c.More > 0 {
		w.text(fmt.Sprintf(" and %d more", c.More))
	}
	w.close("li")
}

// changed writes the path of what has changed, with a link to it in this release, or in the one
// before.
func (w *writer) changed(path string) {
	if d, m := find(w.Reference, path); d != nil && (m != nil || d.Name == path) {
		w.codeLink(w.address(d, m), path)
	} else if address := w.series.addresses[path]; address != "" {
		w.codeLink(w.releasesRoot()+address, path)
	} else {
		w.element("code", path)
	}
}

// address returns the address of a definition or a member of it.
func (p *page) address(d *model.Definition, m *model.Member) string {
	if m != nil {
		return p.toMember(m)
	}
	return p.toDefinition(d)
}

// find returns the definition and member that a path such as "Owner.name" refers to.
func find(r *model.Reference, path string) (*model.Definition, *model.Member) {
	for i := len(path); i > 0; i = strings.LastIndexByte(path[:i], '.') {
		if d := r.Lookup(path[:i]); d != nil {
			if i == len(path) {
				return d, nil
			}
			return d, d.Member(path[i+1:])
		}
	}
	return nil, nil
}
