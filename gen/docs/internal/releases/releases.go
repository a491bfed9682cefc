// Package releases tells what became of each part of a schema over many
// releases: since when it is there, what is gone, and what each release changed.
//
// What is on the wire is followed by [compat.NewHistory], through renamed types.
// Types themselves are no more than names: they are followed by those.
package releases

import (
	"cmp"
	"slices"

	"github.com/qapi-go/qapi-go/gen/docs/internal/model"
	"github.com/qapi-go/qapi-go/internal/compat"
	"github.com/qapi-go/qapi-go/ir"
)

// A Set is a schema in several releases.
type Set struct {
	Releases []*Release // oldest first
	Steps    []*Step    // from each release to the next
}

// A Release is one of them.
type Release struct {
	*model.Reference

	// Gone are the definitions of older releases that it has no more, by kind
	// and name.
	Gone []*Gone

	lost map[*model.Definition][]*LostMember
}

// A Gone is a definition that a release has no more.
type Gone struct {
	*model.Definition          // as it was in the last release that had it
	Last              *Release // which is that
	Removed           string   // the first release without it
}

// A LostMember is a member that a definition had in an older release.
type LostMember struct {
	*model.Member          // as it was in the last release that had it
	Last          *Release // which is that
}

// A Step is from a release to the next.
type Step struct {
	Old, New *Release
	Report   *compat.Report
}

// New makes a set of releases with the references of their schemas, whose
// [model.Lifetime]s it fills in. The names of releases must differ.
func New(list []compat.Release, o model.Options) *Set {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b compat.Release) int { return a.Version.Compare(b.Version) })
	s := &Set{}
	for i, r := range list {
		o.Release = r.Name
		s.Releases = append(s.Releases, &Release{Reference: model.New(r.Schema, o), lost: make(map[*model.Definition][]*LostMember)})
		if i > 0 {
			report := compat.Compare(list[i-1].Schema, r.Schema, compat.Options{Levels: []compat.Direction{compat.Send, compat.Recv}})
			s.Steps = append(s.Steps, &Step{s.Releases[i-1], s.Releases[i], report})
		}
	}
	h := compat.NewHistory(list, compat.Options{})
	for i, r := range s.Releases {
		for _, d := range r.Definitions {
			d.Lifetime = s.lifetime(h, i, d)
			for _, m := range d.Members {
				if kind, path := item(m); kind != "" {
					m.Lifetime = lifetime(h.Find(r.Release, kind, path))
				}
			}
		}
		s.gone(i)
		s.lose(i)
	}
	return s
}

// lifetime says what became of a definition of release i.
func (s *Set) lifetime(h *compat.History, i int, d *model.Definition) model.Lifetime {
	if !d.IsType() {
		return lifetime(h.Find(s.Releases[i].Release, string(d.Kind), d.Name))
	}
	// A type is there for as long as its name is.
	has := func(i int) *model.Definition {
		if t := s.Releases[i].Lookup(d.Name); t != nil && t.IsType() {
			return t
		}
		return nil
	}
	first, last := i, i
	for first > 0 && has(first-1) != nil {
		first--
	}
	for last+1 < len(s.Releases) && has(last+1) != nil {
		last++
	}
	var l model.Lifetime
	if first > 0 {
		l.Added = s.Releases[first].Release
	}
	if last+1 < len(s.Releases) {
		l.Removed = s.Releases[last+1].Release
	}
	for k := first; k <= last; k++ {
		if has(k).Deprecated != nil {
			l.Deprecated = s.Releases[k].Release
			break
		}
	}
	return l
}

// lifetime says what a history tells of an item.
func lifetime(item *compat.Item) model.Lifetime {
	if item == nil {
		return model.Lifetime{}
	}
	l := model.Lifetime{Deprecated: item.Deprecated, Removed: item.Removed, Moved: item.Moved}
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
		// A branch is there as long as the value that chooses it.
		if u, ok := m.Owner.Def.(*ir.Union); ok && u.Discriminator != nil {
			return "value", u.Discriminator.Type.Head().Name + "." + m.Name
		}
		return "", ""
	}
	return "member", m.Owner.Name + "." + m.Name
}

// gone finds what release i has no more.
func (s *Set) gone(i int) {
	r := s.Releases[i]
	if i == 0 {
		return
	}
	before := s.Releases[i-1]
	taken := make(map[string]bool)
	for _, d := range r.Definitions {
		taken[d.Path()] = true
	}
	for _, d := range before.Definitions {
		if !taken[d.Path()] {
			r.Gone = append(r.Gone, &Gone{d, before, r.Release})
		}
	}
	for _, g := range before.Gone {
		if !taken[g.Path()] {
			r.Gone = append(r.Gone, g)
		}
	}
	slices.SortFunc(r.Gone, func(a, b *Gone) int { return cmp.Compare(a.Path(), b.Path()) })
}

// lose finds the members that the definitions of release i had in older ones. One
// whose type was renamed or split is not lost.
func (s *Set) lose(i int) {
	if i == 0 {
		return
	}
	before := s.Releases[i-1]
	for _, d := range s.Releases[i].Definitions {
		old := before.Lookup(d.Name)
		if old == nil || old.Path() != d.Path() {
			continue
		}
		lost := slices.Clone(before.lost[old])
		for _, m := range old.Members {
			if m.Lifetime.Removed != "" {
				lost = append(lost, &LostMember{m, before})
			}
		}
		lost = slices.DeleteFunc(lost, func(l *LostMember) bool { return d.Member(l.Name) != nil })
		s.Releases[i].lost[d] = lost
	}
}

// Lost returns the members that a definition had in older releases and has no
// more.
func (r *Release) Lost(d *model.Definition) []*LostMember { return r.lost[d] }
