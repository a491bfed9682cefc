// Package releases surveys a schema over many releases: since when each part is
// there, what was removed, and what each release changed.
//
// What is on the wire is followed by [compat.Follower], through renamed types.
// Types themselves are no more than names: they are followed by those.
//
// A [Survey] holds facts, and no text of a schema, so that the documentation of many
// releases can be written with only one of their schemas in memory.
package releases

import (
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Survey is what is known of several releases. Releases are added, oldest first,
// before anything is asked.
type Survey struct {
	Releases []*Release // oldest first

	follower *compat.Follower
	history  *compat.History     // when Releases are complete
	pages    map[string]presence // of modules and definitions, by path
	types    map[string]presence // by name
	strings  map[string]string   // copies, which keep no schema's text in memory
}

// A Release is one of the releases.
type Release struct {
	Name                    string
	Commands, Events, Types int   // how many there are
	Step                    *Step // from the release before; nil for the oldest
}

// A Step is what a release changed.
type Step struct {
	Summary string // of the changes, in words
	Changes []Change
}

// MaxReached is the maximum number of commands and events listed as affected by a change.
const MaxReached = 8

// A Change is a change on the wire: see [compat.Change].
type Change struct {
	Rule, Path, Message, Reason string
	Severity                    compat.Severity
	Reached                     []string // commands and events that it affects other than Path, at most MaxReached
	More                        int      // how many it reaches besides
}

// A presence records which releases have something, by their indices.
type presence []state

type state uint8

const (
	there state = 1 << iota
	deprecated
)

func (p presence) has(i int) bool { return 0 <= i && i < len(p) && p[i]&there != 0 }

// New returns a survey without releases.
func New() *Survey {
	return &Survey{
		follower: compat.NewFollower(compat.Options{}),
		pages:    make(map[string]presence), types: make(map[string]presence), strings: make(map[string]string),
	}
}

// Add adds a release that is newer than those before. Names must differ. The schema
// is not kept longer than until the next call.
func (s *Survey) Add(name string, schema *ir.Schema) {
	version, _ := compat.ParseVersion(name)
	report := s.follower.Add(compat.Release{Name: name, Version: version, Schema: schema})
	r := &Release{Name: name}
	if report != nil {
		r.Step = s.step(report)
	}
	outline := model.New(schema, model.Options{Outline: true})
	r.Commands, r.Events, r.Types = len(outline.Commands), len(outline.Events), len(outline.Types)
	i := len(s.Releases)
	s.Releases = append(s.Releases, r)
	for _, m := range outline.Modules {
		if len(m.Items) > 0 {
			mark(s.pages, m.Path(), i, there)
		}
	}
	for _, d := range outline.Definitions {
		mark(s.pages, d.Path(), i, there)
		if d.IsType() {
			is := there
			if ir.Has(d.Def.Head().Features, "deprecated") {
				is |= deprecated
			}
			mark(s.types, s.copy(d.Name), i, is)
		}
	}
}

// Complete ends the adding of releases.
func (s *Survey) Complete() {
	s.history, s.follower, s.strings = s.follower.History(), nil, nil
}

// mark notes that release i has something.
func mark(in map[string]presence, key string, i int, is state) {
	p := in[key]
	for len(p) <= i {
		p = append(p, 0)
	}
	p[i] |= is
	in[key] = p
}

// copy returns a string that is no part of a schema's text.
func (s *Survey) copy(text string) string {
	c, ok := s.strings[text]
	if !ok {
		c = strings.Clone(text)
		s.strings[c] = c
	}
	return c
}

func (s *Survey) step(report *compat.Report) *Step {
	step := &Step{Summary: report.Summary(), Changes: make([]Change, len(report.Changes))}
	for i, c := range report.Changes {
		to := &step.Changes[i]
		*to = Change{Rule: string(c.Rule), Path: s.copy(c.Path), Message: s.copy(c.Message), Reason: s.copy(c.Reason), Severity: c.Severity}
		for _, name := range c.UsedBy {
			switch {
			case name == c.Path || strings.HasPrefix(c.Path, name+"."):
			case len(to.Reached) == MaxReached:
				to.More++
			default:
				to.Reached = append(to.Reached, s.copy(name))
			}
		}
	}
	return step
}

// Nearest returns the index of the release that has the page of a module or
// definition and is nearest to release i, the older of two; -1 if none has it. A release
// also has pages of definitions that only older ones had.
func (s *Survey) Nearest(path string, i int) int {
	p := s.pages[path]
	first := slices.IndexFunc(p, func(is state) bool { return is&there != 0 })
	if first < 0 {
		return -1
	}
	if !strings.HasPrefix(path, model.ModuleFolder+"/") {
		return max(first, i)
	}
	for distance := range s.Releases {
		if p.has(i - distance) {
			return i - distance
		}
		if p.has(i + distance) {
			return i + distance
		}
	}
	return -1
}

// Has reports whether release i has the page of a module or definition.
func (s *Survey) Has(path string, i int) bool { return s.pages[path].has(i) }

// RemovedBy returns the name of the next release if that has no page of that path
// any more; "" otherwise, and for the newest release.
func (s *Survey) RemovedBy(path string, i int) string {
	if i+1 < len(s.Releases) && !s.Has(path, i+1) {
		return s.Releases[i+1].Name
	}
	return ""
}

// Annotate fills in the [model.Lifetime]s of a reference, which is that of release i.
func (s *Survey) Annotate(i int, r *model.Reference) {
	if len(s.Releases) > 1 {
		for _, release := range s.Releases {
			r.Releases = append(r.Releases, release.Name)
		}
	}
	name := s.Releases[i].Name
	for _, d := range r.Definitions {
		if d.IsType() {
			d.Lifetime = s.typeLifetime(i, d.Name)
		} else {
			d.Lifetime = s.lifetime(s.history.Find(name, string(d.Kind), d.Name))
		}
		for _, m := range d.Members {
			if kind, path := item(m); kind != "" {
				m.Lifetime = s.lifetime(s.history.Find(name, kind, path))
			}
		}
	}
}

// typeLifetime returns the lifetime of a type that release i has: it exists for as long as
// its name is.
func (s *Survey) typeLifetime(i int, name string) model.Lifetime {
	p := s.types[name]
	first, last := i, i
	for p.has(first - 1) {
		first--
	}
	for p.has(last + 1) {
		last++
	}
	var l model.Lifetime
	if first > 0 {
		l.Added = s.Releases[first].Name
	}
	if last+1 < len(s.Releases) {
		l.Removed = s.Releases[last+1].Name
	}
	if k := slices.IndexFunc(p[first:last+1], func(is state) bool { return is&deprecated != 0 }); k >= 0 {
		l.Deprecated = s.deprecation(s.Releases[first+k].Name)
	}
	return l
}

// deprecation returns what [model.Lifetime] says of a deprecation that a release is the
// first to have.
func (s *Survey) deprecation(release string) string {
	switch {
	case release != s.Releases[0].Name:
		return release
	case len(s.Releases) == 1:
		return ""
	}
	return release + " or before"
}

// lifetime returns the lifetime of an item of a history.
func (s *Survey) lifetime(item *compat.Item) model.Lifetime {
	if item == nil {
		return model.Lifetime{}
	}
	l := model.Lifetime{Deprecated: s.deprecation(item.Deprecated), Removed: item.Removed, Moved: item.Moved}
	if item.Certain {
		l.Added = item.Since
	}
	return l
}

// item returns what a history calls a member; no kind for one that it does not
// follow.
func item(m *model.Member) (kind, path string) {
	switch m.Kind {
	case model.EnumValue:
		return "value", m.Owner.Name + "." + m.Name
	case model.Branch:
		// A branch exists as long as the value that selects it.
		if u, ok := m.Owner.Def.(*ir.Union); ok && u.Discriminator != nil {
			return "value", u.Discriminator.Type.Head().Name + "." + m.Name
		}
		return "", ""
	}
	return "member", m.Owner.Name + "." + m.Name
}
