// Package releases surveys many releases of a schema: when each part was added, deprecated and
// removed, and what each release changed.
//
// [compat.Follower] follows what is on the wire, through renamed types. Types are followed by
// their names.
//
// A [Survey] retains no text of a schema, so that the documentation of many releases can be
// written with one schema in memory at a time.
package releases

import (
	"maps"
	"slices"
	"strings"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Survey has the facts about several releases. Call [Survey.Add] for each release, oldest first,
// and then [Survey.Complete], before the other methods.
type Survey struct {
	Releases []*Release // oldest first

	follower *compat.Follower
	history  *compat.History       // set by Complete
	pages    map[string]presence   // of modules and definitions, by path
	types    map[string]presence   // by name
	strings  map[string]string     // copies of strings, which do not retain a schema's text
	gone     map[string]model.Gone // definitions of older releases than the next to annotate, by path
}

// A Release is one of the releases.
type Release struct {
	Name                    string
	Commands, Events, Types int   // numbers of each
	Step                    *Step // from the release before; nil for the oldest
}

// A Step is what a release changed.
type Step struct {
	Summary string // of the changes, as a sentence
	Changes []Change
}

// MaxReached is the maximum number of commands and events listed as affected by a change.
const MaxReached = 8

// A Change is a change on the wire, as in [compat.Change].
type Change struct {
	Rule, Path, Message, Reason string
	Severity                    compat.Severity
	Reached                     []string // commands and events that it affects other than Path, at most MaxReached
	More                        int      // number of those that Reached leaves out
}

// A presence has the state of something in each release, by index.
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
		gone: make(map[string]model.Gone),
	}
}

// Add adds a release, which must be newer than those added before, with a different name. It
// retains the schema until the next call of Add or Complete.
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

// Complete must be called once, after the last release has been added.
func (s *Survey) Complete() {
	s.history, s.follower, s.strings = s.follower.History(), nil, nil
}

// mark records that release i has something.
func mark(in map[string]presence, key string, i int, is state) {
	p := in[key]
	for len(p) <= i {
		p = append(p, 0)
	}
	p[i] |= is
	in[key] = p
}

// copy returns a copy of a string, which does not retain a schema's text.
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

// Nearest returns the index of the release nearest to release i that has the page of a module or
// definition, preferring older ones, or -1 if none has it. A release also has pages of definitions
// that only older releases define.
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

// Has reports whether release i has a module or definition, by the path of its page.
func (s *Survey) Has(path string, i int) bool { return s.pages[path].has(i) }

// RemovedBy returns the name of the release after release i if that no longer has a module or
// definition, or else "".
func (s *Survey) RemovedBy(path string, i int) string {
	if i+1 < len(s.Releases) && !s.Has(path, i+1) {
		return s.Releases[i+1].Name
	}
	return ""
}

// Annotate sets the lifetimes in the reference of release i, its Releases, and Gone, for which it
// must have been called for each older release.
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
	maps.DeleteFunc(s.gone, func(path string, _ model.Gone) bool { return s.Has(path, i) })
	r.Gone = slices.SortedFunc(maps.Values(s.gone), func(a, b model.Gone) int { return strings.Compare(a.Path, b.Path) })
	for _, d := range r.Definitions {
		if removed := s.RemovedBy(d.Path(), i); removed != "" {
			s.gone[d.Path()] = model.Gone{
				Name: strings.Clone(d.Name), Kind: d.Kind, Removed: removed, Last: name,
				Path: d.Path(), Module: d.Module.Path(),
			}
		}
	}
}

// typeLifetime returns the lifetime of a type of release i: the range of releases around i that
// have a type with its name.
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

// deprecation returns the text of [model.Lifetime].Deprecated for the first release that has a
// deprecation.
func (s *Survey) deprecation(release string) string {
	switch {
	case release != s.Releases[0].Name:
		return release
	case len(s.Releases) == 1:
		return ""
	}
	return release + " or before"
}

// lifetime converts an item of a history, which may be nil.
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

// item returns the kind and path of a member in a history, or "" if histories do not have it.
func item(m *model.Member) (kind, path string) {
	switch m.Kind {
	case model.EnumValue:
		return "value", m.Owner.Name + "." + m.Name
	case model.Branch:
		// A branch exists as long as the value of the discriminator that selects it.
		if u, ok := m.Owner.Def.(*ir.Union); ok && u.Discriminator != nil {
			return "value", u.Discriminator.Type.Head().Name + "." + m.Name
		}
		return "", ""
	}
	return "member", m.Owner.Name + "." + m.Name
}
